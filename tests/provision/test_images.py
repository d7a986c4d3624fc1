from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

import plans
from rackwright import plan
from rackwright.problems import ServiceFailed
from rackwright.provision import images
from rackwright.provision.images import HttpImages
from rackwright.secrets import Secrets

MEDIUM = b"a boot medium" * 1000
PINNED = hashlib.sha256(MEDIUM).hexdigest()
URL = "https://10.63.0.10:8180/images/dgx-node.iso"
Handler = Callable[[httpx.Request], httpx.Response]


def unit(sha256: str) -> plan.UnitPlan:
    found = plans.unit_plan()
    image = replace(found.pools["train"].image, sha256=sha256)
    pool = replace(found.pools["train"], image=image)
    return replace(found, pools={"train": pool})


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch):
    """Have every URL answered by a function; return the URLs that were asked for."""

    def answered(handler: Handler) -> list[str]:
        asked: list[str] = []

        async def digest(self: HttpImages, url: str) -> str:
            asked.append(url)
            async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as client:
                return await images.digest(client, url)

        monkeypatch.setattr(HttpImages, "_digest", digest)
        return asked

    return answered


def require(sha256: str, trays: int = 1) -> None:
    async def all_of_them() -> None:
        found = HttpImages(unit(sha256), Secrets(Path("/nowhere")))
        await asyncio.gather(*(found.require(plans.compute_tray(n + 1)) for n in range(trays)))

    asyncio.run(all_of_them())


def test_the_pinned_image_is_read_once_for_all_trays(serve) -> None:
    asked = serve(lambda _: httpx.Response(200, content=MEDIUM))
    require(PINNED, trays=18)
    assert asked == [URL]


def test_another_image_is_refused_with_both_digests(serve) -> None:
    serve(lambda _: httpx.Response(200, content=b"another"))
    with pytest.raises(ServiceFailed) as raised:
        require(PINNED)
    assert PINNED in raised.value.message
    assert hashlib.sha256(b"another").hexdigest() in raised.value.message


def test_an_image_without_a_pin_is_not_read(serve) -> None:
    asked = serve(lambda _: httpx.Response(404))
    require("")
    assert asked == []


def test_an_image_that_is_not_there_is_named(serve) -> None:
    serve(lambda _: httpx.Response(404))
    with pytest.raises(ServiceFailed, match=f"^{URL} answers 404$"):
        require(PINNED)


def test_an_image_server_that_does_not_answer_is_named(serve) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)

    serve(refuse)
    with pytest.raises(ServiceFailed, match="cannot be read: connection refused"):
        require(PINNED)
