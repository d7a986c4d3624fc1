"""The secrets of a lab: made up on the spot, except for SSH keys that everybody knows.

A site's files name secrets by reference and never hold one. A lab must put something where the
references lead: random passwords, a certificate authority of its own, a random Slurm key. SSH is
different, because known_hosts and authorized_keys are rendered and reviewed: their private halves
must exist before the lab does. A site with `purpose: lab` therefore uses keys that follow from a
sentence; `rules.access` keeps them out of every other site.
"""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    SSHCertificateBuilder,
    SSHCertificateType,
)
from cryptography.x509.oid import NameOID

from rackwright.problems import PlanError

DAYS = 30
SLURM_KEY_BYTES = 1024
HOST_CA = "rackwright lab ssh-host-ca"
ADMINISTRATOR = "rackwright lab ssh-admin"


def derived_key(sentence: str) -> Ed25519PrivateKey:
    """Return the key that follows from a sentence; no secret to anybody."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(sentence.encode()).digest())


def public_text(key: Ed25519PrivateKey) -> str:
    """Return a public key as OpenSSH writes it."""
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def private_text(key: Ed25519PrivateKey) -> str:
    """Return a private key as OpenSSH reads it."""
    form = PrivateFormat.OpenSSH
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def host_certificate(key: Ed25519PrivateKey, names: tuple[str, ...]) -> str:
    """Return the lab's host CA's word that `key` belongs to the host with these names."""
    now = datetime.datetime.now(datetime.UTC)
    return (
        SSHCertificateBuilder()
        .public_key(key.public_key())
        .serial(0)
        .type(SSHCertificateType.HOST)
        .key_id(names[0].encode())
        .valid_principals([name.encode() for name in names])
        .valid_after(int((now - datetime.timedelta(hours=1)).timestamp()))
        .valid_before(int((now + datetime.timedelta(days=DAYS)).timestamp()))
        .sign(derived_key(HOST_CA))
        .public_bytes()
        .decode()
    )


def require_lab_keys(host_ca: str, purpose: str) -> None:
    """Check that the site's host CA is the lab's, whose private half is known here.

    Raises:
        PlanError: The site brings its own keys: it is meant for real hosts.
    """
    if host_ca.split()[:2] != public_text(derived_key(HOST_CA)).split()[:2]:
        raise PlanError(
            f"the site's SSH host CA is its own (purpose: {purpose}); a lab cannot sign with it",
            "copy the site, set `purpose: lab` and the keys of tests/sites/one-rack, and render",
        )


def write_private(path: Path, content: bytes | str) -> None:
    """Write a file that only its owner can read, and could never read before either."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def password() -> str:
    """Return a new password."""
    return secrets.token_urlsafe(24)


def slurm_key() -> bytes:
    """Return a new key for Slurm's own authentication (auth/slurm)."""
    return secrets.token_bytes(SLURM_KEY_BYTES)


class Authority:
    """A certificate authority that lives as long as the lab."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "rackwright lab")])

    def certificate(self) -> str:
        """Return the authority's own certificate, what clients trust."""
        builder = self._builder(self.name, self.key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        return self._signed(builder)

    def issue(self, name: str, addresses: Iterable[str]) -> tuple[str, str]:
        """Return a certificate for all `addresses` and its private key, as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        names = [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
        builder = self._builder(subject, key.public_key()).add_extension(
            x509.SubjectAlternativeName(names), critical=False
        )
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self._signed(builder), private.decode()

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=DAYS))
        )

    def _signed(self, builder: x509.CertificateBuilder) -> str:
        certificate = builder.sign(self.key, hashes.SHA256())
        return certificate.public_bytes(Encoding.PEM).decode()
