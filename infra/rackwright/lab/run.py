"""Start a lab, look at it, enter it, and end it.

`up` checks everything that can be checked before anything is started, makes the lab's secrets, and
follows the lab's own process until it is ready. If it is interrupted, or anything fails, nothing is
left. `down` needs no lab in working order: it ends whatever the folder's name leads to.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from rackwright import inputs, sandbox
from rackwright.completeness import NOT_SIMULATED
from rackwright.events import Event, State
from rackwright.lab import inside, ironic, keys, network
from rackwright.lab.bmc import control
from rackwright.lab.hosts import require_inotify
from rackwright.lab.layout import Lab, Layout, references
from rackwright.lab.scope import Scope, read
from rackwright.problems import RackwrightError, ServiceFailed, ToolMissing

COLUMNS = ("rack", "tray", "name", "kind", "serial", "power", "boot", "host")
STAGE = "lab"
ENTERED = "exec"
"""The control group of what runs in the lab without belonging to it."""
PASSPHRASE = "pulumi-passphrase"  # noqa: S105  (a file's name)


def up(site: Path, *, racks: tuple[str, ...], tools: Path, folder: Path) -> Iterator[Event]:
    """Start the lab of a site; yield what happens as it happens.

    Raises:
        ToolMissing: Something the lab needs is not installed, or not permitted here.
        StaleRender: rendered/ is not current.
        ServiceFailed: A part did not start; nothing is left of the others.
    """
    inputs.require_current(site)
    scope = read(site, racks)
    _require_possible(scope, tools)
    _require_none(folder)
    try:
        if sandbox.clear(folder):
            yield Event(STAGE, State.DONE, "cleared what an earlier lab left")
        layout = _folder(folder, scope)
        yield from _follow(layout, _process(layout, site, racks, tools), site)
    except BaseException:
        sandbox.clear(folder)
        raise
    for sentence in NOT_SIMULATED:
        yield Event("not simulated", State.SKIPPED, sentence)


def down(folder: Path) -> Iterator[Event]:
    """End the lab, whatever state it is in."""
    sandbox.require_permission()
    yield Event(STAGE, State.STARTED, "ending every process")
    found = sandbox.clear(folder)
    yield Event(STAGE, State.DONE, "ended; nothing is left" if found else "there was none")


def status(folder: Path) -> tuple[tuple[str, ...], ...]:
    """Return a row for every emulated device, as COLUMNS says."""
    layout = Layout(folder)
    layout.recall()
    rows = control.rows(layout.control)
    return tuple(tuple(str(getattr(row, column)) for column in COLUMNS) for row in rows)


def press(folder: Path, name: str, button: str) -> None:
    """Press a button on a device's front panel: nobody's Redfish session knows of it."""
    layout = Layout(folder)
    layout.recall()
    control.press(layout.control, name, button)


def set_faults(folder: Path, name: str, faults: Mapping[str, object]) -> None:
    """Make a device misbehave; no faults make it well again."""
    layout = Layout(folder)
    layout.recall()
    control.set_faults(layout.control, name, faults)


def command(folder: Path, argv: tuple[str, ...]) -> tuple[list[str], dict[str, str]]:
    """Return what runs `argv` where the site's addresses exist, and the environment it adds."""
    layout = Layout(folder)
    lab = layout.recall()
    entered = sandbox.inside(lab.pid, argv)
    environment = {
        "RACKWRIGHT_SECRETS": str(layout.secrets),
        "XDG_STATE_HOME": str(folder / "state"),
        "PULUMI_BACKEND_URL": f"file://{layout.pulumi}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(layout.secrets / PASSPHRASE),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    return sandbox.group(folder).below(ENTERED).argv(entered), environment


def _require_possible(scope: Scope, tools: Path) -> None:
    sandbox.require_permission()
    for part in ("node-image/etc/passwd", ironic.PROGRAM):
        if not (tools / part).exists():
            raise ToolMissing(f"{tools / part} is missing", "make tools")
    keys.require_lab_keys(scope.units[0].access.host_ca, scope.site.purpose)
    require_inotify(len(network.cables(scope.site, scope.units)))


def _require_none(folder: Path) -> None:
    try:
        lab = Layout(folder).recall()
    except ServiceFailed:
        return
    raise RackwrightError(f"a lab of {lab.site} is running", "end it with: rackwright lab down")


def _folder(folder: Path, scope: Scope) -> Layout:
    """Make the lab's folder and the secrets that the site's references lead to."""
    layout = Layout(folder)
    folder.mkdir(mode=0o700, parents=True)
    layout.pulumi.mkdir(mode=0o700)
    secrets = layout.secrets
    for reference in references(scope.site, scope.units):
        keys.write_private(secrets / _file(reference), keys.password())
    keys.write_private(secrets / PASSPHRASE, keys.password())
    keys.write_private(secrets / _file(scope.site.slurm_key_ref), keys.slurm_key())
    administrator = keys.private_text(keys.derived_key(keys.ADMINISTRATOR))
    keys.write_private(secrets / _file(scope.site.ssh_key_ref), administrator)
    host_ca = keys.private_text(keys.derived_key(keys.HOST_CA))
    for unit in scope.units:
        keys.write_private(secrets / _file(unit.access.host_ca_key_ref), host_ca)
    _certificates(layout, scope)
    return layout


def _certificates(layout: Layout, scope: Scope) -> None:
    authority = keys.Authority()
    trusted = {scope.site.ironic.ca_ref, *_bmc_authorities(scope)}
    for path in (layout.certificates / "ca.pem", *(layout.secrets / _file(ref) for ref in trusted)):
        keys.write_private(path, authority.certificate())
    issued = {
        "bmc": network.bmc_addresses(scope.units),
        "services": tuple(node.address for node in scope.site.service_nodes),
    }
    for name, addresses in issued.items():
        certificate, key = authority.issue(f"rackwright lab {name}", addresses)
        keys.write_private(layout.certificates / f"{name}.pem", certificate)
        keys.write_private(layout.certificates / f"{name}.key", key)


def _bmc_authorities(scope: Scope) -> Iterator[str]:
    for unit in scope.units:
        for device_class, trust in unit.trust.items():
            if trust.fingerprints:
                raise RackwrightError(
                    f"the lab cannot make the certificates that are pinned for {device_class}",
                    "a lab site trusts its BMCs by `ca:`",
                )
            yield trust.ca_ref


def _file(reference: str) -> str:
    scheme, _, name = reference.partition(":")
    if scheme != "file" or Path(name).is_absolute():
        raise RackwrightError(
            f"the lab can make no secret for {reference}",
            "a lab site refers to its secrets as file:NAME",
        )
    return name


def _process(
    layout: Layout, site: Path, racks: tuple[str, ...], tools: Path
) -> subprocess.Popen[str]:
    argv = [sys.executable, "-m", inside.__name__, str(layout.folder), str(tools), str(site)]
    whole = sandbox.group(layout.folder).make()
    whole.below(ENTERED).make()
    group = whole.below("lab").make()
    with layout.log.open("ab") as log:
        return subprocess.Popen(
            group.argv(sandbox.isolated([*argv, *racks])),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )


def _follow(layout: Layout, process: subprocess.Popen[str], site: Path) -> Iterator[Event]:
    layout.remember(Lab(str(site), process.pid))
    for line in process.stdout or ():
        event = Event(**json.loads(line))
        if event.stage == inside.READY:
            return
        if event.state == State.FAILED:
            raise ServiceFailed(*event.detail.split("\n", 1))
        yield Event(event.stage, State(event.state), event.detail, event.subject)
    words = layout.log.read_text().strip().splitlines() or ["it said nothing"]
    raise ServiceFailed(f"the lab's process ended: {words[-1]}")
