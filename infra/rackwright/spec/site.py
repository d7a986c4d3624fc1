"""The specification of a site: what a person may write in site.yaml."""

from typing import Annotated, Literal

from rackwright.spec.acceptance import Accepted
from rackwright.spec.fabrics import Fabric
from rackwright.spec.firmware import Lockfile
from rackwright.spec.gates import Gates
from rackwright.spec.include import Includable
from rackwright.spec.language import Spec, field
from rackwright.spec.monitoring import Monitoring
from rackwright.spec.networks import Networks, Upstream
from rackwright.spec.overrides import Override
from rackwright.spec.pools import Pool
from rackwright.spec.racks import Defaults, Hall
from rackwright.spec.services import Access, Bmc, Ironic, ServiceNode, SlurmSite
from rackwright.spec.tenancy import Tenancy
from rackwright.spec.words import Address, Domain, SiteName


class Site(Spec):
    """A site of GB300 NVL72 racks."""

    version: Literal[1] = field(description="The version of this language.")
    site: SiteName = field(description="The site's name; it begins the names of Pulumi stacks.")
    domain: Domain = field(description="The DNS domain of its hosts.")
    purpose: Literal["production", "lab"] = field(
        description="`lab` is for sites whose SSH keys are publicly known."
    )
    networks: Networks = field(description="The networks of the site.")
    defaults: Defaults = field(
        default_factory=Defaults, description="What is said once for all that do not say otherwise."
    )
    halls: tuple[Annotated[Hall, Includable()], ...] = field(
        min_length=1, description="The rooms of the site."
    )
    fabrics: tuple[Fabric, ...] = field(
        default=(),
        max_length=99,
        description="What connects its racks; of each kind there may be several.",
    )
    pools: tuple[Pool, ...] = field(description="Racks that are used alike.")
    tenancy: Tenancy | None = field(
        default=None, description="Who the pools are for; by default one owner has everything."
    )
    firmware: tuple[Lockfile, ...] = field(
        default=(), description="The firmware of its racks, pinned, in the order of updates."
    )
    service_nodes: tuple[ServiceNode, ...] = field(
        min_length=1, description="Hosts that run the site's services."
    )
    time_sources: tuple[Address, ...] = field(
        default=(), description="NTP servers outside the site that its time servers follow."
    )
    upstream: Upstream = field(
        default_factory=Upstream, description="What the site reaches outside itself."
    )
    monitoring: Monitoring = field(
        default_factory=Monitoring, description="Where alerts go, where a node has that role."
    )
    ironic: Ironic = field(description="The Ironic that deploys compute trays.")
    slurm: SlurmSite = field(description="What all Slurm clusters of the site share.")
    bmc: Bmc = field(description="How BMCs are trusted and logged in to.")
    overrides: tuple[Override, ...] = field(
        default=(), description="Values of single devices, set by hand after everything else."
    )
    accept: tuple[Accepted, ...] = field(
        default=(), description="Warnings that are accepted, each with its reason."
    )
    gates: Gates | None = field(
        default=None, description="What a change must pass; `rackwright diff` judges it."
    )
    access: Access = field(description="Who may log in to a host.")
