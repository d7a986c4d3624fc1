"""Node pools: racks that are used alike, what runs on them and who gives them out."""

from typing import Annotated, Literal

from rackwright.spec.choice import LIST_OR_RANGE, ListTag, RangeTag
from rackwright.spec.firmware import Numbered, Versions
from rackwright.spec.language import Bounds, Spec, field
from rackwright.spec.storage import Mount, MountPath
from rackwright.spec.words import (
    BootUrl,
    Digest,
    Flag,
    Index,
    KernelArgument,
    Line,
    Name,
    Url,
    Whole,
)

OWN_STATE = "/var/lib/slurm/slurmctld"
"""Where a controller keeps its state if nobody says otherwise: on its own disk."""


class Image(Spec):
    """The boot medium a compute tray is deployed with."""

    name: Line = field(description="What the medium calls itself.")
    url: Url = field(description="Where Ironic fetches it.")
    sha256: Digest | None = field(
        default=None, description="Its digest; pin it wherever the medium is not rebuilt daily."
    )


class Slurm(Spec):
    """How a pool is scheduled by Slurm."""

    controller: str = field(description="The service node that runs slurmctld for this pool.")
    backup: str | None = field(
        default=None,
        description="The service node that takes over when the controller is down; it stands by "
        "for the role scheduler.",
    )
    state_folder: MountPath = field(
        default=OWN_STATE,
        description="Where the controller keeps its jobs; with a backup, a folder that both share.",
    )
    version: Numbered | None = field(
        default=None,
        description='Slurm, in quotes: "26.05.1". From 25.05 on it gets topology.yaml, and where '
        "nothing is said topology.conf, which every version reads.",
    )
    spares: Annotated[Whole, Bounds(ge=0, le=71)] = field(
        default=0,
        description="How many compute trays of every rack a block can do without: 1 is 17+1.",
    )
    block_sizes: tuple[Annotated[Whole, Bounds(ge=1, le=4096)], ...] | None = field(
        default=None,
        min_length=1,
        description="BlockSizes of topology/block; every rack must have at least the first. By "
        "default the compute trays of a rack less its spares.",
    )


class UnitsOfHall(Spec):
    """Scalable units with consecutive indexes of one hall."""

    hall: str = field(description="The hall.")
    first: Index = field(description="The first unit's index.")
    count: Annotated[Whole, Bounds(ge=1, le=999)] = field(description="How many units.")


class RackSelection(Spec):
    """Racks by where they stand or by name; a rack that any line selects is selected."""

    halls: tuple[str, ...] = field(default=(), description="Every rack of these halls.")
    scalable_units: Annotated[
        Annotated[tuple[UnitsOfHall, ...], ListTag] | Annotated[UnitsOfHall, RangeTag],
        LIST_OR_RANGE,
    ] = field(default=(), description="Every rack of these scalable units.")
    names: tuple[str, ...] = field(default=(), description="These racks.")


class Kubernetes(Spec):
    """How a pool is scheduled by Kubernetes."""

    compute_domains: Flag = field(
        description="Whether the cluster's DRA driver runs IMEX, for each ComputeDomain; that of "
        "the hosts is then masked."
    )
    host_imex: Flag = field(
        default=False, description="Whether the hosts run IMEX, as they do under Slurm."
    )
    version: Numbered | None = field(default=None, description='Kubernetes, in quotes: "1.34.2".')
    dra_driver: Numbered | None = field(
        default=None, description='NVIDIA\'s DRA driver, in quotes: "0.5.0".'
    )


class Partition(Spec):
    """A part of every NVLink domain of a pool: compute trays that share memory with no others."""

    name: Name = field(description="Its name, unique in the pool.")
    first: Index = field(
        description="Its first compute tray, counted through the domain from 1: c07 is 7."
    )
    count: Annotated[Whole, Bounds(ge=1, le=999)] = field(description="How many trays it has.")


class Kernel(Spec):
    """What the compute trays of a pool run below everything else."""

    version: Numbered | None = field(
        default=None, description='The kernel, in quotes: "6.8.0-1043-nvidia-64k".'
    )
    arguments: tuple[KernelArgument, ...] = field(
        default=(),
        description="What its command line has besides what the image sets. An argument here "
        "replaces the hardware type's own of the same name.",
    )


class NetworkBoot(Spec):
    """What compute trays boot over the network, where they are not deployed by virtual media."""

    kernel: BootUrl = field(description="The kernel, as iPXE fetches it.")
    initrd: BootUrl = field(description="Its initial RAM disk.")
    arguments: tuple[KernelArgument, ...] = field(
        default=(),
        description="What its command line has for this way of booting, such as where the root "
        "file system is fetched.",
    )


class Pool(Spec):
    """Racks that are used alike."""

    name: Name = field(description="The pool's name; also the name of its Slurm partition.")
    racks: RackSelection | None = field(
        default=None,
        description="Its racks, beside those that name the pool themselves. A selection wins over "
        "the pool in the site's defaults.",
    )
    scheduler: Literal["slurm", "kubernetes"] = field(description="What gives out its nodes.")
    image: Image = field(description="What its compute trays boot.")
    versions: Versions | None = field(
        default=None, description="The software its compute trays must have."
    )
    kernel: Kernel | None = field(default=None, description="The kernel they must have.")
    network_boot: NetworkBoot | None = field(
        default=None,
        description="What its compute trays boot over the network; by default DHCP offers them "
        "nothing to boot.",
    )
    tenant: str | None = field(
        default=None, description="The tenant it is for; its P_Key, VNI and VRF follow."
    )
    nvlink_partitions: tuple[Partition, ...] = field(
        default=(), description="How each of its NVLink domains is divided; by default not at all."
    )
    acceptance: str | None = field(
        default=None, description="The acceptance profile that its racks must pass: nvl72."
    )
    mounts: tuple[Mount, ...] = field(
        default=(), description="The file systems that its compute trays have."
    )
    slurm: Slurm | None = field(
        default=None, description="Slurm's settings, where the scheduler is slurm."
    )
    kubernetes: Kubernetes | None = field(
        default=None, description="Settings where the scheduler is kubernetes."
    )
