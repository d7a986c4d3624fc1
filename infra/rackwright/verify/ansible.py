"""Ansible: it loads every inventory, takes the playbooks on them, and accepts what roles are given.

A key that nobody knows is no mistake to Ansible, so its words are held against the plan: every tray
and every service node is a host at its address, in the group of its pool, and every file that a
host is to get is a rendered one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rackwright import data
from rackwright.verify import own
from rackwright.verify.consumer import (
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
)
from rackwright.verify.placing import crashed, shortened
from rackwright.verify.room import Finished, Room

SECONDS = 120
_SAID = re.compile(r"\[(WARNING|ERROR)\]|fatal:")
_LONGEST = 400
FILES = ("site_files", "rack_files", "pool_files", "service_files")
CONFIGURATION = "site/ansible/ansible.cfg"
_ARGUMENTS = """\
- hosts: {hosts}
  connection: local
  gather_facts: false
  tasks:
    - name: Hold what the role is given against what it says that it takes
      ansible.builtin.validate_argument_spec:
        argument_spec: >-
          {{{{ (lookup('ansible.builtin.file', '{specification}') | from_yaml)
              .argument_specs.main.options }}}}
"""


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield one case for the site with its pools, and one for every unit with its racks."""
    shared = tuple(path for path in rendered.paths if "ansible" in Path(path).parts)
    of_hosts = tuple(path for path in shared if not path.endswith("/known_hosts"))
    yield Case("site and pools", "site", of_hosts, _site(rendered, of_hosts))
    for unit in rendered.site.units:
        racks = rendered.under(f"{unit}/racks")
        if racks:
            yield Case(unit, unit, racks, _unit(rendered, unit, racks))


def _site(rendered: Rendered, paths: Sequence[str]) -> Judge:
    def judge(_room: Room) -> Iterator[Complaint]:
        yield from _settings(rendered)
        if broken := tuple(_broken(rendered, paths)):
            yield from broken
            return
        sources = _sources(rendered, ())
        hosts, wrong = _hosts(rendered, sources, paths)
        yield from wrong
        expected = {node.name: node.address for node in rendered.site.service_nodes}
        yield from _compare(rendered, hosts, expected, ("site/ansible/hosts.json",))
        yield from _accepted(rendered, sources, "services", "service_node", "service_nodes", paths)

    return judge


def _unit(rendered: Rendered, unit: str, paths: Sequence[str]) -> Judge:
    def judge(_room: Room) -> Iterator[Complaint]:
        sources = _sources(rendered, paths)
        hosts, wrong = _hosts(rendered, sources, paths)
        yield from wrong
        racks = rendered.unit(unit).racks
        trays = [tray for rack in racks for tray in rack.compute_trays]
        expected = {tray.name: tray.interface.address for tray in trays}
        services = {node.name for node in rendered.site.service_nodes}
        mine = {name: known for name, known in hosts.items() if name not in services}
        yield from _compare(rendered, mine, expected, paths)
        for tray in trays:
            if tray.name in mine and mine[tray.name].get("pool") != tray.pool:
                message = f"{tray.name} is in no group of its pool {tray.pool}"
                yield _at(rendered, paths, tray.name, message)
        yield from _accepted(rendered, sources, "configure", "compute_node", "compute[0]", paths)

    return judge


def _sources(rendered: Rendered, racks: Sequence[str]) -> tuple[str, ...]:
    pools = [f"pools/{pool}/ansible" for pool in rendered.site.pools]
    places = ("site/ansible", *pools, *racks)
    top = rendered.folder.resolve() / "rendered"
    return tuple(f"--inventory={top / place}" for place in places)


def _run(rendered: Rendered, *argv: str, files: Mapping[str, str] | None = None) -> Finished:
    configuration = rendered.folder.resolve() / "rendered" / CONFIGURATION
    environment = {"ANSIBLE_CONFIG": str(configuration), "ANSIBLE_NOCOLOR": "1"}
    return own.run(argv, seconds=SECONDS, environment=environment, files=files)


def _hosts(
    rendered: Rendered, sources: Sequence[str], paths: Sequence[str]
) -> tuple[dict[str, Any], tuple[Complaint, ...]]:
    """Return every host with its variables as Ansible has them, and what was wrong on the way."""
    done = _run(rendered, "ansible-inventory", *sources, "--list")
    start = done.output.find("\n{") + 1 if not done.output.startswith("{") else 0
    noise = tuple(line for line in done.output[:start].splitlines() if line.strip())
    if done.code or noise:
        return {}, (_named(rendered, done, "ansible-inventory", paths),)
    return json.loads(done.output[start:])["_meta"]["hostvars"], ()


