"""A rack in memory: its BMCs, an Ironic that deploys on them, hosts that boot from it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import plans
from rackwright import plan
from rackwright.problems import ServiceFailed
from rackwright.provision.config_drive import Drive
from rackwright.provision.outputs import node_id
from rackwright.provision.outside import Node, Outside
from rackwright.provision.waiting import Patience, Verdict
from rackwright.redfish import OFF, ON, OS_RUNNING, Reading

SITE = "one-rack"
IMPATIENT = Patience(power=1, ironic=1, boot=1, host=1, pause=0)


@dataclass
class World:
    """What is there, what was done to it, and what goes wrong."""

    rack: plan.Rack = field(default_factory=plans.rack)
    devices: dict[str, Reading] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    """`power-on c01`, `enrol c01`, `ask c01 active`, in the order they happened."""
    told: list[str] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    """Labels whose BMC does not answer."""
    broken: dict[str, str] = field(default_factory=dict)
    """Labels that do not boot, with what their BMC says."""
    failing: dict[tuple[str, str], str] = field(default_factory=dict)
    """Ironic's last_error by label and verb."""
    faults: dict[str, str] = field(default_factory=dict)
    """The last error in a node's history, by label."""
    hanging: set[str] = field(default_factory=set)
    """Labels whose Ironic node stays in `deploying`."""
    unreachable: set[str] = field(default_factory=set)
    old_systems: set[str] = field(default_factory=set)
    """Labels whose host came up from what was on its disk before."""
    wrong_image: str = ""
    """What is wrong with the pool's image."""
    ironic_down: bool = False
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        for device in self.parts:
            power = ON if device in self.rack.power_shelves else OFF
            self.devices[device.label] = Reading(device.serial, power)

    @property
    def parts(self) -> tuple[plan.ComputeTray | plan.Device, ...]:
        return (*self.rack.compute_trays, *self.rack.switch_trays, *self.rack.power_shelves)

    def label(self, address: str) -> str:
        for part in self.parts:
            interface = getattr(part, "interface", None)
            if address in (part.bmc.address, part.name, interface and interface.address):
                return part.label
        raise LookupError(address)

    def outside(self, patience: Patience = IMPATIENT) -> Outside:
        if not self.stopped.is_set():
            self.stopped = asyncio.Event()  # an event belongs to one loop
        return Outside(
            Bmcs(self),
            Ironic(self),
            Hosts(self),
            Images(self),
            drive=lambda tray: Drive({}, f"ssh-ed25519 {tray.name}"),
            tell=self.tell,
            patience=patience,
            stopped=self.stopped,
        )

    async def tell(self, words: str) -> None:
        self.told.append(words)

    def set(self, label: str, **values: Any) -> None:
        self.devices[label] = replace(self.devices[label], **values)

    def boot(self, label: str) -> None:
        problem = self.broken.get(label, "")
        progress = "" if problem else OS_RUNNING
        self.set(label, power=ON, boot_progress=progress, problem=problem)

    def enrolled(self, label: str, provision: str, **values: Any) -> Node:
        """Put a node into Ironic, as an earlier run left it."""
        tray = next(tray for tray in self.rack.compute_trays if tray.label == label)
        node = Node(node_id(SITE, tray), tray.name, tray.serial, provision)
        self.nodes[tray.name] = replace(node, **values)
        return self.nodes[tray.name]

    def bring_up(self, *labels: str) -> None:
        """Put trays into the state that a good `up` leaves."""
        for part in (*self.rack.compute_trays, *self.rack.switch_trays):
            if not labels or part.label in labels:
                if part in self.rack.compute_trays:
                    self.enrolled(part.label, "active")
                self.boot(part.label)

    def did(self, label: str) -> list[str]:
        return [action for action in self.actions if action.split()[1] == label]


