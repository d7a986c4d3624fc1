"""A diff as JSON of a stable form; infra/schema/diff.schema.json describes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from rackwright.diff.model import Blast, Cause, Change, Consequence, Diff, Hunk, Value
from rackwright.diff.pages.sentence import sentence
from rackwright.problems import Position, Problem

VERSION = 1
SCHEMA = "diff.schema.json"


def data(diff: Diff) -> dict[str, Any]:
    """Return a diff as plain data."""
    return {
        "version": VERSION,
        "site": diff.site,
        "before": diff.before,
        "after": diff.after,
        "summary": sentence(diff),
        "changes": [_change(each) for each in diff.changes],
        "blast": _blast(diff.blast),
        "files": [
            {"path": each.path, "sign": each.sign, "added": each.added, "removed": each.removed}
            for each in diff.files
        ],
        "hunks": [_hunk(each) for each in diff.hunks],
        "violations": [_problem(each) for each in diff.violations],
        "warnings": list(diff.warnings),
        "statements": [
            {
                "standing": each.standing,
                "what": each.what,
                "why": each.why,
                "by": each.by,
            }
            for each in diff.statements
        ],
    }


def schema_files() -> dict[str, str]:
    """Return what describes this form, by file name."""
    return {SCHEMA: (Path(__file__).parents[1] / SCHEMA).read_text()}


def _change(change: Change) -> dict[str, Any]:
    return {
        "sign": change.sign,
        "kind": change.kind,
        "path": change.path,
        "title": change.title,
        "unit": change.unit,
        "rack": change.rack,
        "label": change.label,
        "contents": change.contents,
        "consequence": _consequence(change.consequence),
        "values": [_value(each) for each in change.values],
        "causes": [_cause(each) for each in change.causes],
    }


def _value(value: Value) -> dict[str, Any]:
    return {
        "field": value.field,
        "old": value.old,
        "new": value.new,
        "note": value.note,
        "consequence": _consequence(value.consequence),
    }


def _consequence(consequence: Consequence) -> dict[str, Any]:
    return {
        "effect": consequence.effect,
        "by": consequence.by,
        "does": consequence.does,
        "source": consequence.source,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {"what": cause.what, "old": _position(cause.old), "new": _position(cause.new)}


def _position(position: Position | None) -> dict[str, Any] | None:
    return asdict(position) if position else None


def _blast(blast: Blast) -> dict[str, Any]:
    return {
        "racks": list(blast.racks),
        "nvlink_domains": list(blast.domains),
        "compute_trays": blast.trays,
        "gpus": dict(blast.gpus),
        "stacks": list(blast.stacks),
        "other_racks": list(blast.beside),
        "reaches": [
            {
                **_consequence(each.consequence),
                "what": each.what,
                "count": each.count,
                "where": list(each.where),
                "files": list(each.files),
            }
            for each in blast.reaches
        ],
    }


def _hunk(hunk: Hunk) -> dict[str, Any]:
    return {
        "digest": hunk.digest,
        "files": list(hunk.files),
        "parents": list(hunk.parents),
        "lines": [{"sign": line.sign, "text": line.text} for line in hunk.lines],
        "left_out": hunk.left_out,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.at.file,
        "line": problem.at.line,
        "code": problem.code,
        "message": problem.message,
        "because": list(problem.because),
        "hint": problem.hint,
    }
