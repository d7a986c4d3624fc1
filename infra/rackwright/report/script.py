"""Data as a script file: what a page that was opened from a disk can load.

A browser keeps such a page from reading files, but lets it run scripts beside it. So a piece of
data is a script of one call, which hands the page a name and a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

Table = dict[str, Sequence[object]]


def script(name: str, value: object) -> tuple[str, str]:
    """Return path and text of the script that gives the page a `value` by `name`.

    `value` is plain data; a name is the path of the file without folder and ending.
    """
    text = msgspec.json.encode(value, order="sorted").decode()
    return f"data/{name}.js", f'rackwright.data.take("{name}", {text});\n'


def table(columns: str, rows: Iterable[Sequence[object]]) -> Table:
    """Return rows that say the names of their columns once; `columns` are words."""
    return {"columns": columns.split(), "rows": list(rows)}
