from accounts.actions.invite import (
    InvitationGone,
    accept_invitation,
    find_invitation,
    invite,
    withdraw_invitation,
)
from accounts.actions.notices import post_notice, send_due_notices

__all__ = [
    "InvitationGone",
    "accept_invitation",
    "find_invitation",
    "invite",
    "post_notice",
    "send_due_notices",
    "withdraw_invitation",
]
