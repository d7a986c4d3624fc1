"""A user's own repository: everything that Pulumi, CI and a first `check` need, in one step.

A site lives in a repository of its own, in the shape of ours, and a dozen small files must agree
before the first `pulumi preview` works: the project, the program, where the provider is, the site.
Nobody should copy them by hand from an example. So they are templates, shipped with the package,
and one verb writes them into an empty folder; nothing that is there is ever written over.
"""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from rackwright import __version__, data, spec, tree
from rackwright.problems import CannotBegin, RackwrightError
from rackwright.render.jinja import fill
from rackwright.rules.access import PLACEHOLDER_DIGEST, PLACEHOLDER_KEY
from rackwright.spec import words
from rackwright.tree import Difference, Tree

_FILES = (
    ("Pulumi.yaml", "Pulumi.yaml.j2"),
    ("infra/__main__.py", "__main__.py.j2"),
    ("infra/sites/{site}/site.yaml", "site.yaml.j2"),
    ("infra/sites/{site}/factory/columns.yaml", "columns.yaml.j2"),
    ("infra/stacks/README.md", "stacks.md.j2"),
    ("requirements.txt", "requirements.txt.j2"),
    (".gitignore", "gitignore.j2"),
    ("README.md", "README.md.j2"),
)
"""Where each template of templates/init goes."""
_COPIES = (
    ("infra/ci/rackwright.sh", "rackwright.sh"),
    (".github/workflows/rackwright.yaml", "github.yaml"),
    (".gitlab-ci.yml", "gitlab.yaml"),
)
"""Where each file of infra/ci goes, as it is."""


def write(folder: Path, site: str = "") -> tuple[Difference, ...]:
    """Write a new repository for one site into `folder`, and return what was written.

    The site is called `site`, or as the folder is.

    Raises:
        CannotBegin: The folder is not empty, or the site cannot be called that.
        RackwrightError: The folder cannot be written.
    """
    name = _name(site or folder.resolve().name)
    if _is_taken(folder):
        raise CannotBegin(
            f"{folder} is not an empty folder", "name one that is empty, or not there yet"
        )
    return tree.update(files(name), folder)


def files(site: str) -> Tree:
    """Return the files of a new repository for a site of this name."""
    values = {
        "site": site,
        "version": __version__,
        "key": PLACEHOLDER_KEY,
        "digest": PLACEHOLDER_DIGEST,
    }
    made = {path.format(site=site): fill(f"init/{name}", **values) for path, name in _FILES}
    ci = data.folder("infra/ci")
    copied = {path: (ci / name).read_text() for path, name in _COPIES}
    schemas = {f"infra/schema/{name}": text for name, text in spec.schema_files().items()}
    return made | copied | schemas


def _name(name: str) -> str:
    _, form = get_args(words.SiteName)
    try:
        form.check(name)
    except ValueError as error:
        raise CannotBegin(
            f"a site cannot be called {name!r}: {error}", "give it a name with --site"
        ) from None
    return name


def _is_taken(folder: Path) -> bool:
    try:
        return any(folder.iterdir()) if folder.is_dir() else folder.exists()
    except OSError as error:
        raise RackwrightError(f"{folder} cannot be read: {error.strerror}") from error
