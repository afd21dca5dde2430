"""What a session has shown of a clinic's sign-on. One that was opened by it works in that clinic alone: who
runs the sign-on of one clinic must not become somebody in another, or a patient there."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from django.http import HttpRequest

IN_SESSION = "sign_on"


@dataclass(frozen=True)
class SignOn:
    """`opened_at` is the clinic (its key) whose sign-on began this session, None where its person did."""

    user: int
    opened_at: int | None = None
    shown: list[int] = field(default_factory=list)
    two_steps: list[int] = field(default_factory=list)


def shown_by(request: HttpRequest, user: int) -> SignOn:
    """What an earlier person of this browser has shown counts for nobody else."""
    kept = getattr(request, "session", {}).get(IN_SESSION) or {}
    return SignOn(**kept) if kept.get("user") == user else SignOn(user)


def note_shown(
    request: HttpRequest, *, user: int, clinic: int, has_two_steps: bool, opens: bool
) -> None:
    before = shown_by(request, user)
    now = SignOn(
        user,
        clinic if opens else before.opened_at,
        sorted({*before.shown, clinic}),
        sorted({*before.two_steps, clinic} if has_two_steps else {*before.two_steps} - {clinic}),
    )
    request.session[IN_SESSION] = asdict(now)


def opened_at(request: HttpRequest) -> int | None:
    """The only clinic that this session may work in, None where it is not limited."""
    user = request.user
    return shown_by(request, user.pk).opened_at if user.is_authenticated else None
