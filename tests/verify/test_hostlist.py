from __future__ import annotations

import pytest

from rackwright.render.slurm import hostlist as shortened
from rackwright.verify import hostlist


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a", ("a",)),
        ("a-c[01-03,05]", ("a-c01", "a-c02", "a-c03", "a-c05")),
        ("a-c[09-10],b-c01", ("a-c09", "a-c10", "b-c01")),
        ("/dev/nvidia[0-1]", ("/dev/nvidia0", "/dev/nvidia1")),
    ],
)
def test_slurms_short_form_is_read_back(text: str, names: tuple[str, ...]) -> None:
    assert hostlist.names(text) == names


def test_what_is_rendered_reads_back_as_it_was() -> None:
    names = tuple(f"h1-su01-r01-p1-dgx-01-c{number:02d}" for number in (1, 2, 3, 7, 9, 10, 18))
    assert hostlist.names(shortened(names)) == names
