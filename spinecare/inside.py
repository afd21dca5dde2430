"""`python -m spinecare.inside AUTHORITY FOLDER`: certificates for what nginx and web say to each other.

An authority of this installation alone signs one certificate, for the name `web`; nginx trusts nobody else
there. What is good for another month is kept, so it runs at each start. The authority's key stays in its own
folder, which no other container sees.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

# nginx asks for the first, the health check for the other.
NAMES = ("web", "localhost")
AUTHORITY_LASTS, LASTS = timedelta(days=3650), timedelta(days=180)
RENEWED_BEFORE = timedelta(days=30)


def prepare(authority: Path, folder: Path, now: datetime) -> bool:
    """Make what is missing or ends soon: `authority.pem` (who is trusted), `web.pem`, `web-key.pem`.
    Whether a new certificate was made."""
    if not _lasts(folder / "authority.pem", now):
        _make_authority(authority / "key.pem", folder / "authority.pem", now)
        (folder / "web.pem").unlink(missing_ok=True)
    if _lasts(folder / "web.pem", now):
        return False
    trusted = x509.load_pem_x509_certificate((folder / "authority.pem").read_bytes())
    signer = load_pem_private_key((authority / "key.pem").read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)  # noqa: S101 - we made it
    key = ec.generate_private_key(ec.SECP256R1())
    _write_key(folder / "web-key.pem", key)
    names = x509.SubjectAlternativeName([x509.DNSName(name) for name in NAMES])
    asked = _begun(NAMES[0], trusted.subject, key, now, LASTS).add_extension(names, critical=False)
    signed = asked.sign(signer, hashes.SHA256())
    (folder / "web.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    return True


def _lasts(file: Path, now: datetime) -> bool:
    if not file.exists():
        return False
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    return certificate.not_valid_after_utc > now + RENEWED_BEFORE


def _make_authority(key_file: Path, file: Path, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    _write_key(key_file, key)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "spinecare inside")])
    is_authority = x509.BasicConstraints(ca=True, path_length=0)
    asked = _begun("spinecare inside", name, key, now, AUTHORITY_LASTS)
    signed = asked.add_extension(is_authority, critical=True).sign(key, hashes.SHA256())
    file.write_bytes(signed.public_bytes(Encoding.PEM))


def _begun(
    name: str,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    lasts: timedelta,
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    number = x509.random_serial_number()
    # A clock that is behind by some minutes must not refuse it.
    begins = now - timedelta(hours=1)
    return x509.CertificateBuilder(issuer, subject, key.public_key(), number, begins, now + lasts)


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """For its owner alone from the first byte on."""
    said = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(said)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    made = prepare(Path(sys.argv[1]), Path(sys.argv[2]), datetime.now(UTC))
    sys.stdout.write("made\n" if made else "good for another month\n")
