"""What goes wrong on a real site with each mistake of form: the error reference's sentences.

A rule says in its docstring which failure it prevents. The mistakes that are found before any rule
runs, in the files and the form of what they hold, have no function of their own, so their sentences
stand here.
"""

from __future__ import annotations

from collections.abc import Mapping

FAILURES: Mapping[str, str] = {
    "unreadable": "A file that is skipped because it cannot be read takes its racks out of every "
    "plan without a word.",
    "outside-site": "A specification that reaches out of its folder is another one on the next "
    "machine, and what a stranger links to would be shown in a build's log.",
    "too-large": "A file of this size is a core dump or a whole factory's export; reading it would "
    "stop every build.",
    "yaml-syntax": "A file that is half understood is rendered half.",
    "yaml-tag": "A tag makes a value mean something a reviewer cannot see.",
    "yaml-alias": "A change at an anchor changes places that the difference under review does not "
    "show; and a few aliases of aliases fill any memory.",
    "duplicate-key": "YAML takes the second of two values silently, and people read the first.",
    "secret-value": "A password in a specification is in git for ever, and in every rendered file "
    "made from it.",
    "extra-forbidden": "A misspelt key would be ignored, and the default used instead of what was "
    "written.",
    "missing": "What nobody wrote down would be guessed.",
    "not-one-of": "A word that no program knows would be passed on to one.",
    "out-of-range": "Addresses and names follow from numbers; one beyond its bounds collides with "
    "another rack's.",
    "wrong-form": "Text of another form is refused later, by a program in the middle of its work.",
    "wrong-type": "A number that is text, or text that is a number, is compared wrongly.",
    "as-built-header": "Columns in another order would give trays each other's addresses.",
    "as-built-columns": "A row that lost a comma puts a MAC address where the serial belongs.",
    "as-built-cell": "A letter O in a MAC address is a tray that never gets its address, found "
    "when somebody stands before it.",
}
"""By code, one sentence each."""
