"""One request to one BMC, and what can be said back.

An answer is a response, `None` for "done, nothing to say", or a `Refusal`: so what answers a
request need not know how Redfish puts either of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from rackwright.lab.bmc import messages, trees
from rackwright.lab.bmc.actions import Action, By
from rackwright.lab.bmc.host import Bmc, Emulation
from rackwright.lab.bmc.messages import Refusal
from rackwright.lab.bmc.resources import Resource


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, the BMC it was sent to, and all others."""

    request: Request
    bmc: Bmc
    around: Emulation

    @property
    def path(self) -> str:
        """The path, without a slash at its end."""
        return str(self.request.scope["path"])

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.request.method

    @property
    def by(self) -> By:
        """Who sent it."""
        return self.request.scope["by"]  # type: ignore[no-any-return]  # a scope has no types

    def parameter(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def resource(self) -> Resource | None:
        """Return the resource that the path leads to."""
        return tree(self.bmc).get(self.path)

    def log(self, action: Action, **details: object) -> None:
        """Note what was done."""
        self.around.log.append(self.bmc.device, action, self.by, **details)

    async def body(self) -> dict[str, Any] | Refusal:
        """Return the JSON object that was sent; nothing sent is an empty one."""
        try:
            sent = json.loads(await self.request.body() or b"{}")
        except ValueError:
            return messages.malformed()
        return sent if isinstance(sent, dict) else messages.malformed()


Answer = Callable[[Exchange], Awaitable[Response | Refusal | None]]


def tree(bmc: Bmc) -> dict[str, Resource]:
    """Return every resource of a BMC as it is now."""
    users = {number: session.user for number, session in bmc.sessions.items()}
    return trees.resources(bmc.shown, bmc.system, users)


def etag(resource: Resource) -> str:
    """Return what tells one state of a resource from another."""
    digest = hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).hexdigest()
    return f'"{digest[:16]}"'
