"""The two sides of a diff: a revision of git, a folder, or the working tree against its rendered/.

Each side is a specification, and the files that were rendered from it. What was rendered and
committed is taken as it is, for that is what people review and what acts; what was not is rendered
here. Where a side's rendered/ is not what its specification says, the side says so.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from rackwright import inputs, refresh, spec, tree
from rackwright.asbuilt import unit_of
from rackwright.diff import git
from rackwright.diff.rows import Rows
from rackwright.problems import Position, Problem, SpecError
from rackwright.refresh.work import Pending
from rackwright.spec import Loaded
from rackwright.spec import files as spec_files

RENDERED = "rendered/"
WORKING = "the working tree"
_DEEPEST = 30
"""So many commits are searched for the specification that rendered/ was made from."""


class Files(Struct, frozen=True):
    """Rendered files by path, each with the id of its contents; read when they are wanted."""

    digests: Mapping[str, str]
    read: Callable[[Iterable[str]], Mapping[str, str]]


class Side(Struct, frozen=True):
    """One state of a site."""

    label: str
    loaded: Loaded | None
    """None where nobody knows its specification, or it is not well formed."""
    files: Files | None
    """None where nothing is rendered: whoever needs the files renders them."""
    place: str
    """What people call the folder of its files: the beginning of every position."""
    problems: tuple[Problem, ...] = ()
    """Why its specification could not be read."""
    is_there: bool = True
    """Whether there was such a site at all."""
    is_current: bool = True
    """Whether its rendered files were made from its specification."""
    pending: Pending | None = None
    """What must be rendered to have its files; None where nobody knows, and so everything."""

    def at(self, position: Position) -> Position:
        """Return a position of its specification as people call the file."""
        inside = str(self.loaded.folder) if self.loaded else ""
        name = position.file.removeprefix(f"{inside}/")
        return Position(f"{self.place}{name}", position.line, position.column)

    def named(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return problems of its specification at files as people call them."""
        return tuple(replace(each, at=self.at(each.at)) for each in problems)


class Revision(Struct, frozen=True):
    """A commit that has the site's folder."""

    repository: git.Repository
    commit: str
    place: str


def sides(site: Path, before: str, after: str) -> tuple[Side, Side]:
    """Return the two sides that words name; without words, rendered/ and what it would become.

    Raises:
        NoSuchRevision: A word is neither a folder of a site nor a revision.
        SpecError: The specification of the working tree is not well formed.
    """
    if not before:
        return _unrendered(site)
    new = named(site, after) if after else working(site)
    return named(site, before, new.loaded), new


def named(site: Path, word: str, like: Loaded | None = None) -> Side:
    """Return the side that a word names: a folder with a site.yaml, or a revision of git."""
    if (Path(word) / "site.yaml").is_file():
        return _folder(Path(word), word)
    repository = _repository(site, word)
    revision = Revision(repository, repository.commit(word), _place(site))
    return _revision(revision, word, like)


def _repository(site: Path, word: str) -> git.Repository:
    found = git.repository(site)
    if found is None:
        raise git.NoSuchRevision(
            f"{word!r} is no folder with a site.yaml, and {site} is in no git repository",
            "name a folder, or begin a repository with `git init`",
        )
    return found


def _unrendered(site: Path) -> tuple[Side, Side]:
    """Return rendered/ and what it would become, both without what stays as it is."""
    pending = refresh.pending(site)
    new = Side(WORKING, pending.loaded, None, _place(site), pending=pending)
    return _rendered_on_disk(site, of_tree(pending.on_disk()), new), new


def working(site: Path) -> Side:
    """Return the working tree: with its rendered/ where that is current, else to be rendered.

    Raises:
        SpecError: Its specification is not well formed.
    """
    loaded = _with_rows(spec.load(site, as_built=False), _rows_on_disk(site))
    files = _on_disk(site / RENDERED) if is_current(site, loaded) else None
    return Side(WORKING, loaded, files, _place(site))


