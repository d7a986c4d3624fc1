"""Kubernetes: what a cluster on a pool's nodes is given, for a pool that it schedules.

The nodes are prepared, and the cluster is somebody's own: it gets the GPU Operator's values with
the pool's versions, the labels that say which nodes share NVLink, and an example ComputeDomain of
that size. A held tray takes no pod. A node is one line, so a rack changes its own lines only.

Labels: topology.kubernetes.io (Kubernetes, well-known labels), accelerator.topograph.run/domain
(NVIDIA topograph, node labels). `nvidia.com/gpu.clique` is the driver's word, and not ours to set.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rackwright.inventory import Device, Inventory, Rack
from rackwright.render.ansible import pool_of
from rackwright.render.jinja import fill

_HEAD = """\
# rendered from the specification, do not edit; pool {pool}
{release}# kubectl apply --server-side --field-manager=rackwright --filename nodes.yaml
"""


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the files of a pool that Kubernetes schedules."""
    if inventory.unit.kind != "pool" or pool_of(inventory).scheduler != "kubernetes":
        return
    pool = pool_of(inventory)
    folder = f"{inventory.unit.folder}/kubernetes"
    values = {"pool": pool, "driver": pool.versions.get("driver", "")}
    yield (
        f"{folder}/gpu-operator-values.yaml",
        fill("kubernetes/gpu-operator-values.yml.j2", **values),
    )
    nodes = [line for rack in inventory.installed() for line in _nodes(inventory, rack)]
    if nodes:
        release = f"# for Kubernetes {pool.cluster_version}\n" if pool.cluster_version else ""
        head = _HEAD.format(pool=pool.name, release=release)
        yield f"{folder}/nodes.yaml", head + "".join(nodes)
    if pool.compute_domains:
        name = f"{pool.name}-acceptance"
        yield (
            f"{folder}/compute-domain.yaml",
            fill(
                "kubernetes/compute-domain.yml.j2",
                pool=pool,
                name=name,
                channel=f"{name}-channel",
                nodes=_domain(inventory),
            ),
        )


def _domain(inventory: Inventory) -> int:
    """Return how many nodes the smallest NVLink domain or partition of the pool has room for."""
    pool = pool_of(inventory)
    if pool.partitions:
        return min(each.last - each.first + 1 for each in pool.partitions)
    sizes: dict[str, int] = {}
    for rack in inventory.racks:
        count = rack.hardware.device_type("compute").count
        sizes[rack.nvlink_domain] = sizes.get(rack.nvlink_domain, 0) + count
    return min(sizes.values(), default=1)


def _nodes(inventory: Inventory, rack: Rack) -> Iterator[str]:
    for tray in inventory.present(rack.name, "compute"):
        yield f"---\n{json.dumps(_node(rack, tray), ensure_ascii=False)}\n"


def _node(rack: Rack, tray: Device) -> dict[str, Any]:
    domain = f"{rack.nvlink_domain}.{tray.partition}" if tray.partition else rack.nvlink_domain
    labels = {
        "topology.kubernetes.io/zone": rack.hall,
        "accelerator.topograph.run/domain": domain,
        "rack": rack.name,
        "tray": tray.label,
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": tray.name, "labels": labels},
        **({"spec": {"unschedulable": True}} if tray.hold else {}),
    }
