"""The job of pyavd: an L3 leaf-spine EVPN fabric with MLAG pairs, dual-homed servers and two VRFs.

Runs in the peers' environment. The inputs are scoped to each host, the layout that suits pyavd
best: with the usual one for the whole fabric, its cost for a device grows with the fabric.
"""

from __future__ import annotations

import sys
from typing import Any

import pyavd
from pyavd.api.schemas import AVDDesign

SERVERS = 24
"""Of every pair of leaves."""
VRFS, SVIS = 2, 10
VLANS = ",".join(str(100 * vrf + svi) for vrf in range(1, VRFS + 1) for svi in range(1, SVIS + 1))


def pair(number: int, spines: int) -> dict[str, Any]:
    """Return a node group of two leaves."""
    nodes = [
        {
            "name": f"leaf{number:03d}{word}",
            "id": index,
            "mgmt_ip": f"172.16.{index // 200}.{index % 200 + 1}/16",
            "uplink_switch_interfaces": [f"Ethernet{index}/1"] * spines,
        }
        for word, index in (("a", 2 * number - 1), ("b", 2 * number))
    ]
    return {"group": f"RACK{number:03d}", "bgp_as": str(4_200_000_000 + number), "nodes": nodes}


def servers(number: int) -> list[dict[str, Any]]:
    """Return the servers of a pair of leaves."""
    leaves = [f"leaf{number:03d}a", f"leaf{number:03d}b"]
    return [
        {
            "name": f"rack{number:03d}-server{server:02d}",
            "rack": f"RACK{number:03d}",
            "adapters": [
                {
                    "endpoint_ports": ["eth0", "eth1"],
                    "switch_ports": [f"Ethernet{server}"] * 2,
                    "switches": leaves,
                    "profile": "SERVER",
                    "port_channel": {"mode": "active", "description": f"bond{server}"},
                }
            ],
        }
        for server in range(1, SERVERS + 1)
    ]


def common(pairs: int, spines: int) -> dict[str, Any]:
    """Return what all devices of the fabric share."""
    names = [f"spine{number}" for number in range(1, spines + 1)]
    return {
        "fabric_name": "BENCH",
        "underlay_routing_protocol": "ebgp",
        "overlay_routing_protocol": "ebgp",
        "mgmt_gateway": "172.16.0.1",
        "p2p_uplinks_mtu": 9214,
        "spine": {
            "defaults": {
                "platform": "7050X3",
                "loopback_ipv4_pool": "192.168.255.0/27",
                "bgp_as": "65001",
            },
            "nodes": [
                {"name": name, "id": number, "mgmt_ip": f"172.16.255.{number}/16"}
                for number, name in enumerate(names, start=1)
            ],
        },
        "l3leaf": {
            "defaults": {
                "platform": "7050X3",
                "loopback_ipv4_pool": "192.168.0.0/17",
                "loopback_ipv4_offset": spines,
                "vtep_loopback_ipv4_pool": "192.169.0.0/17",
                "uplink_ipv4_pool": "10.0.0.0/12",
                "uplink_interfaces": [f"Ethernet{49 + place}/1" for place in range(spines)],
                "uplink_switches": names,
                "mlag_peer_ipv4_pool": "10.250.0.0/16",
                "mlag_peer_l3_ipv4_pool": "10.251.0.0/16",
                "mlag_interfaces": ["Ethernet55/1", "Ethernet56/1"],
                "virtual_router_mac_address": "00:1c:73:00:dc:01",
                "spanning_tree_priority": 4096,
                "spanning_tree_mode": "mstp",
            },
            "node_groups": [pair(number, spines) for number in range(1, pairs + 1)],
        },
        "tenants": [{"name": "TENANT", "mac_vrf_vni_base": 10_000, "vrfs": list(map(vrf, (1, 2)))}],
        "port_profiles": [
            {
                "profile": "SERVER",
                "mode": "trunk",
                "vlans": VLANS,
                "spanning_tree_portfast": "edge",
            }
        ],
    }


def vrf(number: int) -> dict[str, Any]:
    """Return a VRF with its SVIs."""
    return {
        "name": f"VRF{number}",
        "vrf_vni": 10 + number,
        "vtep_diagnostic": {
            "loopback": 10 + number,
            "loopback_ip_range": f"10.{240 + number}.0.0/16",
        },
        "svis": [
            {
                "id": 100 * number + svi,
                "name": f"VRF{number}_VLAN{svi}",
                "enabled": True,
                "ip_address_virtual": f"10.{100 + number}.{svi}.1/24",
            }
            for svi in range(1, SVIS + 1)
        ],
    }


def main(leaves: int, spines: int) -> None:
    """Render the configuration of every device of the fabric."""
    shared = common(leaves // 2, spines)
    hosts = {
        f"spine{number}": {**shared, "type": "spine", "servers": []}
        for number in range(1, spines + 1)
    }
    for number in range(1, leaves // 2 + 1):
        for word in "ab":
            own = {"type": "l3leaf", "servers": servers(number)}
            hosts[f"leaf{number:03d}{word}"] = {**shared, **own}
    designs = {}
    for host, values in hosts.items():
        checked = pyavd.validate_inputs(values)
        if checked.validated_data is None:
            raise SystemExit(f"{host}: {checked.validation_result}")
        designs[host] = AVDDesign._from_dict(checked.validated_data)
    facts = pyavd.get_avd_facts(designs)
    for host, design in designs.items():
        structured = pyavd.get_device_structured_config(host, design, facts)
        if len(pyavd.get_device_config(structured)) < 1_000:
            raise SystemExit(f"{host} has no configuration")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
