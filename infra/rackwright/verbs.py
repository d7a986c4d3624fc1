"""The command line: arguments to verbs, errors to sentences and exit codes.

A person types `rackwright VERB SITE`; SITE is the folder that holds site.yaml, and may be left out
where one stands in it or there is only one. Each verb imports its room when it is called, so that
`--help` stays instant. This module, the provider's and the language host's entry points are the
only ones that read the environment or exit. Exit codes: 0 fine, 1 problems or differences, 2 wrong
usage, 3 a missing or failing tool, 4 work begun and not finished.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rackwright import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rackwright.completeness import Statement
    from rackwright.secrets import Secrets

TOOLS_VARIABLE = "RACKWRIGHT_TOOLS"
LAB_VARIABLE = "RACKWRIGHT_LAB"


class Site(click.ParamType["Path"]):
    """A folder that holds site.yaml."""

    name = "site"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the folder, or fail with a usage message."""
        folder = Path(value)
        if not os.path.lexists(folder / "site.yaml"):
            self.fail(f"{folder} holds no site.yaml{_instead(folder)}", param, ctx)
        return folder


def _instead(folder: Path) -> str:
    """Return the site that was probably meant, as the end of a sentence."""
    if folder.name == "site.yaml":
        return f": name the folder, {folder.parent}"
    from rackwright.problems import nearest

    near = nearest(folder.name, {site.name: site for site in _sites()})
    return "".join(f": did you mean {site}?" for site in _sites() if site.name == near)


def _sites() -> list[Path]:
    from rackwright.plan import SITE_FOLDERS

    return [
        file.parent for place in SITE_FOLDERS for file in sorted(Path(place).glob("*/site.yaml"))
    ]


def only_site() -> Path:
    """Return the site one stands in, or the only one of the repository."""
    if Path("site.yaml").is_file():
        return Path()
    found = _sites()
    if len(found) == 1:
        return found[0]
    names = ", ".join(map(str, found)) or "none found"
    raise click.UsageError(f"say which site (a folder with site.yaml): {names}")


site_argument = click.argument("site", type=Site(), required=False)
format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text"
)
rack_option = click.option(
    "--rack", "racks", multiple=True, help="Only this rack; may be repeated."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def rackwright() -> None:
    """Infrastructure as code for GB300 NVL72 GPU clusters."""


@rackwright.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--site", default="", help="The site's name; by default that of the folder.")
def init(folder: Path, site: str) -> None:
    """Write a new repository, with a site to start from, into an empty FOLDER."""
    from rackwright import console
    from rackwright import init as room

    console.written(room.write(folder, site), folder)


@rackwright.command()
@site_argument
@format_option
def check(site: Path | None, form: str) -> None:
    """Say everything that is wrong with a specification."""
    from rackwright import console, render, spec

    problems, known = render.checked(site or only_site())
    unread = all(problem.code in spec.CODES for problem in problems)
    console.problems(problems, form, unread=unread)
    console.known(_completed(known), form)
    sys.exit(1 if problems else 0)


@rackwright.command("render")
@site_argument
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 on a difference.")
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=lambda: len(os.sched_getaffinity(0)),
    show_default="all processors",
    help="How many worker processes render.",
)
@format_option
def render_site(site: Path | None, only_check: bool, processes: int, form: str) -> None:
    """Write rendered/ from the specification."""
    from rackwright import console, refresh

    folder = site or only_site()
    with console.progress("units", "racks") as watch:
        act = refresh.compare if only_check else refresh.refresh
        outcome = act(folder, processes=processes, watch=watch)
    if only_check:
        console.differences(outcome.differences, form)
    else:
        console.written(outcome.differences, folder / "rendered")
    console.warnings(outcome.recabled)
    sys.exit(1 if only_check and outcome.differences else 0)


@rackwright.command()
@site_argument
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where to write it; by default report/ in the site's folder, which git ignores.",
)
@click.option(
    "--since",
    default="",
    metavar="REVISION",
    help="Draw what changed since; by default what the last change of the site did.",
)
def report(site: Path | None, output: Path | None, since: str) -> None:
    """Write the site as a web page that opens from a disk, without a server or a network."""
    from rackwright import report as room
    from rackwright.completeness import APPLY
    from rackwright.report import changes

    folder = site or only_site()
    page = room.write(folder, output, changes.since(folder, since), _completed(APPLY))
    click.echo(f"{page}: open it in a browser, {page.resolve().as_uri()}")


