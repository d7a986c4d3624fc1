from __future__ import annotations

import copy
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

import worlds
from rackwright import spec, yamlfile
from rackwright.spec import reading
from rackwright.spec.language import Spec
from rackwright.spec.models import model
from rackwright.spec.site import Site

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 64, 999, 1000, 10**400, 0.0, 1.0, 1.5, -0.5, 1e300),
    *("", " ", "a", "A", "1", "a\n", "true", "lab", "n+1", "nfs", "{rack}", "h1-{hall", "x" * 300),
    *("10.0.0.0/8", "10.0.0.1/8", "10.0.0.1", "fd00::/64", "fd00::1", "fe80::1%eth0", "env:A"),
    *([], [1], ["a"], [None], ["10.0.0.0/8"], {}, {"a": 1}, {"first": 1}, {"kind": "oob"}),
    *({"kind": 1}, {"kind": None}, {"kind": "other"}, {1: 2}, ["a", "a"], ["critical"] * 3),
)
SITES = sorted(path for path in worlds.SITES.iterdir() if (path / "site.yaml").is_file())


def fields() -> Iterator[Any]:
    """Yield every field of every class that a site is made of."""
    waiting, seen = [Site], set[type[Spec]]()
    while waiting:
        part = waiting.pop()
        if part not in seen:
            seen.add(part)
            for name, (form, _) in part.fields.items():
                yield pytest.param(part, name, id=f"{part.__name__}.{name}")
                waiting += parts(form)


def parts(form: Any) -> list[type[Spec]]:
    if isinstance(form, type) and issubclass(form, Spec):
        return [form]
    return [part for inner in typing.get_args(form) for part in parts(inner)]


def is_read(reader: reading.Reader, data: Any) -> tuple[bool, Any]:
    try:
        return True, reader(data)
    except reading.Refused:
        return False, None


def is_allowed(form: TypeAdapter[Any], data: Any) -> tuple[bool, Any]:
    try:
        return True, form.validate_python(data)
    except ValidationError:
        return False, None


@pytest.mark.parametrize(("part", "name"), [*fields()])
def test_what_is_read_of_a_field_is_what_its_model_allows(part: type[Spec], name: str) -> None:
    field = model(part).model_fields[name]
    adapter = TypeAdapter(Annotated[field.annotation, field])
    reader = reading._readers(part)[0][name]
    for value in ODD:
        read, allowed = is_read(reader, value), is_allowed(adapter, value)
        assert read[0] == allowed[0], value
        if not parts(part.fields[name][0]):
            assert read == allowed
            assert type(read[1]) is type(allowed[1])


def changed(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    found = copy.deepcopy(data)
    here = found
    for part in path[:-1]:
        here = here[part]
    if value is changed:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return found


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_what_is_read_of_a_site_is_what_its_model_allows(site: Path) -> None:
    document = yamlfile.parse((site / "site.yaml").read_text(), "site.yaml")
    adapter = TypeAdapter(model(Site))
    reader = reading.reader(Site)
    assert is_read(reader, document.data)[0]
    for path in [path for path in document.values if path]:
        for value in (changed, None, "odd", -1, {}, {"first": 1}, []):
            data = changed(document.data, path, value)
            assert is_read(reader, data)[0] == is_allowed(adapter, data)[0], (path, value)


def test_a_site_knows_which_of_its_fields_were_written() -> None:
    site = spec.load(worlds.ONE_RACK, as_built=False).site
    assert "pools" in site.written
    assert "gates" not in site.written


def test_a_site_cannot_be_changed() -> None:
    site = spec.load(worlds.ONE_RACK, as_built=False).site
    with pytest.raises(AttributeError, match="Site cannot change: domain"):
        site.domain = "other.example"  # type: ignore[misc]


def test_a_site_that_is_sound_is_read_without_pydantic() -> None:
    script = "import sys; from pathlib import Path; from rackwright import spec; "
    script += f"spec.load(Path({str(worlds.ONE_RACK)!r})); print('pydantic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(Path(spec.__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"
