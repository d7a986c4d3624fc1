"""Ironic through openstacksdk.

Three things make an Ironic awkward for many trays at once. Its client blocks, so every request goes
to a thread, and all racks of a process share a few turns. It answers 409 while a node is locked and
503 while it is busy, often and for good reasons, so such an answer is asked again for a while. And
eighteen trays that each look every second would keep it from its work: nodes carry their rack as
their shard, and one list serves all who look at about the same time.

A node is found by its name. Its record holds the BMC's password, which Ironic needs, and never
leaves it: nothing of `driver_info` is read back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rackwright import plan
from rackwright.problems import ServiceFailed
from rackwright.provision.config_drive import Drive
from rackwright.provision.outputs import node_id
from rackwright.provision.outside import Node
from rackwright.secrets import Secrets

SECONDS = 30
"""How long one request may take."""
BUSY = {409: 90, 503: 90, 0: 10}
"""How many seconds a request is repeated after such an answer; 0 is none at all."""
HISTORY_VERSION = "1.78"
"""The first of Ironic's API versions with a node's history."""
FRESH = 1.0
"""How many seconds a list of nodes is good for."""
FIELDS = (
    "uuid",
    "name",
    "provision_state",
    "last_error",
    "maintenance",
    "maintenance_reason",
    "extra",
    "instance_info",
)
INTERFACES = {"deploy_interface": "ramdisk", "boot_interface": "redfish-virtual-media"}
"""The image boots from virtual media and makes the disk its own; Ironic writes nothing."""
Value = TypeVar("Value")


@dataclass(slots=True)
class Seen:
    """The nodes of a rack as they were last listed."""

    nodes: Mapping[str, Node] = field(default_factory=dict)
    at: float = float("-inf")
    changed: float = float("-inf")
    """When something was last asked for: what was listed before is stale."""


@dataclass(frozen=True, slots=True)
class OpenStackIronic:
    """The nodes of one rack in a real Ironic."""

    unit: plan.UnitPlan
    rack: plan.Rack
    secrets: Secrets
    gate: asyncio.Semaphore
    """Turns, shared with the other racks of this process."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    seen: Seen = field(default_factory=Seen)
    sessions: list[Any] = field(default_factory=list)

    async def node(self, name: str) -> Node | None:
        """Return the node of this name, if there is one."""
        async with self.lock:
            now = asyncio.get_running_loop().time()
            if self.seen.at <= max(self.seen.changed, now - FRESH):
                listed = await self._call(self._list)
                self.seen.nodes, self.seen.at = {node.name: node for node in listed}, now
            found = self.seen.nodes.get(name)
        return found or await self._call(lambda baremetal: _find(baremetal, name))

    async def last_fault(self, name: str) -> str:
        """Return the last error in a node's history; empty when there is none.

        Ironic powers a tray off after a failed deployment, and clears `last_error` as it does.
        """
        return await self._call(lambda baremetal: _last_fault(baremetal, name))

    async def enrol(self, tray: plan.ComputeTray) -> None:
        """Make a node for a tray, and its port."""
        record = self._record(tray)
        await self._change(lambda baremetal: _enrol(baremetal, record, tray.interface.mac))

    async def renew(self, tray: plan.ComputeTray) -> None:
        """Bring the node's record up to what is declared; the hardware is left alone."""
        record = self._record(tray)
        boot_iso = record["instance_info"]["boot_iso"]
        patch = [
            {"op": "add", "path": f"/{name}", "value": record[name]}
            for name in ("driver_info", "properties", "shard")
        ]
        patch += [
            {"op": "add", "path": f"/extra/{name}", "value": value}
            for name, value in record["extra"].items()
        ]
        patch.append({"op": "add", "path": "/instance_info/boot_iso", "value": boot_iso})
        await self._change(lambda baremetal: baremetal.patch_node(tray.name, patch))
        mac, uuid = tray.interface.mac, record["id"]
        await self._call(lambda baremetal: _require_port(baremetal, uuid, mac))

    async def ask(self, name: str, verb: str, drive: Drive | None = None) -> None:
        """Ask for a provision action: `manage`, `provide`, `active`, `deleted`.

        To deploy, a config drive goes with it, and its host key into the node's record.
        """
        if drive:
            patch = [{"op": "add", "path": "/extra/host_key", "value": drive.host_key}]
            await self._change(lambda baremetal: baremetal.patch_node(name, patch))
        documents = drive.documents if drive else None
        await self._change(
            lambda baremetal: baremetal.set_node_provision_state(name, verb, config_drive=documents)
        )

    async def power_on(self, name: str) -> None:
        """Ask for power."""
        await self._change(lambda baremetal: baremetal.set_node_power_state(name, "power on"))

    async def take_drive_away(self, name: str) -> None:
        """Take all media out of a node, and its config drive out of Ironic.

        The image has made the disk its own by now; a medium that stayed would be booted again, and
        the next boot would find no config drive.

        Raises:
            ServiceFailed: The BMC keeps the media.
        """
        await self._change(lambda baremetal: baremetal.detach_vmedia_from_node(name))
        while (node := await self._call(lambda baremetal: baremetal.get_node(name))).reservation:
            await asyncio.sleep(FRESH)
        if node.last_error:
            raise ServiceFailed(f"Ironic says: {node.last_error}")
        patch = [{"op": "remove", "path": "/instance_info/configdrive"}]
        await self._change(lambda baremetal: baremetal.patch_node(name, patch))

    async def require_cleaning(self, name: str) -> None:
        """Have the node's disks cleaned when it is undeployed."""
        patch = [{"op": "add", "path": "/automated_clean", "value": True}]
        await self._change(lambda baremetal: baremetal.patch_node(name, patch))

    async def delete(self, node: Node, why: str) -> None:
        """Forget a node, whatever its state, without touching what is behind it.

        In maintenance Ironic deletes a node without loading its driver.
        """
        await self._change(lambda baremetal: baremetal.set_node_maintenance(node.id, why))
        await self._change(lambda baremetal: baremetal.delete_node(node.id))

    def _list(self, baremetal: Any) -> list[Node]:  # noqa: ANN401  (openstacksdk's proxy)
        return [_node(each) for each in baremetal.nodes(shard=self._shard, fields=list(FIELDS))]

    @property
    def _shard(self) -> str:
        return f"{self.unit.site}.{self.rack.name}"

    def _record(self, tray: plan.ComputeTray) -> dict[str, Any]:
        kind = self.unit.bmc_kinds[tray.bmc.kind]
        credentials = self.unit.credentials[kind.device_class]
        authority = self.unit.trust[kind.device_class].ca_ref
        image = self.unit.pools[tray.pool].image
        return {
            "id": node_id(self.unit.site, tray),
            "name": tray.name,
            "driver": "redfish",
            **INTERFACES,
            "driver_info": {
                "redfish_address": f"https://{tray.bmc.address}",
                "redfish_system_id": f"/redfish/v1/Systems/{kind.system}",
                "redfish_username": credentials.user,
                "redfish_password": self.secrets.text(credentials.password_ref),
                "redfish_verify_ca": str(self.secrets.path(authority)),
            },
            "properties": {
                "cpu_arch": self.rack.architecture,
                "capabilities": "boot_mode:uefi",
            },
            "resource_class": self.rack.kind,
            "shard": self._shard,
            "extra": {
                "serial": tray.serial,
                "rack": self.rack.name,
                "unit": self.rack.unit,
                "label": tray.label,
            },
            "instance_info": {"boot_iso": image.url},
        }

    async def _change(self, do: Callable[[Any], Value]) -> Value:
        try:
            return await self._call(do)
        finally:
            self.seen.changed = asyncio.get_running_loop().time()

    async def _call(self, do: Callable[[Any], Value]) -> Value:
        """Ask Ironic in a thread, again and again while it is busy."""
        from keystoneauth1.exceptions import ClientException
        from openstack.exceptions import SDKException

        begun = asyncio.get_running_loop().time()
        while True:
            try:
                async with self.gate:
                    return await asyncio.to_thread(self._asked, do)
            except (SDKException, ClientException, OSError) as error:
                waited = asyncio.get_running_loop().time() - begun
                if waited >= BUSY.get(_status(error), 0):
                    raise ServiceFailed(
                        f"Ironic at {self.unit.ironic.url}: {_words(error)}",
                        "check that it runs, and the user, password and authority under `ironic:`",
                    ) from error
            await asyncio.sleep(FRESH)

    def _asked(self, do: Callable[[Any], Value]) -> Value:
        try:
            session = self.sessions.pop()
        except IndexError:
            session = _connect(self.unit.ironic, self.secrets)
        try:
            return do(session.baremetal)
        finally:
            self.sessions.append(session)


