"""The outside as it really is: BMCs over Redfish, hosts over SSH.

Credentials are resolved here, at the moment of a request, and go nowhere else. How many hosts are
asked over SSH at once is bounded, because each question is a process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from rackwright import plan, redfish, ssh
from rackwright.problems import ServiceFailed
from rackwright.provision.config_drive import Drive, config_drive, names
from rackwright.provision.host_key import host_key
from rackwright.provision.images import HttpImages
from rackwright.provision.ironic import OpenStackIronic
from rackwright.provision.outside import Outside
from rackwright.provision.waiting import USUAL, Patience, Verdict
from rackwright.secrets import Secrets

SSH_SIDE_BY_SIDE = 16
UNKNOWN_KEY = "Host key verification failed"
"""What OpenSSH says of a host whose key is not in known_hosts."""
IRONIC_SIDE_BY_SIDE = 8
"""More requests at once and Ironic's own HTTP server resets connections."""


@dataclass(frozen=True, slots=True)
class RedfishBmcs:
    """BMCs, through Redfish."""

    unit: plan.UnitPlan
    secrets: Secrets
    patience: Patience

    async def read(self, bmc: plan.Bmc) -> redfish.Reading:
        """Return what a BMC says of its device."""
        kind = self.unit.bmc_kinds[bmc.kind]
        place = redfish.Place.of(kind.system, kind.chassis)
        return await redfish.read(self._connection(bmc), place)

    async def power_on(self, bmc: plan.Bmc) -> redfish.Reading:
        """Power a device on; return the reading that proves it."""
        return await redfish.power_on(
            self._connection(bmc), self.unit.bmc_kinds[bmc.kind].system, self.patience.power
        )

    async def power_off(self, bmc: plan.Bmc) -> redfish.Reading:
        """Power a device off; return the reading that proves it."""
        return await redfish.power_off(
            self._connection(bmc), self.unit.bmc_kinds[bmc.kind].system, self.patience.power
        )

    def _connection(self, bmc: plan.Bmc) -> redfish.Connection:
        device_class = self.unit.bmc_kinds[bmc.kind].device_class
        credentials = self.unit.credentials[device_class]
        return redfish.Connection(
            bmc.address,
            credentials.user,
            self.secrets.text(credentials.password_ref),
            redfish.trust(self.unit.trust[device_class], self.secrets),
        )


@dataclass(frozen=True, slots=True)
class SshHosts:
    """Hosts, through OpenSSH."""

    user: str
    known_hosts: Path
    gate: asyncio.Semaphore

    async def require_reachable(self, address: str, host_key: str = "") -> None:
        """Check that a host answers and proves itself with the site's certificate.

        With `host_key`, also that it has this key: an older system on the tray has another.
        """
        login = f"{self.user}@{address}"
        async with self.gate:
            await ssh.require_reachable(login, self.known_hosts)
            if host_key:
                await self._require_key(login, address, host_key)

    async def _require_key(self, login: str, address: str, host_key: str) -> None:
        pinned = self.known_hosts.with_name(f"{self.known_hosts.name}.{address}")
        pinned.write_text(f"{address} {host_key}\n")
        try:
            await ssh.require_reachable(login, pinned)
        except ServiceFailed as error:
            if UNKNOWN_KEY not in error.message:
                raise
            raise Verdict(
                "it has another host key than it was deployed with: an older system runs there"
            ) from error


@dataclass(frozen=True, slots=True)
class Site:
    """What the racks of one provider process share."""

    secrets: Secrets
    folder: Path
    """Where known_hosts files lie."""
    patience: Patience = USUAL
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    digests: dict[str, asyncio.Task[str]] = field(default_factory=dict)
    """Of images, by URL."""
    ssh_gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SSH_SIDE_BY_SIDE))
    ironic_gate: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(IRONIC_SIDE_BY_SIDE)
    )

    def outside(
        self, unit: plan.UnitPlan, rack: plan.Rack, tell: Callable[[str], Awaitable[None]]
    ) -> Outside:
        """Return what bringing up one rack touches."""

        def drive(tray: plan.ComputeTray) -> Drive:
            authority = self.secrets.text(unit.access.host_ca_key_ref)
            return config_drive(unit, tray, host_key(names(unit, tray), authority))

        return Outside(
            bmcs=RedfishBmcs(unit, self.secrets, self.patience),
            ironic=OpenStackIronic(unit, rack, self.secrets, self.ironic_gate),
            hosts=SshHosts(unit.access.user, self._known_hosts(unit), self.ssh_gate),
            images=HttpImages(unit, self.secrets, self.digests),
            drive=drive,
            tell=tell,
            patience=self.patience,
            stopped=self.stopped,
        )

    def _known_hosts(self, unit: plan.UnitPlan) -> Path:
        path = self.folder / f"{unit.site}.{unit.unit}"
        path.write_text(f"@cert-authority * {unit.access.host_ca}\n")
        return path
