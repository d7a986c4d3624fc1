"""Redfish over HTTP: one application for all BMCs, the tree chosen by the connection's address.

A real BMC is a web server of its own. Here every BMC has its socket and all share one application,
which learns from the connection which one was spoken to, and lets through what proves who it is.
Reading looks a path up in that device's tree; what can be written is in `writes`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from rackwright.lab.bmc import access, messages, services
from rackwright.lab.bmc.actions import By
from rackwright.lab.bmc.exchange import Answer, Exchange, etag
from rackwright.lab.bmc.host import Emulation
from rackwright.lab.bmc.messages import Refusal
from rackwright.lab.bmc.resources import ROOT
from rackwright.lab.bmc.writes import WRITES

OPEN = ("/", "/redfish", ROOT)
"""What anybody may read."""
READING = ("GET", "HEAD")
METHODS = (*READING, "POST", "PATCH", "PUT", "DELETE")
HEADERS = {"OData-Version": "4.0", "Cache-Control": "no-store"}


def application(around: Emulation) -> ASGIApp:
    """Return the application that answers for all devices."""
    routes = [
        Route(f"{ROOT}{path}", _endpoint(answer, around), methods=[method])
        for path, method, answer in WRITES
    ]
    routes.append(Route("/{path:path}", _endpoint(_read, around), methods=METHODS))
    return _guarded(Starlette(routes=routes), around)


def _endpoint(answer: Answer, around: Emulation) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        bmc = around.bmcs[request.scope["server"][0]]
        outcome = await answer(Exchange(request, bmc, around))
        if outcome is None:
            return Response(status_code=204, headers=HEADERS)
        if isinstance(outcome, Refusal):
            return _refused(outcome)
        outcome.headers.update(HEADERS)
        return outcome

    return endpoint


def _refused(refusal: Refusal) -> Response:
    more = {"WWW-Authenticate": 'Basic realm="BMC"'} if refusal.status == 401 else {}
    return JSONResponse(refusal.body(), refusal.status, HEADERS | more)


def _guarded(application: ASGIApp, around: Emulation) -> ASGIApp:
    """Let through what is allowed, and nothing at all where a device is silent."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        bmc = around.bmcs[scope["server"][0]]
        if bmc.faults.silent:
            await _until_gone(receive)
            return
        path = scope["path"].rstrip("/") or "/"
        user = access.user_of(Headers(scope=scope), bmc.device, bmc.sessions)
        if not user and not _is_open(scope["method"], path):
            await _refused(messages.no_valid_session())(scope, receive, send)
            return
        source = scope["client"][0] if scope["client"] else ""
        await application({**scope, "path": path, "by": By(user, source)}, receive, send)

    return guarded


def _is_open(method: str, path: str) -> bool:
    reading = method in READING and path in OPEN
    return reading or (method == "POST" and path == services.SESSIONS)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _read(exchange: Exchange) -> Response | Refusal:
    if exchange.path in ("/", "/redfish"):
        return JSONResponse({"v1": f"{ROOT}/"})
    found = exchange.resource()
    if found is None:
        return messages.missing(exchange.path)
    if exchange.method not in READING:
        return messages.not_allowed(exchange.method, exchange.path)
    return JSONResponse(found, headers={"ETag": etag(found)})
