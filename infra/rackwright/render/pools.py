"""What a pool says beyond its nodes, and what nobody has checked of it: for the summaries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rackwright.inventory import Common, Pool

if TYPE_CHECKING:
    from rackwright.rules.proving import Profile


def facts(pool: Pool) -> Iterator[tuple[str, str]]:
    """Yield what is special about a pool, a word and a sentence each."""
    if pool.tenant:
        tenant = pool.tenant
        numbers = f"P_Key {tenant.p_key:#06x}, VNI {tenant.vni}, VRF {tenant.name}"
        yield "Tenant", f"{tenant.name}: {numbers}"
    if pool.scheduler == "kubernetes":
        yield "IMEX", _imex(pool)
    for each in pool.partitions:
        trays = f"trays {each.first} to {each.last}" if each.last > each.first else f"{each.first}"
        yield f"NVLink partition {each.name}", f"{trays} of every NVLink domain"
    if pool.kernel:
        yield "Kernel", pool.kernel
    if pool.kernel_arguments:
        yield "Kernel arguments", f"`{' '.join(pool.kernel_arguments)}`"


def profile(pool: Pool) -> Profile | None:
    """Return what the racks of a pool must pass; None where it does not say."""
    from rackwright.rules import proving

    return proving.profiles().get(pool.acceptance)


def tenants(common: Common) -> Iterator[tuple[str, str, int, str]]:
    """Yield each tenant with its P_Key, its VNI and its pools."""
    for tenant in common.tenancy.tenants if common.tenancy else ():
        mine = [pool.name for pool in common.pools if pool.tenant == tenant]
        yield tenant.name, f"{tenant.p_key:#06x}", tenant.vni, ", ".join(mine) or "none"


def not_checked(common: Common) -> Iterator[tuple[str, str]]:
    """Yield what is said of pools and not done, or not looked at, by anything of ours."""
    if common.tenancy:
        yield "Tenants", _tenants_checked(common)
    for pool in common.pools:
        if pool.scheduler == "kubernetes":
            yield f"Kubernetes of pool {pool.name}", "nodes are prepared; no cluster is made"
        if pool.partitions:
            yield (
                f"NVLink partitions of pool {pool.name}",
                "IMEX lists, blocks and commands for NVOS follow them; no NVOS runs here",
            )
        if pool.kernel or pool.kernel_arguments:
            yield f"Kernel of pool {pool.name}", "no node is asked which it runs"
        if pool.acceptance:
            yield f"Acceptance of pool {pool.name}", "its tests are listed; nothing runs them yet"


def _tenants_checked(common: Common) -> str:
    if any(fabric.loopbacks for fabric in common.fabrics):
        return "VRFs of Ethernet switches follow them; how those reach services is nobody's word"
    return "no VRF is configured with their VNIs: no Ethernet fabric says what its `switches:` are"


def _imex(pool: Pool) -> str:
    if pool.host_imex:
        return "run by the hosts, one list per NVLink domain or partition"
    if pool.compute_domains:
        return "not run by the hosts: it is masked there, and left to the cluster's ComputeDomains"
    return "run by nobody, and masked on the hosts: GPUs share memory inside a tray alone"
