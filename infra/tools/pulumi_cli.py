"""The Pulumi CLI, at exactly the SDK's version.

The problem: the CLI and the SDK must be of one version, the CLI is in no package registry, and the
download of the official release is refused by many sites' networks.
The approach: take the first of these that works, and say which: a CLI on PATH with that version;
the one that `~/.pulumi/versions` keeps, where Pulumi's own Automation API looks too; the official
release, fetched by that API; a build from the published Go modules (see `pulumi_build.py`).
"""

from __future__ import annotations

import shutil
import tomllib
import urllib.request
from pathlib import Path

import cached
import pulumi_build
from checkout_environment import FOLDER as CHECKOUT_ENVIRONMENT
from commands import SetupError, run, with_environment
from python_environment import PROJECT

RELEASES = "https://get.pulumi.com/install.sh"
ANSWER_S = 10.0
DOWNLOAD_S = 300.0
FETCH = "import sys; from pulumi.automation import PulumiCommand as P; P.install(root=sys.argv[1])"
LANGUAGE_HOST = "pulumi-language-python"


def version() -> str:
    """Return the version of the SDK that pyproject.toml pins."""
    dependencies = tomllib.loads(PROJECT.read_text())["project"]["dependencies"]
    (pinned,) = (name for name in dependencies if name.startswith("pulumi=="))
    return str(pinned.removeprefix("pulumi=="))


def installed() -> Path:
    """Return the CLI that set-up found or built.

    Raises:
        SetupError: There is none yet.
    """
    wanted = version()
    on_path = shutil.which("pulumi")
    kept = place(wanted) / "bin/pulumi"
    for cli in (Path(on_path), kept) if on_path else (kept,):
        if _is_usable(cli, wanted):
            return cli
    raise SetupError(
        f"the Pulumi CLI {wanted} is neither on PATH nor in {place(wanted)}/bin",
        "`make tools` fetches or builds it",
    )


def place(wanted: str) -> Path:
    """Return where Pulumi keeps the CLI of one version."""
    return Path.home() / ".pulumi/versions" / wanted


def is_current() -> bool:
    """Say whether there is a CLI; one that set-up made must be of today's recipe."""
    try:
        cli = installed()
    except SetupError:
        return False
    folder = place(version())
    if cli.parent.parent != folder or not (folder / cached.STAMP).exists():
        return True
    return any(cached.is_current(folder, recipe) for recipe in _recipes(folder))


def set_up(tools: Path) -> None:
    """Fetch the official release, or build the CLI where that cannot be had.

    Raises:
        SetupError: Neither worked.
    """
    folder = place(version())
    released, built = _recipes(folder)
    try:
        _expect_answer()
        cached.build(folder, released, _fetch)
    except (OSError, SetupError) as error:
        print(f"pulumi: the official release cannot be fetched ({_first_line(error)})")
        print("pulumi: building it from its Go modules instead", flush=True)
        go = pulumi_build.go_command(tools)
        cached.build(folder, built, lambda building: pulumi_build.make(building, folder, go))
    installed()


def _is_usable(cli: Path, wanted: str) -> bool:
    """Say whether a CLI has the wanted version, and a language host for Python beside it."""
    if not (cli.exists() and cli.resolve().with_name(LANGUAGE_HOST).exists()):
        return False
    try:
        said = run(*with_environment(PULUMI_SKIP_UPDATE_CHECK="true"), cli, "version")
    except SetupError:
        return False
    return said.strip().removeprefix("v") == wanted


def _recipes(folder: Path) -> tuple[str, str]:
    """Return the digests of the two ways to a CLI: the official release and our build."""
    return cached.digest("official", version()), pulumi_build.recipe(folder)


def _expect_answer() -> None:
    """Fail within seconds where the network does not lead to the releases."""
    with urllib.request.urlopen(RELEASES, timeout=ANSWER_S):
        pass


def _fetch(building: Path) -> None:
    """Let Pulumi's Automation API install the official release."""
    run(CHECKOUT_ENVIRONMENT / "bin/python", "-c", FETCH, building, limit_s=DOWNLOAD_S)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