@rackwright.command("diff")
@click.argument("sides", nargs=-1, metavar="[A] [B]")
@click.option("--site", "site", type=Site(), help="The site's folder, where there are several.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "github"]),
    default="text",
)
@click.option("--exit-code", "with_code", is_flag=True, help="Exit 1 where anything differs.")
@click.option("--label", "labels", multiple=True, help="A label that the pull request carries.")
def show_diff(
    sides: tuple[str, ...],
    site: Path | None,
    form: str,
    *,
    with_code: bool,
    labels: tuple[str, ...],
) -> None:
    """Show what a change means: racks, trays, what happens to them, and every line that differs.

    A and B are revisions of git or folders of a site; `A...` is where A and HEAD parted. Without B
    it is A against the working tree, without both, rendered/ against what it would become. Exits 1
    where a gate of the site is not passed.
    """
    from msgspec.structs import replace

    from rackwright import console
    from rackwright import diff as room

    folder, before, after = _compared(sides, site)
    found = room.diff(folder, before, after, labels)
    known = _completed(found.statements, [each.path for each in found.files])
    console.diff(replace(found, statements=known), form)
    sys.exit(1 if found.violations or (with_code and found) else 0)


@rackwright.command("units")
@site_argument
@click.option("--changed-since", metavar="REV", default="", help="Only those that differ from it.")
@click.option("--stacks", "only_stacks", is_flag=True, help="Only those that are Pulumi stacks.")
@click.option("--format", "form", type=click.Choice(["text", "json", "names"]), default="text")
def list_units(site: Path | None, changed_since: str, form: str, *, only_stacks: bool) -> None:
    """List the units of a site: what is rendered, deployed and reviewed alone."""
    from rackwright import console
    from rackwright.diff import units as room

    found = room.units(site or only_site(), changed_since)
    console.units([each for each in found if each.is_stack or not only_stacks], form)


def _completed(
    known: Iterable[Statement], paths: Sequence[str] | None = None
) -> tuple[Statement, ...]:
    """Return what a dry run knows, with what no consumer reads and what no lab simulates.

    Of files, those of `paths` are meant; of all there may be, where it is None.
    """
    from rackwright.completeness import NOT_SIMULATED, Standing, in_order, of_sentence
    from rackwright.verify import CONSUMERS, coverage

    unread = coverage.statements(CONSUMERS, paths)
    absent = [of_sentence(each, Standing.NOT_SIMULATED, "lab") for each in NOT_SIMULATED]
    return in_order((*known, *unread, *absent))


def _compared(sides: tuple[str, ...], site: Path | None) -> tuple[Path, str, str]:
    """Return the site and the two sides that were typed; a site alone is compared with itself."""
    if len(sides) > 2:
        raise click.UsageError("two sides can be compared, not more")
    folders = [Path(word) for word in sides if (Path(word) / "site.yaml").is_file()]
    if site is None:
        alone = folders and not Path("site.yaml").is_file() and len(_sites()) != 1
        site = folders[-1] if alone else only_site()
    if len(sides) == 1 and folders and folders[0].resolve() == site.resolve():
        return site, "", ""
    before, after = (*sides, "", "")[:2]
    return site, before, after


