"""Where allauth asks us: sign-up is closed, secrets are encrypted at rest, e-mail leaves by a job."""

from __future__ import annotations

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.account_mail import CODE_COUNTS, NEWS_COUNTS, our_site, post_account_mail, unsigned
from accounts.sealing import seal, unseal

logger = structlog.get_logger(__name__)

LOCKED_OUT = "too_many_login_attempts"
# How somebody shows that it is still they.
WAYS = {
    "reauthenticate": _lazy("Use your password"),
    "mfa_reauthenticate": _lazy("Use the app or a recovery code"),
    "mfa_reauthenticate:webauthn": _lazy("Use a passkey"),
}
FOR_NOBODY = "account/email/unknown_account"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _lazy("This account is closed. Call your clinic."),
        "duplicate_email": _lazy("This is your e-mail already."),
        "email_password_mismatch": _lazy("The e-mail and the password do not go together."),
        "email_taken": _lazy("This e-mail cannot be used here."),
        "enter_current_password": _lazy("Type the password that you have now."),
        "incorrect_code": _lazy("This is not the code. Look at the newest e-mail."),
        "incorrect_password": _lazy("This is not your password."),
        "invalid_login": _lazy("The e-mail and the password do not go together."),
        "invalid_password_reset": _lazy("This link no longer works."),
        "rate_limited": _lazy("Please wait a moment, then try again."),
        "same_as_current": _lazy("This is the one that you have now."),
        "too_many_login_attempts": _lazy("Too many tries. Wait five minutes, or use a code."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """An account comes from a clinic's invitation and from nowhere else."""
        return False

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """The only place that sees each limit on guessing reached; what was typed is not named."""
        if code == LOCKED_OUT:
            logger.warning("locked out")
        error: ValidationError = super().validation_error(code, *args)
        return error

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """One row for each message, also for the one to a stranger's address, which nobody gets."""
        page = {"request": self.request, "email": email, **context}
        page |= {"current_site": our_site(), "mail": unsigned()}
        message = self.render_mail(template_prefix, email, page)
        has_code = "code" in context or template_prefix == FOR_NOBODY
        post_account_mail(
            to="" if template_prefix == FOR_NOBODY else email,
            subject=str(message.subject),
            text=str(message.body),
            of=str(getattr(self.request.user, "pk", None) or ""),
            counts=CODE_COUNTS if has_code else NEWS_COUNTS,
            now=timezone.now(),
        )

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """What somebody can show again; who has nothing else gets a code by e-mail."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        by_code = {
            "id": "code",
            "description": _("Use a code by e-mail"),
            "url": reverse("prove_it"),
        }
        for method in methods:
            method["description"] = str(WAYS.get(method["id"], method["description"]))
        # A patient who lost the phone with the passkey takes the passkey away.
        has_only_a_passkey = not user.working_memberships and not user.has_usable_password()
        if has_only_a_passkey and not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            return [by_code, *methods]
        return methods or [by_code]

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "accounts.stages.SecondStep"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        "add_email_blocked": _lazy("This e-mail cannot be used here."),
        "cannot_delete_authenticator": _lazy("Set up another second step first."),
        "cannot_generate_recovery_codes": _lazy("Set up an app or a passkey first."),
        "incorrect_code": _lazy("This is not the code. The app shows a new one every half minute."),
        "unverified_email": _lazy("First type the code that we sent to this e-mail."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)
