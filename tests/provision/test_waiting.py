from __future__ import annotations

import asyncio

import pytest

from rackwright.problems import ServiceFailed, Unfinished
from rackwright.provision.waiting import USUAL, Verdict, patience, unless, until


def test_a_wait_ends_with_what_was_seen() -> None:
    seen = iter([None, None, "up"])

    async def look() -> str | None:
        return next(seen)

    assert asyncio.run(until(look, 5, 0, "late")) == "up"


def test_a_look_that_fails_is_followed_by_another() -> None:
    seen = iter([ServiceFailed("silent"), "up"])

    async def look() -> str:
        found = next(seen)
        if isinstance(found, Exception):
            raise found
        return found

    assert asyncio.run(until(look, 5, 0, "late")) == "up"


def test_a_wait_that_is_over_says_what_the_last_look_failed_of() -> None:
    async def look() -> None:
        raise ServiceFailed("no route to host")

    with pytest.raises(ServiceFailed, match=r"^it is late in 0 s: no route to host$"):
        asyncio.run(until(look, 0, 0, "it is late"))


def test_a_verdict_ends_a_wait_at_once() -> None:
    async def look() -> None:
        raise Verdict("no boot device")

    with pytest.raises(ServiceFailed, match=r"^no boot device$"):
        asyncio.run(until(look, 600, 600, "late"))


def test_work_ends_at_whichever_wait_it_is_when_somebody_says_stop() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(600)
        finally:
            ended.append("ended")

    async def stop() -> None:
        stopped = asyncio.Event()
        asyncio.get_running_loop().call_soon(stopped.set)
        await unless(stopped, work())

    with pytest.raises(Unfinished):
        asyncio.run(stop())
    assert ended == ["ended"]


def test_work_that_is_not_stopped_returns_what_it_found() -> None:
    async def work() -> str:
        return "done"

    async def run() -> str:
        return await unless(asyncio.Event(), work())

    assert asyncio.run(run()) == "done"


@pytest.mark.parametrize(("text", "boot"), [("", USUAL.boot), ("soon", USUAL.boot), ("20", 20)])
def test_patience_can_be_limited(text: str, boot: float) -> None:
    assert patience({"RACKWRIGHT_PATIENCE": text}).boot == boot
