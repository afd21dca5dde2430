from accounts.actions.account_mail import send_account_mail
from accounts.actions.clinics import change_clinic, close_on, open_again_on, open_clinic
from accounts.actions.disable import disable, end_sessions
from accounts.actions.invite import (
    InvitationGone,
    accept_invitation,
    find_invitation,
    invite,
    was_accepted,
    withdraw_invitation,
)
from accounts.actions.membership import (
    LastAdministrator,
    NotWorking,
    WorkLeft,
    WorksHere,
    change_role,
    end_membership,
    let_return,
)
from accounts.actions.notices import post_notice, send_due_notices, withhold_notice
from accounts.actions.second_factor import NobodyVouches, forget_second_factor
from accounts.actions.set_apart import NO_ROWS_FAULT, JobRun
from accounts.actions.twice import SAME_FORM

__all__ = [
    "NO_ROWS_FAULT",
    "SAME_FORM",
    "InvitationGone",
    "JobRun",
    "LastAdministrator",
    "NobodyVouches",
    "NotWorking",
    "WorkLeft",
    "WorksHere",
    "accept_invitation",
    "change_clinic",
    "change_role",
    "close_on",
    "disable",
    "end_membership",
    "end_sessions",
    "find_invitation",
    "forget_second_factor",
    "invite",
    "let_return",
    "open_again_on",
    "open_clinic",
    "post_notice",
    "send_account_mail",
    "send_due_notices",
    "was_accepted",
    "withdraw_invitation",
    "withhold_notice",
]
