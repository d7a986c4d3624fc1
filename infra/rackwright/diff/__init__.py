"""What a change means, before anybody applies it: two states of a site, in rack terms and as text.

People who review rendered files see lines, and must know which of them reboot a rack. So a diff is
computed once, as values (`model`), from two specifications and what was rendered from each:

    sides      revisions of git, folders, the working tree   git, rows   what they are read from
    scope      which units can differ: only those are expanded
    rendering  the text of a side that was rendered nowhere
    facts      an expanded side as flat records               plans      one that has only its plans
    changes    two sides of records, compared                 causes     the lines that moved
    effects    what a change does on the metal                blast      how far that reaches
    hunks      rendered text, equal hunks once                keyed      JSON and YAML by key
    gates      what a change must pass                        knowledge  what is known, and what not
    units      the units that a change touches                pages      the forms it is shown in
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from rackwright.diff import blast as blasts
from rackwright.diff import causes, changes, facts, gates, hunks, knowledge, plans, rendering, scope
from rackwright.diff import sides as states
from rackwright.diff.effects import table
from rackwright.diff.facts import Facts
from rackwright.diff.model import Change, Diff
from rackwright.diff.scope import Opened
from rackwright.diff.sides import Side


def diff(site: Path, before: str = "", after: str = "", labels: Iterable[str] = ()) -> Diff:
    """Return what differs between two states of the site in a folder.

    `before` and `after` are revisions of git or folders; left out, `after` is the working tree, and
    `before` what is in rendered/. `labels` are those of the pull request, for the gates.

    Raises:
        NoSuchRevision: A word names no state.
        SpecError: The later specification is wrong.
    """
    old, new = states.sides(site, before, after)
    return compare(old, new, frozenset(labels))


def compare(before: Side, after: Side, labels: frozenset[str] = frozenset()) -> Diff:
    """Return what differs between two sides.

    Raises:
        SpecError: The later specification is wrong.
    """
    new = scope.opened(after)
    old = scope.opened(before) if before.loaded else None
    stale = after.pending.stale if after.pending else None
    is_rendering = stale is None and None in (before.files, after.files)
    wanted = scope.units(old, new, stale, rendering=is_rendering)
    known = _facts(before, old, new, wanted)
    found = _caused(changes.changes(*known, table()), causes.causes(before, after))
    rendered = rendering.files((before, after), wanted)
    files, pieces = hunks.compare(*rendered) if rendered else ((), ())
    records = {**known[0].records, **known[1].records}
    reach = blasts.blast(found, records, files, new.site, table())
    return Diff(
        site=new.site.common.site,
        before=before.label,
        after=after.label,
        changes=found,
        blast=reach,
        files=files,
        hunks=pieces,
        violations=tuple(gates.violations(before, after, found, reach, labels)),
        warnings=tuple(knowledge.warnings(before, after, found, files)),
        statements=knowledge.statements(
            before, after, new.site, len(wanted[1]), found, files, is_rendered=rendered is not None
        ),
    )


def _facts(
    before: Side, old: Opened | None, new: Opened, wanted: scope.Wanted
) -> tuple[Facts, Facts]:
    cables = scope.recabled(old, new) if old or not before.is_there else ()  # no plan has any
    now = facts.facts(new.site, scope.expanded(new, wanted[1], cables), new.loaded.site.gates)
    if not before.is_there:
        return Facts({}), now
    if old is None:
        return plans.facts(before.files), now
    was = facts.facts(old.site, scope.expanded(old, wanted[0], cables), old.loaded.site.gates)
    return was, now


def _caused(found: Iterable[Change], moved: causes.Causes | None) -> tuple[Change, ...]:
    if moved is None:
        return tuple(found)
    return tuple(replace(change, causes=moved.of(change)) for change in found)
