from accounts.actions.account_mail import send_account_mail
from accounts.actions.clinics import (
    ChangedSince,
    change_clinic,
    close_on,
    open_again_on,
    open_clinic,
    set_logo,
    undo_clinic_change,
)
from accounts.actions.disable import disable, end_sessions
from accounts.actions.invitations import ask_again, renew_invitation, withdraw_invitation
from accounts.actions.invite import (
    InvitationGone,
    WorksHereAlready,
    accept_invitation,
    find_by_link,
    find_invitation,
    invite,
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
from accounts.actions.passkey_offer import answer_passkey_offer
from accounts.actions.second_factor import NobodyVouches, forget_second_factor
from accounts.actions.set_apart import NO_ROWS_FAULT, JobRun
from accounts.actions.twice import SAME_FORM

__all__ = [
    "NO_ROWS_FAULT",
    "SAME_FORM",
    "ChangedSince",
    "InvitationGone",
    "JobRun",
    "LastAdministrator",
    "NobodyVouches",
    "NotWorking",
    "WorkLeft",
    "WorksHere",
    "WorksHereAlready",
    "accept_invitation",
    "answer_passkey_offer",
    "ask_again",
    "change_clinic",
    "change_role",
    "close_on",
    "disable",
    "end_membership",
    "end_sessions",
    "find_by_link",
    "find_invitation",
    "forget_second_factor",
    "invite",
    "let_return",
    "open_again_on",
    "open_clinic",
    "post_notice",
    "renew_invitation",
    "send_account_mail",
    "send_due_notices",
    "set_logo",
    "undo_clinic_change",
    "withdraw_invitation",
    "withhold_notice",
]
