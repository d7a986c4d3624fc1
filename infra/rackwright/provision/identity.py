"""Is this the device that the paper says is here?

Nothing may be powered, enrolled or erased through a BMC that belongs to another device than the
one as built: a swapped cable would otherwise destroy a running host. So every action on a device
begins with `require`, which reads the live serial and compares.
"""

from __future__ import annotations

from rackwright import plan
from rackwright.problems import ServiceFailed
from rackwright.provision.outside import Bmcs
from rackwright.redfish import Reading


async def require(bmcs: Bmcs, rack: plan.Rack, device: plan.ComputeTray | plan.Device) -> Reading:
    """Return what the BMC says of the device, once it has named the as-built serial.

    Raises:
        ServiceFailed: The BMC does not answer, or names another serial.
    """
    reading = await bmcs.read(device.bmc)
    if reading.serial != device.serial:
        line = f"as-built/{rack.unit}.csv: the line of {rack.name},{device.label}"
        raise ServiceFailed(
            f"the BMC at {device.bmc.address} names the serial {reading.serial or '(none)'}, "
            f"as built is {device.serial}; nothing was done to it. Check the cable; where the "
            f"paper is wrong, change {line}"
        )
    return reading
