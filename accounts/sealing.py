"""What lies in the database and must not be read there: sealed with the keys of second factors."""

from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _box() -> MultiFernet:
    """The first key encrypts, all of them decrypt, so that a key can be replaced."""
    return MultiFernet([Fernet(key) for key in settings.MFA_KEYS])


def seal(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises InvalidToken for what was sealed with a key that is gone, or changed since."""
    return _box().decrypt(sealed.encode()).decode()


def unseal_or_nothing(sealed: str, *, within: timedelta) -> str:
    """The same for what comes from outside; empty when it is not ours, or older."""
    try:
        return _box().decrypt(sealed.encode(), ttl=int(within.total_seconds())).decode()
    except InvalidToken:
        return ""
