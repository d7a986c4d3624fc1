"""What must be true of a site beyond its form: Site and Inventory to Problems.

A rule is a generator that yields every place where it is broken, with the values behind it. It
changes nothing and never raises, also on a site that breaks ten other rules. Adding one is a
function, a word in `RULES`, and tests/bad/<code>.yaml with the exact words. What reads as-built
tables stands in lists of its own, since a render asks of them only where a table is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from rackwright import spec
from rackwright.expand import naming
from rackwright.inventory import Inventory, Unit
from rackwright.problems import Level, Problem, in_order
from rackwright.rules import (
    acceptance,
    access,
    addresses,
    as_built,
    cooling,
    deployment,
    domains,
    fabrics,
    firmware,
    guids,
    identity,
    layers,
    management,
    networks,
    overrides,
    partitions,
    pools,
    power,
    production,
    proving,
    redundancy,
    references,
    removal,
    schedulers,
    scheduling,
    services,
    storage,
    switch_places,
    switching,
    tenancy,
    versions,
)
from rackwright.spec import Loaded

Rule = Callable[[Loaded, tuple[Inventory, ...]], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    layers.racks_are_complete,
    layers.exceptions_are_in_their_range,
    references.hardware_is_known,
    references.names_lead_somewhere,
    references.feeds_lead_somewhere,
    references.trays_are_there,
    references.tenants_lead_somewhere,
    pools.racks_are_in_one_pool,
    pools.selections_select,
    identity.names_are_unique,
    identity.names_are_free,
    identity.indexes_are_unique,
    identity.service_addresses_are_unique,
    management.prefixes_hold_the_plan,
    addresses.pools_hold_the_plan,
    addresses.as_numbers_hold_the_plan,
    addresses.dhcp_ids_hold_the_plan,
    networks.networks_of_halls_are_known,
    networks.prefixes_are_apart,
    networks.indexes_are_within_the_plan,
    networks.service_nodes_are_inside,
    schedulers.pools_have_their_settings,
    schedulers.one_program_runs_imex,
    schedulers.kernel_arguments_are_unique,
    proving.profiles_are_known,
    partitions.partitions_are_inside_a_domain,
    partitions.trays_are_in_one_partition,
    tenancy.ranges_hold_the_plan,
    tenancy.tenants_are_planned,
    tenancy.vrfs_are_their_own,
    tenancy.pools_have_tenants,
    scheduling.blocks_are_full,
    scheduling.block_sizes_double,
    scheduling.block_sizes_keep_spares,
    scheduling.paired_blocks_are_aligned,
    scheduling.imex_lists_fit_their_domain,
    domains.domains_are_whole,
    domains.domains_are_in_one_place,
    fabrics.halls_are_known,
    fabrics.plans_are_within_the_sites,
    fabrics.tiers_reach_the_plan,
    fabrics.units_are_in_one_fabric,
    fabrics.units_have_a_fabric,
    fabrics.fabrics_have_their_manager,
    fabrics.racks_have_the_ports,
    fabrics.switches_hold_the_racks,
    switch_places.switches_have_places_of_their_own,
    switching.loopbacks_hold_the_plan,
    switching.as_numbers_are_apart,
    switching.links_reach_every_port,
    switching.vnis_are_apart,
    deployment.hosts_can_be_booted,
    removal.racks_that_leave_are_there,
    removal.racks_that_leave_are_free,
    power.feeds_carry_their_racks,
    redundancy.feeds_are_in_pairs,
    redundancy.feeds_carry_a_lost_one,
    redundancy.shelves_carry_a_lost_feed,
    redundancy.shelves_carry_a_lost_one,
    cooling.units_have_a_loop,
    cooling.temperatures_are_in_the_table,
    cooling.loops_have_the_flow,
    cooling.loops_take_the_heat,
    firmware.components_are_known,
    firmware.components_are_there,
    firmware.components_are_pinned_once,
    firmware.components_are_in_order,
    versions.versions_are_equal,
    versions.versions_are_new_enough,
    versions.versions_are_released,
    services.services_have_nodes,
    services.nodes_have_roles,
    services.nodes_stand_somewhere,
    services.standbys_have_primaries,
    services.addresses_have_nodes,
    services.controllers_serve_one_pool,
    services.backups_can_take_over,
    services.schedulers_have_pools,
    services.nodes_speak_ipv6,
    services.upstream_is_outside,
    storage.mounts_have_places,
    storage.servers_fit_their_kind,
    storage.clients_are_pinned,
    access.lab_keys_stay_in_labs,
    access.placeholders_are_replaced,
    access.factory_logins_are_replaced,
    access.bmcs_are_trusted_by_something,
    access.bmcs_are_trusted_in_one_way,
    access.deployed_hosts_are_trusted_by_a_ca,
    overrides.overrides_lead_somewhere,
    overrides.overrides_are_unique,
    overrides.overridden_addresses_work,
    production.images_are_pinned,
    production.services_survive_a_node,
    production.clocks_follow_the_world,
)

OF_UNITS: tuple[Rule, ...] = (
    as_built.rows_have_positions,
    as_built.positions_have_rows,
    as_built.rows_are_unique,
    guids.guids_are_complete,
    management.ports_have_addresses,
)
"""Rules that hold for a site if they hold for each scalable unit, judged alone.

