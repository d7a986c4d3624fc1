"""The way out: a rack leaves only when the specification says so, and in two steps.

First `decommission` is set on the rack, rendered and reviewed, and `pulumi up` undeploys its
compute trays through Ironic, which powers them off, and then powers off the NVLink switch trays.
Only then may the rack be taken out of the specification: its deletion forgets the Ironic nodes.
Draining the scheduler comes before both and is the operator's step: nothing here looks whether jobs
run.
"""

from __future__ import annotations

from collections.abc import Sequence

from rackwright import plan
from rackwright.problems import RackwrightError, ServiceFailed, Unfinished
from rackwright.provision import identity, replacement
from rackwright.provision.bringup import Outcome, each
from rackwright.provision.difference import UNDEPLOYED
from rackwright.provision.outside import Node, Outside
from rackwright.provision.tray import PASSING
from rackwright.provision.waiting import STOPPED, unless, until
from rackwright.redfish import OFF


async def decommission(rack: plan.Rack, outside: Outside) -> Outcome:
    """Undeploy a rack's compute trays and power its NVLink switch trays off."""
    if rack.hold:
        return Outcome((f"{rack.name}: is on hold: {rack.hold}",))
    reasons: list[str] = []
    try:
        await unless(outside.stopped, _in_order(rack, outside, reasons))
    except Unfinished:
        return Outcome((*sorted(reasons), STOPPED), stopped=True)
    return Outcome(tuple(sorted(reasons)))


async def delete(rack: plan.Rack, outside: Outside) -> None:
    """Forget the Ironic nodes of a decommissioned rack.

    Raises:
        RackwrightError: The rack was never decommissioned, or a tray of it is still deployed.
    """
    require_approval(rack)
    nodes = [await outside.ironic.node(tray.name) for tray in rack.compute_trays]
    there = [node for node in nodes if node]
    if deployed := [node.name for node in there if node.provision not in UNDEPLOYED]:
        raise ServiceFailed(
            f"{rack.name} cannot be deleted: still deployed are {', '.join(deployed)}; "
            "run `pulumi up` with the decommission until it succeeds"
        )
    for node in there:
        await outside.ironic.delete(node, f"{rack.name} is decommissioned")


def require_approval(rack: plan.Rack) -> None:
    """Check that a rack was decommissioned before it is deleted.

    Raises:
        RackwrightError: It was not, and how to do it.
    """
    if rack.decommission is None or not rack.decommission.approval:
        raise RackwrightError(
            f"{rack.name} is not deleted: it was never decommissioned. First set `decommission: "
            f"{{approval: …, sanitise: true}}` on rack {rack.name} in site.yaml, render, have the "
            f"difference reviewed and run `pulumi up`; only then take the rack out"
        )


async def _in_order(rack: plan.Rack, outside: Outside, reasons: list[str]) -> None:
    async def undeploy(compute: plan.ComputeTray) -> None:
        await _undeploy(rack, compute, outside)

    async def switch_off(device: plan.Device) -> None:
        reading = await identity.require(outside.bmcs, rack, device)
        if reading.power != OFF:
            await outside.bmcs.power_off(device.bmc)

    await each(rack, _free(rack.compute_trays), undeploy, outside, reasons)
    if not reasons:
        await each(rack, rack.switch_trays, switch_off, outside, reasons)


def _free(trays: Sequence[plan.ComputeTray]) -> list[plan.ComputeTray]:
    return [tray for tray in trays if not tray.hold]


async def _undeploy(rack: plan.Rack, tray: plan.ComputeTray, outside: Outside) -> None:
    node = await outside.ironic.node(tray.name)
    if node is None or node.provision in UNDEPLOYED:
        return
    if replacement.is_replaced(node, tray):
        raise ServiceFailed(f"Ironic has it with serial {node.serial}, as built is {tray.serial}")
    await identity.require(outside.bmcs, rack, tray)
    if node.provision not in PASSING:
        if rack.decommission and rack.decommission.sanitise:
            await outside.ironic.require_cleaning(tray.name)
        await outside.ironic.ask(tray.name, "deleted")
    await _require_undeployed(tray, outside)
    await outside.tell(f"{rack.name} {tray.label}: undeployed")


async def _require_undeployed(tray: plan.ComputeTray, outside: Outside) -> None:
    async def look() -> Node | None:
        found = await outside.ironic.node(tray.name)
        return None if found and found.provision in PASSING else found

    patience = outside.patience
    node = await until(look, patience.ironic, patience.pause, "Ironic is not done")
    if node.provision not in UNDEPLOYED:
        raise ServiceFailed(
            f"Ironic has it as {node.provision!r}: {node.last_error or 'no reason'}"
        )
