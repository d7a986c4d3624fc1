"""Ansible inventories: the site's, one per pool, one per rack.

A run has three sources, in this order: the site's folder, the pool's folder, the rack's file.
Static JSON, because it loads eight times faster than YAML and needs no plugin when used by hand.
Files that a node gets are listed as variables; the playbooks ship them and template nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

from rackwright.inventory import Device, Inventory, Pool, Rack, Space
from rackwright.plan import File, Folder
from rackwright.render import delivery
from rackwright.render.jinja import fill
from rackwright.render.serialise import json_text

RENDERED = "{{ inventory_dir }}/../.."
"""rendered/, from the folder of any inventory file of ours."""

_OCTET = 8


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the inventories of the unit."""
    match inventory.unit.kind:
        case "site":
            yield from _site(inventory)
        case "pool":
            yield from _pool(inventory)
        case "scalable-unit":
            for rack in inventory.installed():
                path = f"{inventory.unit.folder}/racks/{rack.name}.json"
                yield path, json_text(_rack(inventory, rack))


def ssh_patterns(prefix: str) -> tuple[str, ...]:
    """Return known_hosts patterns that cover a prefix: `10.65.*`, `10.63.0.*`.

    A prefix longer than /24 is covered by the whole /24, the smallest thing a pattern can say.
    """
    network = IPv4Network(prefix)
    octets = min(max(-(-network.prefixlen // _OCTET), 1), 3)
    if network.prefixlen > octets * _OCTET:
        network = network.supernet(new_prefix=octets * _OCTET)
    return tuple(
        ".".join(str(part.network_address).split(".")[:octets]) + ".*"
        for part in network.subnets(new_prefix=octets * _OCTET)
    )


def _site(inventory: Inventory) -> Iterator[tuple[str, str]]:
    common = inventory.common
    services = {"hosts": _service_nodes(inventory)}
    yield "site/ansible/hosts.json", json_text({"all": {"children": {"service_nodes": services}}})
    prefixes = [space.prefix for space in common.spaces if _is_of_hosts(space)]
    prefixes.append(common.space("services").prefix)
    patterns = [pattern for prefix in prefixes for pattern in ssh_patterns(prefix)]
    yield (
        "site/ansible/known_hosts",
        fill(
            "ansible/known_hosts.j2",
            site=common.site,
            patterns=",".join((f"*.{common.domain}", *patterns)),
            host_ca=common.access.host_ca,
        ),
    )
    yield "site/ansible/ansible.cfg", fill("ansible/ansible.cfg.j2", site=common.site)
    yield (
        "site/ansible/group_vars/all.yml",
        fill(
            "ansible/all.yml.j2",
            site=common.site,
            domain=common.domain,
            user=common.access.user,
            site_files=delivery.site_files(common),
            site_services=delivery.site_services(common),
        ),
    )


def _is_of_hosts(space: Space) -> bool:
    return space.network == "in-band" and not space.ipv6


def _service_nodes(inventory: Inventory) -> dict[str, Any]:
    common = inventory.common
    return {
        node.name: {
            "ansible_host": node.address,
            "service_roles": node.roles,
            "site_files": [],  # its service_files are all it gets
            "service_files": [_file(file) for file in delivery.service_files(common, node)],
            **_folders(delivery.service_folders(inventory, node)),
        }
        for node in common.service_nodes
    }


def _pool(inventory: Inventory) -> Iterator[tuple[str, str]]:
    pool = pool_of(inventory)
    folder = f"{inventory.unit.folder}/ansible"
    groups: dict[str, Any] = {"all": {"children": {f"pool_{pool.name}": {}}}}
    yield f"{folder}/hosts.json", json_text(groups)
    yield (
        f"{folder}/group_vars/pool_{pool.name}.yml",
        fill(
            "ansible/pool.yml.j2",
            site=inventory.common.site,
            pool=pool,
            pool_files=(
                *delivery.kernel_files(pool),
                *delivery.pool_files(pool),
                *delivery.mount_files(pool),
            ),
            pool_services=delivery.mount_services(pool),
            runs_slurm=pool.scheduler == "slurm",
        ),
    )


def pool_of(inventory: Inventory) -> Pool:
    """Return the pool that a pool's inventory is about."""
    return inventory.common.pool(inventory.unit.name)


def _rack(inventory: Inventory, rack: Rack) -> dict[str, Any]:
    trays = inventory.present(rack.name, "compute")
    pool = inventory.common.pool(rack.pool)
    divided = pool.host_imex and rack.partitions  # then every tray has its own list of files
    group = f"rack_{rack.name.replace('-', '_')}"  # Ansible wants an identifier
    rack_vars = {
        "hall": rack.hall,
        "unit": rack.unit,
        "rack": rack.name,
        "rack_index": rack.index,
        "nvlink_domain": rack.nvlink_domain,
        **({} if divided else _files_of(delivery.rack_files(rack, pool))),
    }
    hosts = {tray.name: _tray(tray) for tray in trays}
    for tray in trays if divided else ():
        hosts[tray.name] |= _files_of(delivery.tray_files(rack, pool, tray))
    return {
        "all": {
            "children": {
                group: {"hosts": hosts, "vars": rack_vars},
                "compute": {"children": {group: {}}},
                f"pool_{rack.pool}": {"hosts": {tray.name: {} for tray in trays}},
                "held": {"hosts": {tray.name: {} for tray in trays if tray.hold}},
            }
        }
    }


def _tray(tray: Device) -> dict[str, Any]:
    known: dict[str, Any] = {
        "ansible_host": tray.address,
        "tray": tray.index,
        "slot": tray.slot,
        "label": tray.label,
        "chassis_serial": tray.serial,
        "bmc_address": tray.bmc_address,
    }
    if tray.further:
        known["addresses"] = tray.further
    if tray.asn:
        known["asn"] = tray.asn
    if tray.hold:
        known["hold"] = tray.hold
    return known


def _files_of(files: tuple[File, ...]) -> dict[str, Any]:
    return {"rack_files": [_file(file) for file in files]} if files else {}


def _folders(folders: tuple[Folder, ...]) -> dict[str, Any]:
    named = [{"source": each.source, "path": each.path} for each in folders]
    return {"service_folders": named} if named else {}


def _file(file: File) -> dict[str, str]:
    return {"source": file.source, "path": file.path, "owner": file.owner, "mode": file.mode}
