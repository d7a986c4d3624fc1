"""What every test may be told on the command line."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--mutations",
        type=int,
        default=0,
        metavar="N",
        help="try N new mutations of the example sites, instead of the same 2,000 each time",
    )
