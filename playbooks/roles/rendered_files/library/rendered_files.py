#!/usr/bin/python
"""Place files on this host and say which services must be started or restarted for them.

One run does for all files what copy does for one: compare content, owner and mode, replace what
differs by an atomic rename. Whether a service must restart is not remembered from this run, it is
seen: the service is older than the last change of a file it reads. So a run that was killed after
it placed a file and before it restarted the service is made good by the next one.
"""

from __future__ import annotations

import base64
import datetime
import grp
import io
import os
import pwd
import stat
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: rendered_files
short_description: Place files and find the services that must be started or restarted for them
description:
  - Places all files of a host in one run. The action plugin of the same name reads them on the
    controller.
  - A service is to be restarted when it started before the last change of a file it reads, and to
    be started when it is not running or not enabled. The module itself touches no service.
options:
  root:
    description: The folder on the controller that the sources of O(files) are relative to.
    type: path
    required: true
  files:
    description: What to place, each with source, path, owner and mode.
    type: list
    elements: dict
    required: true
  folders:
    description:
      - Folders (source relative to O(root), path) whose files are all placed, readable by everybody
        and owned by root. What is on the host and not in the folder stays.
    type: list
    elements: dict
    default: []
  secrets:
    description: The same with absolute sources; their content is never shown, not in a diff either.
    type: list
    elements: dict
    default: []
  placeholders:
    description: Files (path, owner, mode) that are made empty when absent, and else left alone.
    type: list
    elements: dict
    default: []
  serials:
    description:
      - Files (path, text, reads, owner, mode) with a number that must grow whenever a file in the
        folder O(serials[].reads) changes, such as the SOA of DNS zones. SERIAL in the text stands
        for it.
    type: list
    elements: dict
    default: []
  services:
    description: Services, each with its name and the folder of the files it reads.
    type: list
    elements: dict
    default: []
author:
  - Rackwright
"""

EXAMPLES = """
- name: Place the rendered files
  rendered_files:
    root: "{{ rendered }}"
    files:
      - {source: site/chrony/client.conf, path: /etc/chrony/chrony.conf}
    services:
      - {name: chrony, reads: /etc/chrony/}
  register: placed
"""

RETURN = """
files:
  description: The paths that were placed.
  type: list
  elements: str
  returned: always
services:
  description: The services that need something, each with the state to bring it to.
  type: list
  elements: dict
  returned: always
