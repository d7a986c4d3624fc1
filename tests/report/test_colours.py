"""Every colour can be read: the contrast of each pair, in light and in dark, as WCAG counts it."""

from __future__ import annotations

import re

import pytest

from rackwright import data

TOKENS = (data.folder("templates") / "report/tokens.css").read_text()
COLOURS = {
    name: {"light": light, "dark": dark}
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", TOKENS
    )
}
GROUNDS = ("ground", "surface", "raised", "accent-ground")
DEVICES = ("compute", "nvlink-switch", "power-shelf", "management")

TEXT = [
    *(("text", ground) for ground in (*GROUNDS, *DEVICES)),
    *(("text", f"{word}-ground") for word in ("held", "leaving", "added")),
    *(("muted", ground) for ground in ("ground", "surface", "raised")),
    *(("accent", ground) for ground in GROUNDS),
    *((word, f"{word}-ground") for word in ("held", "leaving", "added")),
    *((word, ground) for word in ("held", "leaving", "added") for ground in ("ground", "surface")),
    ("surface", "accent"),
]
"""Text and what it stands on: 4.5 at least."""
DRAWN = [
    *(("edge", ground) for ground in ("ground", "surface", *DEVICES)),
    *(("installed-bar", ground) for ground in ("ground", "surface")),
    *(("lost-bar", ground) for ground in ("ground", "surface")),
    ("accent", "planned-bar"),
    ("installed-bar", "planned-bar"),
]
"""What a drawing is understood by, and what it stands on: 3 at least."""


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(text: str, ground: str, theme: str) -> None:
    assert contrast(COLOURS[text][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), DRAWN)
def test_a_drawing_can_be_made_out(line: str, ground: str, theme: str) -> None:
    assert contrast(COLOURS[line][theme], COLOURS[ground][theme]) >= 3


def test_every_colour_is_a_token() -> None:
    for sheet in (data.folder("templates") / "report").glob("*.css"):
        if sheet.name != "tokens.css":
            used = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s)])|(?<!\()\brgb\(", sheet.read_text())
            assert set(used) <= {"rgb("}, sheet.name


def test_every_token_that_is_used_exists() -> None:
    known = set(re.findall(r"--([\w-]+):", TOKENS)) | {"row"}
    for sheet in (data.folder("templates") / "report").glob("*.css"):
        assert set(re.findall(r"var\(--([\w-]+)\)", sheet.read_text())) <= known, sheet.name
