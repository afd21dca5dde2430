"""What was promised and what is there: logs, flags, messages."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from drills.load import Load
from drills.relay import Relay
from patients.models import Finding, Flag, ReviewDue, SymptomLog


@dataclass(frozen=True)
class Ledger:
    """Counts of one drill. `again`: messages that came twice under one name, which mail programs show once."""

    writes: int
    lost: int
    doubled: int
    flags: int
    flags_missing: int
    flags_doubled: int
    mails: int
    mails_missing: int
    mails_twice: int
    again: int

    @property
    def is_clean(self) -> bool:
        return not (
            self.lost or self.doubled or self.flags_missing or self.flags_doubled
            or self.mails_missing or self.mails_twice
        )  # fmt: skip


def jobs_are_done(episodes: list[int], addresses: list[str], relay: Relay) -> bool:
    waits = ReviewDue.objects.filter(trial__episode__in=episodes).exists()
    return not waits and set(addresses) <= set(relay.names_by_recipient())


def reckon(load: Load, episodes: list[int], addresses: list[str], relay: Relay) -> Ledger:
    sent = {write.name for write in load.writes}
    saved = Counter(SymptomLog.objects.filter(note__in=sent).values_list("note", flat=True))
    promised = [write.name for write in load.acknowledged()]
    flags, findings = _counted(Flag, "episode"), _counted(Finding, "flag__episode", "kind")
    again = {episode for (episode, _kind), times in findings.items() if times > 1}
    came = {to: names for to, names in relay.names_by_recipient().items() if to in addresses}
    return Ledger(
        writes=len(promised),
        lost=sum(name not in saved for name in promised),
        doubled=sum(times > 1 for times in saved.values()),
        flags=len(episodes),
        flags_missing=sum(not flags[e,] for e in episodes),
        flags_doubled=sum(flags[e,] > 1 or e in again for e in episodes),
        mails=len(addresses),
        mails_missing=len(set(addresses) - set(came)),
        mails_twice=sum(len(set(names)) > 1 for names in came.values()),
        again=sum(len(names) - 1 for names in came.values()),
    )


def _counted(model: type[Flag | Finding], *keys: str) -> Counter[tuple[object, ...]]:
    rows = model.objects.order_by().values_list(*keys).annotate(Count("pk"))
    return Counter({tuple(key): times for *key, times in rows})
