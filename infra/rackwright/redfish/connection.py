"""How to reach a BMC, and what its refusals mean.

A BMC refuses in many voices: a socket error, a TLS alert, a status code, a page that is no JSON.
People need one short sentence. `reason` is the only place that knows the voices; it serves every
HTTPS service that is asked the same way, such as Ironic. Certificates are always verified, as
`trust` says, and proxies of the environment are ignored.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rackwright.redfish.trust import SECONDS, Trust, context

if TYPE_CHECKING:
    import httpx

STATUS_WORDS = {
    401: "answered 401: the user or the password is wrong",
    403: "answered 403: the user may not do this",
}


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a BMC, or a service asked like one, is and how to log in; made when it is used."""

    address: str
    user: str
    password: str = field(repr=False)
    trust: Trust


@asynccontextmanager
async def client(connection: Connection) -> AsyncIterator[httpx.AsyncClient]:
    """Give an HTTPS client that logs in with every request.

    Raises:
        ServiceFailed: The certificate there is none of the pinned ones.
    """
    import httpx

    async with httpx.AsyncClient(
        auth=(connection.user, connection.password),
        verify=await context(connection.address, connection.trust),
        timeout=SECONDS,
        trust_env=False,
    ) as https:
        yield https


def reason(error: Exception) -> str:
    """Return why a request failed, in a few words without the address."""
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        return STATUS_WORDS.get(status, f"answered {status}")
    if isinstance(error, httpx.TimeoutException):
        return f"no answer in {SECONDS} s"
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "its certificate is not trusted"
    if isinstance(error, LookupError | TypeError | AttributeError):
        return "answered something else than expected"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
