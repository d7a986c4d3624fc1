"""A real Ironic on the service node's address, alone with a database file.

Ironic is the part that deploys; the lab only gives it a place: one process with API and conductor,
SQLite, TLS and a password, the redfish driver with virtual media, and no will of its own about
power (`force_power_state_during_sync = false`). Its database and the media it makes hold host keys
for as long as a deployment takes, so all of it is readable by root alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rackwright import plan, sandbox
from rackwright.lab.layout import Layout

VENV = "ironic"
PROGRAM = "ironic/bin/rackwright-ironic"
BCRYPT_ROUNDS = 4
"""Ironic checks the password with every request; the lab's is random and lives for an hour."""
HASH = (
    "import bcrypt, sys;"
    "print(bcrypt.hashpw(sys.stdin.buffer.read(), bcrypt.gensalt(int(sys.argv[1]))).decode())"
)
CONFIGURATION = """\
[DEFAULT]
auth_strategy = http_basic
http_basic_auth_user_file = {folder}/users
rpc_transport = none
host = {host}
my_ip = {address}
log_file = {folder}/ironic.log
use_stderr = false
tempdir = {folder}/temporary
enabled_hardware_types = redfish
enabled_bios_interfaces = no-bios
enabled_boot_interfaces = redfish-virtual-media
enabled_console_interfaces = no-console
enabled_deploy_interfaces = ramdisk
enabled_firmware_interfaces = no-firmware
enabled_inspect_interfaces = no-inspect
enabled_management_interfaces = redfish
enabled_network_interfaces = noop
enabled_power_interfaces = redfish
enabled_raid_interfaces = no-raid
enabled_rescue_interfaces = no-rescue
enabled_storage_interfaces = noop
enabled_vendor_interfaces = no-vendor

[api]
host_ip = {address}
port = {port}
api_workers = 1
enable_ssl_api = true
cert_file = {certificate}
key_file = {key}

[conductor]
automated_clean = false
force_power_state_during_sync = false
max_concurrent_deploy = 600
workers_pool_size = 100

[database]
connection = sqlite:///{folder}/ironic.sqlite?timeout=30
sqlite_synchronous = false

[deploy]
http_root = {images}
http_url = {image_server}
iso_master_path = {folder}/master_images

[oslo_concurrency]
lock_path = {folder}/locks

[pxe]
tftp_root = {folder}/tftp
images_path = {folder}/images
instance_master_path = {folder}/master_images

[redfish]
connection_attempts = 3
connection_retry_interval = 1
# 0600, which this option reads as a decimal number
file_permission = 384

[sensor_data]
send_sensor_data = false
"""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a site expects its Ironic and the server of boot media."""

    node: plan.ServiceNode
    port: int
    image_server: str
    """`https://10.63.0.10:8180`"""
    image_path: str
    """Where on it the pools' boot medium lies: `images/dgx-node.iso`."""


def configuration(layout: Layout, endpoints: Endpoints) -> str:
    """Return ironic.conf."""
    return CONFIGURATION.format(
        folder=layout.ironic,
        host=endpoints.node.name,
        address=endpoints.node.address,
        port=endpoints.port,
        certificate=layout.certificates / "services.pem",
        key=layout.certificates / "services.key",
        images=layout.images,
        image_server=endpoints.image_server,
    )


def prepare(layout: Layout, endpoints: Endpoints, tools: Path, password: str, user: str) -> None:
    """Write the configuration and make the database."""
    for name in ("temporary", "locks", "tftp", "images", "master_images", "http/redfish"):
        (layout.ironic / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    python = str(tools / VENV / "bin/python")
    hashed = sandbox.run([python, "-c", HASH, str(BCRYPT_ROUNDS)], password).strip()
    _write(layout.ironic / "users", f"{user}:{hashed}\n")
    _write(layout.ironic / "ironic.conf", configuration(layout, endpoints))
    (layout.ironic / "ironic.sqlite").touch(mode=0o600)
    synchronise = tools / VENV / "bin/ironic-dbsync"
    sandbox.run(
        [str(synchronise), "--config-file", str(layout.ironic / "ironic.conf"), "create_schema"]
    )


def command(layout: Layout, endpoints: Endpoints, tools: Path) -> list[str]:
    """Return the command that runs Ironic on the service node's network."""
    program = [str(tools / PROGRAM), "--config-file", str(layout.ironic / "ironic.conf")]
    return ["ip", "netns", "exec", endpoints.node.name, *program]


def image_server(url: str) -> tuple[str, str]:
    """Return a boot medium's URL as the server it lies on and its path there."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}", parts.path.lstrip("/")


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
