"""`pulumi-resource-rackwright`: the process that Pulumi's engine starts.

The engine starts it with its own address as the last argument, reads a port from the first line
of its output, and from then on speaks gRPC; it ends it with SIGINT. Everything a person should see
goes to the engine, which shows it beside the resource it is about. Secrets come from the folder and
the environment that `RACKWRIGHT_SECRETS` and the operator's shell give, and are read when used.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rackwright.provision.metal import Site
from rackwright.provision.waiting import patience
from rackwright.secrets import from_environment

if TYPE_CHECKING:
    from rackwright.provision.servicer import Tell

SECONDS_TO_FINISH = 4
"""The engine kills what is still there 5 s after its SIGINT."""
SECONDS_BETWEEN_LOOKS = 1
BYTES_IN_A_MESSAGE = 400 * 1024 * 1024


def main() -> None:
    """Serve one engine until it says that it is done."""
    with tempfile.TemporaryDirectory(prefix="rackwright-") as folder:
        environment = os.environ  # noqa: TID251
        asyncio.Runner().run(serve(sys.argv[1:], environment, Path(folder)))
    os._exit(0)  # closing the runner would wait for threads that wait for silent devices


async def serve(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
    """Serve until a signal says stop; the port is the first line of output."""
    import grpc.aio
    from pulumi.runtime.proto import provider_pb2_grpc

    from rackwright.provision.servicer import Servicer

    # before the first line of output: the engine may be gone as soon as it has read it
    told, engine = _told_to_stop(), os.getppid()
    site = Site(from_environment(environment), folder, patience(environment))
    limits = [
        ("grpc.max_receive_message_length", BYTES_IN_A_MESSAGE),
        ("grpc.max_send_message_length", BYTES_IN_A_MESSAGE),
    ]
    server = grpc.aio.server(options=limits)
    servicer = Servicer(site, _teller(arguments))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    alone = asyncio.ensure_future(_until_orphaned(engine, told))
    await told.wait()
    alone.cancel()
    site.stopped.set()
    await server.stop(SECONDS_TO_FINISH)


def _told_to_stop() -> asyncio.Event:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    return told


async def _until_orphaned(engine: int, told: asyncio.Event) -> None:
    """Stop when the engine is gone: one that was killed could not say so."""
    while os.getppid() == engine:
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
    told.set()


def _teller(arguments: Sequence[str]) -> Tell:
    """Return what shows a sentence beside a resource, through the engine at the last argument."""
    import grpc.aio
    from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

    if not arguments or arguments[-1].startswith("-"):
        return _untold
    engine = engine_pb2_grpc.EngineStub(grpc.aio.insecure_channel(arguments[-1]))

    async def tell(urn: str, words: str) -> None:
        said = engine_pb2.LogRequest(
            severity=engine_pb2.INFO, message=words, urn=urn, ephemeral=True
        )
        try:
            await engine.Log(said)
        except grpc.aio.AioRpcError:
            return  # an engine that no longer listens needs no telling

    return tell


async def _untold(urn: str, words: str) -> None:
    """Tell nobody: the process was started by hand."""