Of a row they ask which position it is of and which cells are filled, but not with what: what was
sound stays so where a table keeps its shape (`AsBuilt.shape`).
"""

OF_TABLES: tuple[Rule, ...] = (
    identity.serials_are_unique,
    identity.macs_are_unique,
    identity.guids_are_unique,
)
"""Rules that hold for a site if no two of the `claims` of its tables are the same."""

EVERY = (*RULES, *OF_UNITS, *OF_TABLES)

WARNINGS = (
    "image-not-pinned",
    "no-standby",
    "no-time-source",
    "pool-without-tenant",
    "versions-unreleased",
    "client-not-pinned",
    "blocks-unaligned",
    "no-fabric-manager",
    "no-ipv6-address",
)
"""Codes of problems that the specification may accept; all others are errors."""

CODES = (
    "not-given",
    "exception-outside",
    "exception-twice",
    "unknown-hardware",
    "unknown-reference",
    "unknown-tray",
    "duplicate-name",
    "name-reserved",
    "duplicate-index",
    "duplicate-address",
    "duplicate-serial",
    "duplicate-mac",
    "duplicate-guid",
    "as-built-no-position",
    "as-built-missing",
    "as-built-twice",
    "as-built-open",
    "as-built-in-band",
    "as-built-bmc",
    "as-built-oob",
    "management-too-small",
    "as-built-guids",
    "address-pool-too-small",
    "asn-range",
    "asn-range-too-small",
    "subnet-ids-spent",
    "hall-network",
    "prefixes-overlap",
    "index-beyond-plan",
    "service-address",
    "rack-in-two-pools",
    "selection-empty",
    "scheduler-settings",
    "imex-twice",
    "kernel-argument-twice",
    "partition-beyond-domain",
    "partition-overlap",
    "partition-gap",
    "tenant-range-too-small",
    "vrf-reserved",
    "block-too-small",
    "block-sizes",
    "spares-not-kept",
    "imex-beyond-domain",
    "domain-not-whole",
    "domain-apart",
    "fabric-too-large",
    "fabric-twice",
    "fabric-missing",
    "fabric-port",
    "fabric-full",
    "switch-place",
    "loopbacks-too-few",
    "fabric-asns",
    "links-missing",
    "vni-taken",
    "no-virtual-media",
    "decommission-planned",
    "decommission-held",
    "power-over-budget",
    "feed-alone",
    "feed-pair",
    "feed-loss",
    "feed-loss-shelves",
    "shelf-loss",
    "cooling-missing",
    "cooling-twice",
    "supply-temperature",
    "flow-too-small",
    "heat-too-high",
    "unknown-component",
    "component-not-there",
    "firmware-twice",
    "firmware-order",
    "imex-driver-mismatch",
    "version-too-old",
    "service-without-node",
    "node-without-role",
    "place-taken",
    "standby-without-primary",
    "controller-twice",
    "controller-idle",
    "backup-useless",
    "upstream-inside",
    "mount-path",
    "mount-servers",
    "lab-key",
    "placeholder-left",
    "factory-login",
    "bmc-untrusted",
    "trust-twice",
    "pinned-host",
    "override-field",
    "override-twice",
    "override-address",
    *WARNINGS,
    *acceptance.CODES,
)


def judge(loaded: Loaded, units: tuple[Inventory, ...]) -> tuple[Problem, ...]:
    """Return every problem of the site that it does not accept, sorted by place."""
    found = [*_found(RULES, _without_tables(loaded), units)]
    found += _found((*OF_UNITS, *OF_TABLES), loaded, units)
    return _left(loaded, found)


def judge_outline(loaded: Loaded, units: tuple[Inventory, ...]) -> tuple[Problem, ...]:
    """Return every problem of a site whose as-built tables nobody has parsed yet."""
    return _left(loaded, [*_found(RULES, _without_tables(loaded), units)])


def is_sound(loaded: Loaded, unit: Inventory) -> bool:
    """Return whether nothing is wrong with a scalable unit, or a fabric's table, taken alone.

    If so for every unit, and no two claims are the same, `judge` finds what `judge_outline` does;
    if not, `judge` says what is wrong, in the words and with the counts of the whole site.
    """
    alone = _alone(loaded, unit.unit)
    return not any(True for rule in OF_UNITS for _ in rule(alone, (unit,)))


def _alone(loaded: Loaded, unit: Unit) -> Loaded:
    """Return the same as if the site had but this scalable unit, or none, and its table."""
    name, index = naming.parts(unit.name) if unit.kind == "scalable-unit" else ("", 0)
    halls = tuple(
        replace(hall, scalable_units=tuple(u for u in hall.scalable_units if u.index == index))
        for hall in loaded.halls
        if hall.name == name
    )
    tables = {unit.name: loaded.as_built[unit.name]} if unit.name in loaded.as_built else {}
    return replace(loaded, halls=halls, as_built=tables)


def _without_tables(loaded: Loaded) -> Loaded:
    """Return what `RULES` may see: one that wants a table and is not in `OF_UNITS` finds none."""
    return replace(loaded, as_built={})


def _found(
    wanted: tuple[Rule, ...], loaded: Loaded, units: tuple[Inventory, ...]
) -> Iterator[Problem]:
    for rule in wanted:
        yield from map(_levelled, rule(loaded, units))


def _left(loaded: Loaded, found: list[Problem]) -> tuple[Problem, ...]:
    errors = {*spec.CODES, *CODES} - {*WARNINGS}
    return in_order(acceptance.unaccepted(loaded, found, WARNINGS, errors))


def _levelled(problem: Problem) -> Problem:
    return replace(problem, level=Level.WARNING) if problem.code in WARNINGS else problem
