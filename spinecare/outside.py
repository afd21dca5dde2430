"""`python -m spinecare.outside FILE`: is the certificate that nginx shows one that browsers trust?

For each name of ALLOWED_HOSTS. What is wrong is said, and compose starts nothing behind it; that it ends within
a week is only said. `OWN_CERTIFICATE=1` is the written exception, for a trial without patients.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

AHEAD = timedelta(days=7)
INSIDE = {"localhost", "127.0.0.1"}


def problems(chain: bytes, names: Sequence[str], trusted: bytes, now: datetime) -> list[str]:
    """What a browser would say of this chain (PEM, the site's own certificate first), by name; none when it
    is trusted for all names. `trusted`: the authorities, PEM."""
    leaf, *between = x509.load_pem_x509_certificates(chain)
    authorities = Store(list(_authorities(trusted)))
    policy = PolicyBuilder().store(authorities).time(now.replace(tzinfo=None))
    found = []
    for name in names:
        try:
            policy.build_server_verifier(x509.DNSName(name)).verify(leaf, between)
        except VerificationError as error:
            found.append(f"{name}: {error}")
    return found


def _authorities(trusted: bytes) -> Iterator[x509.Certificate]:
    """Without the few that are older than the rules of today."""
    with warnings.catch_warnings(action="error", category=CryptographyDeprecationWarning):
        for one in re.findall(rb"-----BEGIN .+?-----END CERTIFICATE-----", trusted, re.DOTALL):
            with suppress(ValueError, CryptographyDeprecationWarning):
                yield x509.load_pem_x509_certificate(one)


def main(file: Path) -> str:
    """Why nothing is to start; empty when all is well, or excepted."""
    names = [name for name in os.environ["ALLOWED_HOSTS"].split(",") if name not in INSIDE]
    trusted = Path(certifi.where()).read_bytes()
    chain, now = file.read_bytes(), datetime.now(UTC)
    found = problems(chain, names, trusted, now)
    said = "".join(f"The certificate is not one that browsers trust. {each}\n" for each in found)
    if found and os.environ.get("OWN_CERTIFICATE") != "1":
        return said
    if found:
        sys.stdout.write(f"{said}Let through by OWN_CERTIFICATE: no patients here.\n")
    elif problems(chain, names, trusted, now + AHEAD):
        sys.stdout.write("The certificate ends within a week: renew it.\n")
    return ""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
