"""Which routes a Clos must have, worked out from its cables."""

from __future__ import annotations

from rackwright.verify import routes

LEAVES, SPINES = ("l1", "l2"), ("s1", "s2")
ADJACENCY = {
    **{leaf: {f"up{spine}{n}": spine for spine in SPINES for n in (1, 2)} for leaf in LEAVES},
    **{spine: {f"down{leaf}{n}": leaf for leaf in LEAVES for n in (1, 2)} for spine in SPINES},
}
ASNS = {"l1": "65001", "l2": "65002", "s1": "65000", "s2": "65000"}


def expected(origins: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    found = routes.expected(ADJACENCY, origins, ASNS)
    return {each.switch: each.ports for each in found}


def test_a_leaf_is_reached_over_every_cable() -> None:
    found = expected({"l1": frozenset({"10.0.0.1/32"})})
    assert found["l2"] == {"ups11", "ups12", "ups21", "ups22"}
    assert found["s1"] == {"downl11", "downl12"}


def test_a_spine_does_not_learn_what_one_of_its_as_number_announces() -> None:
    found = expected({"s1": frozenset({"10.0.0.9/32"})})
    assert sorted(found) == ["l1", "l2"]


def test_what_two_leaves_announce_is_reached_over_both() -> None:
    both = frozenset({"10.1.0.0/26"})
    found = expected({"l1": both, "l2": both})
    assert found["s1"] == {"downl11", "downl12", "downl21", "downl22"}
    assert "l1" not in found


def test_interfaces_announce_their_networks() -> None:
    assert routes.prefixes({"lo": ("10.0.0.1/32",), "swp1": ("10.0.1.2/31", "fd00::2/127")}) == {
        "10.0.0.1/32",
        "10.0.1.2/31",
        "fd00::2/127",
    }
