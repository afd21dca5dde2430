"""Patients get no warning of their browser: a certificate that nobody trusts stops the start."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from spinecare import outside

NOW = datetime.now(UTC)
NAME = "spinecare.example"


def subject(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@pytest.fixture(scope="module")
def authority():
    key, name = ec.generate_private_key(ec.SECP256R1()), subject("An authority that browsers know")
    usage = x509.KeyUsage(*[False] * 5, True, True, False, False)
    own = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, NOW - timedelta(days=1), NOW + timedelta(days=900))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(usage, critical=True)
    )  # fmt: skip
    return key, own.sign(key, hashes.SHA256())


def certificate(signer, issuer, *, names=(NAME,), lasts=90):
    key = ec.generate_private_key(ec.SECP256R1())
    known = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    own = (
        x509.CertificateBuilder(issuer, subject(names[0]), key.public_key(), 2, NOW - timedelta(days=1), NOW + timedelta(days=lasts))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(known, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )  # fmt: skip
    return own.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM)


def said_of(chain, authority, names=(NAME,)):
    return outside.problems(chain, names, authority[1].public_bytes(Encoding.PEM), NOW)


def test_one_that_browsers_trust_is_well(authority):
    assert said_of(certificate(authority[0], authority[1].subject), authority) == []


def test_one_that_somebody_made_for_themselves_is_told(authority):
    key = ec.generate_private_key(ec.SECP256R1())
    assert said_of(certificate(key, subject(NAME)), authority)


def test_one_for_another_name_is_told(authority):
    chain = certificate(authority[0], authority[1].subject)
    [about] = said_of(chain, authority, names=(NAME, "www.clinic.example"))
    assert about.startswith("www.clinic.example: ")


@pytest.mark.parametrize(
    ("lasts", "stops", "says"), [(90, False, ""), (6, False, "within a week"), (0, True, "")]
)
def test_one_that_has_ended_stops_the_start_and_one_that_ends_soon_is_only_said(
    authority, monkeypatch, tmp_path, capsys, lasts, stops, says
):
    """A clinic that cannot be reached for a certificate's last week would be worse than the warning."""
    monkeypatch.setenv("ALLOWED_HOSTS", NAME)
    monkeypatch.setattr(outside.certifi, "where", lambda: tmp_path / "known.pem")
    (tmp_path / "known.pem").write_bytes(authority[1].public_bytes(Encoding.PEM))
    file = tmp_path / "fullchain.pem"
    file.write_bytes(certificate(authority[0], authority[1].subject, lasts=lasts))
    assert bool(outside.main(file)) is stops
    said = capsys.readouterr().out
    assert says in said if says else said == ""


@pytest.mark.parametrize("excepted", ["", "1"])
def test_it_stops_the_start_unless_the_exception_is_written(
    monkeypatch, tmp_path, capsys, excepted
):
    monkeypatch.setenv("ALLOWED_HOSTS", f"{NAME},localhost")
    monkeypatch.setenv("OWN_CERTIFICATE", excepted)
    key, file = ec.generate_private_key(ec.SECP256R1()), tmp_path / "fullchain.pem"
    file.write_bytes(certificate(key, subject(NAME)))
    stopped = outside.main(file)
    assert (NAME in stopped) is not bool(excepted)
    assert ("no patients here" in capsys.readouterr().out) is bool(excepted)
