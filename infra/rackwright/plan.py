"""What rendered/ says to machines: the one door between describing and acting.

Provisioning, configuring, verifying and the lab must do exactly what people reviewed. So they read
nothing but rendered/, through the frozen records of this module, which `render` writes as JSON and
`read_*` loads back. A record says *what* a rack is, never how to bring it up.

    rendered/site/plan.json    SitePlan: service nodes, subnets, what a lab or a service needs
    rendered/<unit>/plan.json  UnitPlan: one scalable unit, complete in itself; one Pulumi stack

Addresses are text (`10.64.0.11`), MAC addresses lower case with colons, prefixes `10.64.0.0/24`.
`*_ref` fields hold secret references (`env:`, `file:`), never values.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

from rackwright.problems import PlanError

VERSION = 1
SITE_FOLDERS = ("infra/sites", "tests/sites")
"""Where sites lie in a repository, in the order they are looked for."""
Record = TypeVar("Record")


class Credentials(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to log in to one class of BMC."""

    user: str
    password_ref: str


class Trust(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By which certificate BMCs of one class prove themselves."""

    ca_ref: str
    """The authority it is of; empty where certificates are pinned."""
    fingerprints: tuple[str, ...]
    """SHA-256 of each that is pinned, as OpenSSL prints it: `AB:CD:…`."""


class BmcKind(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the BMCs of one class, in one type of rack, answer to and can do."""

    device_class: str
    """A key of `UnitPlan.credentials` and of `UnitPlan.trust`."""
    dialect: str
    """The family of its Redfish; a word for people."""
    system: str
    """Redfish ComputerSystem id; empty where there is none, as on a power shelf."""
    manager: str
    """Redfish Manager id."""
    chassis: str
    """Redfish Chassis id that tells the device class."""
    virtual_media: bool
    """It lends its host a boot medium."""
    multipart_update: bool
    """It takes firmware through Redfish's MultipartHttpPushUri."""
    leak_detectors: int
    """How many leak detectors it reports."""


class Bmc(Struct, frozen=True, forbid_unknown_fields=True):
    """A baseboard management controller on the out-of-band network."""

    address: str
    mac: str
    kind: str
    """A key of `UnitPlan.bmc_kinds`."""


class Interface(Struct, frozen=True, forbid_unknown_fields=True):
    """The in-band interface of a host."""

    name: str
    mac: str
    address: str
    prefix_length: int
    gateway: str


class ComputeTray(Struct, frozen=True, forbid_unknown_fields=True):
    """One compute tray: a host with four GPUs."""

    name: str
    """The host's name, unique in the site: `a01-p1-dgx-01-c01`."""
    label: str
    """Its short name inside the rack: `c01`."""
    index: int
    """NVIDIA's tray number, from 1."""
    slot: int
    """The rack unit it sits in."""
    serial: str
    bmc: Bmc
    interface: Interface
    pool: str
    hold: str = ""
    """Why acting rooms must leave it alone; empty when they need not."""


class Device(Struct, frozen=True, forbid_unknown_fields=True):
    """An NVLink switch tray or a power shelf: powered and watched, never deployed."""

    name: str
    label: str
    index: int
    slot: int
    serial: str
    bmc: Bmc


class Decommission(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The approved removal of a rack; without it nothing deletes a rack."""

    approval: str
    sanitise: bool


class Rack(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One installed rack, trays in the order of their index."""

    name: str
    hall: str
    unit: str
    index: int
    kind: str
    compute_trays: tuple[ComputeTray, ...]
    switch_trays: tuple[Device, ...]
    power_shelves: tuple[Device, ...]
    power_supplies: int
    """Power supplies in each shelf."""
    architecture: str
    """Of its hosts' processors, as Linux and Ironic call it: `aarch64`."""
    hold: str = ""
    decommission: Decommission | None = None

    @property
    def devices(self) -> tuple[ComputeTray | Device, ...]:
        """Everything in the rack that has a BMC."""
        return (*self.compute_trays, *self.switch_trays, *self.power_shelves)


class Image(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A boot medium that compute trays of a pool are deployed with."""

    name: str
    url: str
    sha256: str
    """Digest of the medium; empty where the site has not pinned one."""


class Pool(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A node pool as provisioning sees it."""

    name: str
    scheduler: str
    image: Image


class Ironic(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The Ironic that deploys compute trays."""

    url: str
    credentials: Credentials
    ca_ref: str


class Access(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may log in to a host, and how a host proves itself."""

    host_ca: str
    """Public key that known_hosts trusts, `ssh-ed25519 AAAA…`."""
    host_ca_key_ref: str
    """Private half, for signing host keys at deployment."""
    authorized_keys: tuple[str, ...]
    user: str


class UnitPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scalable unit: what its Pulumi stack declares."""

    version: int
    site: str
    domain: str
    unit: str
    racks: tuple[Rack, ...]
    pools: dict[str, Pool]
    credentials: dict[str, Credentials]
    """By class: `compute`, `nvlink-switch`, `power-shelf`."""
    trust: dict[str, Trust]
    """By class."""
    bmc_kinds: dict[str, BmcKind]
    ironic: Ironic
    access: Access
    nameservers: tuple[str, ...]


class File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rendered file and where it goes on a host."""

    source: str
    """Relative to rendered/."""
    path: str
    owner: str = "root"
    mode: str = "0644"


class Folder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rendered folder and where it goes on a host, with all that is in it."""

    source: str
    """Relative to rendered/."""
    path: str


class ServiceNode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A host outside the GPU racks that runs the site's services."""

    name: str
    address: str
    prefix_length: int
    gateway: str
    interface: str
    roles: tuple[str, ...]
    """Of `dhcp`, `dns`, `time`, `ironic`, `scheduler`, and what only people read."""
    files: tuple[File, ...]
    ipv6_address: str = ""
    """With its prefix length, `fd00:75::10/64`; empty where it has none."""
    folders: tuple[Folder, ...] = ()
    """What is served of many switches: named by folder, for the files would be thousands."""


class Subnet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One routed subnet and its gateway address."""

    name: str
    network: str
    """`out-of-band`, `in-band` or `services`."""
    prefix: str
    gateway: str


class Receiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who is told of alerts."""

    name: str
    secret_ref: str
    path: str
    """Where the monitoring nodes have its secret."""


class SitePlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What belongs to the whole site."""

    version: int
    site: str
    domain: str
    purpose: str
    """`production`, or `lab` for a site whose SSH keys are publicly known."""
    service_nodes: tuple[ServiceNode, ...]
    subnets: tuple[Subnet, ...]
    units: tuple[str, ...]
    pools: tuple[str, ...]
    slurm_key_ref: str
    ssh_key_ref: str
    """Private key of an administrator, for Ansible."""
    ironic: Ironic
    receivers: tuple[Receiver, ...] = ()
    """Whom the monitoring nodes tell of alerts."""
    bmc_ca_refs: dict[str, str] = field(default_factory=dict)
    """The CA of each class of BMC that has one, for the monitoring nodes; others are pinned."""


def read_site(site: Path) -> SitePlan:
    """Return the plan of the site in folder `site` (the one that holds rendered/)."""
    return _read(site / "rendered/site/plan.json", SitePlan)


def read_unit(site: Path, unit: str) -> UnitPlan:
    """Return the plan of one scalable unit of the site in folder `site`.

    Raises:
        PlanError: There is no such plan, or it is not one.
    """
    return _read(site / "rendered" / unit / "plan.json", UnitPlan)


def load(record: type[Record], data: Any) -> Record:  # noqa: ANN401  (any JSON value)
    """Return `data`, as read from JSON, as a record of the given type.

    Raises:
        PlanError: A field is missing, unknown or of another type.
    """
    try:
        return msgspec.convert(data, record)
    except msgspec.ValidationError as error:
        raise PlanError(_without_root(str(error))) from error


def _read(path: Path, record: type[Record]) -> Record:
    hint = "render the site again"
    try:
        text = path.read_bytes()
        version = msgspec.json.decode(text, type=_Versioned).version
        if version != VERSION:
            raise PlanError(f"{path} is a plan of version {version}, not {VERSION}", hint)
        return msgspec.json.decode(text, type=record)
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {error.strerror}", hint) from error
    except msgspec.ValidationError as error:
        raise PlanError(f"{path} is no plan: {_without_root(str(error))}", hint) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PlanError(f"{path} is not JSON", hint) from error


class _Versioned(Struct, frozen=True):
    """What a plan of any version has."""

    version: int


def _without_root(sentence: str) -> str:
    """Return what msgspec says, with a path as people write it: `racks[0].name`."""
    return sentence.replace("`$.", "`")
