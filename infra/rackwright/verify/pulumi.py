"""Pulumi: a real `pulumi preview` of every stack, with a state of its own and no metal.

The program reads the plan, the provider checks every rack, and the preview must create exactly the
racks of the plan. The CLI is no part of the node image: where it is neither on PATH nor where
Pulumi keeps it, plans are listed as not checked.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from rackwright.verify import own
from rackwright.verify.consumer import (
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
)
from rackwright.verify.placing import shortened
from rackwright.verify.room import Finished, Room

SECONDS = 180
_PROJECT = """\
name: rackwright
runtime: {{name: python, options: {{toolchain: pip, virtualenv: {environment}}}}}
main: program/
plugins: {{providers: [{{name: rackwright, path: {programs}}}]}}
"""
_PROGRAM = """\
from pathlib import Path
from rackwright.provision import program

program.main(Path(__file__).resolve().parents[1])
"""
_SCRIPT = """\
#!/bin/sh -eu
mkdir -p infra/sites state
ln -s "$1" "infra/sites/$2"
PATH="$3:$PATH"
pulumi stack init "$4" --non-interactive >&2
exec pulumi preview --stack "$4" --non-interactive --suppress-progress --diff
"""


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every stack with a rack, where there is a CLI."""
    folder = _folder()
    if folder is None:
        return
    for unit in rendered.site.units:
        if rendered.unit(unit).racks:
            path = f"{unit}/plan.json"
            yield Case(unit, unit, (path,), _judged(rendered, unit, path, folder))


def _folder() -> Path | None:
    """Return where the CLI of the SDK's version is."""
    if found := shutil.which("pulumi"):
        return Path(found).parent
    kept = Path.home() / ".pulumi/versions" / metadata.version("pulumi") / "bin"
    return kept if (kept / "pulumi").is_file() else None


def _judged(rendered: Rendered, unit: str, path: str, folder: Path) -> Judge:
    def judge(_room: Room) -> Iterator[Complaint]:
        done = _previewed(rendered, unit, folder)
        if done.code:
            said = [line for line in done.lines if "error:" in line.lower()] or [*done.lines, ""]
            yield Complaint(path, said[0].strip(), words=shortened(done.lines))
            return
        racks = rendered.unit(unit).racks
        made = re.findall(r"::rackwright:index:Rack::(\S+)\]$", done.output, re.MULTILINE)
        if sorted(made) != sorted(rack.name for rack in racks):
            message = f"the preview does not create the {len(racks)} racks of the plan"
            yield Complaint(path, message, words=shortened(tuple(made)))
        for tray in (tray for rack in racks if not rack.hold for tray in rack.compute_trays):
            if not tray.hold and f'serial: "{tray.serial}"' not in done.output:
                yield Complaint(path, f"the preview does not say that {tray.name} is {tray.serial}")

    return judge


def _previewed(rendered: Rendered, unit: str, folder: Path) -> Finished:
    site = rendered.site.site
    project = _PROJECT.format(environment=sys.prefix, programs=own.FOLDER)
    files = {"Pulumi.yaml": project, "program/__main__.py": _PROGRAM, "preview": _SCRIPT}
    environment = {
        "PULUMI_BACKEND_URL": "file://./state",
        "PULUMI_CONFIG_PASSPHRASE": "of a state that is thrown away",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    place = str(rendered.folder.resolve())
    argv = ("/bin/sh", "preview", place, site, str(folder), f"{site}.{unit}")
    return own.run(argv, seconds=SECONDS, environment=environment, files=files)


CONSUMER = Consumer(
    name="pulumi",
    checks="previews every stack: the provider checks it, and its racks are those of the plan",
    programs=(Program("pulumi-resource-rackwright", "rackwright", own=True),),
    cases=cases,
    reads=("*/plan.json",),
    not_checked=(NotChecked("`pulumi up`", "the lab's tests run it on emulated BMCs"),),
)
