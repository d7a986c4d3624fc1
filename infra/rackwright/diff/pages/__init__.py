"""A diff in the forms people and programs read: text, Markdown, JSON, annotations.

Every form shows the same value and decides nothing. What they share is here: names in short, equal
changes told once, and the one sentence that says how far a change reaches.
"""

from rackwright.diff.pages.annotations import annotated
from rackwright.diff.pages.data import data, schema_files
from rackwright.diff.pages.groups import Group, groups
from rackwright.diff.pages.markdown import markdown
from rackwright.diff.pages.sentence import reaches, sentence
from rackwright.diff.pages.text import causes, text

__all__ = [
    "Group",
    "annotated",
    "causes",
    "data",
    "groups",
    "markdown",
    "reaches",
    "schema_files",
    "sentence",
    "text",
]
