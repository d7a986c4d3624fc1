"""A host's SSH key and the certificate that proves it.

Nobody can compare fingerprints of thousands of hosts. So a host's key is made here when the host is
deployed, signed with the site's authority, and travels to it in the config drive; every client
trusts the authority and nothing else. The private key exists in this process for a moment and on
the host; a host that is deployed again gets another. The authority's key is read when it is used.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rackwright.problems import SecretError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FOR_EVER = 2**64 - 1
"""What OpenSSH writes for a certificate without an end: a host lives until it is deployed again."""


@dataclass(frozen=True, slots=True)
class HostKey:
    """A host's key and certificate, as OpenSSH writes them."""

    private: str = field(repr=False)
    public: str
    certificate: str


def host_key(names: tuple[str, ...], authority: str) -> HostKey:
    """Return a new key for the host with these names and addresses, signed by the authority.

    Raises:
        SecretError: `authority` is not a private key that OpenSSH would read.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    key = Ed25519PrivateKey.generate()
    return HostKey(
        private=key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode(),
        public=key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode(),
        certificate=_certificate(key, names, authority),
    )


def _certificate(key: Ed25519PrivateKey, names: tuple[str, ...], authority: str) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import (
        SSHCertificateBuilder,
        SSHCertificateType,
        load_ssh_private_key,
    )

    try:
        signer = load_ssh_private_key(authority.rstrip("\n").encode() + b"\n", password=None)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SecretError(
            "the key of the SSH host authority cannot be read as a private key without passphrase",
            "put an OpenSSH private key where access.host_ca_key leads",
        ) from error
    builder = (
        SSHCertificateBuilder()
        .public_key(key.public_key())
        .serial(int.from_bytes(hashlib.sha256(key.public_key().public_bytes_raw()).digest()[:8]))
        .type(SSHCertificateType.HOST)
        .key_id(names[0].encode())
        .valid_principals([name.encode() for name in names])
        .valid_after(0)
        .valid_before(FOR_EVER)
    )
    return builder.sign(signer).public_bytes().decode()  # type: ignore[arg-type]
