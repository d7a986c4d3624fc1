"""Every service has a node, and every address of a service is that node's."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from urllib.parse import urlsplit

from rackwright.expand import naming
from rackwright.expand.placement import positions
from rackwright.inventory import Inventory
from rackwright.problems import Problem, did_you_mean
from rackwright.rules import places
from rackwright.rules.references import unknown
from rackwright.spec import Loaded
from rackwright.spec.pools import OWN_STATE
from rackwright.yamlfile import Path

_NEEDED = {
    "dhcp": "BMCs get their addresses from it",
    "dns": "hosts are given it as their name server",
    "time": "hosts follow its clock",
    "ironic": "it deploys the compute trays",
}

CODE = "service-without-node"

Position = tuple[str, str, int]
"""Hall, rack and rack unit."""


def services_have_nodes(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A role that no node has is found when the first rack asks for it."""
    site = loaded.site
    for role, reason in _NEEDED.items():
        if not any(role in node.roles for node in site.service_nodes):
            message = f"no service node has the role {role}"
            yield loaded.document.problem(("service_nodes",), CODE, message, because=(reason,))
    nodes = {node.name: node for node in site.service_nodes}
    for path, name, _ in _controllers(loaded):
        node = nodes.get(name)
        stands_by = path[-1] == "backup" and node and "scheduler" in node.standby
        if node and "scheduler" not in node.roles and not stands_by:
            roles = ", ".join((*node.roles, *node.standby))
            yield loaded.document.problem(
                path,
                CODE,
                f"{node.name} does not have the role scheduler",
                because=(f"its roles are {roles}",),
                hint="add `standby: [scheduler]` to it" if path[-1] == "backup" else "",
            )


