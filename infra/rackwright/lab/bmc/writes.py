"""What can be written to a BMC: sessions, reset, boot override, virtual media.

Each function applies one transition and notes it in the log; what takes time goes on behind the
answer.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from rackwright.lab.bmc import access, host, messages, services, system
from rackwright.lab.bmc.actions import Action, By
from rackwright.lab.bmc.devices import Kind
from rackwright.lab.bmc.exchange import Answer, Exchange, etag
from rackwright.lab.bmc.messages import Refusal


async def open_session(exchange: Exchange) -> Response | Refusal:
    """Log in; the token is said once, here."""
    wanted = await exchange.body()
    if isinstance(wanted, Refusal):
        return wanted
    bmc, log = exchange.bmc, exchange.around.log
    user = str(wanted.get("UserName", ""))
    by = By(user, exchange.by.source)
    if not access.matches(bmc.device, user, wanted.get("Password")):
        log.append(bmc.device, Action.SESSION, by, outcome="refused")
        return messages.no_valid_session()
    number, bmc.sessions = access.opened(bmc.sessions, user)
    log.append(bmc.device, Action.SESSION, by, outcome="opened", id=number)
    said = services.session(number, user)
    headers = {"X-Auth-Token": bmc.sessions[number].token, "Location": said["@odata.id"]}
    return JSONResponse(said, 201, headers)


async def close_session(exchange: Exchange) -> Refusal | None:
    """Log out."""
    number = exchange.parameter("session")
    if exchange.bmc.sessions.pop(number, None) is None:
        return messages.missing(exchange.path)
    exchange.log(Action.SESSION, outcome="closed", id=number)
    return None


async def reset(exchange: Exchange) -> Refusal | None:
    """Switch a system on, off, or off and on."""
    wanted = await exchange.body()
    if isinstance(wanted, Refusal):
        return wanted
    bmc = exchange.bmc
    if not bmc.device.system or exchange.parameter("system") != bmc.device.system:
        return messages.missing(exchange.path)
    if "ResetType" not in wanted:
        return messages.lacking("ResetType", "ComputerSystem.Reset")
    return host.switch(exchange.around, bmc, wanted["ResetType"], exchange.by)


async def patch_system(exchange: Exchange) -> Refusal | None:
    """Set the boot override or the indicator."""
    wanted = await exchange.body()
    if isinstance(wanted, Refusal):
        return wanted
    refusal = _unpatchable(exchange)
    if refusal:
        return refusal
    outcome = system.patched(exchange.bmc.system, wanted)
    if isinstance(outcome, Refusal):
        return outcome
    exchange.bmc.system = outcome
    if boot := wanted.get("Boot"):
        exchange.log(Action.BOOT_OVERRIDE, **boot)
    return None


def _unpatchable(exchange: Exchange) -> Refusal | None:
    found, device = exchange.resource(), exchange.bmc.device
    if found is None:
        return messages.missing(exchange.path)
    if device.kind is not Kind.COMPUTE or exchange.parameter("system") != device.system:
        return messages.not_allowed("PATCH", exchange.path)
    if exchange.request.headers.get("if-match", "*") not in ("*", etag(found)):
        return messages.changed_meanwhile()
    return None


async def insert_media(exchange: Exchange) -> Refusal | None:
    """Put an image into a slot; it is read when the system boots."""
    wanted = await exchange.body()
    outcome = wanted if isinstance(wanted, Refusal) else _inserted(exchange, wanted)
    if isinstance(outcome, Refusal):
        return outcome
    exchange.bmc.system = outcome
    slot = exchange.parameter("slot")
    exchange.log(Action.INSERT_MEDIA, slot=slot, image=outcome.media[slot])
    return None


def _inserted(exchange: Exchange, wanted: dict[str, Any]) -> system.System | Refusal:
    if not _has_slot(exchange):
        return messages.missing(exchange.path)
    return system.inserted(exchange.bmc.system, exchange.parameter("slot"), wanted)


async def eject_media(exchange: Exchange) -> Refusal | None:
    """Take the image out of a slot; nothing to do for an empty one."""
    if not _has_slot(exchange):
        return messages.missing(exchange.path)
    slot = exchange.parameter("slot")
    exchange.bmc.system = system.ejected(exchange.bmc.system, slot)
    exchange.log(Action.EJECT_MEDIA, slot=slot)
    return None


def _has_slot(exchange: Exchange) -> bool:
    device = exchange.bmc.device
    own = exchange.parameter("manager") == device.manager
    return own and device.kind is Kind.COMPUTE and exchange.parameter("slot") in system.SLOTS


MEDIUM = "/Managers/{manager}/VirtualMedia/{slot}/Actions/VirtualMedia"
WRITES: tuple[tuple[str, str, Answer], ...] = (
    ("/SessionService/Sessions", "POST", open_session),
    ("/SessionService/Sessions/{session}", "DELETE", close_session),
    ("/Systems/{system}/Actions/ComputerSystem.Reset", "POST", reset),
    ("/Systems/{system}", "PATCH", patch_system),
    (f"{MEDIUM}.InsertMedia", "POST", insert_media),
    (f"{MEDIUM}.EjectMedia", "POST", eject_media),
)
"""Path, method, and what does it."""
