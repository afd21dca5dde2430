"""The steps of signing in that differ from allauth's."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

from accounts.opened_by import shown_by


class SecondStep(AuthenticateStage):  # type: ignore[misc]
    """Asked of everybody at work, and of patients who set up an authenticator app. A patient's passkey is
    another way in, never a second lock: who loses the phone still has the code by e-mail."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is not None and (there := shown_by(request, user.pk)).opened_at in there.two_steps:
            return False
        is_patient = user is not None and not user.working_memberships
        if is_patient and not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            return False
        return bool(super()._should_handle(request))
