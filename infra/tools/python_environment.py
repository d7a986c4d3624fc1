"""Virtual environments from pinned, hashed requirements.

The problem: the checkout, Ironic and Pulumi's language host each need their own Python packages,
the same ones everywhere, and a half-installed environment must never be used.
The approach: `pip --require-hashes`, wheels only, into a new environment beside its place; then the
scripts get the place's own path and the whole is renamed.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import cached
from commands import SetupError, run

TOP = Path(__file__).resolve().parents[2]
PROJECT = TOP / "pyproject.toml"
INTERPRETERS = ("python3.12", "python3.11", "python3")
ASK = "import sys; print('%d.%d' % sys.version_info[:2])"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install")


def interpreter() -> Path:
    """Return the first Python on PATH that fits.

    Raises:
        SetupError: None does.
    """
    oldest, too_new = required()
    for name in INTERPRETERS:
        found = shutil.which(name)
        if found and oldest <= _version(found) < too_new:
            return Path(run(found, "-c", "import sys; print(sys.executable)").strip())
    raise SetupError(
        f"Python {_dotted(oldest)} or newer is needed, but older than {_dotted(too_new)};"
        f" none of {', '.join(INTERPRETERS)} on PATH is that",
        "apt-get install python3 python3-venv where Debian's fits;"
        " elsewhere use pyenv, or `uv python install 3.12`",
    )


def required() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the Python that pyproject.toml asks for: the oldest, and the first too new."""
    asked = tomllib.loads(PROJECT.read_text())["project"]["requires-python"]
    oldest, too_new = re.findall(r"[\d.]+", asked)
    return _numbers(oldest), _numbers(too_new)


def has_venv(python: Path) -> bool:
    """Say whether `python` can make virtual environments with pip in them."""
    return _answers(python, "import ensurepip, venv")


def is_current(folder: Path, wanted: str) -> bool:
    """Say whether `folder` is a complete, current environment whose interpreter still exists."""
    return cached.is_current(folder, wanted) and (folder / "bin/python").exists()


def recipe(folder: Path, *parts: Path | str) -> str:
    """Return the digest of an environment's recipe; its place is part of it."""
    return cached.digest(str(folder), *parts)


def create(building: Path, requirements: Path) -> None:
    """Make an environment with exactly the packages that `requirements` pins."""
    hint = "Debian has it in python3-venv; `make tools` installs that"
    run(interpreter(), "-m", "venv", "--prompt", "rackwright", building, hint=hint)
    run(
        building / "bin/python", *PIP,
        "--require-hashes", "--only-binary", ":all:", "--requirement", requirements,
        hint="pip could not fetch a pinned package: check the network, then start again",
    )  # fmt: skip


def add_command(command: Path, program: Path, python: Path) -> None:
    """Install `program` as a command that `python` runs."""
    command.write_text(f"#!{python}\n{program.read_text()}")
    command.chmod(0o755)


def settle(building: Path, folder: Path) -> None:
    """Give the environment's scripts the path that it will have once it is renamed."""
    for script in (building / "bin").iterdir():
        if script.is_file() and not script.is_symlink():
            text = script.read_bytes()
            if text.startswith(b"#!") or script.name.lower().startswith("activate"):
                script.write_bytes(text.replace(bytes(building), bytes(folder)))


def _version(python: str) -> tuple[int, ...]:
    """Return a Python's major and minor version, or nothing when it does not start."""
    try:
        return _numbers(run(python, "-c", ASK).strip())
    except SetupError:
        return ()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in version)


def _answers(python: Path, program: str) -> bool:
    """Say whether a Python runs `program` without an error."""
    try:
        run(python, "-c", program)
    except SetupError:
        return False
    return True
