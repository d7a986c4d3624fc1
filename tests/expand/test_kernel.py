from __future__ import annotations

from pathlib import Path

import worlds
from rackwright import expand, spec
from rackwright.inventory import Pool

BOOT = (
    "    network_boot: {kernel: http://10.63.0.10:8080/vmlinuz, "
    "initrd: http://10.63.0.10:8080/initrd, arguments: [preempt=full, ip=dhcp]}\n"
)


def pool(tmp_path: Path, more: str = "") -> Pool:
    site = worlds.pool(worlds.copy(tmp_path), more)
    return expand.expand_all(spec.load(site))[0].common.pools[0]


def test_a_pool_starts_its_kernel_as_its_hardware_asks(tmp_path: Path) -> None:
    assert "numa_balancing=disable" in pool(tmp_path).kernel_arguments


def test_a_pool_replaces_what_its_hardware_asks_for(tmp_path: Path) -> None:
    found = pool(tmp_path, "    kernel: {arguments: [numa_balancing=enable]}\n").kernel_arguments
    assert [each for each in found if "numa" in each] == ["numa_balancing=enable"]


def test_an_argument_that_is_taken_often_replaces_none(tmp_path: Path) -> None:
    found = pool(tmp_path, "    kernel: {arguments: [module_blacklist=foo]}\n").kernel_arguments
    assert [each for each in found if "black" in each] == [
        "module_blacklist=nouveau",
        "module_blacklist=foo",
    ]


def test_a_boot_over_the_network_adds_its_own(tmp_path: Path) -> None:
    found = pool(tmp_path, BOOT).network_boot
    assert found
    assert found.arguments[-2:] == ("preempt=full", "ip=dhcp")
    assert "preempt=none" not in found.arguments


def test_a_pool_that_does_not_say_so_boots_nothing_over_the_network(tmp_path: Path) -> None:
    assert pool(tmp_path).network_boot is None
