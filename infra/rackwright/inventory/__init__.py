"""The expanded unit: what is true of every rack, device and network, as flat sorted tables.

Cables, power and addresses cross the tree of halls and racks, so the inventory is tables of small
records that name each other: easy to compare, to sort, to print, and impossible to change on the
way. It holds data and look-ups; `expand` alone makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from rackwright import plan
from rackwright.hardware import DeviceClass, HardwareType, Number, Redfish
from rackwright.inventory.boot import NetworkBoot
from rackwright.inventory.cabling import Cables, Fabric, Switch
from rackwright.inventory.devices import Devices
from rackwright.inventory.dns import Zones
from rackwright.inventory.infiniband import Member
from rackwright.inventory.management import Managed
from rackwright.inventory.monitoring import Receiver
from rackwright.inventory.scheduling import Slurm
from rackwright.inventory.switching import Switches

SITE_UNIT = "site"


class Unit(Struct, frozen=True):
    """What is rendered, deployed and reviewed alone."""

    kind: Literal["site", "fabric", "scalable-unit", "pool"]
    name: str

    @property
    def folder(self) -> str:
        """Its folder under rendered/."""
        above = {"fabric": "fabrics/", "pool": "pools/"}
        return f"{above.get(self.kind, '')}{self.name}"


Network = Literal["out-of-band", "in-band", "storage", "loopbacks", "point-to-point"]


class Subnet(Struct, frozen=True, array_like=True):
    """One rack's prefix on one network; `gateway` is empty where it is no network of hosts."""

    network: Network
    prefix: str
    length: int
    gateway: str


class Rack(Struct, frozen=True, kw_only=True, array_like=True):
    """One rack position, planned or installed."""

    name: str
    hall: str
    unit: str
    pod: int
    """The index of its scalable unit."""
    index: int
    """Its place in the scalable unit, from 1."""
    number: int
    """Its place in the site's address spaces, from 0."""
    hardware: HardwareType
    installed: bool
    pool: str
    nvlink_domain: str
    feeds: tuple[str, ...]
    """The feeds that share its load: one, or the two of a pair."""
    hold: str
    decommission: plan.Decommission | None
    open: Mapping[str, str]
    """Positions where nothing is installed, label to reason."""
    holds: Mapping[str, str]
    """Positions that acting rooms leave alone, label to reason."""
    out_of_band: Subnet
    in_band: Subnet
    further: Mapping[str, Subnet] = field(default_factory=dict)
    """Its prefixes on the site's other networks and in IPv6: `storage`, `in_band_ipv6`."""
    asn: int = 0
    """Its autonomous system number; 0 where the site gives none."""
    partitions: Mapping[str, str] = field(default_factory=dict)
    """The NVLink partitions its trays are in, by label; empty where its domain is not divided."""


class Device(Struct, frozen=True):
    """A compute tray, NVLink switch tray or power shelf in its position.

    In a pool it is a host, with what a scheduler knows of it: neither as-built data nor an address
    but the in-band one.
    """

    name: str
    rack: str
    device_class: DeviceClass
    label: str
    index: int
    slot: int
    redfish: Redfish
    bmc_address: str
    address: str
    """The host's in-band address; empty where it has no host."""
    open: str
    """Why nothing is installed here; empty where something is."""
    hold: str
    serial: str
    bmc_mac: str
    in_band_mac: str
    guids: tuple[str, ...] = ()
    """Of its NICs on the compute fabric, rail by rail; empty where nobody wrote them down."""
    further: Mapping[str, str] = field(default_factory=dict)
    """Its addresses on the rack's further prefixes; of links by number, `point_to_point_1`."""
    asn: int = 0
    """Its autonomous system number, or its rack's; 0 where it has none."""
    partition: str = ""
    """Its NVLink partition; empty where its domain is not divided."""
    oob_mac: str = ""
    """Of what else of it is on the out-of-band network; empty where nobody wrote it down."""
    oob_address: str = ""
    """Of the same; empty where it has nothing else there, or its rack's prefix no room for it."""

    @property
    def is_host(self) -> bool:
        """Whether an operating system of ours runs on it."""
        return bool(self.address)


class ServiceNode(Struct, frozen=True, kw_only=True):
    """A host that runs the site's services."""

    name: str
    address: str
    ipv6_address: str
    """Empty where it has none."""
    interface: str
    roles: tuple[str, ...]
    """What runs on it, `standby` included."""
    standby: tuple[str, ...]
    """Roles it has for when another node is down."""
    place: str
    """Where it stands, in words; empty where nobody says it."""


