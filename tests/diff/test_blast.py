"""How far a change reaches: programs that read a changed file, on the hosts that get it."""

from __future__ import annotations

import worlds
from rackwright import diff
from rackwright.diff.model import Diff
from rackwright.diff.pages.sentence import sentence
from repositories import SITE, Git


def changed(old: str, new: str) -> Diff:
    worlds.change(SITE, [{"file": "site.yaml", "replace": old, "by": new}])
    return diff.diff(SITE, "HEAD")


def reaches(found: Diff) -> dict[str, int]:
    return {each.what: each.count for each in found.blast.reaches}


def test_a_time_source_restarts_chrony_where_its_file_lies(git: Git) -> None:
    found = changed("\npools:", "\ntime_sources: [192.0.2.1, 192.0.2.2, 192.0.2.3]\n\npools:")
    assert reaches(found) == {
        "chrony": 1
    }  # the service node serves time; its clients are as before
    assert found.blast.racks == ()
    assert sentence(found) == "touches no rack; restarts chrony on 1 service node"


def test_a_change_of_slurm_reaches_every_node_of_the_pool_and_its_controller(git: Git) -> None:
    found = changed("block_sizes: [18]", "block_sizes: [9, 18]")
    assert reaches(found) == {"slurmctld": 1, "slurmd": 18}
    assert found.blast.beside == ("a01",)
    assert sentence(found).endswith("reaches 1 rack that does not change itself (a01)")


def test_new_kernel_arguments_ask_for_a_reboot_of_every_tray(git: Git) -> None:
    kernel = "    kernel: {arguments: [numa_balancing=disable]}\n    image:\n"
    found = changed("    image:\n", kernel)
    assert sentence(found).startswith("touches no rack; asks for a reboot of 18 compute trays")


def test_a_node_on_hold_restarts_nothing(git: Git) -> None:
    rack = "state: installed, pool: train"
    held = f'{rack}, trays: {{c03: {{hold: "in use"}}}}'
    worlds.change(SITE, [{"file": "site.yaml", "replace": rack, "by": held}])
    git("commit", "-q", "-a", "-m", "held")
    assert reaches(changed("block_sizes: [18]", "block_sizes: [9, 18]"))["slurmd"] == 17


def test_a_divided_domain_restarts_imex_only_where_its_list_changes(git: Git) -> None:
    def partitions(middle: int) -> str:
        return (
            "    nvlink_partitions:\n"
            f"      - {{name: left, first: 1, count: {middle}}}\n"
            f"      - {{name: right, first: {middle + 1}, count: {18 - middle}}}\n"
        )

    worlds.pool(SITE, partitions(9))
    site = SITE / "site.yaml"
    site.write_text(site.read_text().replace("[18]", "[6]"))
    git("commit", "-q", "-a", "-m", "divided")
    found = changed(partitions(9), partitions(10))
    assert reaches(found)["IMEX"] == 18
    assert {each.kind for each in found.changes} >= {"nvlink-domain", "compute-tray"}


def test_a_login_of_bmcs_changes_the_plans_of_stacks_and_reaches_nothing(git: Git) -> None:
    found = changed("compute: {user: admin", "compute: {user: metal")
    assert found.blast.stacks == ("one-rack.h1-su01",)
    assert found.blast.reaches == ()


def test_nothing_is_said_where_nothing_differs(git: Git) -> None:
    assert sentence(diff.diff(SITE, "HEAD")) == "nothing differs"


def test_a_file_that_no_program_of_ours_delivers_is_one_that_people_load(git: Git) -> None:
    worlds.fabrics(
        SITE,
        "{name: ib, kind: quantum-x800, planned_scalable_units: {hall: h1, first: 1, count: 4}}",
    )
    found = diff.diff(SITE, "HEAD")
    loads = [each for each in found.blast.reaches if each.what == "file"]
    assert {path for each in loads for path in each.files} == {
        "fabrics/ib/opensm.conf",
        "fabrics/ib/partitions.conf",
    }
    assert "has people load 1 file" in sentence(found)


def test_what_people_do_to_switches_reaches_the_racks_behind_them(git: Git) -> None:
    worlds.shutil.rmtree(SITE)
    worlds.shutil.copytree(worlds.SITES / "spectrum-x", SITE)
    git("add", ".")
    git("commit", "-q", "-m", "a site whose switches are configured")
    found = changed("host_ports: true", "host_ports: false")
    switches = next(each for each in found.blast.reaches if each.what == "switch")
    assert switches.where == ("h1-su01-r01-p1-tor-02",)
    assert found.blast.beside == ("h1-su01-r01",)
    assert "has people reload 1 switch" in sentence(found)
