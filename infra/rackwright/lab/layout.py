"""Where a lab keeps its things, and what it remembers of itself.

Everything a lab makes lies in one folder that only root can read: the secrets it invented, the
hosts' disks, Ironic's database, the BMCs' log. The folder's name alone finds the control group and,
through `lab.json`, the process whose namespaces hold the site's addresses.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rackwright import plan, sandbox
from rackwright.problems import ServiceFailed

HINT = "start it with: rackwright lab up SITE"


@dataclass(frozen=True, slots=True)
class Lab:
    """A lab that is, or was, running."""

    site: str
    """The site's folder, absolute."""
    pid: int
    """The process that holds the namespaces."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths inside a lab's folder."""

    folder: Path

    @property
    def secrets(self) -> Path:
        """Where `file:` references of the site lead."""
        return self.folder / "secrets"

    @property
    def certificates(self) -> Path:
        """The lab's certificate authority and the certificates it signed."""
        return self.folder / "certificates"

    @property
    def hosts(self) -> Path:
        """The hosts' own disks, in memory; one folder a host."""
        return self.folder / "hosts"

    @property
    def ironic(self) -> Path:
        """Ironic's configuration, database and logs."""
        return self.folder / "ironic"

    @property
    def images(self) -> Path:
        """What the image server serves."""
        return self.folder / "ironic/http"

    @property
    def actions(self) -> Path:
        """The BMCs' append-only log, JSON lines."""
        return self.folder / "actions.jsonl"

    @property
    def control(self) -> Path:
        """The socket on which the emulated BMCs tell what cannot be seen from outside."""
        return self.folder / "control.sock"

    @property
    def log(self) -> Path:
        """What the lab's own process said."""
        return self.folder / "lab.log"

    @property
    def pulumi(self) -> Path:
        """The state of Pulumi stacks that were tried in the lab."""
        return self.folder / "pulumi"

    def remember(self, lab: Lab) -> None:
        """Write down which lab this is."""
        (self.folder / "lab.json").write_text(json.dumps(asdict(lab)))

    def recall(self) -> Lab:
        """Return the lab that runs in this folder.

        Raises:
            ServiceFailed: None does.
        """
        try:
            lab = Lab(**json.loads((self.folder / "lab.json").read_text()))
        except OSError as error:
            raise ServiceFailed("no lab is running", HINT) from error
        if not sandbox.group(self.folder).below("lab").populated():
            raise ServiceFailed("the lab has died", f"read {self.log}, then {HINT}")
        return lab


def references(site: plan.SitePlan, units: tuple[plan.UnitPlan, ...]) -> tuple[str, ...]:
    """Return every secret reference of a site that leads to a password."""
    credentials = [site.ironic.credentials]
    for unit in units:
        credentials += [unit.ironic.credentials, *unit.credentials.values()]
    return tuple(sorted({each.password_ref for each in credentials}))
