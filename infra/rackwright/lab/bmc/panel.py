"""The other end of `control`: the application on the unix socket."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from rackwright.lab.bmc import faults, host
from rackwright.lab.bmc.actions import CONTROL, FRONT_PANEL, Action
from rackwright.lab.bmc.control import Row
from rackwright.lab.bmc.host import Bmc, Emulation
from rackwright.lab.bmc.messages import Refusal
from rackwright.lab.bmc.system import CD, Power, Progress
from rackwright.problems import RackwrightError

NONE = "-"
BUTTONS = {"on": "On", "off": "ForceOff", "restart": "ForceRestart"}
"""Buttons, and the reset that each one is."""
HOST_WORDS = {Progress.STARTED: "booting", Progress.RUNNING: "running"}
Change = Callable[[Emulation, Bmc, dict[str, Any]], str]
"""Does what was asked; the sentence says why not, and is empty when it is done."""


def application(around: Emulation) -> Starlette:
    """Return the application for the control socket."""

    async def devices(_: Request) -> Response:
        return JSONResponse([row(bmc)._asdict() for bmc in around.bmcs.values()])

    return Starlette(
        routes=[
            Route("/devices", devices),
            Route("/devices/{name}/press", _endpoint(around, press), methods=["POST"]),
            Route("/devices/{name}/faults", _endpoint(around, set_faults), methods=["PUT"]),
        ]
    )


def row(bmc: Bmc) -> Row:
    """Return a device as a row."""
    device, state = bmc.shown, bmc.system
    return Row(
        rack=device.rack,
        tray=device.label,
        name=device.name,
        kind=str(device.kind),
        address=device.address,
        serial=device.serial,
        power=str(state.power),
        boot=str(state.override),
        medium=state.media.get(CD, NONE),
        host=_host(bmc),
    )


def _host(bmc: Bmc) -> str:
    if not bmc.has_host:
        return NONE
    state = bmc.system
    if state.problem:
        return state.problem
    if state.power is not Power.ON:
        return "off"
    return HOST_WORDS.get(state.progress, "starting")


def press(around: Emulation, bmc: Bmc, wanted: dict[str, Any]) -> str:
    """Press a button on the front panel."""
    button = wanted.get("button")
    if button not in BUTTONS:
        return f"there is no button {button!r}; there are {', '.join(BUTTONS)}"
    if not bmc.device.system:
        return f"{bmc.device.name} has no power button"
    kind = BUTTONS[button]
    refusal = host.switch(around, bmc, kind, FRONT_PANEL, Action.PRESS)
    return refusal.sentence if isinstance(refusal, Refusal) else ""


def set_faults(around: Emulation, bmc: Bmc, wanted: dict[str, Any]) -> str:
    """Make a device faulty, or whole."""
    try:
        bmc.faults = faults.parse(wanted)
    except RackwrightError as error:
        return error.message
    around.log.append(bmc.device, Action.FAULT, CONTROL, **wanted)
    return ""


def _endpoint(around: Emulation, change: Change) -> Callable[[Request], Awaitable[Response]]:
    return partial(_change, around, change)


async def _change(around: Emulation, change: Change, request: Request) -> Response:
    name = request.path_params["name"]
    bmc = around.by_name(name)
    if bmc is None:
        return PlainTextResponse(f"there is no device {name} in this lab", 404)
    try:
        wanted = json.loads(await request.body())
    except ValueError:
        wanted = None
    if not isinstance(wanted, dict):
        return PlainTextResponse("a JSON object is expected", 400)
    sentence = change(around, bmc, wanted)
    return PlainTextResponse(sentence, 400) if sentence else Response(status_code=204)
