"""Nothing a person can type gives a traceback: the example sites, changed at random, are checked.

Each case takes a valid site, changes one to three things (values, keys, lines, characters,
encodings, CSV cells, what stands in the place of a file), and asserts of `check` what a person
relies on: problems or none, each with a place that is in the file, a known code and a sentence
without a word of Python; every form can print them; nothing is written; the same again.

The same 2,000 cases run each time. `pytest tests/test_mutations.py --mutations=50000` tries as
many new ones; what it finds is printed so that it can become a test of its own.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import worlds
from rackwright import console, render, rules, spec, yamlfile
from rackwright.problems import Problem

CASES = {"data": 800, "text": 700, "cells": 250, "files": 350, "process": 10}
PROGRAM = "from rackwright.cli import main; main()"
CODES = {*spec.CODES, *rules.CODES}
PYTHON = re.compile(
    r"Traceback|NoneType|<class|<.* at 0x|pydantic|Error\b|Errno|Input should|__"
    r"|\b(None|True|False|str|int|float|dict|tuple|bool|unicode|nan|inf)\b"
)
TYPED = re.compile(r"'[^']*'|\"[^\"]*\"")

Files = dict[str, bytes]
Change = tuple[Any, ...]

VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1, 2, 64, 500, 999, 1000, 10**6, 2**31, 2**63, 2**64, 10**39),
    *(0.5, -0.0, 1e308, "", " ", "x", "a01", "a02", "h1", "train", "svc01", "x" * 300, "X" * 70),
    *("10.64.0.0/16", "255.255.255.255/32", "255.255.255.254/31", "0.0.0.0/0", "10.63.0.0/24"),
    *("10.63.0.10", "10.63.0.1", "255.255.255.255", "::1", "fd00::/8", "10.63.0.10/33", "1" * 40),
    *("https://[::1", "https://[x]/", "https://a:99999", "https://a℀b/", "https://", "http://a"),
    *("\x00", "\x1b[31m", "é", "😀", "a\nb", "a\r", "\x85", "\u2028", "\ufeff", "\ufffe", "a\tb"),
    *([], {}, [[]], [None], [0], {"a": 1}, {"": {}}, {"\x00": 1}, ["x"] * 40, [{}] * 20),
    *("file:x", "env:X", "file:", "ssh-ed25519 AAAA", "ssh-ed25519  ", "planned", "instaled"),
    *("{{ x }}", "{% x %}", "${x}", "%s", "../..", "/etc/passwd", "[b]x[/b]", "::error::x"),
]
TEXTS = [
    *("", "~", "\t", " ", "&a x", "*a", "!t x", "|", ">", "|-", "? ", ": ", "- ", "[", "{", "]"),
    *("}", "'", '"', "#", "%YAML 1.2", "%YAML 9.9", "---", "...", "--- a", "@", "`", "<<: *a", ","),
    *("\u2028", "\x85", "\x0b", "\x0c", "\x1c", "\x00", "\x07", "\x7f", "\ufeff", "\r", "\ufffe"),
    *("\ud7ff", "é", "😀", "x" * 3000, "9" * 50, "1e999", "-1e999", "0x" + "f" * 40, "010", "0o9"),
    *("[" * 200, "{a: " * 60, "- " * 60, "!!binary x", "!!python/name:os.system", ".inf", ".nan"),
    *("null", "2026-01-01", "12:34:56", "yes", "1_000", '"\\ud800"', '"\\0"', '"\\x1b"', "a: b: c"),
    *("x: &x [*x]", "'a\n  b'", '"a\n\n  b"', "!<x> y", "? a\n: b", "{a, b: , c}", "[a, , b]"),
]
ENCODINGS = ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-7", "cp037", "latin-1"]
BYTES = [b"", b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf"]
BYTES += [b"\x1f\x8b\x08\x00", b"PK\x03\x04", b"\r\n", b"\n" * 5000, b"a" * 200_000, b"\xc3\xa9"]
CELLS = [
    *("", " ", '"', '"a,b"', "a01", "a99", "c01", "c1", "c99", "nvsw-01", "C01", "S-1", "x" * 70),
    *("3c:6d:66:1a:4c:43", "3C-6D-66-1A-4C-43", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "-"),
    *("=cmd()", "é", "\x00", "\x1b[1m", "\u2028", "\ufeff", "\t", "9" * 400, "1.64E+12", "N/A"),
]
NAMES = ["site.yaml", "as-built", "as-built/h1-su01.csv", "as-built/h1-su02.csv", "rendered"]
ODD_NAMES = ["as-built/\udcff.csv", "as-built/a\nb.csv", "as-built/.csv", "as-built/x.csv/y.csv"]
LINKS = ["/etc/passwd", "/dev/zero", "/proc/self/environ", "..", ".", "site.yaml", "nowhere", "/"]


@cache
def sources(base: Path) -> Files:
    """Return the files that people write of an example site, or of a case of tests/bad."""
    with tempfile.TemporaryDirectory() as folder:
        site = worlds.copy(Path(folder), base if base.is_dir() else worlds.ONE_RACK)
        if base.is_file():
            worlds.change(site, yamlfile.parse(base.read_text(), base.name).data["changes"])
        return {
            path.relative_to(site).as_posix(): path.read_bytes()
            for path in sorted(site.rglob("*"))
            if path.is_file() and path.stat().st_size < 100_000
        }


SITES = sorted(worlds.SITES.iterdir())
BASES = [*SITES, *sorted((worlds.SITES.parent / "bad").glob("*.yaml"))]
CSV = [(site, name) for site in SITES for name in sources(site) if name.endswith(".csv")]


@cache
def data_of(site: Path, name: str) -> Any:
    return yamlfile.parse(sources(site)[name].decode("utf-8", "replace"), name).data


def files_of(kind: str) -> list[tuple[Path, str]]:
    return [(base, name) for base in BASES for name in sources(base) if name.endswith(kind)]


YAML = [each for each in files_of(".yaml") if data_of(*each) is not None]
YAML += [each for each in YAML if each[0] in SITES or each[1] != "site.yaml"] * 4


def paths(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    lists = enumerate(data) if isinstance(data, list) else ()
    for key, value in data.items() if isinstance(data, dict) else lists:
        yield (*path, key)
        yield from paths(value, (*path, key))


@cache
def paths_of(site: Path, name: str) -> list[tuple[str | int, ...]]:
    return list(paths(data_of(site, name)))


@st.composite
def data_cases(draw: st.DrawFn) -> tuple[Path, Files]:
    """Draw a site whose YAML says other things than the example's."""
    site, name = draw(st.sampled_from(YAML))
    data = copy.deepcopy(data_of(site, name))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(paths_of(site, name)))
        here = follow(data, path[:-1])
        if follow(data, path) is not None:
            ACTIONS[draw(st.sampled_from([*ACTIONS, *["replace"] * 5]))](here, path[-1], draw)
    return site, {name: json.dumps(data, indent=1, ensure_ascii=draw(st.booleans())).encode()}


