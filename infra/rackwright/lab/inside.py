"""The lab's own process: it holds the namespaces, serves the BMCs and starts the hosts.

`lab up` starts it in fresh network and mount namespaces and follows what it says on standard
output, one event a line, until it is ready; from then on it has nobody to talk to and runs until
its control group is killed. It cleans up nothing itself: its death, of whatever cause, is enough.

    python -m rackwright.lab.inside FOLDER TOOLS SITE [RACK …]
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rackwright import plan, sandbox
from rackwright.events import Event, State
from rackwright.lab import images, ironic, network, services
from rackwright.lab.bmc.devices import devices
from rackwright.lab.bmc.server import serve
from rackwright.lab.hosts import Hosts
from rackwright.lab.layout import Layout
from rackwright.lab.scope import Scope, read
from rackwright.problems import RackwrightError, ServiceFailed
from rackwright.secrets import Secrets

STAGE = "lab"
READY = "ready"
MEMORY = "size=75%,mode=700"
"""The disks' upper bound: a share of this machine's memory, used only as files are written."""
SECONDS_FOR_IRONIC = 90


@dataclass(frozen=True, slots=True)
class Parts:
    """What the steps of a start share."""

    layout: Layout
    tools: Path
    scope: Scope
    hosts: Hosts
    secrets: Secrets
    group: sandbox.Group


def main() -> None:
    """Start everything, say so, and serve until killed."""
    os.umask(0o022)
    folder, tools, site, *racks = sys.argv[1:]
    layout = Layout(Path(folder))
    try:
        parts = _parts(layout, Path(tools), read(Path(site), tuple(racks)))
        _network(parts)
        _services(parts)
        asyncio.run(_serve(parts))
    except RackwrightError as error:
        tell(Event(STAGE, State.FAILED, f"{error.message}\n{error.hint}"))
        sys.exit(error.exit_code)


def tell(event: Event) -> None:
    """Say one event to whoever started this process."""
    print(json.dumps(dataclasses.asdict(event)), flush=True)  # noqa: T201


def _parts(layout: Layout, tools: Path, scope: Scope) -> Parts:
    group = sandbox.group(layout.folder)
    hosts = Hosts(tools / "node-image", layout.hosts, group.below("hosts"))
    return Parts(layout, tools, scope, hosts, Secrets(layout.secrets), group)


def _network(parts: Parts) -> None:
    site, units = parts.scope.site, parts.scope.units
    cables = network.cables(site, units)
    tell(Event(STAGE, State.STARTED, f"{len(site.subnets)} subnets", "network"))
    for mount in (Path("/run/netns"), parts.layout.hosts):
        mount.mkdir(parents=True, exist_ok=True)
        sandbox.run(["mount", "-t", "tmpfs", "-o", MEMORY, "lab", str(mount)])
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    _ip(network.router(site, units))
    _ip(f"netns add {each.host}" for each in cables)
    _ip(line for n, each in enumerate(cables) for line in network.cable(site, n, each))
    tell(Event(STAGE, State.DONE, f"{len(cables)} hosts cabled", "network"))


def _ip(lines: Iterable[str]) -> None:
    sandbox.run(["ip", "-batch", "-"], "\n".join(lines))


def _services(parts: Parts) -> None:
    """Start service nodes while Ironic's database is made, then Ironic on their network."""
    endpoints = parts.scope.endpoints
    credentials = parts.scope.site.ironic.credentials
    password = parts.secrets.text(credentials.password_ref)
    medium = parts.layout.images / endpoints.image_path
    tell(Event(STAGE, State.STARTED, "making its database", "ironic"))
    with ThreadPoolExecutor() as pool:
        prepared = pool.submit(
            ironic.prepare, parts.layout, endpoints, parts.tools, password, credentials.user
        )
        made = pool.submit(images.make_medium, medium, parts.layout.folder / "medium")
        for node in parts.scope.site.service_nodes:
            _service_node(parts, node)
        made.result()
        prepared.result()
    _spawn(parts, "images", _image_server(parts))
    _spawn(parts, "ironic", ironic.command(parts.layout, endpoints, parts.tools))
    _await_ironic(parts)


def _service_node(parts: Parts, node: plan.ServiceNode) -> None:
    units = ", ".join(services.units(node))
    tell(Event(STAGE, State.STARTED, units, node.name))
    services.start(parts.scope.folder, parts.scope.site, node, parts.hosts, parts.secrets)
    tell(Event(STAGE, State.DONE, f"{units} run on the rendered files", node.name))


def _image_server(parts: Parts) -> list[str]:
    endpoints, certificates = parts.scope.endpoints, parts.layout.certificates
    port = endpoints.image_server.rpartition(":")[2]
    keys = [str(certificates / "services.pem"), str(certificates / "services.key")]
    served = [str(parts.layout.images), endpoints.node.address, port, *keys]
    program = [sys.executable, "-m", images.__name__, *served]
    return ["ip", "netns", "exec", endpoints.node.name, *program]


def _spawn(parts: Parts, name: str, argv: list[str]) -> None:
    trust = {"REQUESTS_CA_BUNDLE": str(parts.layout.certificates / "ca.pem")}
    with (parts.layout.folder / f"{name}.log").open("ab") as log:
        subprocess.Popen(
            parts.group.below(name).make().argv(argv),
            env={**os.environ, **trust},  # noqa: TID251  (its own children's, and nothing is read)
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _await_ironic(parts: Parts) -> None:
    import httpx

    url = parts.scope.site.ironic.url
    trusted = parts.layout.certificates / "ca.pem"

    def answers() -> bool:
        if not parts.group.below("ironic").populated():
            raise ServiceFailed(f"Ironic ended: {_last_error(parts.layout.ironic / 'ironic.log')}")
        try:
            return httpx.get(url, verify=str(trusted), trust_env=False).status_code < 500
        except httpx.TransportError:
            return False

    sandbox.wait_until(answers, SECONDS_FOR_IRONIC, "Ironic does not answer")
    tell(Event(STAGE, State.DONE, url, "ironic"))


def _last_error(log: Path) -> str:
    """Return the last error in Ironic's log, because the log goes with the lab."""
    lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
    errors = [line.partition(" ERROR ")[2].partition(" ")[2].strip() for line in lines]
    return next((words for words in reversed(errors) if words), "it said nothing")


async def _serve(parts: Parts) -> None:
    emulated = tuple(
        device for unit in parts.scope.units for device in devices(unit, parts.secrets)
    )
    tell(Event(STAGE, State.STARTED, f"{len(emulated)} devices", "bmc"))

    def ready() -> None:
        tell(Event(STAGE, State.DONE, f"{len(emulated)} BMCs, every compute tray off", "bmc"))
        tell(Event(READY, State.DONE))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    await serve(
        emulated,
        parts.hosts,
        certificate=parts.layout.certificates / "bmc.pem",
        key=parts.layout.certificates / "bmc.key",
        media_ca=parts.layout.certificates / "ca.pem",
        log=parts.layout.actions,
        control=parts.layout.control,
        ready=ready,
    )


if __name__ == "__main__":
    main()
