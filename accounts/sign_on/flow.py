"""To a clinic's sign-on and back, by allauth's OpenID Connect client: state, PKCE, the exchange of the code.
What comes back is checked here; allauth trusts an ID token that came over TLS and asks for no nonce."""

from __future__ import annotations

import secrets
from typing import Any

import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from cryptography.fernet import InvalidToken
from django.http import HttpRequest, HttpResponse

from accounts.models import SignOnProvider
from accounts.sealing import unseal
from accounts.sign_on.claims import Claims, NotBelieved, claims_of, read_token
from accounts.sign_on.outgoing import outgoing

FAULTS = (requests.RequestException, OAuth2Error, KeyError, ValueError, TypeError, InvalidToken)


class NotReached(Exception):
    """The sign-on does not answer, or not as one does."""


class Stopped(Exception):
    """It was stopped there, or this is no answer to a question that this browser asked."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Its apps are the clinics' rows; nobody signs up by it, and nobody is found by an e-mail."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        rows = SignOnProvider.objects.filter(key=provider or "", ended_at=None)
        return [app_of(row) for row in rows]

    def get_requests_session(self) -> requests.Session:
        return outgoing()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class Client(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    @property
    def openid_config(self) -> dict[str, Any]:
        """As it says of itself, if it is the one that the clinic named."""
        config: dict[str, Any] = super().openid_config
        if config["issuer"] != self.get_provider().app.settings["issuer"]:
            raise NotBelieved("issuer")
        return config


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    oauth2_adapter_class = Client
    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        return ["openid", "email"]


def app_of(row: SignOnProvider) -> SocialApp:
    """Never saved: the secret lies sealed in our own table."""
    address = f"{row.issuer.rstrip('/')}/.well-known/openid-configuration"
    return SocialApp(
        provider="openid_connect",
        provider_id=row.key,
        name=row.name,
        client_id=row.client_id,
        secret=unseal(row.sealed_secret),
        settings={"server_url": address, "issuer": row.issuer},
    )


def send_there(
    request: HttpRequest, row: SignOnProvider, purpose: str, **kept: Any
) -> HttpResponse:
    """`kept` comes back with the answer, in this browser alone. Raises NotReached, NotBelieved."""
    nonce = secrets.token_urlsafe(24)
    asked = {"nonce": nonce, **({"acr_values": row.acr_values} if row.acr_values else {})}
    kept |= {"nonce": nonce, "purpose": purpose}
    try:
        away: HttpResponse = Provider(request, app_of(row)).redirect(
            request, process=AuthProcess.LOGIN, auth_params=asked, **kept
        )
    except FAULTS as error:
        raise NotReached from error
    return away


def come_back(request: HttpRequest, row: SignOnProvider) -> tuple[Claims, dict[str, Any]]:
    """What it says, and what was kept. Each answer counts once. Raises Stopped, NotReached, NotBelieved."""
    asked = request.GET.get("state", "")
    kept = statekit.unstash_state(request, provider_id=row.key, state_id=asked)
    if kept is None or "code" not in request.GET:
        raise Stopped
    client = Client(request, row.key)
    try:
        token = client.get_access_token_data(
            request,
            app := app_of(row),
            client.get_client(request, app),
            pkce_code_verifier=kept.get("pkce_code_verifier"),
        )
        claims = read_token(
            token["id_token"],
            keys=_keys(client),
            issuer=row.issuer,
            client_id=row.client_id,
            nonce=kept["nonce"],
        )
        return _with_address(claims, client, token), kept
    except FAULTS as error:
        raise NotReached from error


def _keys(client: Client) -> dict[str, Any]:
    with outgoing() as session:
        answer = session.get(client.openid_config["jwks_uri"])
        answer.raise_for_status()
        keys: dict[str, Any] = answer.json()
    return keys


def _with_address(claims: Claims, client: Client, token: dict[str, Any]) -> Claims:
    """Many say the address only where one asks once more."""
    if claims.email or "userinfo_endpoint" not in client.openid_config:
        return claims
    said: dict[str, Any] = client._fetch_user_info(token["access_token"])
    if said.get("sub") != claims.subject:
        raise NotBelieved("userinfo")
    more = claims_of(said)
    return Claims(claims.subject, more.email, more.email_is_verified, claims.ways, claims.level)
