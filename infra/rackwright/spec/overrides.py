"""The last word about one device: a value the arithmetic or the catalogue gets wrong for it.

Metal is not always as the type says: a tray comes back with another BMC, an address was burned by a
switch that cannot be changed. An override says so, raw and after everything else, with its reason;
every summary of the rack lists it, so nobody has to find it in a diff.
"""

from typing import Annotated

from rackwright.spec.language import Spec, field
from rackwright.spec.words import Form, Reason

_DEVICE = Form(
    r"racks\.[a-z0-9-]+\.trays\.[a-z0-9-]+\.[a-z_]+(\.[a-z_]+)?",
    "a value of a device, such as racks.a01.trays.c07.bmc_address",
)

_VALUE = Form("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", "an address, or a Redfish id such as System_0")


class Override(Spec):
    """One value of one device, whatever it would be otherwise."""

    at: Annotated[str, _DEVICE] = field(
        description="The value, as `rackwright show` names it: racks.a01.trays.c07.bmc_address."
    )
    value: Annotated[str, _VALUE] = field(description="What it is instead.")
    reason: Reason = field(description="Why, and who said so.")