def _rendered_on_disk(site: Path, files: Files, new: Side) -> Side:
    """Return files of rendered/, with the specification they were made from.

    Where no commit has that specification, and today's is another, nobody knows it.
    """
    if not files.digests:
        return Side(RENDERED, None, files, new.place, is_there=False)
    digests = _inputs(files)
    if new.loaded and digests == dict(new.loaded.inputs):
        return Side(RENDERED, new.loaded, files, new.place)
    repository = git.repository(site)
    if repository and digests:
        for commit in repository.history(_DEEPEST):
            revision = Revision(repository, commit, new.place)
            if _could_be(revision, digests):
                found = _revision(revision, RENDERED, new.loaded)
                return Side(RENDERED, found.loaded, files, new.place, found.problems)
    return Side(RENDERED, None, files, new.place)


def on_disk(site: Path) -> Files:
    """Return what is rendered of a site."""
    return _on_disk(site / RENDERED)


def rendered_at(site: Path, word: str) -> Files | None:
    """Return what was rendered of a site at a revision; None where nobody committed it.

    Of a site that was not there at all it is nothing, which is known.

    Raises:
        NoSuchRevision: There is no such revision.
    """
    repository = _repository(site, word)
    revision = Revision(repository, repository.commit(word), _place(site))
    if spec.SITE_FILE not in repository.listing(revision.commit):
        return of_tree({})
    return _rendered(revision)


def is_current(site: Path, loaded: Loaded) -> bool:
    """Return whether rendered/ of a site was made from what was loaded from it."""
    try:
        text = (site / RENDERED / inputs.FILE).read_text(errors="replace")
    except OSError:
        return False
    return _digests(text) == dict(loaded.inputs)


def of_tree(files: Mapping[str, str]) -> Files:
    """Return files that are rendered in memory."""
    return Files(
        {path: git.digest(text.encode()) for path, text in files.items()},
        lambda paths: {path: files[path] for path in paths},
    )


def _folder(folder: Path, word: str) -> Side:
    loaded, problems = _load(folder, _rows_on_disk(folder))
    stays = loaded is None or is_current(folder, loaded)
    files = _on_disk(folder / RENDERED) if stays else None
    return Side(word, loaded, files, _place(folder), problems)


def _revision(revision: Revision, word: str, like: Loaded | None) -> Side:
    listing = revision.repository.listing(revision.commit)
    if spec.SITE_FILE not in listing:
        return Side(word, None, of_tree({}), revision.place, is_there=False)
    files = _rendered(revision, listing)
    wanted = {path: entry for path, entry in listing.items() if _is_input(path)}
    contents = dict(revision.repository.contents(entry.digest for entry in wanted.values()))
    texts = {path: contents[entry.digest] for path, entry in wanted.items()}
    loaded, problems = _of_texts(wanted, texts, like, f"{word}:{revision.place}")
    current = loaded is None or not files or _inputs(files) == dict(loaded.inputs)
    return Side(word, loaded, files, revision.place, problems, is_current=current)


def _of_texts(
    wanted: Mapping[str, git.Entry], texts: Mapping[str, bytes], like: Loaded | None, place: str
) -> tuple[Loaded | None, tuple[Problem, ...]]:
    """Return the specification in some files; where one that is known is the same, that one."""
    rows = {path: raw for path, raw in texts.items() if unit_of(path)}
    if like and _is_like(like, texts):
        return _with_rows(like, rows), ()
    with tempfile.TemporaryDirectory(prefix="rackwright-") as folder:
        _write(wanted, texts, Path(folder))
        loaded, problems = _load(Path(folder), rows)
        return loaded, tuple(_at_revision(each, folder, place) for each in problems)


def _at_revision(problem: Problem, folder: str, place: str) -> Problem:
    """Return a problem at its file as git names it: `main:sites/a/site.yaml`."""
    name = problem.at.file.removeprefix(f"{folder}/")
    return replace(problem, at=replace(problem.at, file=f"{place}{name}"))


