"""What must be true of a site beyond its form: Site and Inventory to Problems.

A rule is a generator that yields every place where it is broken, with the values behind it. It
changes nothing and never raises, also on a site that breaks ten other rules. `RULES` is the whole
list; adding one is a function, a word here, and tests/bad/<code>.yaml with the exact words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rackwright.inventory import Inventory
from rackwright.problems import Problem, in_order
from rackwright.rules import (
    access,
    as_built,
    identity,
    networks,
    power,
    references,
    scheduling,
    services,
)
from rackwright.spec import Loaded

Rule = Callable[[Loaded, tuple[Inventory, ...]], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    references.hardware_is_known,
    references.names_lead_somewhere,
    references.trays_are_there,
    identity.names_are_unique,
    identity.indexes_are_unique,
    identity.service_addresses_are_unique,
    identity.serials_are_unique,
    identity.macs_are_unique,
    as_built.rows_have_positions,
    as_built.positions_have_rows,
    as_built.rows_are_unique,
    networks.pools_hold_the_plan,
    networks.prefixes_are_apart,
    networks.indexes_are_within_the_plan,
    networks.service_nodes_are_inside,
    scheduling.blocks_are_full,
    scheduling.imex_lists_fit_their_domain,
    power.feeds_carry_their_racks,
    services.services_have_nodes,
    services.addresses_have_nodes,
    services.controllers_serve_one_pool,
    access.lab_keys_stay_in_labs,
)

CODES = (
    "unknown-hardware",
    "unknown-reference",
    "unknown-tray",
    "duplicate-name",
    "duplicate-index",
    "duplicate-address",
    "duplicate-serial",
    "duplicate-mac",
    "as-built-no-position",
    "as-built-missing",
    "as-built-twice",
    "as-built-open",
    "as-built-in-band",
    "address-pool-too-small",
    "prefixes-overlap",
    "index-beyond-plan",
    "service-address",
    "block-too-small",
    "imex-beyond-domain",
    "power-over-budget",
    "service-without-node",
    "controller-twice",
    "lab-key",
)


def judge(loaded: Loaded, units: tuple[Inventory, ...]) -> tuple[Problem, ...]:
    """Return every problem of the site, sorted by place."""
    return in_order(problem for rule in RULES for problem in rule(loaded, units))
