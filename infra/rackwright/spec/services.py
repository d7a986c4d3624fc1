"""What serves the racks: service nodes, node pools, Ironic, BMC credentials, access."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rackwright.spec.choice import LIST_OR_RANGE, ListTag, RangeTag
from rackwright.spec.firmware import Versions
from rackwright.spec.words import (
    Address,
    Digest,
    Index,
    InterfaceName,
    Line,
    Name,
    PublicKey,
    SecretReference,
    Spec,
    Url,
    UserName,
    Whole,
)

Role = Literal["dhcp", "dns", "time", "ironic", "scheduler", "monitoring", "ufm", "nmx", "login"]
Standby = Literal["dhcp", "dns", "time"]
"""Roles whose files do not change when a second node has them too."""


class ServiceNode(Spec):
    """A host outside the GPU racks that runs the site's services."""

    name: Name = Field(description="The node's host name.")
    address: Address = Field(description="Its address on the services network.")
    interface: InterfaceName = Field(description="Its interface on the services network.")
    roles: tuple[Role, ...] = Field(default=(), description="What runs on it.")
    standby: tuple[Standby, ...] = Field(
        default=(),
        description="What runs on it too, for when the node that has the role is down.",
    )


class Image(Spec):
    """The boot medium a compute tray is deployed with."""

    name: Line = Field(description="What the medium calls itself.")
    url: Url = Field(description="Where Ironic fetches it.")
    sha256: Digest | None = Field(
        default=None, description="Its digest; pin it wherever the medium is not rebuilt daily."
    )


class Slurm(Spec):
    """How a pool is scheduled by Slurm."""

    controller: str = Field(description="The service node that runs slurmctld for this pool.")
    spares: Annotated[Whole, Field(ge=0, le=71)] = Field(
        default=0,
        description="How many compute trays of every rack a block can do without: 1 is 17+1.",
    )
    block_sizes: tuple[Annotated[Whole, Field(ge=1, le=4096)], ...] | None = Field(
        default=None,
        min_length=1,
        description="BlockSizes of topology/block; every rack must have at least the first. By "
        "default the compute trays of a rack less its spares.",
    )


class SlurmSite(Spec):
    """What all Slurm clusters of the site share."""

    key: SecretReference = Field(description="slurm.key, which nodes and controllers share.")


class UnitsOfHall(Spec):
    """Scalable units with consecutive indexes of one hall."""

    hall: str = Field(description="The hall.")
    first: Index = Field(description="The first unit's index.")
    count: Annotated[Whole, Field(ge=1, le=999)] = Field(description="How many units.")


class RackSelection(Spec):
    """Racks by where they stand or by name; a rack that any line selects is selected."""

    halls: tuple[str, ...] = Field(default=(), description="Every rack of these halls.")
    scalable_units: Annotated[
        Annotated[tuple[UnitsOfHall, ...], ListTag] | Annotated[UnitsOfHall, RangeTag],
        LIST_OR_RANGE,
    ] = Field(default=(), description="Every rack of these scalable units.")
    names: tuple[str, ...] = Field(default=(), description="These racks.")


class Pool(Spec):
    """Racks that are used alike."""

    name: Name = Field(description="The pool's name; also the name of its Slurm partition.")
    racks: RackSelection | None = Field(
        default=None,
        description="Its racks, beside those that name the pool themselves. A selection wins over "
        "the pool in the site's defaults.",
    )
    scheduler: Literal["slurm"] = Field(description="What gives out its nodes.")
    image: Image = Field(description="What its compute trays boot.")
    versions: Versions | None = Field(
        default=None, description="The software its compute trays must have."
    )
    slurm: Slurm = Field(description="Slurm's settings.")


class Credentials(Spec):
    """How to log in to one class of BMC."""

    user: UserName = Field(description="The user name.")
    password: SecretReference = Field(description="Where the password is found.")


class BmcCredentials(Spec):
    """Credentials by device class."""

    compute: Credentials = Field(description="Of compute trays.")
    nvlink_switch: Credentials = Field(description="Of NVLink switch trays.")
    power_shelf: Credentials = Field(description="Of power shelves.")


class Bmc(Spec):
    """How BMCs are trusted and logged in to."""

    ca: SecretReference = Field(description="The CA certificate that BMCs' certificates come from.")
    credentials: BmcCredentials = Field(description="By device class.")


class Ironic(Spec):
    """The Ironic that deploys compute trays."""

    url: Url = Field(description="Its API, on a service node with the role ironic.")
    user: UserName = Field(description="The user of its HTTP basic authentication.")
    password: SecretReference = Field(description="Where the password is found.")
    ca: SecretReference = Field(description="The CA certificate its own certificate comes from.")


class Access(Spec):
    """Who may log in to a host, and how a host proves itself."""

    user: UserName = Field(description="The user that administrators and Ansible log in as.")
    authorized_keys: tuple[PublicKey, ...] = Field(
        min_length=1, description="Public keys of administrators."
    )
    key: SecretReference = Field(description="The private key that Ansible logs in with.")
    host_ca: PublicKey = Field(description="The CA whose certificate every host key must have.")
    host_ca_key: SecretReference = Field(
        description="The CA's private key; host keys are signed with it at deployment."
    )
