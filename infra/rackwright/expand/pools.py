"""What a pool is, with what the specification leaves out filled in, and whom it is for."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright import plan
from rackwright.expand import firmware, kernel, scheduling
from rackwright.inventory import Mount, Partition, Pool, Tenancy, Tenant
from rackwright.spec import Loaded, storage
from rackwright.spec import pools as spec_pools
from rackwright.spec import tenancy as spec_tenancy
from rackwright.spec.site import Site


def pools(loaded: Loaded) -> Iterator[Pool]:
    """Yield every pool by name."""
    for pool in sorted(loaded.site.pools, key=lambda pool: pool.name):
        yield Pool(
            name=pool.name,
            scheduler=pool.scheduler,
            image=plan.Image(
                name=pool.image.name, url=pool.image.url, sha256=pool.image.sha256 or ""
            ),
            controller=pool.slurm.controller if pool.slurm else "",
            block_sizes=scheduling.block_sizes(loaded, pool),
            spares=pool.slurm.spares if pool.slurm else 0,
            versions=firmware.versions(pool),
            host_imex=pool.kubernetes is None or pool.kubernetes.host_imex,
            compute_domains=pool.kubernetes is not None and pool.kubernetes.compute_domains,
            cluster_version=(pool.kubernetes.version if pool.kubernetes else None) or "",
            tenant=_tenant_of(loaded.site, pool),
            partitions=tuple(_partitions(pool)),
            kernel=(pool.kernel.version if pool.kernel else None) or "",
            kernel_arguments=kernel.arguments(loaded, pool),
            acceptance=pool.acceptance or "",
            mounts=tuple(_mount(mount) for mount in pool.mounts),
            network_boot=kernel.network_boot(loaded, pool),
            slurm=scheduling.slurm(pool),
        )


def tenancy(site: Site) -> Tenancy | None:
    """Return the tenants of a site with their numbers; None where it has one owner."""
    found = site.tenancy
    if found is None:
        return None
    return Tenancy(
        tenants=tuple(
            _tenant(found, each) for each in sorted(found.tenants, key=lambda each: each.index)
        ),
        planned=found.planned_tenants,
        possible_p_keys=found.p_keys.last - found.p_keys.first + 1,
        possible_vnis=found.vnis.last - found.vnis.first + 1,
    )


def _tenant(found: spec_tenancy.Tenancy, each: spec_tenancy.Tenant) -> Tenant:
    place = each.index - 1
    return Tenant(name=each.name, p_key=found.p_keys.first + place, vni=found.vnis.first + place)


def _tenant_of(site: Site, pool: spec_pools.Pool) -> Tenant | None:
    every = tenancy(site)
    mine = [each for each in every.tenants if each.name == pool.tenant] if every else []
    return mine[0] if mine else None


def _mount(mount: storage.Mount) -> Mount:
    return Mount(
        path=mount.path,
        kind=mount.kind,
        servers=mount.servers,
        export=mount.export,
        options=mount.options,
        client=mount.client or "",
    )


def _partitions(pool: spec_pools.Pool) -> Iterator[Partition]:
    for each in sorted(pool.nvlink_partitions, key=lambda each: (each.first, each.name)):
        yield Partition(name=each.name, first=each.first, last=each.first + each.count - 1)
