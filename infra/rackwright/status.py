"""What the acting rooms know of a site's racks, in one table.

At three in the morning the question is not "what does Ironic say" but "which tray, and what is
wrong with it". The answers lie in five places: the BMC, Ironic, the host's SSH port, Slurm and the
plan. All are asked at the same time, and a place that does not answer costs its cell, never the
table: the cell says why. `rows` puts readings beside the plan without any network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from rackwright import plan, redfish, ssh
from rackwright.problems import RackwrightError
from rackwright.secrets import Secrets

COLUMNS = ("rack", "tray", "name", "serial", "power", "ironic", "host", "slurm")
NONE = "-"
SIDE_BY_SIDE = 32
ADMINISTRATOR = "root"
"""Who logs in to a service node."""
Value = TypeVar("Value")


class Row(NamedTuple):
    """One tray, switch tray or power shelf."""

    rack: str
    tray: str
    name: str
    serial: str
    power: str
    ironic: str
    host: str
    slurm: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A reading that could not be taken, and why."""

    reason: str

    def __str__(self) -> str:
        return f"unknown: {self.reason}"


@dataclass(frozen=True, slots=True)
class Device:
    """What a BMC says of the device it belongs to."""

    serial: str
    power: str


@dataclass(frozen=True, slots=True)
class Readings:
    """What every place said, by the name of the tray."""

    devices: Mapping[str, Device | Unknown] = field(default_factory=dict)
    ironic: Mapping[str, str] | Unknown = field(default_factory=dict)
    hosts: Mapping[str, str | Unknown] = field(default_factory=dict)
    slurm: Mapping[str, str] | Unknown = field(default_factory=dict)


def read(site: Path, secrets: Secrets) -> tuple[Row, ...]:
    """Return a row for every tray, switch tray and power shelf of the site in folder `site`."""
    whole = plan.read_site(site)
    units = [plan.read_unit(site, unit) for unit in whole.units]
    readings = asyncio.run(_read(site, whole, units, secrets))
    return tuple(row for unit in units for rack in unit.racks for row in rows(rack, readings))


def rows(rack: plan.Rack, readings: Readings) -> tuple[Row, ...]:
    """Return a rack's rows: compute trays, NVLink switch trays, power shelves."""
    devices = (*rack.switch_trays, *rack.power_shelves)
    return (
        *(_compute_row(rack.name, tray, readings) for tray in rack.compute_trays),
        *(_device_row(rack.name, device, readings) for device in devices),
    )


def _compute_row(rack: str, tray: plan.ComputeTray, readings: Readings) -> Row:
    begun = _device_row(rack, tray, readings)
    return begun._replace(
        ironic=_of(readings.ironic, tray.name, "not enrolled"),
        host=str(readings.hosts.get(tray.name, Unknown("not asked"))),
        slurm=_of(readings.slurm, tray.name, "not a node"),
    )


def _device_row(rack: str, tray: plan.ComputeTray | plan.Device, readings: Readings) -> Row:
    device = readings.devices.get(tray.name, Unknown("not asked"))
    if isinstance(device, Unknown):
        serial, power = "unknown", str(device)
    else:
        serial, power = _serial(device.serial, tray.serial), device.power
    return Row(rack, tray.label, tray.name, serial, power, NONE, NONE, NONE)


def _serial(live: str, as_built: str) -> str:
    if live == as_built:
        return live
    return f"{live or 'none'}, as-built {as_built or 'none'}"


def _of(reading: Mapping[str, str] | Unknown, name: str, absent: str) -> str:
    return str(reading) if isinstance(reading, Unknown) else reading.get(name, absent)


async def _read(
    site: Path, whole: plan.SitePlan, units: list[plan.UnitPlan], secrets: Secrets
) -> Readings:
    devices, ironic, hosts, slurm = await asyncio.gather(
        _devices(units, secrets),
        _known(_ironic(whole.ironic, secrets)),
        _hosts(site, units),
        _known(_slurm(site, whole, secrets)),
    )
    return Readings(devices, ironic, hosts, slurm)


