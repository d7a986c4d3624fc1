"""Whom a BMC must prove itself to: a certificate authority, or a certificate that is pinned.

BMCs of some classes leave the factory with one certificate that nobody signed and no site can
replace. Its fingerprint, read once beside the device, is as good as an authority: before a password
goes anywhere the certificate is looked at, and only that very one is trusted by the connection that
carries it, whatever address it was made for.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from rackwright import plan
from rackwright.problems import ServiceFailed
from rackwright.secrets import Secrets

SECONDS = 10
"""How long a service may take to show its certificate."""
PORT = 443

Trust = Path | frozenset[str]
"""A file with a certificate authority, or the SHA-256 fingerprints of what may be shown."""


def trust(declared: plan.Trust, secrets: Secrets) -> Trust:
    """Return what a plan declares, ready for a connection."""
    if declared.fingerprints:
        return frozenset(declared.fingerprints)
    return secrets.path(declared.ca_ref)


async def context(address: str, trusted: Trust) -> ssl.SSLContext:
    """Return the TLS settings for requests to an address.

    Raises:
        ServiceFailed: The certificate there is none of the pinned ones.
        OSError: Nobody shows one.
    """
    if isinstance(trusted, Path):
        return ssl.create_default_context(cafile=str(trusted))
    shown = await asyncio.to_thread(pinned, address, trusted)
    settings = ssl.create_default_context(cadata=ssl.DER_cert_to_PEM_cert(shown))
    settings.check_hostname = False  # the certificate is known, and may name any address
    settings.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return settings


def pinned(address: str, fingerprints: frozenset[str]) -> bytes:
    """Return the certificate that an address shows, in DER, if it is a pinned one.

    Raises:
        ServiceFailed: It is another.
        OSError: Nobody shows one.
    """
    shown = _shown(address)
    if fingerprint(shown) not in fingerprints:
        raise ServiceFailed(
            f"the BMC at {address}: its certificate has the fingerprint {fingerprint(shown)}, and "
            "that is not pinned",
            "compare it with the device; if it is right, add it to `fingerprints:` under `bmc:`",
        )
    return shown


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 fingerprint of a certificate in DER, as OpenSSL prints it."""
    return hashlib.sha256(certificate).digest().hex(":").upper()


def _shown(address: str) -> bytes:
    place = urlsplit(f"//{address}")
    settings = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    settings.check_hostname = False
    settings.verify_mode = ssl.CERT_NONE  # only to look at it: nothing is sent
    with (
        socket.create_connection((place.hostname or "", place.port or PORT), SECONDS) as plain,
        settings.wrap_socket(plain) as tls,
    ):
        return tls.getpeercert(binary_form=True) or b""
