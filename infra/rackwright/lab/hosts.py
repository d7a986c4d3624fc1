"""The hosts behind the BMCs: systemd in namespaces, started and ended by nothing but a BMC.

Each host has a network namespace with one cable, a disk (an overlay over the node image, kept until
it is installed anew) and a control group. Starting it is one process, `host-init`, that becomes
systemd; ending it is one write to the control group, as final as pulling the plug. A host that
reboots itself comes back with its disk; one that powers itself off stays off. All methods block and
may be called from any thread.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterable
from pathlib import Path

from rackwright import sandbox
from rackwright.lab import deltas, installation
from rackwright.lab.bmc.machines import ConfigDrive, MachineState
from rackwright.lab.installation import HostFile, Installation, Link
from rackwright.problems import ServiceFailed

INIT = Path(__file__).parent / "host-init"
INOTIFY_INSTANCES = 5
"""What a booted systemd host holds of root's inotify instances."""
INOTIFY_RESERVE = 6
INOTIFY_LIMIT = Path("/proc/sys/fs/inotify/max_user_instances")
SSH_PORT = 22
LISTENING = "0A"
"""TCP_LISTEN, as the kernel's table of sockets spells it."""
REBOOT = -signal.SIGHUP
"""How the kernel ends a namespace's first process that asked for a reboot."""


class Hosts:
    """The hosts of a lab, by name."""

    def __init__(self, image: Path, folder: Path, group: sandbox.Group) -> None:
        self.image = image
        self.folder = folder
        self.group = group
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()

    def start(self, name: str, drive: ConfigDrive | None) -> None:
        """Boot: with a config drive as a fresh installation, without one from its own disk."""
        if drive is not None:
            files = tuple(deltas.COMPUTE)
            self.install(name, installation.read(drive.files), files)
        self.boot(name)

    def install(
        self,
        name: str,
        what: Installation,
        files: Iterable[HostFile] = (),
        links: Iterable[Link] = (),
    ) -> None:
        """Give the host a fresh disk."""
        folder = self.folder / name
        if folder.exists():
            shutil.rmtree(folder)
        for part in ("upper", "work", "root"):
            (folder / part).mkdir(parents=True)
        for file in (*installation.disk(what), *files):
            _write(folder / "upper", file)
        for link in links:
            path = folder / "upper" / link.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(link.target)
        network = [what.address, what.gateway, what.interface, what.ipv6_address]
        (folder / "network.json").write_text(json.dumps(network))

    def boot(self, name: str) -> None:
        """Start the host from its disk."""
        self.stop(name)
        address, gateway, interface, ipv6 = self._network(name)
        further = f"addr add {ipv6} dev {interface} nodad\n" if ipv6 else ""
        sandbox.run(
            ["ip", "-netns", name, "-batch", "-"],
            f"link set lo up\naddr add {address} dev {interface}\n{further}"
            f"link set {interface} up\nroute add default via {gateway}\n",
        )
        process = self._spawn(name)
        threading.Thread(target=self._watch, args=(name, process), daemon=True).start()

    def stop(self, name: str) -> None:
        """End it at once; returns when nothing of it runs and nothing answers on its address."""
        with self._lock:
            process = self._processes.pop(name, None)
        self.group.below(name).kill()
        if process:
            process.wait()
        if self.installed(name):
            interface = self._network(name)[2]
            sandbox.run(["ip", "-netns", name, "addr", "flush", "dev", interface])

    def installed(self, name: str) -> bool:
        """Return whether the host has a disk to boot from."""
        return (self.folder / name / "network.json").is_file()

    def state(self, name: str) -> MachineState:
        """Return whether the host is off, on its way up, or answers."""
        with self._lock:
            process = self._processes.get(name)
        if process is None or process.poll() is not None:
            return MachineState.OFF
        if not any(_listens(first, SSH_PORT) for first in sandbox.children(process.pid)):
            return MachineState.BOOTING
        return MachineState.RUNNING

    def run(self, name: str, argv: list[str]) -> str:
        """Run a program on a host that runs, as its console would, and return what it printed.

        Raises:
            ServiceFailed: The host is off, or the program failed.
        """
        with self._lock:
            process = self._processes.get(name)
        first = sandbox.children(process.pid) if process else []
        if not first:
            raise ServiceFailed(f"{name} is not running")
        return sandbox.run(["nsenter", f"--target={first[0]}", "--all", "--", *argv])

    def _spawn(self, name: str) -> subprocess.Popen[bytes]:
        group = self.group.below(name).make()
        unshared = ["--mount", "--uts", "--ipc", "--pid", "--cgroup", "--fork", "--kill-child"]
        folder = self.folder / name
        init = ["bash", str(INIT), str(self.image), str(folder), name]
        with (folder / "console.log").open("ab") as log:
            process = subprocess.Popen(
                group.argv(["nsenter", f"--net=/run/netns/{name}", "unshare", *unshared, *init]),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        with self._lock:
            self._processes[name] = process
        return process

    def _watch(self, name: str, process: subprocess.Popen[bytes]) -> None:
        ended = process.wait()
        with self._lock:
            ours = self._processes.get(name) is process
        if ours and ended == REBOOT:
            self.boot(name)

    def _network(self, name: str) -> tuple[str, str, str, str]:
        network = json.loads((self.folder / name / "network.json").read_text())
        address, gateway, interface, ipv6 = network
        return address, gateway, interface, ipv6


def require_inotify(hosts: int) -> None:
    """Check that this machine can run so many systemd hosts.

    Raises:
        ServiceFailed: It cannot; systemd would exit without a word. Says how to raise the limit.
    """
    needed = hosts * INOTIFY_INSTANCES + INOTIFY_RESERVE
    allowed = int(INOTIFY_LIMIT.read_text())
    if needed > allowed:
        raise ServiceFailed(
            f"{hosts} systemd hosts need {needed} inotify instances; root may have {allowed}",
            f"sysctl fs.inotify.max_user_instances={needed}, or start fewer racks with --rack",
        )


def _write(root: Path, file: HostFile) -> None:
    path = root / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if file.path.startswith("root/"):
        (root / "root").chmod(0o700)
        path.parent.chmod(0o700)
    path.touch(mode=0o600)
    path.write_bytes(file.content.encode() if isinstance(file.content, str) else file.content)
    path.chmod(file.mode)
    os.chown(path, file.owner, file.owner)


def _listens(pid: int, port: int) -> bool:
    """Return whether the process's network has a listener, without a connection to it.

    sshd holds it against an address that it connects and never logs in (PerSourcePenalties).
    """
    try:
        rows = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    except OSError:
        return False
    fields = (row.split() for row in rows)
    return any(row[1].endswith(f":{port:04X}") and row[3] == LISTENING for row in fields)
