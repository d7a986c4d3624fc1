"""An emulation that runs in a thread of the test: devices, hosts, certificates, media."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import ipaddress
import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import sushy
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import plans
from rackwright import plan
from rackwright.lab.bmc import devices as bmc_devices
from rackwright.lab.bmc import server
from rackwright.lab.bmc.devices import Device, Kind
from rackwright.lab.bmc.machines import ConfigDrive, MachineState
from rackwright.secrets import Secrets

PASSWORD = "a-password-of-the-test"
PATIENCE_SECONDS = 20
META_DATA = b'{"hostname": "a01-p1-dgx-01-c01"}'


@dataclasses.dataclass
class Hosts:
    """Hosts that only remember; it is a `Machines`."""

    states: dict[str, MachineState] = dataclasses.field(default_factory=dict)
    reboots: set[str] = dataclasses.field(default_factory=set)
    """Hosts that are off when they are looked at the next time, and then no more."""
    calls: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    drives: dict[str, ConfigDrive] = dataclasses.field(default_factory=dict)
    after_start: MachineState = MachineState.RUNNING
    fails: Exception | None = None
    gate: threading.Event | None = None
    """Holds a start back until it is set."""

    def start(self, name: str, drive: ConfigDrive | None) -> None:
        self.calls.append(("start", name))
        if self.gate:
            self.gate.wait(PATIENCE_SECONDS)
        if self.fails:
            raise self.fails
        if drive:
            self.drives[name] = drive
        self.states[name] = self.after_start

    def stop(self, name: str) -> None:
        if self.state(name) is not MachineState.OFF:
            self.calls.append(("stop", name))
        self.states[name] = MachineState.OFF

    def installed(self, name: str) -> bool:
        return name in self.drives

    def state(self, name: str) -> MachineState:
        if name in self.reboots:
            self.reboots.remove(name)
            return MachineState.OFF
        return self.states.get(name, MachineState.OFF)


def secrets(folder: Path) -> Secrets:
    """Return a secrets folder with one password for every class of BMC."""
    folder.mkdir(mode=0o700)
    for kind in Kind:
        path = folder / f"bmc-{kind}"
        path.touch(mode=0o600)
        path.write_text(PASSWORD)
    return Secrets(folder)


def rack(folder: Path, network: str, unit: plan.UnitPlan | None = None) -> tuple[Device, ...]:
    """Return the devices of a rack at addresses of this machine: `network` is `127.9.1`."""
    planned = bmc_devices.devices(unit or plans.unit_plan(), secrets(folder))
    return tuple(
        dataclasses.replace(device, address=f"{network}.{number}")
        for number, device in enumerate(planned, 1)
    )


def certificates(folder: Path, addresses: list[str]) -> None:
    """Write ca.pem, and bmc.pem and bmc.key for the given addresses."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA of the test")])
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    usage = x509.KeyUsage(*(False,) * 5, True, True, False, False)
    ca = _certificate(ca_name, ca_key, ca_name, ca_key, [(constraints, True), (usage, True)])
    names = x509.SubjectAlternativeName(
        [x509.IPAddress(ipaddress.ip_address(a)) for a in addresses]
    )
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "BMCs of the test")])
    own = _certificate(name, key, ca_name, ca_key, [(names, False), (issuer, False)])
    (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    (folder / "bmc.pem").write_bytes(own.public_bytes(serialization.Encoding.PEM))
    (folder / "bmc.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _certificate(name, key, issuer, issuer_key, extensions) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, hashes.SHA256())


@dataclasses.dataclass
class Running:
    """An emulation that answers, and how to speak to it."""

    folder: Path
    devices: tuple[Device, ...]
    hosts: Hosts
    port: int
    trust: ssl.SSLContext

    @property
    def control(self) -> Path:
        return self.folder / "control"

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    def url(self, device: Device) -> str:
        return f"https://{device.address}:{self.port}"

    def client(self, device: Device, **settings) -> httpx.Client:
        settings = {"auth": (device.user, PASSWORD), "timeout": PATIENCE_SECONDS} | settings
        return httpx.Client(
            base_url=self.url(device), verify=self.trust, trust_env=False, **settings
        )

    def get(self, device: Device, path: str) -> dict:
        with self.client(device) as client:
            return client.get(f"/redfish/v1{path}").raise_for_status().json()

    def sushy(self, device: Device, auth: sushy.auth.AuthBase | None = None) -> sushy.Sushy:
        auth = auth or sushy.auth.BasicAuth(device.user, PASSWORD)
        return sushy.Sushy(self.url(device), verify=str(self.ca), auth=auth)

    def system(self, device: Device) -> sushy.resources.system.system.System:
        return self.sushy(device).get_system(f"/redfish/v1/Systems/{device.system}")

    def log(self) -> list[dict]:
        return [json.loads(line) for line in (self.folder / "actions.jsonl").open()]

    def actions(self) -> list[str]:
        return [line["action"] for line in self.log()]


@contextmanager
def running(
    folder: Path, devices: tuple[Device, ...], hosts: Hosts, port: int
) -> Iterator[Running]:
    """Serve the devices in a thread until the end of the block."""
    certificates(folder, ["127.0.0.1", *(device.address for device in devices)])
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    task = loop.create_task(
        server.serve(
            devices,
            hosts,
            certificate=folder / "bmc.pem",
            key=folder / "bmc.key",
            media_ca=folder / "ca.pem",
            log=folder / "actions.jsonl",
            control=folder / "control",
            ready=ready.set,
            port=port,
        )
    )
    thread = threading.Thread(target=_until_cancelled, args=(loop, task))
    thread.start()
    try:
        assert ready.wait(PATIENCE_SECONDS)
        trust = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        yield Running(folder, devices, hosts, port, trust)
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        loop.close()


@contextmanager
def small_rack(folder: Path, hosts: Hosts) -> Iterator[Running]:
    """Serve two compute trays and one of everything else."""
    unit = plans.unit_plan(plans.rack(compute=2, switches=1, shelves=1))
    with running(folder, rack(folder / "secrets", "127.9.1", unit), hosts, free_port()) as lab:
        yield lab


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _until_cancelled(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    try:
        loop.run_until_complete(task)
    except asyncio.CancelledError:
        loop.run_until_complete(loop.shutdown_default_executor())


def until(condition: Callable[[], object]) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not become true"
        time.sleep(0.02)


BOOT_FILES = {
    "vmlinuz": b"a kernel",
    "initrd": b"a RAM disk",
    "boot/grub/efiboot.img": b"EFI" * 700,
}
DRIVE_FILES = {
    "openstack/latest/meta_data.json": META_DATA,
    "openstack/latest/user_data": b"#cloud-config\n",
    "openstack/latest/network_data.json": b"{}",
}


def image(path: Path, files: Mapping[str, bytes], *options: str) -> Path:
    """Build an ISO 9660 image with the tool and the options that Ironic uses."""
    top = path.with_name(path.name + ".files")
    for name, content in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(content)
    command = ["xorrisofs", "-quiet", "-r", "-l", *options, "-o", path, top]
    subprocess.run(command, check=True, capture_output=True)
    return path


def boot_image(path: Path, files: Mapping[str, bytes] = BOOT_FILES, label: str = "BOOT") -> Path:
    """Build a medium that UEFI firmware boots."""
    return image(path, files, "-V", label, "-e", "boot/grub/efiboot.img", "-no-emul-boot")


def drive_image(path: Path, files: Mapping[str, bytes] = DRIVE_FILES) -> Path:
    """Build a config drive."""
    return image(path, files, "-J", "-V", "config-2")


class Quiet(SimpleHTTPRequestHandler):
    """A file server that says nothing."""

    def log_message(self, *_) -> None:
        pass


@contextmanager
def image_server(folder: Path, certificates_in: Path) -> Iterator[str]:
    """Serve a folder over HTTPS; yield its address."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates_in / "bmc.pem", certificates_in / "bmc.key")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as web:
        web.socket = context.wrap_socket(web.socket, server_side=True)
        thread = threading.Thread(target=web.serve_forever, args=(0.05,))
        thread.start()
        yield f"https://127.0.0.1:{web.server_address[1]}"
        web.shutdown()
        thread.join()