"""

PLACEHOLDER = {
    "path": {"type": "path", "required": True},
    "owner": {"type": "str", "default": "root"},
    "mode": {"type": "str", "default": "0644"},
}
FILE = {**PLACEHOLDER, "content": {"type": "str", "required": True}}
SECRET = {**PLACEHOLDER, "content": {"type": "str", "required": True, "no_log": True}}
FOLDER = {
    "path": {"type": "path", "required": True},
    "archive": {"type": "str", "required": True},
}
SERIAL = {
    **PLACEHOLDER,
    "text": {"type": "str", "required": True},
    "reads": {"type": "path", "required": True},
}
SERVICE = {
    "name": {"type": "str", "required": True},
    "reads": {"type": "path", "required": True},
}
ARGUMENTS = {
    "files": {"type": "list", "elements": "dict", "required": True, "options": FILE},
    "folders": {"type": "list", "elements": "dict", "default": [], "options": FOLDER},
    "secrets": {
        "type": "list", "elements": "dict", "default": [], "options": SECRET, "no_log": False
    },
    "placeholders": {"type": "list", "elements": "dict", "default": [], "options": PLACEHOLDER},
    "serials": {"type": "list", "elements": "dict", "default": [], "options": SERIAL},
    "services": {"type": "list", "elements": "dict", "default": [], "options": SERVICE},
}  # fmt: skip
PROPERTIES = ("ActiveState", "UnitFileState", "InactiveExitTimestamp")


class File(NamedTuple):
    """What should be at a path."""

    path: str
    content: bytes
    uid: int
    gid: int
    mode: int
    secret: bool


class Unplaceable(Exception):
    """A file cannot be placed as asked; the message says why."""


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    try:
        changed = [file for file in wanted(module.params) if not in_place(file)]
        changed += numbered(module.params, {file.path for file in changed}, time.time())
        differences = [difference(file) for file in changed]
        if not module.check_mode:
            for file in changed:
                place(file)
        services = attend(module, {file.path for file in changed})
    except (Unplaceable, OSError) as error:
        module.fail_json(msg=str(error))
    paths = [file.path for file in changed]
    shown = {"diff": differences} if module._diff else {}  # noqa: SLF001  (Ansible's own idiom)
    module.exit_json(changed=bool(paths), files=paths, services=services, **shown)


def wanted(parameters: dict[str, Any]) -> list[File]:
    """Return what should be on this host; a placeholder only where nothing is yet."""
    absent = [entry for entry in parameters["placeholders"] if not os.path.lexists(entry["path"])]
    return [
        *(_file(entry) for entry in parameters["files"]),
        *(file for folder in parameters["folders"] for file in unpacked(folder)),
        *(_file(entry, secret=True) for entry in parameters["secrets"]),
        *(_file({**entry, "content": ""}) for entry in absent),
    ]


def unpacked(folder: dict[str, str]) -> Iterator[File]:
    """Yield the files of a folder that came as an archive."""
    held = io.BytesIO(base64.b64decode(folder["archive"]))
    with tarfile.open(fileobj=held) as archive:
        for entry in archive:
            content = archive.extractfile(entry)
            if content is not None:
                path = f"{folder['path'].rstrip('/')}/{entry.name}"
                yield File(path, content.read(), uid=0, gid=0, mode=0o644, secret=False)


def numbered(parameters: dict[str, Any], changed: set[str], now: float) -> list[File]:
    """Return the files whose number must grow, with the seconds since 1970 as the new one."""
    found = []
    for entry in parameters["serials"]:
        files = _below(parameters, entry["reads"])
        before, _, after = entry["text"].partition("SERIAL")
        there = _content(entry["path"]).decode(errors="replace")
        same = there.startswith(before) and there.endswith(after) and there != ""
        written = _changed(entry["path"])
        if not same or changed.intersection(files) or any(written < _changed(f) for f in files):
            found.append(_file({**entry, "content": _encoded(f"{before}{int(now)}{after}")}))
    return found


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _below(parameters: dict[str, Any], reads: str) -> list[str]:
    """Return the paths of the given files that lie in a folder."""
    folder = reads.rstrip("/") + "/"
    entries = (*parameters["files"], *parameters["secrets"], *parameters["serials"])
    return [entry["path"] for entry in entries if entry["path"].startswith(folder)]


def _file(entry: dict[str, str], *, secret: bool = False) -> File:
    try:
        owner = pwd.getpwnam(entry["owner"])
    except KeyError:
        raise Unplaceable(f"{entry['path']}: this host has no user {entry['owner']}") from None
    return File(
        path=entry["path"],
        content=base64.b64decode(entry["content"]),
        uid=owner.pw_uid,
        gid=owner.pw_gid,
        mode=int(entry["mode"], 8),
        secret=secret,
    )


def in_place(file: File) -> bool:
    """Say whether the path holds exactly this file."""
    try:
        found = os.lstat(file.path)
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(found.st_mode) or found.st_size != len(file.content):
        return False
    if (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) != file[2:5]:
        return False
    return _content(file.path) == file.content


def place(file: File) -> None:
    """Put the file at its path in one step: a reader sees the old file or the new one."""
    path = Path(file.path)
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(file.content)
        os.fchown(target.fileno(), file.uid, file.gid)
        os.fchmod(target.fileno(), file.mode)
        target.flush()
        os.fsync(target.fileno())
    beside.replace(path)


def difference(file: File) -> dict[str, str]:
    """Return what `--diff` shows: contents, or for a secret no more than its path."""
    before, after = _content(file.path), file.content
    if file.secret:
        before, after = b"(the secret before)\n", b"(the secret now)\n"
    return {
        "before_header": file.path,
        "after_header": f"{file.path} ({_name(file)}, {file.mode:04o})",
        "before": before.decode(errors="replace"),
        "after": after.decode(errors="replace"),
    }


def attend(module: AnsibleModule, changed: set[str]) -> list[dict[str, str]]:
    """Return the services that need something, each with the state to bring it to."""
    found = []
    for service in module.params["services"]:
        properties = _properties(module, service["name"])
        files = _below(module.params, service["reads"])
        if state := needed(properties, files, changed, time.time()):
            found.append({"name": service["name"], "state": state})
    return found


def needed(properties: dict[str, str], files: list[str], changed: set[str], now: float) -> str:
    """Return `restarted`, `started` or nothing, for a service as systemd shows it."""
    if properties["ActiveState"] not in ("active", "activating", "reloading"):
        return "started"
    begun = _seconds(properties["InactiveExitTimestamp"])
    # a change that lies in the future is a clock that was set back, not a reason to restart
    if changed.intersection(files) or any(begun < _changed(path) <= now for path in files):
        return "restarted"
    return "started" if properties["UnitFileState"] in ("disabled", "masked") else ""


def _properties(module: AnsibleModule, service: str) -> dict[str, str]:
    _, output, _ = module.run_command(
        ["systemctl", "show", "--timestamp=us+utc", "--property", ",".join(PROPERTIES), service],
        check_rc=True,
    )
    return dict.fromkeys(PROPERTIES, "") | dict(
        line.split("=", 1) for line in output.splitlines() if "=" in line
    )


def _seconds(timestamp: str) -> float:
    """Return `Tue 2026-11-24 11:22:33.000001 UTC` as seconds; zero where there is none."""
    if not timestamp:
        return 0.0
    _, date, clock, _ = timestamp.split()
    moment = datetime.datetime.fromisoformat(f"{date}T{clock}+00:00")
    return moment.timestamp()


def _changed(path: str) -> float:
    try:
        return os.lstat(path).st_ctime
    except FileNotFoundError:
        return 0.0


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        return b""


def _name(file: File) -> str:
    return f"{pwd.getpwuid(file.uid).pw_name}:{grp.getgrgid(file.gid).gr_name}"


if __name__ == "__main__":
    main()