@dataclass
class Bmcs:
    world: World

    async def read(self, bmc: plan.Bmc) -> Reading:
        label = self.world.label(bmc.address)
        if label in self.world.silent:
            raise ServiceFailed(f"the BMC at {bmc.address}: no answer in 10 s")
        return self.world.devices[label]

    async def power_on(self, bmc: plan.Bmc) -> Reading:
        return self._power(bmc, "power-on", ON)

    async def power_off(self, bmc: plan.Bmc) -> Reading:
        return self._power(bmc, "power-off", OFF)

    def _power(self, bmc: plan.Bmc, word: str, power: str) -> Reading:
        label = self.world.label(bmc.address)
        self.world.actions.append(f"{word} {label}")
        self.world.set(label, power=power)
        return self.world.devices[label]


@dataclass
class Ironic:
    world: World

    async def node(self, name: str) -> Node | None:
        if self.world.ironic_down:
            raise ServiceFailed("Ironic at https://10.63.0.10:6385: connection refused")
        node = self.world.nodes.get(name)
        if node and node.provision == "deploying" and node.name not in self._hanging():
            self._deployed(node)
        return self.world.nodes.get(name)

    async def last_fault(self, name: str) -> str:
        return self.world.faults.get(self.world.label(name), "")

    async def enrol(self, tray: plan.ComputeTray) -> None:
        self.world.actions.append(f"enrol {tray.label}")
        self.world.enrolled(tray.label, "enroll")

    async def renew(self, tray: plan.ComputeTray) -> None:
        assert tray.name in self.world.nodes

    async def ask(self, name: str, verb: str, drive: Drive | None = None) -> None:
        label = self.world.label(name)
        self.world.actions.append(f"ask {label} {verb}")
        node = self.world.nodes[name]
        if verb == "active":
            assert drive == Drive({}, f"ssh-ed25519 {name}")
        error = self.world.failing.get((label, verb))
        if error is not None:
            after = "deploy failed" if verb == "active" else node.provision
            self.world.nodes[name] = replace(node, provision=after, last_error=error)
        else:
            self._done(node, verb)

    async def power_on(self, name: str) -> None:
        label = self.world.label(name)
        self.world.actions.append(f"ironic-power-on {label}")
        self.world.boot(label)

    async def take_drive_away(self, name: str) -> None:
        self.world.actions.append(f"take-drive {self.world.label(name)}")
        self.world.nodes[name] = replace(self.world.nodes[name], config_drive=False)

    async def require_cleaning(self, name: str) -> None:
        self.world.actions.append(f"require-cleaning {self.world.label(name)}")

    async def delete(self, node: Node, why: str) -> None:
        self.world.actions.append(f"delete {self.world.label(node.name)} {node.serial}")
        del self.world.nodes[node.name]

    def _done(self, node: Node, verb: str) -> None:
        after = {"manage": "manageable", "provide": "available", "deleted": "available"}
        if verb == "deleted":
            label = self.world.label(node.name)
            self.world.set(label, power=OFF, boot_progress="")
        drive = verb == "active"
        provision = after.get(verb, "deploying")
        key = f"ssh-ed25519 {node.name}" if drive else node.host_key
        self.world.nodes[node.name] = replace(
            node, provision=provision, config_drive=drive, host_key=key
        )

    def _deployed(self, node: Node) -> None:
        self.world.nodes[node.name] = replace(node, provision="active", config_drive=True)
        self.world.boot(self.world.label(node.name))

    def _hanging(self) -> set[str]:
        trays = self.world.rack.compute_trays
        return {tray.name for tray in trays if tray.label in self.world.hanging}


@dataclass
class Hosts:
    world: World

    async def require_reachable(self, address: str, host_key: str = "") -> None:
        label = self.world.label(address)
        if host_key and label in self.world.old_systems:
            raise Verdict("it has another host key than it was deployed with")
        running = self.world.devices[label].boot_progress == OS_RUNNING
        if label in self.world.unreachable or not running:
            raise ServiceFailed("No route to host")


@dataclass
class Images:
    world: World

    async def require(self, tray: plan.ComputeTray) -> None:
        if self.world.wrong_image:
            raise ServiceFailed(self.world.wrong_image)
