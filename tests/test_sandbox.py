from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rackwright import sandbox
from rackwright.problems import RackwrightError, ServiceFailed, ToolMissing


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The folder of a sandbox, on a machine that permits one."""
    try:
        sandbox.require_permission()
    except RackwrightError as error:
        pytest.skip(error.message)
    place = tmp_path / "sandbox"
    place.mkdir()
    yield place
    sandbox.clear(place)


def alive(pid: int) -> bool:
    """Return whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def start(folder: Path, *argv: str) -> subprocess.Popen[str]:
    group = sandbox.group(folder).make()
    return subprocess.Popen(group.argv(argv), stdout=subprocess.PIPE, text=True)


def test_killing_a_group_ends_grandchildren_that_left_their_parents(folder: Path) -> None:
    process = start(folder, "sh", "-c", "setsid sleep 100 & echo $!; exec sleep 100")
    assert process.stdout is not None
    grandchild = int(process.stdout.readline())
    sandbox.group(folder).kill()
    assert process.wait() == -signal.SIGKILL
    assert not alive(grandchild)


def test_clearing_leaves_neither_group_nor_folder(folder: Path) -> None:
    start(folder, "sleep", "100")
    assert sandbox.clear(folder)
    assert not sandbox.group(folder).path.exists()
    assert not folder.exists()
    assert not sandbox.clear(folder)


def test_what_is_isolated_has_no_network_but_its_own(folder: Path) -> None:
    seen = sandbox.run(sandbox.isolated(["ip", "-brief", "link"]))
    assert [line.split()[0] for line in seen.splitlines()] == ["lo"]


def test_what_enters_sees_the_addresses_of_the_sandbox(folder: Path) -> None:
    ready = "ip addr add 10.99.0.1/32 dev lo && echo ready && exec sleep 100"
    process = start(folder, *sandbox.isolated(["sh", "-c", ready]))
    assert process.stdout is not None
    process.stdout.readline()
    seen = sandbox.run(sandbox.inside(process.pid, ["ip", "-brief", "addr", "show", "lo"]))
    assert "10.99.0.1/32" in seen


def test_a_program_that_fails_is_quoted_with_its_last_words() -> None:
    with pytest.raises(ServiceFailed, match="sh failed: no luck"):
        sandbox.run(["sh", "-c", "echo no luck >&2; exit 3"])


def test_a_program_that_is_missing_is_named_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None if name == "ip" else name)
    with pytest.raises(ToolMissing, match="ip is not installed") as raised:
        sandbox.require_permission()
    assert raised.value.hint == "apt-get install iproute2"


def test_waiting_ends_with_a_sentence() -> None:
    with pytest.raises(ServiceFailed, match=r"Kea is not up after 0\.1 s"):
        sandbox.wait_until(lambda: False, 0.1, "Kea is not up")
