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
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from rackwright import plan
from rackwright.problems import RackwrightError
from rackwright.secrets import Secrets

if TYPE_CHECKING:
    import httpx

COLUMNS = ("rack", "tray", "name", "serial", "power", "ironic", "host", "slurm")
NONE = "-"
SECONDS = 10
"""How long a place may take to answer."""
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
        trays = [tray for rack in unit.racks for tray in _trays(rack)]
        answers = await _each(_device(unit, tray.bmc, secrets) for tray in trays)
        found |= {tray.name: answer for tray, answer in zip(trays, answers, strict=True)}
    return found


def _trays(rack: plan.Rack) -> tuple[plan.ComputeTray | plan.Device, ...]:
    return (*rack.compute_trays, *rack.switch_trays, *rack.power_shelves)


async def _device(unit: plan.UnitPlan, bmc: plan.Bmc, secrets: Secrets) -> Device:
    credentials = unit.credentials[bmc.credentials]
    place = f"Systems/{bmc.system}" if bmc.system else f"Chassis/{bmc.chassis}"
    async with _client(credentials, unit.bmc_ca_ref, secrets) as client:
        answer = await client.get(f"https://{bmc.address}/redfish/v1/{place}")
    said = answer.raise_for_status().json()
    return Device(said.get("SerialNumber") or "", said.get("PowerState") or NONE)


async def _ironic(ironic: plan.Ironic, secrets: Secrets) -> dict[str, str]:
    found: dict[str, str] = {}
    url = f"{ironic.url}/v1/nodes?fields=name,provision_state,power_state,maintenance"
    async with _client(ironic.credentials, ironic.ca_ref, secrets) as client:
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
    """Ask a host for no more than its key: OpenSSH takes it only with the site's certificate."""
    code, _, errors = await _ssh(site, login, ("true",), "-o", "PreferredAuthentications=none")
    if code == 0 or "Permission denied" in errors:
        return "reachable"
    raise RackwrightError(_last_line(errors) or f"ssh ended with {code}")


async def _slurm(site: Path, whole: plan.SitePlan, secrets: Secrets) -> dict[str, str]:
    schedulers = [node for node in whole.service_nodes if "scheduler" in node.roles]
    if not schedulers:
        raise RackwrightError("no service node has the role scheduler")
    key = secrets.path(whole.ssh_key_ref)
    login = f"{ADMINISTRATOR}@{schedulers[0].address}"
    question = ("sinfo", "--noheader", "--Node", "--format=%N,%T")
    code, output, errors = await _ssh(site, login, question, "-i", str(key))
    if code:
        raise RackwrightError(_last_line(errors) or f"sinfo ended with {code}")
    return dict(line.strip().split(",", 1) for line in output.splitlines() if "," in line)


async def _ssh(
    site: Path, login: str, command: tuple[str, ...], *options: str
) -> tuple[int, str, str]:
    known_hosts = site.resolve() / "rendered/site/ansible/known_hosts"
    settings = (
        "BatchMode=yes",
        f"ConnectTimeout={SECONDS}",
        "StrictHostKeyChecking=yes",
        f"UserKnownHostsFile={known_hosts}",
        "GlobalKnownHostsFile=/dev/null",
        "IdentitiesOnly=yes",
    )
    given = [word for setting in settings for word in ("-o", setting)]
    process = await asyncio.create_subprocess_exec(
        *("ssh", "-F", "none", *given, *options, login, "--", *command),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    return process.returncode or 0, output.decode(), errors.decode(errors="replace")


def _client(
    credentials: plan.Credentials, ca_reference: str, secrets: Secrets
) -> httpx.AsyncClient:
    import ssl

    import httpx

    return httpx.AsyncClient(
        auth=(credentials.user, secrets.text(credentials.password_ref)),
        verify=ssl.create_default_context(cafile=str(secrets.path(ca_reference))),
        timeout=SECONDS,
        trust_env=False,
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
    except httpx.HTTPStatusError as error:
        return Unknown(f"answered {error.response.status_code}")
    except httpx.TimeoutException:
        return Unknown(f"no answer in {SECONDS} s")
    except (LookupError, TypeError):
        return Unknown("answered something else than expected")
    except (RackwrightError, httpx.HTTPError, OSError, ValueError) as error:
        return Unknown(_last_line(str(error)) or type(error).__name__)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
