from __future__ import annotations

import ssl
import stat
import subprocess
from pathlib import Path

import pytest

import worlds
from rackwright import plan
from rackwright.lab import keys
from rackwright.problems import PlanError


def test_the_example_site_trusts_the_labs_host_ca_and_administrator() -> None:
    access = plan.read_unit(worlds.ONE_RACK, "h1-su01").access
    keys.require_lab_keys(access.host_ca, "lab")
    assert access.authorized_keys == (keys.public_text(keys.derived_key(keys.ADMINISTRATOR)),)


def test_a_site_with_a_host_ca_of_its_own_is_refused() -> None:
    own = keys.public_text(keys.derived_key("a site's own"))
    with pytest.raises(PlanError, match="host CA is its own"):
        keys.require_lab_keys(own, "production")


def test_openssh_reads_a_host_certificate(tmp_path: Path) -> None:
    key = keys.derived_key("a host")
    path = tmp_path / "host-cert.pub"
    path.write_text(keys.host_certificate(key, ("svc01", "10.63.0.10")))
    shown = subprocess.run(
        ["ssh-keygen", "-L", "-f", path], capture_output=True, text=True, check=True
    ).stdout
    assert "host certificate" in shown
    assert "10.63.0.10" in shown


def test_a_secret_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets/password"
    keys.write_private(path, keys.password())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_two_labs_have_no_password_in_common() -> None:
    assert keys.password() != keys.password()
    assert keys.slurm_key() != keys.slurm_key()


def test_a_client_that_trusts_the_authority_accepts_what_it_issued(tmp_path: Path) -> None:
    authority = keys.Authority()
    certificate, key = authority.issue("bmc", ["127.0.0.1", "127.0.0.2"])
    for name, text in {"ca": authority.certificate(), "crt": certificate, "key": key}.items():
        (tmp_path / name).write_text(text)
    client = ssl.create_default_context(cafile=str(tmp_path / "ca"))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "crt", tmp_path / "key")
    assert shaken_hands(client, server, "127.0.0.2")
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken_hands(client, server, "127.0.0.9")


def shaken_hands(client: ssl.SSLContext, server: ssl.SSLContext, address: str) -> bool:
    """Return whether a handshake in memory comes to its end."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(back, there, server_hostname=address)
    theirs = server.wrap_bio(there, back, server_side=True)
    done = set()
    for side in (ours, theirs) * 4:
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
        done.add(side)
    return done == {ours, theirs}