def follow(data: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        inside = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if not inside and not (isinstance(data, dict) and part in data):
            return None  # an earlier change took it away
        data = data[part]
    return data


def drop(here: Any, key: Any, _draw: st.DrawFn) -> None:
    del here[key]


def replace(here: Any, key: Any, draw: st.DrawFn) -> None:
    here[key] = copy.deepcopy(draw(st.sampled_from(VALUES)))


def rename(here: Any, key: Any, draw: st.DrawFn) -> None:
    if isinstance(here, dict):
        value = here.pop(key)
        new = draw(
            st.sampled_from([key[1:], key.upper(), f"{key}s", "name", "", "x" * 90, "é\x1b"])
        )
        here[new] = value


def again(here: Any, key: Any, draw: st.DrawFn) -> None:
    if isinstance(here, list):
        here.extend([copy.deepcopy(here[key])] * draw(st.sampled_from([1, 2, 30])))
    else:
        here[draw(st.sampled_from(["name", "index", "extra"]))] = copy.deepcopy(here[key])


def swap(here: Any, key: Any, draw: st.DrawFn) -> None:
    keys = list(here) if isinstance(here, dict) else list(range(len(here)))
    other = draw(st.sampled_from(keys))
    here[key], here[other] = here[other], here[key]


def retype(here: Any, key: Any, draw: st.DrawFn) -> None:
    wrap: Callable[[Any], Any] = draw(
        st.sampled_from(
            [str, lambda x: [x], lambda x: {"name": x}, lambda x: {str(x)[:9].lower(): x}, bool]
        )
    )
    here[key] = wrap(here[key])


def deepen(here: Any, key: Any, draw: st.DrawFn) -> None:
    for _ in range(draw(st.sampled_from([3, 38, 60, 400]))):
        here[key] = [here[key]]


ACTIONS = {each.__name__: each for each in (drop, replace, rename, again, swap, retype, deepen)}


@st.composite
def text_cases(draw: st.DrawFn) -> tuple[Path, Files]:
    """Draw a site with a file that may be no YAML any more, or no text."""
    site, name = draw(st.sampled_from([*YAML, *YAML, *CSV]))
    lines = sources(site)[name].decode("utf-8", "replace").split("\n")
    for _ in range(draw(st.integers(1, 3))):
        edit(lines, draw)
    raw = "\n".join(lines).encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 3)) == 0:
        raw = damaged(raw, draw)
    return site, {name: raw}


