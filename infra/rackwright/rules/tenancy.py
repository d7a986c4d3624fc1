"""Tenants have numbers of their own, enough of them, and everything has a tenant."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.spec import Loaded
from rackwright.spec.tenancy import PKeys, Vnis
from rackwright.yamlfile import Path

_VRFS = ("default", "mgmt")
"""VRFs that every Cumulus switch has: its own routes, and its management."""

_HIGHEST = {"p_keys": 0x7FFE, "vnis": 16_777_214}


def ranges_hold_the_plan(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """The tenant for whom no P_Key or VNI is left shares one, and sees the other's traffic."""
    tenancy = loaded.site.tenancy
    if tenancy is None:
        return
    ranges: tuple[tuple[str, str, PKeys | Vnis], ...] = (
        ("p_keys", "P_Keys", tenancy.p_keys),
        ("vnis", "VNIs", tenancy.vnis),
    )
    for key, title, numbers in ranges:
        there = numbers.last - numbers.first + 1
        if there < tenancy.planned_tenants:
            first, last = (_shown(key, number) for number in (numbers.first, numbers.last))
            enough = numbers.first + tenancy.planned_tenants - 1
            yield loaded.document.problem(
                ("tenancy", key, "last"),
                "tenant-range-too-small",
                f"{title} {first} to {last} do not last for the planned tenants",
                because=(f"{tenancy.planned_tenants} are planned, and there are {max(there, 0)}",),
                hint=f"last: {_shown(key, enough)} would do" if enough <= _HIGHEST[key] else "",
            )


def tenants_are_planned(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A tenant beyond the plan takes numbers that somebody else may have been given."""
    tenancy = loaded.site.tenancy
    for place, tenant in enumerate(tenancy.tenants if tenancy else ()):
        if tenancy and tenant.index > tenancy.planned_tenants:
            yield loaded.document.problem(
                ("tenancy", "tenants", place, "index"),
                "index-beyond-plan",
                f"tenant {tenant.index} is not in the plan",
                because=(f"planned_tenants is {tenancy.planned_tenants}",),
            )


def vrfs_are_their_own(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A tenant in the VRF `mgmt` reaches the management of every switch."""
    tenancy = loaded.site.tenancy
    for place, tenant in enumerate(tenancy.tenants if tenancy else ()):
        if tenant.name in _VRFS:
            path: Path = ("tenancy", "tenants", place, "name")
            message = f"no tenant can be called {tenant.name}"
            reason = (f"its VRF would be {tenant.name}, which every switch has for itself",)
            yield loaded.document.problem(path, "vrf-reserved", message, because=reason)


def pools_have_tenants(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Racks of nobody stay in the default partition, where every tenant's are members too."""
    if loaded.site.tenancy is None:
        return
    for place, pool in enumerate(loaded.site.pools):
        if pool.tenant is None:
            yield loaded.document.problem(
                ("pools", place, "name"),
                "pool-without-tenant",
                f"pool {pool.name} has no tenant, and the site has tenants",
                hint="the site's own pools may have a tenant too: its owner",
            )


def _shown(key: str, number: int) -> str:
    return f"{number:#06x}" if key == "p_keys" else str(number)
