"""Is what an image's URL serves the image that was reviewed?

A pool pins its boot medium by a digest, and Ironic compares none for a medium that a host boots
from. So before the first tray of an `up` is deployed, what the URL serves is read once and
compared; a medium of another digest is deployed on no tray. Ironic reads it again a moment later:
whoever can swap a file on the image server in between is not stopped by this, a mirror that is
stale or a file that was overwritten is.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rackwright import plan
from rackwright.problems import ServiceFailed
from rackwright.secrets import Secrets

if TYPE_CHECKING:
    import httpx

SECONDS = 30
"""How long the image server may be silent."""


@dataclass(frozen=True, slots=True)
class HttpImages:
    """The images of a unit's pools, on the server that their URLs name."""

    unit: plan.UnitPlan
    secrets: Secrets
    digests: dict[str, asyncio.Task[str]] = field(default_factory=dict)
    """By URL: each is read once in a process, whether that goes well or not."""

    async def require(self, tray: plan.ComputeTray) -> None:
        """Check that the image of a tray's pool is the pinned one; an image without a pin is.

        Raises:
            ServiceFailed: It is another, or cannot be read.
        """
        image = self.unit.pools[tray.pool].image
        if not image.sha256:
            return
        reading = self.digests.get(image.url)
        if reading is None:
            reading = self.digests[image.url] = asyncio.ensure_future(self._digest(image.url))
        found = await asyncio.shield(reading)
        if found != image.sha256:
            raise ServiceFailed(
                f"{image.url} serves an image with the digest {found}, pinned is {image.sha256}; "
                "it is deployed nowhere"
            )

    async def _digest(self, url: str) -> str:
        import httpx

        trusted = ssl.create_default_context()
        trusted.load_verify_locations(self.secrets.path(self.unit.ironic.ca_ref))
        async with httpx.AsyncClient(verify=trusted, timeout=SECONDS, trust_env=False) as client:
            return await digest(client, url)


async def digest(client: httpx.AsyncClient, url: str) -> str:
    """Return the SHA-256 of what a URL serves.

    Raises:
        ServiceFailed: It cannot be read.
    """
    import httpx

    total = hashlib.sha256()
    try:
        async with client.stream("GET", url) as answer:
            answer.raise_for_status()
            async for part in answer.aiter_bytes():
                total.update(part)
    except httpx.HTTPStatusError as error:
        raise ServiceFailed(f"{url} answers {error.response.status_code}") from error
    except httpx.HTTPError as error:
        raise ServiceFailed(f"{url} cannot be read: {error or type(error).__name__}") from error
    return total.hexdigest()