def edit(lines: list[str], draw: st.DrawFn) -> None:
    place = draw(st.integers(0, len(lines) - 1))
    line, odd = lines[place], draw(st.sampled_from(TEXTS))
    column = draw(st.integers(0, len(line)))
    head, _, _ = line.partition(":")
    indent = line[: len(line) - len(line.lstrip())]
    lines[place : place + 1] = draw(
        st.sampled_from(
            [
                [],
                [line, line],
                [f"{head}: {odd}"],
                [f"{indent}{odd}: 1"],
                [f"{indent}{odd}"],
                [odd],
                [line, f"{indent}{odd}"],
                [f" {line}"],
                [line[1:]],
                [f"\t{line}"],
                [line[:column] + odd + line[column:]],
                [line[:column] + line[column + 1 :]],
                [line[:column], line[column:]],
                [line, *reversed(lines[place + 1 : place + 3])],
                [line * 40],
            ]
        )
    ) or [""]


def damaged(raw: bytes, draw: st.DrawFn) -> bytes:
    how = draw(st.sampled_from(["encode", "insert", "cut", "return"]))
    if how == "encode":
        text = raw.decode("utf-8", "replace")
        return text.encode(draw(st.sampled_from(ENCODINGS)), "replace")
    place = draw(st.integers(0, len(raw)))
    if how == "insert":
        return raw[:place] + draw(st.sampled_from(BYTES)) + raw[place:]
    return (
        raw[:place] if how == "cut" else raw.replace(b"\n", draw(st.sampled_from([b"\r", b"\r\n"])))
    )


@st.composite
def cell_cases(draw: st.DrawFn) -> tuple[Path, Files]:
    """Draw a site whose as-built table has other rows and cells."""
    site, name = draw(st.sampled_from(CSV))
    rows = [line.split(",") for line in sources(site)[name].decode("utf-8", "replace").splitlines()]
    for _ in range(draw(st.integers(1, 4))):
        row = draw(st.integers(0, len(rows) - 1))
        cells, place = list(rows[row]), draw(st.integers(0, len(rows[row])))
        odd, other = draw(st.sampled_from(CELLS)), draw(st.integers(0, len(rows) - 1))
        cells[place : place + draw(st.integers(0, 2))] = draw(
            st.sampled_from([[], [odd], [odd, odd], cells[:1], rows[other][place : place + 1]])
        )
        rows[row : row + draw(st.integers(0, 1))] = [cells]
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\n", ";\n"]))
    return site, {name: end.join(map(",".join, rows)).encode()}


@st.composite
def file_cases(draw: st.DrawFn) -> tuple[Path, tuple[Change, ...]]:
    """Draw a site in which something else stands where a file should."""
    name = st.sampled_from([*NAMES, *ODD_NAMES])
    kinds = st.sampled_from(["gone", "folder", "pipe", "empty", "closed", "copy"])
    change = st.one_of(
        st.tuples(kinds, name),
        st.tuples(st.just("link"), name, st.sampled_from(LINKS)),
        st.tuples(st.just("write"), name, st.sampled_from(BYTES)),
    )
    return draw(st.sampled_from(SITES)), tuple(draw(st.lists(change, min_size=1, max_size=3)))


