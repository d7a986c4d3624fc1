"""A tray that came in another's place.

A tray that is replaced keeps its position, name and addresses, and is another machine. Its serial
in the as-built list changes; Ironic still has a node of this name with the old serial. That node is
retired when the live BMC has named the new serial, and only by forgetting it: its BMC address is
the new tray's now, so any power action through it would hit the wrong machine.
"""

from __future__ import annotations

from rackwright import plan
from rackwright.problems import ServiceFailed
from rackwright.provision.outside import Ironic, Node


def is_replaced(node: Node, tray: plan.ComputeTray) -> bool:
    """Return whether a node is of another machine than the tray, which has its name.

    Raises:
        ServiceFailed: Somebody else enrolled the node, so that nothing is known of its machine.
    """
    if not node.serial:
        raise ServiceFailed(
            f"Ironic has a node {node.name} ({node.id}) that Rackwright did not enrol; "
            f"delete or rename it: openstack baremetal node set --name OTHER {node.id}"
        )
    return node.serial != tray.serial


async def retire(ironic: Ironic, node: Node, tray: plan.ComputeTray) -> dict[str, str]:
    """Forget the node of the machine that the tray replaced; return what to remember of it.

    The caller has read the tray's serial from the live BMC.
    """
    await ironic.delete(node, f"replaced by the tray with serial {tray.serial}")
    return {"name": node.name, "serial": node.serial, "node": node.id}
