"""What is watched, and who is told: rendered only where a node has the role."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

import worlds
from rackwright import render
from rackwright.configure import jobs
from rackwright.problems import SecretError
from rackwright.secrets import Secrets

ONE_SU = worlds.SITES / "one-su"


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return dict(render.render(ONE_SU))


def targets(text: str) -> dict[str, dict[str, str]]:
    return {each["targets"][0]: each["labels"] for each in json.loads(text)}


def test_a_site_without_a_monitoring_node_has_none_of_it() -> None:
    assert not [path for path in render.render(worlds.ONE_RACK) if "monitoring" in path]


def test_every_device_that_is_there_is_a_target_with_its_rack(files: dict[str, str]) -> None:
    bmcs = targets(files["h1-su01/monitoring/bmcs.json"])
    trays = targets(files["h1-su01/monitoring/trays.json"])
    assert (len(bmcs), len(trays)) == (7 * 35 - 1, 7 * 18 - 1)
    labels = bmcs["10.68.0.31"]
    assert (labels["rack"], labels["tray"], labels["class"]) == (
        "h1-su01-r01",
        "pwr-01",
        "power-shelf",
    )
    assert labels["feeds"] == "a"
    assert not any(label["rack"] == "h1-su01-r08" for label in trays.values())


def test_a_target_is_one_line(files: dict[str, str]) -> None:
    text = files["h1-su01/monitoring/bmcs.json"]
    assert text.count("\n") == len(targets(text)) + 2


def test_a_monitoring_node_gets_every_file_and_each_is_rendered(files: dict[str, str]) -> None:
    nodes = {each["name"]: each for each in json.loads(files["site/plan.json"])["service_nodes"]}
    mine = {file["path"]: file["source"] for file in nodes["svc02"]["files"]}
    assert {"/etc/prometheus/prometheus.yml", "/etc/prometheus-targets/h1-su01-bmcs.json"} <= set(
        mine
    )
    assert all(source in files for source in mine.values())
    assert not any("prometheus" in file["path"] for file in nodes["svc01"]["files"])


def test_receivers_are_told_what_they_asked_for_and_hold_no_secret(files: dict[str, str]) -> None:
    text = files["site/monitoring/alertmanager.yml"]
    routes = yaml.safe_load(text)["route"]["routes"]
    told = {(route["receiver"], route["matchers"][0]) for route in routes}
    assert told == {
        ("oncall", 'severity="critical"'),
        ("operations", 'severity="critical"'),
        ("operations", 'severity="warning"'),
    }
    assert "routing_key_file: /etc/prometheus/receivers/oncall" in text
    assert "pagerduty-key" not in text


def test_every_rule_says_how_bad_it_is_and_what_it_is_about(files: dict[str, str]) -> None:
    groups = yaml.safe_load(files["site/monitoring/rules/racks.yml"])["groups"]
    alerts = [rule for group in groups for rule in group["rules"] if "alert" in rule]
    assert len({alert["alert"] for alert in alerts}) == len(alerts)
    for alert in alerts:
        assert alert["labels"]["severity"] in {"critical", "warning"}
        assert re.search(r"\$labels\.(rack|hall|node)", alert["annotations"]["summary"])


def secrets(folder: Path, *names: str) -> Secrets:
    for name in names:
        (folder / name).write_text("x")
        (folder / name).chmod(0o600)
    return Secrets(folder)


def test_what_receivers_need_travels_beside_the_rendered_files(tmp_path: Path) -> None:
    names = ("ssh-admin", "slurm.key", "bmc-ca.pem", "pagerduty-key", "operations-webhook")
    command = jobs.services_command(ONE_SU, secrets(tmp_path, *names))
    (given,) = [word for word in command if word.startswith("--extra-vars=")]
    sent = json.loads(given.removeprefix("--extra-vars="))["service_node_monitoring_secrets"]
    assert {each["path"]: each["mode"] for each in sent} == {
        "/etc/prometheus/bmc/compute.pem": "0644",
        "/etc/prometheus/bmc/nvlink-switch.pem": "0644",
        "/etc/prometheus/bmc/power-shelf.pem": "0644",
        "/etc/prometheus/receivers/oncall": "0400",
        "/etc/prometheus/receivers/operations": "0400",
    }


def test_a_receiver_whose_secret_is_not_there_is_named(tmp_path: Path) -> None:
    names = ("ssh-admin", "slurm.key", "bmc-ca.pem")
    with pytest.raises(SecretError, match="file:pagerduty-key leads to no file"):
        jobs.services_command(ONE_SU, secrets(tmp_path, *names))
