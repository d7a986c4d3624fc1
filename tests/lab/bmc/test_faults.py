from __future__ import annotations

import pytest

from rackwright.lab.bmc.faults import Faults, parse
from rackwright.problems import RackwrightError


@pytest.mark.parametrize(
    ("wanted", "faults"),
    [
        ({}, Faults()),
        ({"serial": "FOREIGN"}, Faults(serial="FOREIGN")),
        ({"media": "lost"}, Faults(media_lost=True)),
        ({"drive": "lost"}, Faults(drive_lost=True)),
        ({"silent": True}, Faults(silent=True)),
        ({"silent": False}, Faults()),
        ({"power": "stuck", "media": "lost"}, Faults(media_lost=True, power_stuck=True)),
    ],
)
def test_faults_are_read_from_words(wanted: dict[str, object], faults: Faults) -> None:
    assert parse(wanted) == faults


@pytest.mark.parametrize(
    "wanted",
    [{"media": "gone"}, {"media": ""}, {"fan": "loud"}, {"fan": ""}, {"serial": 7}, {"silent": 1}],
)
def test_what_is_no_fault_is_refused(wanted: dict[str, object]) -> None:
    with pytest.raises(RackwrightError):
        parse(wanted)
