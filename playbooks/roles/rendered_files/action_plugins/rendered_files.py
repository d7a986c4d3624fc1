"""Read a host's rendered files on the controller and hand them to the module in one run.

A module run costs a host a quarter of a second of processor time, whatever it does. So all files
of a host travel as the arguments of one run, in the order they are listed: the same lists give the
same bytes. A folder travels as one compressed archive: a campus has thousands of switches, whose
configurations are nearly alike.
"""

from __future__ import annotations

import base64
import gzip
import io
import tarfile
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

FILE = {
    "source": {"type": "str", "required": True},
    "path": {"type": "path", "required": True},
    "owner": {"type": "str", "default": "root"},
    "mode": {"type": "str", "default": "0644"},
}
FOLDER = {
    "source": {"type": "str", "required": True},
    "path": {"type": "path", "required": True},
}
ARGUMENTS = {
    "root": {"type": "path", "required": True},
    "files": {"type": "list", "elements": "dict", "required": True, "options": FILE},
    "folders": {"type": "list", "elements": "dict", "default": [], "options": FOLDER},
    "secrets": {"type": "list", "elements": "dict", "default": [], "options": FILE},
    "placeholders": {"type": "list", "elements": "dict", "default": []},
    "serials": {"type": "list", "elements": "dict", "default": []},
    "services": {"type": "list", "elements": "dict", "default": []},
}


class ActionModule(ActionBase):
    """The controller's half of `rendered_files`."""

    _requires_connection = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Read the files, run the module, and drop the copy of its arguments from the result."""
        result = super().run(tmp, task_vars)
        _, arguments = self.validate_argument_spec(ARGUMENTS)
        try:
            parcel = pack(arguments)
        except Unreadable as error:
            raise AnsibleActionFail(str(error)) from None
        result |= self._execute_module(
            module_name="rendered_files", module_args=parcel, task_vars=task_vars
        )
        result.pop("invocation", None)
        return result


class Unreadable(Exception):
    """A listed file cannot be sent; the message names it."""


def pack(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the module's arguments: the given ones with contents in place of sources."""
    root = Path(arguments["root"]).resolve()
    return {
        "files": [_filled(file, _inside(root, file["source"])) for file in arguments["files"]],
        "folders": [
            {"path": folder["path"], "archive": _archived(_inside(root, folder["source"]))}
            for folder in arguments["folders"]
        ],
        "secrets": [_filled(file, Path(file["source"])) for file in arguments["secrets"]],
        "placeholders": arguments["placeholders"],
        "serials": arguments["serials"],
        "services": arguments["services"],
    }


def _inside(root: Path, source: str) -> Path:
    path = root / source
    if not path.resolve().is_relative_to(root):
        raise Unreadable(f"{source} is not in {root}")
    return path


def _archived(folder: Path) -> str:
    """Return the files of a folder as a compressed archive; the same files give the same one."""
    if not folder.is_dir():
        raise Unreadable(f"{folder} is no folder")
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = file.read_bytes()
            entry = tarfile.TarInfo(file.relative_to(folder).as_posix())
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return base64.b64encode(gzip.compress(held.getvalue(), mtime=0)).decode()


def _filled(file: dict[str, Any], source: Path) -> dict[str, Any]:
    try:
        content = source.read_bytes()
    except OSError as error:
        raise Unreadable(
            f"{source}, for {file['path']}, cannot be read: {error.strerror}"
        ) from None
    sent = {key: file[key] for key in ("path", "owner", "mode")}
    return sent | {"content": base64.b64encode(content).decode()}
