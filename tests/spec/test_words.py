"""Values that once ended in a traceback, went into files unseen, or showed a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import console, render
from rackwright.problems import Problem

FIRMWARE = "\nfirmware: [{name: june, nvlink_switch: [{component: NVOS, version: '25.02'}]}]\n"


def found(site: Path, old: str, new: str) -> tuple[Problem, ...]:
    worlds.change(worlds.copy(site), [{"file": "site.yaml", "replace": old, "by": new}])
    return render.check(site)


def messages(site: Path, old: str, new: str) -> list[str]:
    return [problem.message for problem in found(site, old, new)]


@pytest.mark.parametrize(
    "url",
    [
        "https://[::1",
        "https://[x]/",
        "https://a℀b/",
        "https://user@10.63.0.10",
        "https://10.63.0.10:99999",
        '"https://10.63.0.10/\\e[31m"',
        "http://10.63.0.10",
    ],
)
def test_an_address_no_program_can_parse_is_refused(url: str, tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "https://10.63.0.10:6385", url)
    assert problem.code == "wrong-form"
    assert "expected an https:// address" in problem.message


def test_the_highest_port_is_good(tmp_path: Path) -> None:
    assert found(tmp_path, "https://10.63.0.10:6385", "https://10.63.0.10:65535/v1/?a=b") == ()


def test_a_services_network_of_one_address_is_too_small(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "10.63.0.0/24", "255.255.255.255/32")
    assert problem.message == "10.63.0.10 is not in the services network 255.255.255.255/32"


@pytest.mark.parametrize("reason", ['"two\\nlines"', '"\\e[2J gone"', '"    "', "ab"])
def test_a_reason_is_one_visible_line(reason: str, tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "pool: train}", f"pool: train, hold: {reason}}}")
    assert problem.message.endswith("expected a reason in one line, 3 to 200 characters")


@pytest.mark.parametrize("number", ["1e999", "-1e999", ".inf", ".nan"])
def test_a_number_without_end_is_no_number(number: str, tmp_path: Path) -> None:
    assert messages(tmp_path, "capacity_kw: 1250", f"capacity_kw: {number}") == [
        f"capacity_kw is '{number}', expected a number"
    ]


@pytest.mark.parametrize(
    "secret",
    [
        "hunter2",
        '"hunter2 # x"',
        "4711",
        "[hunter2]",
        "{is: hunter2}",
        "{is: hunter2,\n     x: y}",
        "hunter2\n    and more",
    ],
)
def test_what_may_be_a_secret_is_not_shown(secret: str, tmp_path: Path) -> None:
    """Nor where the line has another mistake, which would show it."""
    compute = "{user: admin, password: file:bmc-compute}"
    text = console.problems_text(found(tmp_path, compute, f"{{usr: admin, password: {secret}}}"))
    assert "[secret-value]" in text
    assert "unknown key 'usr'" in text
    assert "hunter2" not in text
    assert "4711" not in text


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("state: installed", "state: Installed", "did you mean 'installed'?"),
        ("purpose: lab", "purpose: prod", "did you mean 'production'?"),
        ("roles: [dhcp,", "roles: [dhpc,", "did you mean 'dhcp'?"),
        ("pool: train", "pool: Train", "did you mean 'train'?"),
        ("kind: gb300-nvl72", "kind: GB300-NVL72", "did you mean 'gb300-nvl72'?"),
        ("controller: svc01", "controller: svc", "did you mean 'svc01'?"),
        ("feed: a", "feed: b", "known: a"),
        ("    feeds:", "    Feeds:", "did you mean 'feeds'?"),
        ("name: h1", "name: H1", "did you mean 'h1'?"),
        ("\nservice_nodes:", f"{FIRMWARE}\nservice_nodes:", "did you mean 'nvos'?"),
    ],
)
def test_the_word_that_was_meant_is_named(old: str, new: str, hint: str, tmp_path: Path) -> None:
    assert hint in [problem.hint for problem in found(tmp_path, old, new)]


def test_what_may_have_capital_letters_is_not_put_into_lower_case(tmp_path: Path) -> None:
    problems = found(tmp_path, "url: https://10.63.0.10:6385", "url: HTTPS://10.63.0.10:6385")
    assert [problem.code for problem in problems] == ["wrong-form"]
    assert "did you mean" not in problems[0].hint


def test_a_list_that_is_too_long_is_said_to_be(tmp_path: Path) -> None:
    worlds.change(
        worlds.copy(tmp_path),
        [
            {
                "file": "hardware/our-rack.yaml",
                "write": "name: our-rack\ntitle: Ours\nlike: gb300-nvl72\n"
                "sources: {s: a data sheet of June}\n"
                "differs:\n  cooling.flow: {value: [[45, 177, 45]], source: s, proof: modelled}",
            }
        ],
    )
    (problem,) = render.check(tmp_path)
    assert problem.code == "out-of-range"
    assert problem.message == "value[0] is a list, expected at most 2 of them"


def test_a_type_that_lost_its_name_to_a_tag_is_judged_no_further(tmp_path: Path) -> None:
    text = (
        "!!python/name:x\ntitle: Ours\nlike: gb300-nvl72\nsources: {s: a data sheet}\ndiffers: {}"
    )
    change = {"file": "hardware/our-rack.yaml", "write": text}
    worlds.change(worlds.copy(tmp_path), [change])
    assert "yaml-tag" in [problem.code for problem in render.check(tmp_path)]