class Mount(Struct, frozen=True, kw_only=True):
    """A file system that every node of a pool has."""

    path: str
    kind: str
    servers: tuple[str, ...]
    export: str
    options: tuple[str, ...]
    client: str
    """The version of its client; empty where that comes with the kernel."""


class Tenant(Struct, frozen=True, kw_only=True):
    """Somebody the racks are for; its VRF bears its name."""

    name: str
    p_key: int
    vni: int


class Partition(Struct, frozen=True, kw_only=True):
    """A part of every NVLink domain of a pool: trays counted through the domain."""

    name: str
    first: int
    last: int


class Pool(Struct, frozen=True, kw_only=True):
    """Racks that are used alike."""

    name: str
    scheduler: str
    image: plan.Image
    controller: str
    """The service node with its slurmctld; empty where Slurm does not schedule it."""
    block_sizes: tuple[int, ...]
    spares: int
    """How many compute trays of a rack a block can do without."""
    versions: Mapping[str, str]
    """The software its compute trays must have, by name."""
    host_imex: bool
    """Whether its hosts run IMEX: always under Slurm, under Kubernetes where it says so."""
    compute_domains: bool
    """Whether its Kubernetes cluster runs IMEX, for each ComputeDomain."""
    cluster_version: str
    """The release of its Kubernetes cluster; empty where it does not say."""
    tenant: Tenant | None
    partitions: tuple[Partition, ...]
    kernel: str
    kernel_arguments: tuple[str, ...]
    acceptance: str
    """The acceptance profile of its racks; empty where it names none."""
    mounts: tuple[Mount, ...] = ()
    network_boot: NetworkBoot | None = None
    """What its compute trays boot over the network; None where DHCP offers them nothing."""
    slurm: Slurm | None = None
    """None where Slurm does not schedule it."""

    @property
    def controllers(self) -> tuple[str, ...]:
        """The service nodes with its slurmctld, the one that takes over last."""
        backup = self.slurm.backup if self.slurm else ""
        return tuple(name for name in (self.controller, backup) if name)


class Tenancy(Struct, frozen=True, kw_only=True):
    """The tenants of the site, and for how many the P_Keys and the VNIs last."""

    tenants: tuple[Tenant, ...]
    planned: int
    possible_p_keys: int
    possible_vnis: int


class Pin(Struct, frozen=True, kw_only=True):
    """The version of one component of firmware."""

    device_class: DeviceClass
    component: str
    version: str
    requires: tuple[str, ...]


class Lockfile(Struct, frozen=True, kw_only=True):
    """The firmware of racks of some kinds, in the order in which it is updated."""

    name: str
    kinds: tuple[str, ...]
    source: str
    pins: tuple[Pin, ...]


class Space(Struct, frozen=True, kw_only=True):
    """An address space of the site, or of one hall, and how much of it is planned for."""

    network: str
    hall: str
    """The hall that brought it; empty where it is the site's."""
    ipv6: bool
    prefix: str
    length: int
    gateway: str
    """Of the services network; empty where each rack has its own."""
    rack_length: int
    """Length of each rack's prefix; 0 where the network is not cut."""
    planned_racks: int
    possible_racks: int

    @property
    def title(self) -> str:
        """What people call it."""
        ipv6, hall = " IPv6" if self.ipv6 else "", f" of {self.hall}" if self.hall else ""
        return f"{self.network}{ipv6}{hall}"


class Asns(Struct, frozen=True, kw_only=True):
    """The autonomous system numbers of the site and how many of them are planned for."""

    first: int
    last: int
    per_rack: int
    planned_racks: int


class Feed(Struct, frozen=True, kw_only=True):
    """A power feed and what the unit hangs on it."""

    hall: str
    name: str
    capacity_kw: Number
    installed_kw: Number
    planned_kw: Number
    """Installed and planned racks together."""
    redundancy: str
    """Of its hall: n, n+1 or 2n."""
    lost_kw: Number
    """The most it carries, planned racks too, while another feed of its hall is lost."""
    rack_kw: Number | None = None
    """What a rack is held to meanwhile; None where nothing holds it."""


class CoolingLoop(Struct, frozen=True, kw_only=True):
    """A cooling loop of a hall and what its racks, planned ones too, ask of it."""

    hall: str
    name: str
    supply_celsius: Number
    cdus: int
    spare_cdus: int
    racks: int
    flow_lpm: Number
    """What its CDUs give with the spare ones lost."""
    needed_lpm: Number
    capacity_kw: Number | None
    """What heat they take away with the spare ones lost; None where nobody says."""
    heat_kw: Number
    beyond: tuple[str, ...]
    """Hardware types whose flow at this temperature nobody knows."""


class Upstream(Struct, frozen=True, kw_only=True):
    """What the site reaches outside itself; `package_mirror` is empty where it has none."""

    dns_forwarders: tuple[str, ...]
    border_prefixes: tuple[str, ...]
    package_mirror: str


