"""Whether a trial was a fair one: long enough, and done. For clinicians, beside its outcome."""

from dataclasses import dataclass

from pathway.rules.intake import ADEQUATE_WEEKS

DONE_SHARE = 2 / 3
THERAPY, PROCEDURES = 2, 4


@dataclass(frozen=True, slots=True)
class Tried:
    """What was done in one trial; None where nothing was recorded or answered.

    programme   share of the answered days on which the home programme was done; "some" is half
    sessions    attended and held appointments with a therapist
    runs        not over: too short is not yet a verdict
    """

    tier: int
    days: int
    window_days: int
    programme: float | None = None
    sessions: tuple[int, int] | None = None
    runs: bool = False


@dataclass(frozen=True, slots=True)
class Adequacy:
    """`is_adequate` is None while it cannot be told; `why` says what it rests on, or what is missing."""

    is_adequate: bool | None
    why: tuple[str, ...]


def adequacy(tried: Tried) -> Adequacy:
    """Six weeks, or the planned window where that is shorter, and attended (docs/rules.md, Clinical sources).

    Attended is two thirds, of the sessions and of the days at home; that share is our own. A
    procedure is done on its day, whatever the length.
    """
    checks = [_long_enough(tried), *_attended(tried)]
    why = tuple(words for _verdict, words in checks)
    verdicts = [verdict for verdict, _words in checks]
    if False in verdicts:
        return Adequacy(False, why)
    return Adequacy(None if None in verdicts else True, why)


def _long_enough(tried: Tried) -> tuple[bool | None, str]:
    if tried.tier == PROCEDURES:
        return True, "a procedure, dated"
    needed = min(ADEQUATE_WEEKS * 7, tried.window_days)
    if tried.runs and tried.days < needed:
        return None, f"{tried.days} of {needed} days so far"
    return tried.days >= needed, f"{tried.days} days of {needed} needed"


def _attended(tried: Tried) -> list[tuple[bool | None, str]]:
    said: list[tuple[bool | None, str]] = []
    if tried.sessions is not None:
        attended, held = tried.sessions
        said.append((attended >= DONE_SHARE * held, f"{attended} of {held} sessions attended"))
    if tried.programme is not None:
        share = f"programme done {tried.programme:.0%}".replace("%", " %")
        said.append((tried.programme >= DONE_SHARE, share))
    if tried.tier == THERAPY and not said:
        return [(None, "nothing recorded of sessions or the programme at home")]
    return said
