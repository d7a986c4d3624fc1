"""One compute tray, from whatever state it is in to a running operating system.

An `up` may have been cut short anywhere, so nothing is assumed: the BMC is asked who it is, Ironic
in what state it has the tray, and the way goes on from there. Each of Ironic's steps is asked for
at most once in a run; a state that comes back is a failure with Ironic's own reason. A tray counts
as up when its BMC says that the operating system runs and the host proves itself over SSH. Then its
config drive, which holds its private key, is taken away: a drive that is still there means a
deployment nobody has seen running, and only such a one may be deployed again. A tray that once ran
is never deployed again, whatever is wrong with it now.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rackwright import plan
from rackwright.problems import RackwrightError, ServiceFailed
from rackwright.provision import identity, replacement
from rackwright.provision.difference import ACTIVE
from rackwright.provision.outside import Node, Outside
from rackwright.provision.waiting import Verdict, until
from rackwright.redfish import ON, OS_RUNNING, Reading

NEXT = {
    "enroll": "manage",
    "manageable": "provide",
    "available": "active",
    "deploy failed": "active",
}
"""Ironic's states that lead on, and the action that does."""
PASSING = frozenset(
    {
        "adopting",
        "clean wait",
        "cleaning",
        "deleting",
        "deploying",
        "inspect wait",
        "inspecting",
        "verifying",
        "wait call-back",
    }
)
"""Ironic's states that end by themselves."""
LOOKS_UNTIL_CERTAIN = 3
"""A boot problem must be said this often in a row: a BMC may still speak of the boot before."""


@dataclass(frozen=True, slots=True)
class TrayWork:
    """A compute tray to bring up."""

    rack: plan.Rack
    tray: plan.ComputeTray
    outside: Outside
    retired: list[dict[str, str]] = field(default_factory=list)
    """Filled with what to remember of nodes that this tray replaced."""

    async def tell(self, words: str) -> None:
        """Say how far this tray is."""
        await self.outside.tell(f"{self.rack.name} {self.tray.label}: {words}")


async def bring_up(work: TrayWork) -> None:
    """Bring a compute tray up, or find that it is.

    Raises:
        ServiceFailed: It is not up, with the reason from whoever knows it best.
    """
    await identity.require(work.outside.bmcs, work.rack, work.tray)
    node = await _own_node(work)
    if node.provision == ACTIVE:
        await _resume(work, node)
    else:
        await _deploy(work)
    await _take_drive_away(work)


async def _own_node(work: TrayWork) -> Node:
    ironic, tray = work.outside.ironic, work.tray
    node = await ironic.node(tray.name)
    if node and replacement.is_replaced(node, tray):
        work.retired.append(await replacement.retire(ironic, node, tray))
        await work.tell(f"the node of the tray with serial {node.serial} is retired")
        node = None
    if node is None:
        await ironic.enrol(tray)
        await work.tell("enrolled")
    return await _node(work)


async def _resume(work: TrayWork, node: Node) -> None:
    """Bring a deployed tray back: with power if it lost it, anew only if it never ran."""
    await _power_on(work)
    try:
        await _require_up(work)
    except ServiceFailed:
        if not node.config_drive:
            raise
        await work.tell("its deployment never ran; it is deployed again")
        await _ask(work, "deleted")
        await _deploy(work)


async def _deploy(work: TrayWork) -> None:
    asked: set[str] = set()
    node = await _settled(work)
    while node.provision != ACTIVE:
        verb = NEXT.get(node.provision, "")
        if node.maintenance or not verb or verb in asked:
            raise ServiceFailed(await _why(work, node))
        asked.add(verb)
        await _ask(work, verb)
        node = await _settled(work)
    if "active" in asked:
        await _require_up(work)
        await work.tell("deployed")
    else:
        await _resume(work, node)


async def _ask(work: TrayWork, verb: str) -> None:
    """Ask Ironic for a step, with a record as declared and, to deploy, a new config drive."""
    tray, ironic = work.tray, work.outside.ironic
    await ironic.renew(tray)
    drive = None
    if verb == "active":
        await work.outside.images.require(tray)
        drive = work.outside.drive(tray)
    await ironic.ask(tray.name, verb, drive)


async def _settled(work: TrayWork) -> Node:
    async def look() -> Node | None:
        node = await _node(work)
        return None if node.provision in PASSING else node

    patience = work.outside.patience
    return await until(look, patience.ironic, patience.pause, "Ironic is not done")


async def _node(work: TrayWork) -> Node:
    node = await work.outside.ironic.node(work.tray.name)
    if node is None:
        raise Verdict(f"Ironic's node {work.tray.name} is gone")
    return node


async def _why(work: TrayWork, node: Node) -> str:
    if node.maintenance:
        return f"Ironic has it in maintenance: {node.maintenance}"
    reason = node.last_error or await work.outside.ironic.last_fault(node.name)
    if reason:
        return f"Ironic says: {reason}"
    return f"Ironic has it as {node.provision!r} and says no more"


async def _power_on(work: TrayWork) -> None:
    tray, bmcs, patience = work.tray, work.outside.bmcs, work.outside.patience
    if (await bmcs.read(tray.bmc)).power == ON:
        return
    await work.outside.ironic.power_on(tray.name)

    async def look() -> Reading | None:
        reading = await bmcs.read(tray.bmc)
        return reading if reading.power == ON else None

    await until(look, patience.power, patience.pause, "it has no power after it was switched on")
    await work.tell("powered on")


async def _require_up(work: TrayWork) -> None:
    await _require_running(work)
    patience, node = work.outside.patience, await _node(work)
    # once it was seen running, whoever runs the host may give it another key
    host_key = node.host_key if node.config_drive else ""

    async def look() -> bool:
        await work.outside.hosts.require_reachable(work.tray.interface.address, host_key)
        return True

    late = f"the host at {work.tray.interface.address} does not prove itself over SSH"
    await until(look, patience.host, patience.pause, late)


async def _require_running(work: TrayWork) -> None:
    patience = work.outside.patience
    said: list[str] = []

    async def look() -> Reading | None:
        reading = await work.outside.bmcs.read(work.tray.bmc)
        said.append(reading.problem)
        if all(said[-LOOKS_UNTIL_CERTAIN:]) and len(said) >= LOOKS_UNTIL_CERTAIN:
            raise Verdict(f"the BMC says: {reading.problem}")
        return reading if reading.boot_progress == OS_RUNNING else None

    await until(look, patience.boot, patience.pause, "its operating system is not running")


async def _take_drive_away(work: TrayWork) -> None:
    ironic, name = work.outside.ironic, work.tray.name
    if not (await _node(work)).config_drive:
        return
    try:
        await ironic.take_drive_away(name)
    except RackwrightError as error:
        raise ServiceFailed(
            f"it is up, but its config drive with its host key is still there: {error.message}"
        ) from error
