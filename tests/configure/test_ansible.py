from __future__ import annotations

import json
import os
import socket
import stat
import threading
import time
from pathlib import Path

import pytest

from rackwright import configure
from rackwright.configure import ansible, jobs
from rackwright.configure.outcome import HostState, RackOutcome
from rackwright.secrets import Secrets

JOB = jobs.RackJob(Path("/site"), "h1-su01", "a01", ("train",), ("a01-p1-dgx-01-c01",))


def execute(folder: Path, argv: list[str], *, stopped=lambda: False) -> RackOutcome:
    return ansible.execute(JOB, argv, folder, 1, step=lambda _: None, stopped=stopped)


def test_a_job_sees_no_more_of_the_environment_than_it_needs() -> None:
    found = {"PATH": "/bin", "AWS_SECRET_ACCESS_KEY": "s", "ANSIBLE_SSH_ARGS": "-o Strict=no"}
    assert ansible.environment(found) == {"PATH": "/bin"}


def test_what_a_job_writes_is_small_private_and_without_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_TOKEN", "do not write me down")
    execute(tmp_path / "job", ["true"])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if b"do not write me" in path.read_bytes()]
    assert stat.S_IMODE((tmp_path / "job").stat().st_mode) == 0o700
    assert len(files) < 10


def test_host_keys_are_checked_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSIBLE_HOST_KEY_CHECKING", "False")
    execute(tmp_path, ["true"])
    written = json.loads((tmp_path / "artifacts/1/command").read_text())
    assert written["env"]["ANSIBLE_HOST_KEY_CHECKING"] == "True"


def test_a_program_that_fails_at_once_is_quoted(tmp_path: Path) -> None:
    outcome = execute(tmp_path, ["sh", "-c", "echo no such playbook; exit 4"])
    assert outcome.error == "Ansible ended with 4: no such playbook"


def test_a_stopped_job_ends_with_its_children(tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    begun = time.monotonic()
    argv = ["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/pid; wait"]
    assert execute(tmp_path, argv, stopped=stop.is_set).error == "it was stopped"
    assert time.monotonic() - begun < 5
    assert not _runs(int((tmp_path / "pid").read_text()))


def test_real_ansible_tells_which_hosts_it_cannot_reach(site: Path, secrets: Secrets) -> None:
    hosts = _point_at_closed_ports(site / "rendered/h1-su01/racks/a01.json")
    job = jobs.RackJob(site, "h1-su01", "a01", ("train",), hosts)
    outcome = ansible.execute(
        job,
        configure.command(site, "a01", secrets),
        site / "job",
        1,
        step=lambda _: None,
        stopped=lambda: False,
    )
    assert [host.state for host in outcome.hosts] == [HostState.UNREACHABLE] * 2
    assert "Connection refused" in outcome.hosts[0].message


def _point_at_closed_ports(path: Path) -> tuple[str, ...]:
    inventory = json.loads(path.read_text())
    groups = inventory["all"]["children"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = {"ansible_host": "127.0.0.1", "ansible_port": free.getsockname()[1]}
    names = sorted(groups["rack_a01"]["hosts"])[:2]
    groups["rack_a01"]["hosts"] = dict.fromkeys(names, closed)
    groups["pool_train"]["hosts"] = {name: {} for name in names}
    path.write_text(json.dumps(inventory))
    return tuple(names)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]
