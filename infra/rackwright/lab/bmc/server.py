"""All emulated BMCs in one process: a socket for each address, one for control.

Sockets are bound before anything answers, so an address that is missing or taken is one sentence
and not half a rack. Signals are the caller's: `serve` ends when its task is cancelled.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from rackwright.lab.bmc import actions, app, host, panel
from rackwright.lab.bmc.devices import Device
from rackwright.lab.bmc.machines import Machines
from rackwright.problems import ServiceFailed

PORT = 443
THREADS = 32
"""Calls to the hosts at the same time; each one waits for a process, not for the processor."""
BACKLOG = 128
FAREWELL_SECONDS = 1
"""How long a client that has been kept waiting may keep the end waiting."""


class Server(uvicorn.Server):
    """A uvicorn that leaves signals to the process it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing."""
        yield


async def serve(
    devices: tuple[Device, ...],
    machines: Machines,
    *,
    certificate: Path,
    key: Path,
    media_ca: Path,
    log: Path,
    control: Path,
    ready: Callable[[], None],
    port: int = PORT,
) -> None:
    """Answer for all devices until cancelled, then close everything; the hosts go on.

    Every address must exist on this machine and be in `certificate`. Image servers must have a
    certificate of `media_ca`. The control socket is made at `control`, actions go to `log`, and
    `ready` is called once, when all sockets answer.

    Raises:
        ServiceFailed: An address cannot be listened on, the certificate cannot be used, or the
            hosts cannot be looked at.
    """
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
    with ExitStack() as stack:
        sockets = [stack.enter_context(_listening(device, port)) for device in devices]
        control_socket = stack.enter_context(_control_socket(control))
        actions_log = stack.enter_context(actions.open_log(log))
        around = await asyncio.to_thread(host.emulation, devices, machines, media_ca, actions_log)
        bmcs = _tls_server(app.application(around), certificate, key)
        panels = _server(panel.application(around))
        work = (bmcs.serve(sockets), panels.serve([control_socket]), host.watch(around))
        try:
            await _run((bmcs, panels), work, ready)
        finally:
            await host.come_to_rest(around)


def _tls_server(application: Any, certificate: Path, key: Path) -> Server:  # noqa: ANN401  (as below)
    server = _server(application, ssl_certfile=certificate, ssl_keyfile=key)
    try:
        server.config.load()
    except OSError as error:
        raise ServiceFailed(f"{certificate} with {key} is no certificate: {error}") from error
    return server


def _server(application: Any, **settings: Any) -> Server:  # noqa: ANN401  (uvicorn's own types)
    return Server(
        uvicorn.Config(
            application,
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=FAREWELL_SECONDS,
            **settings,
        )
    )


async def _run(servers: tuple[Server, ...], work: Any, ready: Callable[[], None]) -> None:  # noqa: ANN401
    tasks = [asyncio.create_task(each) for each in work]
    announced = asyncio.create_task(_announce(servers, ready))
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    finally:
        for server in servers:
            server.should_exit = True
        announced.cancel()
        tasks[-1].cancel()
        await asyncio.wait(tasks)


async def _announce(servers: tuple[Server, ...], ready: Callable[[], None]) -> None:
    while not all(server.started for server in servers):
        await asyncio.sleep(0.01)
    ready()


def _listening(device: Device, port: int) -> socket.socket:
    try:
        return socket.create_server((device.address, port), backlog=BACKLOG)
    except OSError as error:
        raise ServiceFailed(
            f"the BMC of {device.name} cannot listen on {device.address}:{port}: {error.strerror}",
            "its address must exist on this machine, and nothing else may listen there",
        ) from error


@contextmanager
def _control_socket(path: Path) -> Iterator[socket.socket]:
    """Listen on a unix socket that only its owner may open, and remove it at the end."""
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as control:
        mask = os.umask(0o177)
        try:
            control.bind(str(path))
        except OSError as error:
            raise ServiceFailed(f"{path} cannot be made: {error.strerror}") from error
        finally:
            os.umask(mask)
        control.listen(BACKLOG)
        try:
            yield control
        finally:
            path.unlink(missing_ok=True)