def place(site: Path, kind: str, name: str, what: Any = b"") -> None:
    """Put something in the place of a file of a site, as far as the file system allows."""
    path = site / name
    old = path.read_bytes() if path.is_file() else b"x"
    if kind == "closed":
        if path.exists():
            path.chmod(0)
        return
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    if kind == "gone":
        return
    path.parent.mkdir(exist_ok=True)
    makers: dict[str, Callable[[], object]] = {
        "folder": path.mkdir,
        "pipe": lambda: os.mkfifo(path),
        "empty": path.touch,
        "copy": lambda: path.write_bytes(old),
        "link": lambda: path.symlink_to(what),
        "write": lambda: path.write_bytes(what),
    }
    makers[kind]()


def write(case: tuple[Path, Files], folder: Path) -> None:
    site, files = case
    for name, raw in {**sources(site), **files}.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes(raw)


def check_files(case: tuple[Path, Files]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(case, Path(folder))
        with contextlib.chdir(folder):
            assert_said_well(Path())


def check_places(case: tuple[Path, tuple[Change, ...]]) -> None:
    site, changes = case
    with tempfile.TemporaryDirectory() as folder:
        target = worlds.copy(Path(folder, "site"), site)
        for change in changes:
            try:
                place(target, *change)
            except OSError:  # a file where a folder is needed, a link that leads nowhere
                continue
        with contextlib.chdir(target):
            assert_said_well(Path())


def assert_said_well(site: Path) -> None:
    before = stand(site)
    found = render.check(site)
    for problem in found:
        assert_a_person_can_use(problem)
    text = console.problems_text(found)
    if len(text) % 4 == 0:  # a quarter of them is asked twice
        assert found == render.check(site)
    for line in (text, *map(console.problem_json, found), *map(console.problem_annotation, found)):
        line.encode()
    assert len(text) < 100_000
    assert "\x1b" not in text
    if not found:
        render.render(site)
    assert stand(site) == before


def stand(site: Path) -> list[tuple[str, int, int]]:
    entries = ((path, path.lstat()) for path in sorted(site.rglob("*")))
    return [(str(path), entry.st_size, entry.st_mtime_ns) for path, entry in entries]


def assert_a_person_can_use(problem: Problem) -> None:
    assert problem.code in CODES
    for sentence in (problem.message, *problem.because, problem.hint):
        assert not PYTHON.search(TYPED.sub("", sentence)), sentence
        assert "\n" not in sentence
    assert 0 < len(problem.message) < 400
    at, path = problem.at, Path(problem.at.file)
    assert at.line >= 1
    assert at.column >= 1
    if problem.width == 0:
        return
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    assert at.line <= len(lines) + 1, at
    line = lines[at.line - 1] if at.line <= len(lines) else ""
    assert at.column <= len(line) + 1, (at, line)


def check_as_a_process(case: tuple[Path, Files]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(case, Path(folder))
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "check", folder],
            env={"PYTHONPATH": str(Path(render.__file__).parents[2])},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stderr == ""
    assert done.returncode == (0 if done.stdout.startswith("no problems\n") else 1)


KINDS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], None]]] = {
    "data": (data_cases(), check_files),
    "text": (text_cases(), check_files),
    "cells": (cell_cases(), check_files),
    "files": (file_cases(), check_places),
    "process": (st.one_of(data_cases(), text_cases(), cell_cases()), check_as_a_process),
}


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_typed_is_answered_in_sentences(
    kind: str, request: pytest.FixtureRequest
) -> None:
    strategy, check = KINDS[kind]
    wanted = request.config.getoption("--mutations")
    share = wanted * CASES[kind] // sum(CASES.values()) if wanted else CASES[kind]
    run = settings(
        max_examples=max(share, 1),
        derandomize=not wanted,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )(given(strategy)(check))
    run()
