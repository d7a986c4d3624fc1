"""What serves the racks: service nodes, node pools, Ironic, BMC credentials, access."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rackwright.spec.words import (
    Address,
    Digest,
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

Role = Literal["dhcp", "dns", "time", "ironic", "scheduler"]


class ServiceNode(Spec):
    """A host outside the GPU racks that runs the site's services."""

    name: Name = Field(description="The node's host name.")
    address: Address = Field(description="Its address on the services network.")
    interface: InterfaceName = Field(description="Its interface on the services network.")
    roles: tuple[Role, ...] = Field(min_length=1, description="What runs on it.")


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
    block_sizes: tuple[Annotated[Whole, Field(ge=1, le=4096)], ...] = Field(
        default=(18,),
        min_length=1,
        description="BlockSizes of topology/block; every rack must have at least the first.",
    )


class SlurmSite(Spec):
    """What all Slurm clusters of the site share."""

    key: SecretReference = Field(description="slurm.key, which nodes and controllers share.")


class Pool(Spec):
    """Racks that are used alike."""

    name: Name = Field(description="The pool's name; also the name of its Slurm partition.")
    scheduler: Literal["slurm"] = Field(description="What gives out its nodes.")
    image: Image = Field(description="What its compute trays boot.")
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
