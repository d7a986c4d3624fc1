"""Tenants: who the racks are for, and the numbers that keep them apart on every fabric.

A tenant is one P_Key on InfiniBand and one VRF with one VNI on Ethernet. They follow from its
index, as a rack's addresses do from its own: no tenant that comes or goes changes another's.
"""

from typing import Annotated

from rackwright.spec.language import Bounds, Spec, field
from rackwright.spec.words import Index, Name, Whole

PKey = Annotated[Whole, Bounds(ge=1, le=0x7FFE)]
"""0x7fff is the default partition, which everybody is in."""
Vni = Annotated[Whole, Bounds(ge=1, le=16_777_214)]


class PKeys(Spec):
    """The P_Keys that tenants are given."""

    first: PKey = field(description="The P_Key of the tenant with index 1, such as 0x101.")
    last: PKey = field(description="The last P_Key that may be given.")


class Vnis(Spec):
    """The VXLAN network identifiers that tenants are given."""

    first: Vni = field(description="The VNI of the tenant with index 1.")
    last: Vni = field(description="The last VNI that may be given.")


class Tenant(Spec):
    """Somebody the racks are for, and nobody else may reach."""

    name: Name = field(description="The tenant's name; also the name of its VRF.")
    index: Index = field(description="Its place in the ranges; P_Key and VNI follow from it.")


class Tenancy(Spec):
    """The tenants of the site."""

    planned_tenants: Annotated[Whole, Bounds(ge=1, le=999)] = field(
        description="How many tenants there will be one day; the ranges must hold them."
    )
    p_keys: PKeys = field(description="The P_Keys that tenants are given, on InfiniBand.")
    vnis: Vnis = field(description="The VNIs that tenants are given, on Ethernet.")
    tenants: tuple[Tenant, ...] = field(min_length=1, description="The tenants there are.")
