"""A rack's job: its hosts, its inventory sources, its command line.

The command must be one that an engineer can read, copy and run without this program, on any machine
that has the rendered tree and the secrets. So it is built here from rendered/ alone, and the same
words are printed by `configure --print` and executed by `ansible`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rackwright import data, inputs, plan
from rackwright.problems import PlanError, SecretError, ToolMissing
from rackwright.secrets import Secrets

PROGRAM = "ansible-playbook"
BMC_CAS = "/etc/prometheus/bmc"
"""Where blackbox_exporter looks for the CAs of the BMCs, by their class."""


@dataclass(frozen=True, slots=True)
class RackJob:
    """One rack to configure."""

    site: Path
    """The site's folder, absolute."""
    unit: str
    rack: str
    pools: tuple[str, ...]
    hosts: tuple[str, ...]
    """The hosts to configure, in the order of their trays."""
    held: tuple[str, ...] = ()
    """Hosts that the playbook leaves alone, because the inventory's group `held` has them."""
    hold: str = ""
    """Why the whole rack must be left alone; empty when it need not."""
    phase: str = "configure"
    """The playbook's name."""


def rack_job(site: Path, unit: str, rack: plan.Rack) -> RackJob:
    """Return the job of an installed rack."""
    trays = rack.compute_trays
    return RackJob(
        site=site.resolve(),
        unit=unit,
        rack=rack.name,
        pools=tuple(sorted({tray.pool for tray in trays})),
        hosts=tuple(tray.name for tray in trays if not tray.hold),
        held=tuple(tray.name for tray in trays if tray.hold),
        hold=_reason(rack),
    )


def rack_jobs(site: Path, racks: tuple[str, ...] = ()) -> tuple[RackJob, ...]:
    """Return the jobs of the named racks, or of all installed racks, in the site's order.

    Raises:
        PlanError: A named rack is not installed.
    """
    jobs = tuple(job for job in _all_jobs(site) if not racks or job.rack in racks)
    if unknown := set(racks) - {job.rack for job in jobs}:
        raise PlanError(
            f"{site} has no installed rack {', '.join(sorted(unknown))}",
            f"it has {', '.join(installed(site))}",
        )
    return jobs


def installed(site: Path) -> tuple[str, ...]:
    """Return the names of the site's installed racks."""
    return tuple(job.rack for job in _all_jobs(site))


def command(site: Path, rack: str, secrets: Secrets) -> list[str]:
    """Return the command that configures one rack, complete: it runs without this program."""
    (job,) = rack_jobs(site, (rack,))
    return arguments(job, secrets)


def services_command(site: Path, secrets: Secrets) -> list[str]:
    """Return the command that configures the site's service nodes."""
    rendered = site.resolve() / "rendered"
    return [
        *_beginning(rendered, secrets),
        f"--inventory={rendered / 'site/ansible'}",
        str(data.folder("playbooks") / "services.yaml"),
    ]


def arguments(job: RackJob, secrets: Secrets) -> list[str]:
    """Return the command line of a job. It names files that hold secrets, never their content."""
    rendered = job.site / "rendered"
    sources = [
        rendered / "site/ansible",
        *(rendered / "pools" / pool / "ansible" for pool in job.pools),
        rendered / job.unit / "racks" / f"{job.rack}.json",
    ]
    return [
        *_beginning(rendered, secrets),
        *(f"--inventory={source}" for source in sources),
        f"--forks={len(job.hosts)}",
        str(data.folder("playbooks") / f"{job.phase}.yaml"),
    ]


def digest(site: Path) -> str:
    """Return a digest of what a job does: the inputs rendered/ was made from, and the playbooks."""
    total = hashlib.sha256((site / "rendered" / inputs.FILE).read_bytes())
    playbooks = data.folder("playbooks")
    for file in sorted(playbooks.rglob("*.yaml")) + sorted(playbooks.rglob("*.py")):
        total.update(f"\0{file.relative_to(playbooks)}\0".encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def _all_jobs(site: Path) -> Iterator[RackJob]:
    for unit in plan.read_site(site).units:
        for rack in plan.read_unit(site, unit).racks:
            yield rack_job(site, unit, rack)


def _reason(rack: plan.Rack) -> str:
    if rack.decommission:
        return f"it is to be decommissioned ({rack.decommission.approval})"
    return rack.hold


def _beginning(rendered: Path, secrets: Secrets) -> list[str]:
    site = plan.read_site(rendered.parent)
    variables: dict[str, object] = {"slurm_key_file": str(_file(secrets, site.slurm_key_ref))}
    if any("monitoring" in node.roles for node in site.service_nodes):
        variables["service_node_monitoring_secrets"] = list(_monitoring(site, secrets))
    return [
        "env",
        f"ANSIBLE_CONFIG={rendered / 'site/ansible/ansible.cfg'}",
        str(_program()),
        f"--private-key={_file(secrets, site.ssh_key_ref)}",
        f"--extra-vars={json.dumps(variables)}",
    ]


def _monitoring(site: plan.SitePlan, secrets: Secrets) -> Iterator[dict[str, str]]:
    """Yield what monitoring nodes get that lies outside rendered/."""
    for device_class, reference in site.bmc_ca_refs.items():
        source, path = str(_file(secrets, reference)), f"{BMC_CAS}/{device_class}.pem"
        yield {"source": source, "path": path, "mode": "0644"}
    for each in site.receivers:
        source = str(_file(secrets, each.secret_ref))
        yield {"source": source, "path": each.path, "owner": "prometheus", "mode": "0400"}


def _file(secrets: Secrets, reference: str) -> Path:
    path = secrets.path(reference).absolute()
    if not path.is_file():
        raise SecretError(f"{reference} leads to no file", f"put the value into {path}")
    return path


def _program() -> Path:
    """Return the Ansible that was installed with this program, wherever PATH leads."""
    path = Path(sys.executable).parent / PROGRAM
    if not path.is_file():
        raise ToolMissing(f"{PROGRAM} is not in {path.parent}", "pip install ansible-core")
    return path