async def _devices(units: list[plan.UnitPlan], secrets: Secrets) -> dict[str, Device | Unknown]:
    found: dict[str, Device | Unknown] = {}
    for unit in units:
        trays = [tray for rack in unit.racks for tray in rack.devices]
        answers = await _each(_device(unit, tray.bmc, secrets) for tray in trays)
        found |= {tray.name: answer for tray, answer in zip(trays, answers, strict=True)}
    return found


async def _device(unit: plan.UnitPlan, bmc: plan.Bmc, secrets: Secrets) -> Device:
    kind = unit.bmc_kinds[bmc.kind]
    trust = redfish.trust(unit.trust[kind.device_class], secrets)
    connection = _connection(bmc.address, unit.credentials[kind.device_class], trust, secrets)
    reading = await redfish.ask(connection, redfish.Place.of(kind.system, kind.chassis))
    return Device(reading.serial, reading.power or NONE)


async def _ironic(ironic: plan.Ironic, secrets: Secrets) -> dict[str, str]:
    found: dict[str, str] = {}
    url = f"{ironic.url}/v1/nodes?fields=name,provision_state,power_state,maintenance"
    authority = secrets.path(ironic.ca_ref)
    connection = _connection(ironic.url, ironic.credentials, authority, secrets)
    async with redfish.client(connection) as client:
        while url:
            answer = await client.get(url, headers={"X-OpenStack-Ironic-API-Version": "1.72"})
            said = answer.raise_for_status().json()
            found |= {node["name"]: _node(node) for node in said["nodes"]}
            url = said.get("next", "")
    return found


def _node(node: Mapping[str, Any]) -> str:
    return f"{node['provision_state']}{', maintenance' if node.get('maintenance') else ''}"


async def _hosts(site: Path, units: list[plan.UnitPlan]) -> dict[str, str | Unknown]:
    trays = {
        tray.name: f"{unit.access.user}@{tray.interface.address}"
        for unit in units
        for rack in unit.racks
        for tray in rack.compute_trays
    }
    answers = await _each(_host(site, login) for login in trays.values())
    return dict(zip(trays, answers, strict=True))


async def _host(site: Path, login: str) -> str:
    await ssh.require_reachable(login, _known_hosts(site))
    return "reachable"


async def _slurm(site: Path, whole: plan.SitePlan, secrets: Secrets) -> dict[str, str]:
    schedulers = [node for node in whole.service_nodes if "scheduler" in node.roles]
    if not schedulers:
        raise RackwrightError("no service node has the role scheduler")
    key = secrets.path(whole.ssh_key_ref)
    login = f"{ADMINISTRATOR}@{schedulers[0].address}"
    question = ("sinfo", "--noheader", "--Node", "--format=%N,%T")
    answer = await ssh.run(login, question, _known_hosts(site), "-i", str(key))
    if answer.code:
        raise RackwrightError(answer.reason)
    return dict(line.strip().split(",", 1) for line in answer.output.splitlines() if "," in line)


def _known_hosts(site: Path) -> Path:
    return site.resolve() / "rendered/site/ansible/known_hosts"


def _connection(
    address: str, credentials: plan.Credentials, trust: redfish.Trust, secrets: Secrets
) -> redfish.Connection:
    return redfish.Connection(
        address,
        credentials.user,
        secrets.text(credentials.password_ref),
        trust,
    )


async def _each(questions: Iterable[Awaitable[Value]]) -> list[Value | Unknown]:
    """Ask many, some at a time; a question that fails is its own answer."""
    gate = asyncio.Semaphore(SIDE_BY_SIDE)

    async def asked(question: Awaitable[Value]) -> Value | Unknown:
        async with gate:
            return await _known(question)

    return await asyncio.gather(*(asked(question) for question in questions))


async def _known(question: Awaitable[Value]) -> Value | Unknown:
    import httpx

    try:
        return await question
    except RackwrightError as error:
        return Unknown(error.message)
    except (httpx.HTTPError, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        return Unknown(redfish.reason(error))
