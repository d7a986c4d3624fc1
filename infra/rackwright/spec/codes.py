"""What goes wrong on a real site with each mistake of form: the error reference's sentences.

A rule says in its docstring which failure it prevents. The mistakes that are found before any rule
runs, in the files and the form of what they hold, or after all of them, in what was accepted, have
no rule of their own, so their sentences stand here.
"""

from __future__ import annotations

from collections.abc import Mapping

from rackwright.problems import HIDDEN

OF_FORM = (
    HIDDEN,
    "extra-forbidden",
    "missing",
    "name-pattern",
    "not-one-of",
    "out-of-range",
    "wrong-form",
    "wrong-type",
)
OF_HARDWARE = (
    "hardware-redefined",
    "hardware-name",
    "like-unknown",
    "unknown-fact",
    "unknown-source",
    "slots-do-not-fit",
    "numbers-out-of-order",
)

FAILURES: Mapping[str, str] = {
    "unreadable": "A file that is skipped because it cannot be read takes its racks out of every "
    "plan without a word.",
    "outside-site": "A specification that reaches out of its folder is another one on the next "
    "machine, and what a stranger links to would be shown in a build's log.",
    "too-large": "A file of this size is a core dump or a whole factory's export; reading it "
    "would stop every build.",
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
    "name-pattern": "A pattern that leaves two racks one name gives them one host, one resource "
    "and one file.",
    "too-many-racks": "A nought too many in a range, and every build of the site takes an hour.",
    "include-alone": "What stands beside an include would be merged into it, and nobody could say "
    "from where a value comes.",
    "include-cycle": "Two files that include each other have no end.",
    "include-path": "An included file outside the site's folder is another one on the next "
    "machine.",
    "hardware-name": "A type that is found under another name than its own is not found.",
    "hardware-redefined": "A number that everybody knows would be another one at this site.",
    "like-unknown": "A type that is built on one that is itself built on another has numbers "
    "nobody can trace.",
    "unknown-fact": "A number under a misspelt path changes nothing, and the old one stays in "
    "force.",
    "unknown-source": "A number without a source is copied until nobody knows who measured it.",
    "numbers-out-of-order": "A peak in the place of a maximum sizes every feed of the hall "
    "wrongly.",
    "slots-do-not-fit": "An elevation that does not add up sends a technician to the wrong tray.",
    "accept-error": "An error that is accepted is found again by the program that reads the file.",
    "accept-nothing": "An acceptance that outlives its warning hides the next one of its kind.",
    "as-built-header": "Columns in another order would give trays each other's addresses.",
    "as-built-columns": "A row that lost a comma puts a MAC address where the serial belongs.",
    "as-built-cell": "A letter O in a MAC address is a tray that never gets its address, found "
    "when somebody stands before it.",
}
"""By code, one sentence each."""
