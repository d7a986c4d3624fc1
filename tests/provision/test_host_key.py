from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    SSHCertificateType,
    load_ssh_private_key,
    load_ssh_public_identity,
)

from rackwright.problems import SecretError
from rackwright.provision.host_key import host_key

AUTHORITY = Ed25519PrivateKey.generate()
NAMES = ("a01-p1-dgx-01-c01", "10.65.0.11")


def authority() -> str:
    form = PrivateFormat.OpenSSH
    return AUTHORITY.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def test_the_certificate_is_the_authoritys_word_for_this_host() -> None:
    certificate = load_ssh_public_identity(host_key(NAMES, authority()).certificate.encode())
    certificate.verify_cert_signature()
    assert certificate.type is SSHCertificateType.HOST
    assert certificate.valid_principals == [name.encode() for name in NAMES]
    assert certificate.signature_key() == AUTHORITY.public_key()


def test_the_private_key_belongs_to_the_certificate() -> None:
    key = host_key(NAMES, authority().rstrip("\n"))
    private = load_ssh_private_key(key.private.encode(), None)
    certificate = load_ssh_public_identity(key.certificate.encode())
    assert private.public_key() == certificate.public_key()


def test_every_deployment_has_a_key_of_its_own() -> None:
    assert host_key(NAMES, authority()).public != host_key(NAMES, authority()).public


def test_a_key_is_not_shown() -> None:
    assert "PRIVATE" not in repr(host_key(NAMES, authority()))


def test_an_authority_that_is_no_key_is_refused_without_its_value() -> None:
    with pytest.raises(SecretError) as caught:
        host_key(NAMES, "not-a-key")
    assert "not-a-key" not in str(caught.value)
