from accounts.models.account_mail import AccountMail
from accounts.models.clinic import Clinic, Membership
from accounts.models.clinic_logo import ClinicLogo
from accounts.models.held_form import HeldForm
from accounts.models.invitation import Invitation
from accounts.models.job_failure import JobFailure
from accounts.models.notice import Notice
from accounts.models.sign_on import SignOnLink, SignOnProvider
from accounts.models.system import SpentAssertion, System
from accounts.models.user import User

__all__ = [
    "AccountMail",
    "Clinic",
    "ClinicLogo",
    "HeldForm",
    "Invitation",
    "JobFailure",
    "Membership",
    "Notice",
    "SignOnLink",
    "SignOnProvider",
    "SpentAssertion",
    "System",
    "User",
]