def nodes_have_roles(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A node without a role is never set up, and somebody believes it is."""
    for place, node in enumerate(loaded.site.service_nodes):
        if not node.roles and not node.standby:
            yield loaded.document.problem(
                ("service_nodes", place, "name"),
                "node-without-role",
                f"service node {node.name} has no role",
                hint="give it `roles:`, or `standby:` for the roles of another node",
            )


def nodes_stand_somewhere(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A technician who is sent to a node's place finds another machine, or no such hall."""
    halls = [hall.name for hall in loaded.halls]
    taken = dict(_trays(loaded))
    for number, node in enumerate(loaded.site.service_nodes):
        path: Path = ("service_nodes", number, "place")
        if node.place and node.place.hall not in halls:
            at = (*path, "hall")
            yield unknown(loaded, at, "unknown-reference", "hall", node.place.hall, halls)
        elif node.place and node.place.rack and node.place.u:
            here = (node.place.hall, node.place.rack, node.place.u)
            other = taken.setdefault(here, node.name)
            if other != node.name:
                yield _taken(loaded, (*path, "u"), node.name, other)


def _trays(loaded: Loaded) -> Iterator[tuple[Position, str]]:
    """Yield what stands in the racks that service nodes are said to stand in."""
    named = {node.place.rack for node in loaded.site.service_nodes if node.place}
    for place in places.racks(loaded) if named - {None} else ():
        hardware = loaded.catalogue.get(place.rack.kind)
        if hardware and place.rack.name in named:
            for device, index, slot in positions(hardware):
                label = f"{naming.label(device, index)} of {place.rack.name}"
                for u in range(slot, slot + device.height):
                    yield (place.hall.name, place.rack.name, u), label


def _taken(loaded: Loaded, path: Path, name: str, other: str) -> Problem:
    return loaded.document.problem(
        path, "place-taken", f"{name} stands where something else does", because=(f"{other} does",)
    )


def standbys_have_primaries(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A standby of a role that no other node has stands by for nobody."""
    nodes = loaded.site.service_nodes
    for place, node in enumerate(nodes):
        for item, role in enumerate(node.standby):
            if not any(role in other.roles for other in nodes if other is not node):
                yield loaded.document.problem(
                    ("service_nodes", place, "standby", item),
                    "standby-without-primary",
                    f"{node.name} stands by for {role}, and no other node has that role",
                    hint=f"the node that has it first says `roles: [{role}]`",
                )


def addresses_have_nodes(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Ironic's address, and where it serves images, must be a node with that role."""
    site = loaded.site
    yield from _at_ironic(loaded, site.ironic.url, ("ironic", "url"))
    for place, pool in enumerate(site.pools):
        prefix = site.networks.services.prefix
        host = urlsplit(pool.image.url).hostname or ""
        if _is_inside(host, prefix):
            yield from _at_ironic(loaded, pool.image.url, ("pools", place, "image", "url"))


def nodes_speak_ipv6(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A host that asks in IPv6 for a service that answers in IPv4 alone waits until it gives up."""
    prefix = loaded.site.networks.services.ipv6_prefix
    for place, node in enumerate(loaded.site.service_nodes):
        if prefix and node.ipv6_address is None:
            yield loaded.document.problem(
                ("service_nodes", place, "name"),
                "no-ipv6-address",
                f"service node {node.name} has no IPv6 address",
                because=(f"the services network has the IPv6 prefix {prefix}",),
                hint="add `ipv6_address:`, or take the prefix away",
            )


def upstream_is_outside(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A server that follows or asks a node of its own site goes round in a circle."""
    site = loaded.site
    nodes = {node.address: node.name for node in site.service_nodes}
    named: list[tuple[Path, IPv4Address]] = [
        *((("time_sources", n), address) for n, address in enumerate(site.time_sources)),
        *(
            (("upstream", "dns_forwarders", n), address)
            for n, address in enumerate(site.upstream.dns_forwarders)
        ),
    ]
    for path, address in named:
        if address in nodes:
            yield loaded.document.problem(
                path,
                "upstream-inside",
                f"{address} is {nodes[address]}, a service node of this site",
                because=("this is what the site's own servers follow, or ask",),
                hint="name one outside the site",
            )


def controllers_serve_one_pool(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """One host has one /etc/slurm: of two pools' files the second would replace the first."""
    first: dict[str, str] = {}
    for path, name, pool in _controllers(loaded):
        other = first.setdefault(name, pool)
        if other != pool:
            yield loaded.document.problem(
                path,
                "controller-twice",
                f"{name} is the controller of two pools",
                because=(f"it is that of pool {other} already",),
                hint="give each pool a service node with the role scheduler",
            )


def backups_can_take_over(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A backup that sees another folder takes over an empty cluster: every job is lost."""
    for place, pool in enumerate(loaded.site.pools):
        if pool.slurm is None or pool.slurm.backup is None:
            continue
        path, code = ("pools", place, "slurm", "backup"), "backup-useless"
        if pool.slurm.backup == pool.slurm.controller:
            message = f"{pool.slurm.backup} is the controller of pool {pool.name} and its backup"
            yield loaded.document.problem(path, code, message, hint="name another service node")
        elif pool.slurm.state_folder == OWN_STATE:
            yield loaded.document.problem(
                path,
                code,
                f"{pool.slurm.backup} would take over without the jobs of pool {pool.name}",
                because=(f"its state_folder is {OWN_STATE}, which each node has for itself",),
                hint="add `state_folder:`, on a file system that both nodes mount",
            )


def schedulers_have_pools(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A slurmctld on a node that gets no pool's files does not start, and `services` fails."""
    site = loaded.site
    used = {name for _, name, _ in _controllers(loaded)}
    if used - {node.name for node in site.service_nodes}:
        return  # a name that leads nowhere is said, and may have meant this node
    for place, node in enumerate(site.service_nodes):
        key = "roles" if "scheduler" in node.roles else "standby"
        roles = getattr(node, key)
        if "scheduler" in roles and node.name not in used:
            yield loaded.document.problem(
                ("service_nodes", place, key, roles.index("scheduler")),
                "controller-idle",
                f"{node.name} has the role scheduler, and no pool has it as its controller",
                because=("the role is Slurm's: it starts slurmctld with the files of a pool",),
                hint="name it as a pool's controller, or take the role away",
            )


def _controllers(loaded: Loaded) -> Iterator[tuple[Path, str, str]]:
    """Yield where each pool names a controller or its backup, the node, and the pool."""
    for place, pool in enumerate(loaded.site.pools):
        for key in ("controller", "backup"):
            if name := getattr(pool.slurm, key, None):
                yield ("pools", place, "slurm", key), name, pool.name


def _is_inside(host: str, prefix: IPv4Network) -> bool:
    try:
        return IPv4Address(host) in prefix
    except ValueError:
        return False


def _at_ironic(loaded: Loaded, url: str, path: Path) -> Iterator[Problem]:
    host = urlsplit(url).hostname or ""
    nodes = [node for node in loaded.site.service_nodes if "ironic" in node.roles]
    names = {str(node.address) for node in nodes} | {node.name for node in nodes}
    names |= {f"{node.name}.{loaded.site.domain}" for node in nodes}
    if host not in names:
        known = ", ".join(f"{node.name} at {node.address}" for node in nodes) or "none"
        yield loaded.document.problem(
            path,
            CODE,
            f"{host} is no service node with the role ironic",
            because=(f"nodes with that role: {known}",),
            hint=did_you_mean(host, names),
        )