def _compare(
    rendered: Rendered,
    hosts: Mapping[str, Any],
    expected: Mapping[str, str],
    paths: Sequence[str],
) -> Iterator[Complaint]:
    if not hosts:
        return
    for name in sorted(expected.keys() ^ hosts.keys()):
        what = "is no host here" if name in expected else "is a host here and in no plan"
        yield _at(rendered, paths, name, f"{name} {what}")
    for name in sorted(expected.keys() & hosts.keys()):
        address = hosts[name].get("ansible_host")
        if address != expected[name]:
            message = f"{name} is reached at {address}, and in the plan at {expected[name]}"
            yield _at(rendered, paths, str(address), message)
        for file in (each for kind in FILES for each in hosts[name].get(kind, ())):
            if file["source"] not in rendered.paths:
                message = f"{name} is to get {file['source']}, which is not rendered"
                yield _at(rendered, paths, file["source"], message)


def _accepted(
    rendered: Rendered,
    sources: Sequence[str],
    playbook: str,
    role: str,
    hosts: str,
    paths: Sequence[str],
) -> Iterator[Complaint]:
    """Have the playbook's syntax checked, and the role's arguments, both by Ansible."""
    folder = data.folder("playbooks").resolve()
    book = str(folder / f"{playbook}.yaml")
    syntax = _run(rendered, "ansible-playbook", *sources, "--syntax-check", book)
    if syntax.code or "[WARNING]" in syntax.output:
        yield _named(rendered, syntax, "ansible-playbook --syntax-check", paths)
    specification = str(folder / "roles" / role / "meta/argument_specs.yaml")
    text = _ARGUMENTS.format(hosts=hosts, specification=specification)
    given = ("--extra-vars", "slurm_key_file=/dev/null")
    argv = ("ansible-playbook", *sources, *given, "judge.yaml")
    done = _run(rendered, *argv, files={"judge.yaml": text})
    if done.code or "[WARNING]" in done.output:
        yield _named(rendered, done, f"role {role}", paths)


def _settings(rendered: Rendered) -> Iterator[Complaint]:
    """Yield every setting of ansible.cfg that Ansible does not know: it ignores them silently."""
    done = _run(rendered, "ansible-config", "dump", "--only-changed", "--type=all")
    if done.code:
        yield crashed(done, "ansible-config", CONFIGURATION)
        return
    known = re.findall(r"^(\w+)\(\S*ansible\.cfg\) = ", done.output, re.MULTILINE)
    names = [name.lower() for name in known]
    for row, line in enumerate(rendered.text(CONFIGURATION).splitlines(), start=1):
        key, found, _ = line.partition(" = ")
        if found and not line.startswith("#") and not any(key in name for name in names):
            yield Complaint(CONFIGURATION, f"{key} is no setting that Ansible has", row)


def _broken(rendered: Rendered, paths: Sequence[str]) -> Iterator[Complaint]:
    """Yield the variables that are no YAML: Ansible says so, and not where."""
    import yaml

    for path in paths:
        if path.endswith(".yml"):
            try:
                yaml.safe_load(rendered.text(path))
            except yaml.MarkedYAMLError as error:
                row = error.problem_mark.line + 1 if error.problem_mark else 1
                yield Complaint(path, str(error.problem), row)


def _named(rendered: Rendered, done: Finished, program: str, paths: Sequence[str]) -> Complaint:
    """Return the complaint about a run, at the file and line that its words name."""
    said = [line for line in done.lines if _SAID.search(line)] or list(done.lines)
    message = f"{program}: {said[0] if said else 'says nothing'}"[:_LONGEST]
    words = shortened(done.lines)
    for path, row in re.findall(r"/rendered/([\w./-]+):(\d+)", done.output):
        if path in rendered.paths:
            return Complaint(path, message, int(row), words=words)
    for word in re.findall(r"'([\w./-]+)'|\"([\w./-]+)\"", " ".join(said)):
        found = _at(rendered, paths, word[0] or word[1], message)
        if found.line > 1:
            return replace(found, words=words)
    return Complaint(paths[0], message, words=words)


def _at(rendered: Rendered, paths: Sequence[str], word: str, message: str) -> Complaint:
    """Return a complaint at the first line that holds a word: of these files, or of the others."""
    others = [path for path in rendered.paths if "/ansible/" in path and path not in paths]
    for path in (*paths, *others):
        for row, line in enumerate(rendered.text(path).splitlines(), start=1):
            if f'"{word}"' in line:
                return Complaint(path, message, row)
    return Complaint(paths[0], message)


CONSUMER = Consumer(
    name="ansible",
    checks="loads every inventory, accepts playbooks and arguments; hosts are those of the plan",
    programs=(
        Program("ansible-inventory", "ansible-core", own=True),
        Program("ansible-playbook", "ansible-core", own=True),
        Program("ansible-config", "ansible-core", own=True),
    ),
    cases=cases,
    reads=("*/racks/*.json", "*/ansible/*"),
    not_checked=(NotChecked("playbooks on a host", "the lab runs them, over SSH and twice"),),
)