def _rendered(revision: Revision, listing: Mapping[str, git.Entry] | None = None) -> Files | None:
    """Return what was rendered and committed; None where nothing was."""
    listing = revision.repository.listing(revision.commit) if listing is None else listing
    ids = {
        path.removeprefix(RENDERED): entry.digest
        for path, entry in listing.items()
        if path.startswith(RENDERED)
    }

    def read(paths: Iterable[str]) -> dict[str, str]:
        wanted = list(paths)
        found = dict(revision.repository.contents(ids[path] for path in wanted))
        return {path: found[ids[path]].decode(errors="replace") for path in wanted}

    return Files(ids, read) if ids else None


def _is_like(loaded: Loaded, texts: Mapping[str, bytes]) -> bool:
    """Return whether a specification has the files of another, as-built data aside."""
    known = {name: digest for name, digest in loaded.inputs.items() if not unit_of(name)}
    types = {name for name in texts if name.startswith(f"{inputs.HARDWARE[0]}/")}
    return types <= known.keys() and all(
        name in texts and hashlib.sha256(texts[name]).hexdigest() == digest
        for name, digest in known.items()
    )


def _write(wanted: Mapping[str, git.Entry], texts: Mapping[str, bytes], folder: Path) -> None:
    """Write the specification of a revision, without its as-built data, into a folder."""
    for path, entry in wanted.items():
        if unit_of(path):
            continue
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if entry.mode == git.LINK:
            target.symlink_to(texts[path].decode(errors="surrogateescape"))
        else:
            target.write_bytes(texts[path])


def _is_input(path: str) -> bool:
    is_inside = ".." not in path.split("/") and not path.startswith(RENDERED)
    return is_inside and path.endswith((".yaml", ".csv"))


def _load(folder: Path, rows: Mapping[str, bytes]) -> tuple[Loaded | None, tuple[Problem, ...]]:
    try:
        return _with_rows(spec.load(folder, as_built=False), rows), ()
    except SpecError as error:
        return None, error.problems


def _with_rows(loaded: Loaded, rows: Mapping[str, bytes]) -> Loaded:
    """Return a specification with as-built data, which is read when it is asked for."""
    texts = {unit_of(name): raw.decode("utf-8-sig", "replace") for name, raw in rows.items()}
    own = {name: digest for name, digest in loaded.inputs.items() if not unit_of(name)}
    digests = {name: hashlib.sha256(raw).hexdigest() for name, raw in rows.items()}
    as_built = Rows(texts, str(loaded.folder))
    return replace(loaded, as_built=as_built, inputs={**own, **digests})


def _rows_on_disk(site: Path) -> dict[str, bytes]:
    """Return the as-built files of a site.

    Raises:
        SpecError: One cannot be read.
    """
    names, problems = spec_files.listed(site, *inputs.AS_BUILT)
    found = {name: spec_files.read(site, name) for name in names}
    wrong = [each for each in found.values() if isinstance(each, Problem)]
    if problems or wrong:
        raise SpecError((*problems, *wrong))
    return {name: each for name, each in found.items() if isinstance(each, bytes)}


def _on_disk(folder: Path) -> Files:
    found = tree.read(folder) if folder.is_dir() else {}
    return of_tree(found)


def _could_be(revision: Revision, digests: Mapping[str, str]) -> bool:
    """Return whether the inputs of a revision are those that rendered/ was made from."""
    listing = revision.repository.listing(revision.commit)
    if not digests.keys() <= listing.keys():
        return False
    ids = {name: listing[name].digest for name in digests}
    contents = dict(revision.repository.contents(ids.values()))
    return all(
        hashlib.sha256(contents[ids[name]]).hexdigest() == wanted
        for name, wanted in digests.items()
    )


def _inputs(files: Files) -> dict[str, str]:
    if inputs.FILE not in files.digests:
        return {}
    return _digests(files.read([inputs.FILE])[inputs.FILE])


def _digests(text: str) -> dict[str, str]:
    lines = (line.partition("  ") for line in text.splitlines())
    return {name: digest for digest, _, name in lines}


def _place(site: Path) -> str:
    return "" if site == Path() else f"{site}/"
