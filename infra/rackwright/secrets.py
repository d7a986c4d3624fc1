"""The only resolver of secret references.

No secret value may stand in a specification, in rendered/, in a plan, in an event or in a log. What
stands there is a reference:

    env:NAME    the value of an environment variable
    file:PATH   the content of a file; a relative PATH is looked up in the secrets folder, an
                absolute one is taken as it is

Acting code resolves a reference at the moment it needs the value. The entry points hand in the
environment and the folder (`RACKWRIGHT_SECRETS`), because only they may read the environment.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rackwright.problems import SecretError

FOLDER_VARIABLE = "RACKWRIGHT_SECRETS"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where references lead: a folder for `file:`, an environment for `env:`."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    def text(self, reference: str) -> str:
        """Return the value without its trailing line end.

        Raises:
            SecretError: The reference has no known scheme or leads nowhere.
        """
        scheme, _, name = reference.partition(":")
        if scheme == "env":
            return self._variable(name)
        if scheme == "file":
            return _read(self.path(reference), reference).rstrip("\n")
        raise SecretError(f"{reference!r} is not a secret reference", "write env:NAME or file:PATH")

    def path(self, reference: str) -> Path:
        """Return where a `file:` reference lies on this machine.

        Raises:
            SecretError: The reference is not a `file:` reference.
        """
        scheme, _, name = reference.partition(":")
        if scheme != "file" or not name:
            raise SecretError(f"{reference!r} must be a file: reference", "write file:PATH")
        return self.folder / name

    def _variable(self, name: str) -> str:
        value = self.environment.get(name)
        if not value:
            raise SecretError(f"env:{name} is not set", f"export {name}")
        return value


def from_environment(environment: Mapping[str, str]) -> Secrets:
    """Return the resolver an entry point uses: the folder comes from RACKWRIGHT_SECRETS."""
    default = Path(environment.get("HOME", "/")) / ".config/rackwright/secrets"
    return Secrets(Path(environment.get(FOLDER_VARIABLE, default)), environment)


def _read(path: Path, reference: str) -> str:
    try:
        mode = path.stat().st_mode
        text = path.read_text()
    except OSError as error:
        raise SecretError(
            f"{reference} cannot be read: {error.strerror}", f"put the value into {path}"
        ) from error
    except UnicodeDecodeError as error:
        raise SecretError(f"{reference} is not text", f"put the value into {path}") from error
    if stat.S_IMODE(mode) & 0o007:
        raise SecretError(f"{reference} is readable by everyone", f"chmod 600 {path}")
    return text
