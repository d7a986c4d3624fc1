"""The error reference: a section for each code, with what it prevents and what a person then reads.

Made from the rules' docstrings, `spec/codes.py` and the cases in tests/bad, so it cannot say what
the program does not. `python tests/errors.py` writes infra/schema/errors.md.
"""

from __future__ import annotations

import contextlib
import inspect
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[1]
sys.path[:0] = [str(TOP / "infra"), str(TOP / "tests")]

import worlds  # noqa: E402
from rackwright import expand, rules, spec, yamlfile  # noqa: E402
from rackwright.problems import SpecError  # noqa: E402
from rackwright.spec import codes  # noqa: E402

PAGE = TOP / "infra/schema/errors.md"
BAD = TOP / "tests/bad"

HEAD = """# Errors

Every code that `rackwright check` can print, what goes wrong on a site without it, and an example:
a change to a good site, and what is said of it. Written by `python tests/errors.py`.

Each problem is `file:line:column: error: sentence [code]`; `--format json` and `--format github`
say the same to programs. Problems stop `rackwright render`: nothing is written until there is none.
"""


def page() -> str:
    """Return the error reference, in Markdown."""
    every = sorted({*spec.CODES, *rules.CODES})
    contents = "\n".join(f"- [{code}](#{code})" for code in every)
    return "\n".join((HEAD, contents, "", *(section(code) for code in every)))


def section(code: str) -> str:
    """Return what there is to say about one code."""
    case = yamlfile.parse((BAD / f"{code}.yaml").read_text(), code).data
    reasons = [codes.FAILURES[code]] if code in codes.FAILURES else list(failures(code, case))
    return "\n".join(
        (
            f"## {code}\n",
            *(f"{reason}\n" for reason in reasons),
            f"Example: {case['why']}\n",
            "```diff",
            *(line for change in case["changes"] for line in shown(change)),
            "```\n",
            "```text",
            (BAD / f"{code}.txt").read_text().rstrip(),
            "```\n",
        )
    )


def failures(code: str, case: Mapping[str, Any]) -> Iterator[str]:
    """Yield the first paragraph of every rule that gives this code in its case."""
    with tempfile.TemporaryDirectory() as folder:
        site = worlds.copy(Path(folder))
        worlds.change(site, case["changes"])
        with contextlib.suppress(SpecError):
            loaded = spec.load(site)
            units = expand.expand_all(loaded)
            for rule in rules.EVERY:
                if any(problem.code == code for problem in rule(loaded, units)):
                    yield " ".join((inspect.getdoc(rule) or "").split("\n\n")[0].split())


def shown(change: Mapping[str, Any]) -> Iterator[str]:
    """Yield a change to a file as the lines of a difference."""
    name = change["file"]
    if change.get("remove"):
        yield f"# {name} is removed"
    elif "link" in change:
        yield f"# {name} is a link to {change['link']}"
    elif "write" in change:
        times = f", {change['times']:,} times" if "times" in change else ""
        yield f"# {name} holds{times}"
        yield from (f"+ {line}" for line in str(change["write"]).splitlines())
    else:
        yield f"# {name}"
        yield from (f"- {line}" for line in str(change["replace"]).splitlines())
        yield from (f"+ {line}" for line in str(change["by"]).splitlines())


if __name__ == "__main__":
    PAGE.write_text(page())