@rackwright.command("import")
@click.argument("inventory", type=click.Path(path_type=Path))
@site_argument
@click.option("--unit", required=True, help="The scalable unit it is delivered to: h1-su01.")
@click.option(
    "--columns",
    required=True,
    type=click.Path(path_type=Path),
    help="A YAML file that says which columns of the inventory are which of ours.",
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 on a change.")
def import_inventory(
    inventory: Path, site: Path | None, unit: str, columns: Path, *, only_check: bool
) -> None:
    """Take a factory's INVENTORY, a CSV file, over into as-built/."""
    from rackwright import factory

    delivery = factory.read(site or only_site(), unit, inventory, columns)
    for line in factory.report(delivery):
        click.echo(line)
    if only_check:
        sys.exit(1 if delivery.changes else 0)
    factory.write(delivery)


@rackwright.command()
@click.argument("path")
@site_argument
@click.option("--why", "with_reasons", is_flag=True, help="Say where the value comes from.")
def show(path: str, site: Path | None, with_reasons: bool) -> None:
    """Show a value of the expanded site, or why a rendered line is what it is.

    PATH is racks.h1-su03-r05.trays.c07.bmc_address, or FILE:LINE of a rendered file.
    """
    from rackwright import console, spec, trace

    if line := _rendered_line(path):
        from rackwright.trace import lines

        folder, file, number = line
        console.origin(lines.why_line(spec.load(folder), file, number))
        return
    loaded = spec.load(site or only_site())
    for part in trace.show(loaded, path):
        click.echo(part)
    console.reasons(trace.why(loaded, path) if with_reasons else ())


def _rendered_line(path: str) -> tuple[Path, str, int] | None:
    """Return site, file below its rendered/, and line, if that is what somebody typed."""
    file, _, number = path.rpartition(":")
    folders = Path(file).parts
    if not number.isdecimal() or "rendered" not in folders[:-1]:
        return None
    place = folders.index("rendered")
    return Path(*folders[:place]), "/".join(folders[place + 1 :]), int(number)


@rackwright.command()
@click.option(
    "--write",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write it there, the reference page, and the schema of `diff --format json`.",
)
def schema(write: Path | None) -> None:
    """Print the JSON Schema that editors check site.yaml with."""
    from rackwright import console, spec, tree
    from rackwright.diff import pages

    if write is None:
        click.echo(spec.schema_text(), nl=False)
    else:
        files = spec.schema_files() | pages.schema_files()
        console.written(tree.update(files, write), write)


@rackwright.command()
@site_argument
@click.option("--unit", "units", multiple=True, help="Only this unit's files; may be repeated.")
@click.option(
    "--only", multiple=True, metavar="NAMES", help="Only these consumers: kea,slurm; repeatable."
)
@click.option("--build-image", is_flag=True, help="First build the root that has every consumer.")
@format_option
def verify(
    site: Path | None,
    units: tuple[str, ...],
    only: tuple[str, ...],
    form: str,
    *,
    build_image: bool,
) -> None:
    """Have every rendered file judged by the program that reads it."""
    from rackwright import console, spec
    from rackwright import verify as room
    from rackwright.completeness import APPLY
    from rackwright.trace import lines

    _become_root()
    if build_image:
        console.follow(room.build(_tools() / "node-image"))
    names = tuple(name for part in only for name in part.split(",") if name)
    folder = site or only_site()
    work = room.begin(folder, names, units, _tools() / "node-image")
    verdicts = console.drawn(work.verdicts(), room.event, form)
    problems = work.problems(verdicts)
    problems = lines.explained(problems, spec.load(folder)) if problems else ()
    if problems or form != "text":
        console.problems(problems, form)
    console.rows(room.COLUMNS, work.rows(verdicts), form)
    known = _completed((*work.statements(verdicts), *APPLY), ())
    console.known(known, form, with_reasons=True)
    sys.exit(1 if problems else 0)


@rackwright.command()
@site_argument
@rack_option
@click.option("--print", "only_print", is_flag=True, help="Show the ansible-playbook command.")
@click.option("--again", is_flag=True, help="Also racks that are already done.")
def configure(site: Path | None, racks: tuple[str, ...], only_print: bool, again: bool) -> None:
    """Configure the hosts of installed racks with Ansible, one job a rack."""
    import shlex

    from rackwright import configure as room
    from rackwright import console

    folder = site or only_site()
    if only_print:
        for rack in racks or room.installed(folder):
            click.echo(shlex.join(room.command(folder, rack, _secrets())))
        return
    console.follow(room.run(folder, racks, secrets=_secrets(), jobs=_jobs(), again=again))


@rackwright.command()
@site_argument
def status(site: Path | None) -> None:
    """Show every tray: serial, power, Ironic, host, Slurm."""
    from rackwright import console
    from rackwright import status as room

    console.table(room.COLUMNS, room.read(site or only_site(), _secrets()))


@rackwright.group()
def lab() -> None:
    """Run a rendered site on this machine: emulated BMCs, real hosts, real services."""
    _become_root()


@lab.command()
@site_argument
@rack_option
def up(site: Path | None, racks: tuple[str, ...]) -> None:
    """Start the lab of a site; every compute tray is off."""
    from rackwright import console
    from rackwright import lab as room

    folder = (site or only_site()).resolve()
    console.follow(room.up(folder, racks=racks, tools=_tools(), folder=_lab()))


@lab.command()
def down() -> None:
    """End the lab; nothing is left."""
    from rackwright import console
    from rackwright import lab as room

    console.follow(room.down(_lab()))


@lab.command("status")
def lab_status() -> None:
    """Show every emulated device: power, boot, host."""
    from rackwright import console
    from rackwright import lab as room

    console.table(room.COLUMNS, room.status(_lab()))


@lab.command()
@click.argument("device")
@click.argument("button", type=click.Choice(["on", "off", "restart"]))
def press(device: str, button: str) -> None:
    """Press a button on a device, as somebody at the rack would."""
    from rackwright import lab as room

    room.press(_lab(), device, button)


@lab.command()
@click.argument("device")
@click.argument("faults", nargs=-1, metavar="[KIND=VALUE]...")
def fault(device: str, faults: tuple[str, ...]) -> None:
    """Make a device misbehave: serial=OTHER, media=lost, drive=lost, power=stuck, silent=yes.

    No fault mends the device.
    """
    from rackwright import lab as room

    wrong = [word for word in faults if "=" not in word]
    if wrong:
        raise click.UsageError(f"write KIND=VALUE, not {wrong[0]!r}")
    wanted = dict(word.split("=", 1) for word in faults)
    silent = {"silent": True} if wanted.pop("silent", "") == "yes" else {}
    room.set_faults(_lab(), device, {**wanted, **silent})


@lab.command("exec", context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def lab_exec(command: tuple[str, ...]) -> None:
    """Run COMMAND where the site's addresses exist, with the lab's secrets."""
    from rackwright import lab as room

    argv, environment = room.command(_lab(), command)
    os.execvpe(argv[0], argv, {**os.environ, **environment})  # noqa: S606,TID251


def _become_root() -> None:
    """Start again through sudo where this is not root: namespaces need it."""
    if os.geteuid() == 0:
        return
    import shutil

    from rackwright.problems import ToolMissing

    if not shutil.which("sudo"):
        raise ToolMissing("namespaces need root", "run it as root, or install sudo")
    kept = f"--preserve-env={TOOLS_VARIABLE},{LAB_VARIABLE},HOME,PATH"
    os.execvp("sudo", ["sudo", "--non-interactive", kept, *sys.argv])  # noqa: S606


def _secrets() -> Secrets:
    from rackwright import secrets

    return secrets.from_environment(os.environ)  # noqa: TID251


def _tools() -> Path:
    default = Path.home() / ".cache/rackwright"
    return Path(os.environ.get(TOOLS_VARIABLE, default))  # noqa: TID251


def _lab() -> Path:
    return Path(os.environ.get(LAB_VARIABLE, "/run/rackwright/lab"))  # noqa: TID251


def _jobs() -> Path:
    default = Path.home() / ".local/state"
    state = os.environ.get("XDG_STATE_HOME", default)  # noqa: TID251
    return Path(state) / "rackwright/jobs"


def main() -> None:
    """Run the command line; the console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # no name of a file ends in a traceback
    try:
        try:
            rackwright.main(standalone_mode=False)
        finally:
            gc.freeze()  # the interpreter's end looks for cycles in all else: 25 ms of a campus
            sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except Exception as error:
        sys.exit(_said(error))


def _said(error: Exception) -> int:
    """Say why the program ends early, and return its exit code; a defect of ours is raised."""
    if isinstance(error, OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the rest is lost already
        if error.errno != errno.EPIPE:
            click.echo(f"error: {error.filename or 'the output'}: {error.strerror}", err=True)
        return 1
    from rackwright.problems import RackwrightError

    if not isinstance(error, RackwrightError):
        raise error
    from rackwright import console

    console.error(error)
    return error.exit_code