def _connect(ironic: plan.Ironic, secrets: Secrets) -> Any:  # noqa: ANN401  (openstacksdk has no types)
    import openstack

    return openstack.connect(
        load_yaml_config=False,
        load_envvars=False,
        auth_type="http_basic",
        auth={
            "endpoint": ironic.url,
            "username": ironic.credentials.user,
            "password": secrets.text(ironic.credentials.password_ref),
        },
        cacert=str(secrets.path(ironic.ca_ref)),
        baremetal_endpoint_override=ironic.url,
        baremetal_status_code_retries=0,
        api_timeout=SECONDS,
    )


def _node(found: Any) -> Node:  # noqa: ANN401  (openstacksdk's node)
    reason = found.maintenance_reason or "somebody set it, without a reason"
    return Node(
        id=found.id,
        name=found.name or "",
        serial=(found.extra or {}).get("serial", ""),
        provision=found.provision_state,
        last_error=found.last_error or "",
        maintenance=reason if found.is_maintenance else "",
        config_drive="configdrive" in (found.instance_info or {}),
        host_key=(found.extra or {}).get("host_key", ""),
    )


def _find(baremetal: Any, name: str) -> Node | None:  # noqa: ANN401  (openstacksdk's proxy)
    from openstack.exceptions import NotFoundException

    try:
        return _node(baremetal.get_node(name))
    except NotFoundException:
        return None


def _last_fault(baremetal: Any, name: str) -> str:  # noqa: ANN401  (openstacksdk's proxy)
    answer = baremetal.get(f"/nodes/{name}/history", microversion=HISTORY_VERSION)
    events = answer.json().get("history", []) if answer.ok else []
    faults = [event for event in events if event.get("severity") == "ERROR"]
    faults.sort(key=lambda event: str(event["created_at"]))
    return str(faults[-1].get("event") or "") if faults else ""


def _enrol(baremetal: Any, record: Mapping[str, Any], mac: str) -> None:  # noqa: ANN401
    if _find(baremetal, record["id"]) is None:
        baremetal.create_node(**record)
    _require_port(baremetal, record["id"], mac)


def _require_port(baremetal: Any, node: str, mac: str) -> None:  # noqa: ANN401
    if not any(port.address == mac for port in baremetal.ports(node=node)):
        baremetal.create_port(node_id=node, address=mac)


def _status(error: Exception) -> int:
    from keystoneauth1.exceptions import ConnectFailure

    if isinstance(error, ConnectFailure):
        return 0
    return getattr(error, "status_code", None) or getattr(error, "http_status", None) or -1


def _words(error: Exception) -> str:
    text = str(getattr(error, "details", "") or error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
