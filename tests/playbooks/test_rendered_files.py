from __future__ import annotations

import getpass
import importlib.util
import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from rackwright import data

ROLE = data.folder("playbooks") / "roles/rendered_files"
SECRET = "c2VjcmV0"


def load(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location(path.parent.name, path)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


action = load(ROLE / "action_plugins/rendered_files.py")
module = load(ROLE / "library/rendered_files.py")


@pytest.fixture
def rendered(tmp_path: Path) -> Path:
    folder = tmp_path / "rendered"
    folder.mkdir()
    (folder / "hosts").write_text("127.0.0.1 localhost\n")
    (folder / "key").write_text(SECRET)
    return folder


def listed(source: str, path: Path | str = "/etc/hosts", mode: str = "0644") -> dict[str, str]:
    return {"source": source, "path": str(path), "owner": getpass.getuser(), "mode": mode}


def arguments(root: Path, *files: dict[str, str], **more):
    whole = {"root": str(root), "files": list(files), "folders": []}
    return whole | {"secrets": [], "placeholders": [], "serials": [], "services": []} | more


def test_the_same_files_travel_as_the_same_bytes(rendered: Path) -> None:
    asked = arguments(rendered, listed("hosts"))
    assert json.dumps(action.pack(asked)) == json.dumps(action.pack(asked))


def test_a_source_that_is_not_there_is_named(rendered: Path) -> None:
    with pytest.raises(action.Unreadable, match=r"nosuch, for /etc/hosts, cannot be read: No such"):
        action.pack(arguments(rendered, listed("nosuch")))


def test_a_source_outside_rendered_is_refused(rendered: Path) -> None:
    (rendered.parent / "passwd").write_text("root:")
    with pytest.raises(action.Unreadable, match=r"\.\./passwd is not in"):
        action.pack(arguments(rendered, listed("../passwd")))


def test_a_folder_travels_as_the_same_bytes_whenever_its_files_were_written(rendered: Path) -> None:
    folder = {"source": "switches", "path": "/srv/boot/switches"}
    (rendered / "switches").mkdir()
    (rendered / "switches/tor").write_text("set:\n")
    first = action.pack(arguments(rendered, folders=[folder]))
    os.utime(rendered / "switches/tor", (1, 1))
    assert action.pack(arguments(rendered, folders=[folder])) == first


def test_a_folder_that_is_not_there_is_named(rendered: Path) -> None:
    folder = {"source": "switches", "path": "/srv/boot/switches"}
    with pytest.raises(action.Unreadable, match="rendered/switches is no folder"):
        action.pack(arguments(rendered, folders=[folder]))


class Host:
    """A folder that stands for a host, and Ansible run on it without a network."""

    def __init__(self, rendered: Path, tmp_path: Path) -> None:
        self.rendered = rendered
        self.etc = tmp_path / "etc"
        self.playbook = tmp_path / "play.yaml"

    def run(self, *words: str, **variables) -> str:
        task = {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "roles": [{"role": "rendered_files"}],
            "vars": {"rendered_files_root": str(self.rendered)} | variables,
        }
        self.playbook.write_text(json.dumps([task]))
        done = subprocess.run(
            [Path(sys.executable).parent / "ansible-playbook", "-vvv", self.playbook, *words],
            capture_output=True,
            text=True,
            env={
                "ANSIBLE_ROLES_PATH": str(ROLE.parent),
                "ANSIBLE_LOCAL_TEMP": str(self.playbook.parent),
                "ANSIBLE_REMOTE_TEMP": str(self.playbook.parent),
                "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
                "HOME": str(self.playbook.parent),
                "PATH": os.defpath,
            },
            check=False,
        )
        return done.stdout + done.stderr


@pytest.fixture
def host(rendered: Path, tmp_path: Path) -> Host:
    return Host(rendered, tmp_path)


def test_a_second_run_changes_nothing(host: Host) -> None:
    wanted = [listed("hosts", host.etc / "hosts", "0640")]
    assert "changed=1" in host.run(rendered_files_wanted=wanted)
    assert stat.S_IMODE((host.etc / "hosts").stat().st_mode) == 0o640
    assert "changed=0" in host.run(rendered_files_wanted=wanted)


def test_a_folder_is_placed_whole_and_once(host: Host) -> None:
    (host.rendered / "switches/tor-01").mkdir(parents=True)
    (host.rendered / "switches/tor-01/startup.yaml").write_text("set:\n")
    folder = {"source": "switches", "path": str(host.etc / "switches")}
    assert "changed=1" in host.run(rendered_files_wanted=[], rendered_files_folders=[folder])
    assert (host.etc / "switches/tor-01/startup.yaml").read_text() == "set:\n"
    assert "changed=0" in host.run(rendered_files_wanted=[], rendered_files_folders=[folder])


def test_check_shows_the_difference_and_writes_nothing(host: Host) -> None:
    wanted = [listed("hosts", host.etc / "hosts")]
    output = host.run("--check", "--diff", rendered_files_wanted=wanted)
    assert "+127.0.0.1 localhost" in output
    assert not (host.etc / "hosts").exists()


def test_a_secret_is_placed_and_never_shown(host: Host) -> None:
    key = listed(str(host.rendered / "key"), host.etc / "key", "0600")
    output = host.run("--diff", rendered_files_wanted=[], rendered_files_secrets=[key])
    assert (host.etc / "key").read_text() == SECRET
    assert SECRET not in output
    assert action.base64.b64encode(SECRET.encode()).decode() not in output


def test_a_placeholder_that_someone_filled_is_left_alone(host: Host) -> None:
    place = {"path": str(host.etc / "local.conf"), "owner": getpass.getuser()}
    host.run(rendered_files_wanted=[], rendered_files_placeholders=[place])
    assert (host.etc / "local.conf").read_bytes() == b""
    (host.etc / "local.conf").write_text("mine")
    output = host.run(rendered_files_wanted=[], rendered_files_placeholders=[place])
    assert "changed=0" in output
    assert (host.etc / "local.conf").read_text() == "mine"


def test_an_owner_the_host_does_not_have_is_named(host: Host) -> None:
    wanted = [listed("hosts", host.etc / "hosts") | {"owner": "nosuch"}]
    assert "this host has no user nosuch" in host.run(rendered_files_wanted=wanted)


RUNNING = {
    "ActiveState": "active",
    "UnitFileState": "enabled",
    "InactiveExitTimestamp": "Tue 2026-11-24 11:22:33.000001 UTC",
}
STARTED = 1795519353.000001


@pytest.fixture
def changed_at(monkeypatch: pytest.MonkeyPatch):
    """Have every file last changed at a moment."""
    return lambda moment: monkeypatch.setattr(module, "_changed", lambda path: moment)


def needed(**properties: str) -> str:
    return module.needed(RUNNING | properties, ["/etc/x"], set(), time.time() + 10**9)


def test_a_service_older_than_a_file_it_reads_is_restarted(changed_at) -> None:
    changed_at(STARTED + 1)
    assert needed() == "restarted"


def test_a_service_younger_than_its_files_is_left_alone(changed_at) -> None:
    changed_at(STARTED - 1)
    assert needed() == ""


def test_a_service_that_is_down_is_started(changed_at) -> None:
    changed_at(STARTED + 1)
    assert needed(ActiveState="failed") == "started"


def test_a_service_that_would_not_come_back_after_a_reboot_is_enabled(changed_at) -> None:
    changed_at(STARTED - 1)
    assert needed(UnitFileState="disabled") == "started"


def test_a_clock_that_was_set_back_restarts_nothing(changed_at) -> None:
    changed_at(STARTED + 3600)
    assert module.needed(RUNNING, ["/etc/x"], set(), STARTED + 60) == ""


def test_check_mode_foresees_the_restart(changed_at) -> None:
    changed_at(STARTED - 1)
    assert module.needed(RUNNING, ["/etc/x"], {"/etc/x"}, STARTED + 60) == "restarted"


SOA = {"path": "/etc/bind/soa", "text": "@ SOA SERIAL 1h", "reads": "/etc/bind/"}
ZONE = {"path": "/etc/bind/zones/example"}


def numbered(monkeypatch: pytest.MonkeyPatch, content: str, changed=(), when=None) -> list[str]:
    """Return the contents that are written, on a host whose SOA holds `content`."""
    times = {SOA["path"]: 10.0, ZONE["path"]: 5.0} | (when or {})
    monkeypatch.setattr(module, "_content", lambda path: content.encode())
    monkeypatch.setattr(module, "_changed", times.get)
    serial = {**SOA, "owner": getpass.getuser(), "mode": "0644"}
    given = {"files": [ZONE], "secrets": [], "serials": [serial]}
    return [file.content.decode() for file in module.numbered(given, set(changed), 99.5)]


def test_a_serial_is_left_alone_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert numbered(monkeypatch, "@ SOA 7 1h") == []


def test_a_serial_grows_with_a_file_that_is_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert numbered(monkeypatch, "@ SOA 7 1h", changed=[ZONE["path"]]) == ["@ SOA 99 1h"]


def test_a_serial_grows_for_a_file_that_a_killed_run_placed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = {ZONE["path"]: 11.0}
    assert numbered(monkeypatch, "@ SOA 7 1h", when=later) == ["@ SOA 99 1h"]


@pytest.mark.parametrize("content", ["", "@ SOA 7 2h"])
def test_a_serial_is_written_where_there_is_none_or_another_text(
    content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert numbered(monkeypatch, content) == ["@ SOA 99 1h"]
