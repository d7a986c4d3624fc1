"""What serves the racks: service nodes, Ironic, BMC credentials, access."""

from typing import Annotated, Literal

from rackwright.spec.language import Bounds, Spec, field
from rackwright.spec.words import (
    Address,
    Address6,
    Fingerprint,
    InterfaceName,
    Name,
    PublicKey,
    RackName,
    SecretReference,
    Url,
    UserName,
    Whole,
)

Role = Literal["dhcp", "dns", "time", "ironic", "scheduler", "monitoring", "ufm", "nmx", "login"]
Standby = Literal["dhcp", "dns", "time", "scheduler"]
"""Roles whose files do not change when a second node has them too."""


class NodePlace(Spec):
    """Where a service node stands, for whoever has to walk there."""

    hall: str = field(description="The hall.")
    rack: RackName | None = field(
        default=None, description="The rack: one without GPUs has any name that no other has."
    )
    u: Annotated[Whole, Bounds(ge=1, le=60)] | None = field(
        default=None, description="The lowest rack unit it takes."
    )


class ServiceNode(Spec):
    """A host outside the GPU racks that runs the site's services."""

    name: Name = field(description="The node's host name.")
    address: Address = field(description="Its address on the services network.")
    ipv6_address: Address6 | None = field(
        default=None, description="Its address there in IPv6, beside the other."
    )
    interface: InterfaceName = field(description="Its interface on the services network.")
    place: NodePlace | None = field(
        default=None, description="Where it stands: {hall: h1, rack: srv01, u: 12}."
    )
    roles: tuple[Role, ...] = field(default=(), description="What runs on it.")
    standby: tuple[Standby, ...] = field(
        default=(),
        description="What runs on it too, for when the node that has the role is down.",
    )


class SlurmSite(Spec):
    """What all Slurm clusters of the site share."""

    key: SecretReference = field(description="slurm.key, which nodes and controllers share.")


class Credentials(Spec):
    """How to log in to one class of BMC."""

    user: UserName = field(description="The user name.")
    password: SecretReference = field(description="Where the password is found.")


class ClassCredentials(Credentials):
    """How to log in to one class of BMC, how that was at the factory, and how it is trusted."""

    factory: Credentials | None = field(
        default=None, description="The login it leaves the factory with, which must not stay."
    )
    ca: SecretReference | None = field(
        default=None,
        description="The CA certificate that theirs come from, where it is not that of `bmc.ca`.",
    )
    fingerprints: tuple[Fingerprint, ...] = field(
        default=(),
        max_length=1000,
        description="Their certificates one by one, where no CA of the site's signed them.",
    )


class BmcCredentials(Spec):
    """Credentials by device class."""

    compute: ClassCredentials = field(description="Of compute trays.")
    nvlink_switch: ClassCredentials = field(description="Of NVLink switch trays.")
    power_shelf: ClassCredentials = field(description="Of power shelves.")


class Bmc(Spec):
    """How BMCs are trusted and logged in to."""

    ca: SecretReference | None = field(
        default=None,
        description="The CA certificate that BMCs' certificates come from, where their class has "
        "no other trust.",
    )
    credentials: BmcCredentials = field(description="By device class.")


class Ironic(Spec):
    """The Ironic that deploys compute trays."""

    url: Url = field(description="Its API, on a service node with the role ironic.")
    user: UserName = field(description="The user of its HTTP basic authentication.")
    password: SecretReference = field(description="Where the password is found.")
    ca: SecretReference = field(description="The CA certificate its own certificate comes from.")


class Access(Spec):
    """Who may log in to a host, and how a host proves itself."""

    user: UserName = field(description="The user that administrators and Ansible log in as.")
    authorized_keys: tuple[PublicKey, ...] = field(
        min_length=1, description="Public keys of administrators."
    )
    user_ca: PublicKey | None = field(
        default=None,
        description="The CA whose certificates let people log in to compute trays, too.",
    )
    key: SecretReference = field(description="The private key that Ansible logs in with.")
    host_ca: PublicKey = field(description="The CA whose certificate every host key must have.")
    host_ca_key: SecretReference = field(
        description="The CA's private key; host keys are signed with it at deployment."
    )