class Accepted(Struct, frozen=True):
    """A warning the site accepts; `at` is empty where it does so everywhere."""

    code: str
    at: str
    reason: str


class Override(Struct, frozen=True, kw_only=True):
    """One value of one device that the specification sets by hand."""

    rack: str
    label: str
    field: str
    value: str
    reason: str


class Common(Struct, frozen=True, kw_only=True):
    """What belongs to the whole site and every unit may use."""

    site: str
    domain: str
    purpose: str
    host_interface: str
    spaces: tuple[Space, ...]
    """The address spaces, of each network the site's IPv4 first."""
    zones: Zones
    asns: Asns | None
    units: tuple[str, ...]
    service_nodes: tuple[ServiceNode, ...]
    pools: tuple[Pool, ...]
    tenancy: Tenancy | None
    lockfiles: tuple[Lockfile, ...]
    fabrics: tuple[Fabric, ...]
    time_sources: tuple[str, ...]
    upstream: Upstream
    log_server: ServiceNode
    """Where every host sends its log."""
    console_server: ServiceNode
    """Where the serial consoles are."""
    boot_url: str
    """Where DHCP's answers point at; empty where no node answers DHCP."""
    ironic: plan.Ironic
    access: plan.Access
    credentials: Mapping[str, plan.Credentials]
    factory_credentials: tuple[tuple[str, plan.Credentials], ...]
    """The logins that BMCs leave the factory with, for the classes where the site says them."""
    trust: Mapping[str, plan.Trust]
    slurm_key_ref: str
    ssh_key_ref: str
    user_ca: str
    """The SSH CA whose certificates let people log in; empty where there is none."""
    accepted: tuple[Accepted, ...]
    overrides: tuple[Override, ...]
    inputs: Mapping[str, str]
    """SHA-256 of every file the specification was read from."""
    receivers: tuple[Receiver, ...] = ()
    """Who is told of alerts."""
    links_per_tray: int = 0
    """How many routed links each compute tray has."""

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Return the prefixes of every address of the site, those of its switches last."""
        management = (each.management for each in self.fabrics if each.management)
        return (*(space.prefix for space in self.spaces), *management)

    def addresses_of(self, role: str) -> tuple[str, ...]:
        """Return the addresses of the service nodes with a role, those that stand by last."""
        nodes = [node for node in self.service_nodes if role in node.roles]
        nodes.sort(key=lambda node: role in node.standby)
        return tuple(node.address for node in nodes)

    def pool(self, name: str) -> Pool:
        """Return the pool of a name."""
        return next(pool for pool in self.pools if pool.name == name)

    def space(self, network: str) -> Space:
        """Return the site's IPv4 address space of a network."""
        return next(space for space in self.spaces if space.network == network)


class Outline(Struct, frozen=True):
    """What of a unit follows from the specification alone, whatever its as-built tables say."""

    racks: tuple[Rack, ...] = ()
    feeds: tuple[Feed, ...] = ()
    loops: tuple[CoolingLoop, ...] = ()


class Inventory(Struct, frozen=True, kw_only=True):
    """One unit, expanded. The site's own holds every rack, feed and loop, but no devices."""

    unit: Unit
    common: Common
    racks: tuple[Rack, ...]
    devices: Devices
    feeds: tuple[Feed, ...]
    loops: tuple[CoolingLoop, ...] = ()
    """The cooling loops of the site, in its own unit only."""
    switches: tuple[Switch, ...] = ()
    cables: Cables = field(default_factory=Cables)
    """Those of the unit once it is cabled: a campus has too many to hold them all at once."""
    members: tuple[Member, ...] = ()
    """Of an InfiniBand fabric: every tray with a port whose GUID is known."""
    switch_guids: Mapping[str, str] = field(default_factory=dict)
    """Of the InfiniBand fabrics here, by switch; only those that are known."""
    configured: Switches = field(default_factory=Switches)
    """What its Ethernet switches are to do, once it is cabled."""
    managed: tuple[Managed, ...] = ()
    """The management ports of its Ethernet switches; only those whose MAC is known."""

    @property
    def by_rack(self) -> Mapping[str, tuple[Device, ...]]:
        """The devices by the name of their rack."""
        return self.devices.by_rack

    def installed(self) -> tuple[Rack, ...]:
        """Return the racks that are there."""
        return tuple(rack for rack in self.racks if rack.installed)

    def present(self, rack: str, device_class: DeviceClass) -> tuple[Device, ...]:
        """Return the devices of one class that are there, in the order of their index."""
        return self.devices.present.get((rack, device_class), ())
