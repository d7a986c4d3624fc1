"""The other end of the wire: a resource monitor and an engine over real gRPC, and a client.

`served` starts the real servicer on a rack in memory; `run_program` runs the real Pulumi program in
a process of its own against a monitor that passes its resources on, as Pulumi's engine would.
"""

# ruff: noqa: N802  (the methods have the protocol's names)

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime import proto
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    provider_pb2,
    provider_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
    status_pb2,
)

from provision.fakes import World
from rackwright import plan
from rackwright.provision import wire
from rackwright.provision.outside import Outside
from rackwright.provision.servicer import Servicer

TOP = Path(__file__).parents[2]
URN = "urn:pulumi:one-rack.h1-su01::rackwright::rackwright:index:Rack::a01"
ROOMY = (("grpc.max_metadata_size", 1 << 24), ("grpc.absolute_max_metadata_size", 1 << 24))
"""As Go's gRPC, which the engine uses: an init failure carries the whole resource in metadata."""
RUNNER = """
import asyncio, runpy, sys
from pulumi.runtime import Settings, configure, run_in_stack
address, stack, dry = sys.argv[1:4]
configure(Settings("rackwright", stack, monitor=address, engine=address, dry_run=dry == "preview"))
program = lambda: runpy.run_path(sys.argv[4], run_name="__main__")
asyncio.new_event_loop().run_until_complete(run_in_stack(program))
"""


@dataclass
class Surroundings:
    """What a provider process shares, with a rack in memory behind it."""

    world: World

    @property
    def stopped(self) -> asyncio.Event:
        return self.world.stopped

    def outside(
        self, unit: plan.UnitPlan, rack: plan.Rack, tell: Callable[[str], Awaitable[None]]
    ) -> Outside:
        return self.world.outside()


async def untold(urn: str, words: str) -> None:
    pass


@contextlib.asynccontextmanager
async def served(world: World) -> AsyncIterator[Any]:
    """Serve the real servicer on an address of its own; yield a client of it."""
    server = grpc.aio.server()
    servicer = Servicer(Surroundings(world), untold)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=ROOMY) as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)
    await server.stop(0)


def init_failure(error: grpc.aio.AioRpcError) -> provider_pb2.ErrorResourceInitFailed:
    """Return the resource that an error carries, as the engine unpacks it."""
    metadata = dict(error.trailing_metadata() or ())
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    found = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(found)
    return found


@dataclass
class Monitor(resource_pb2_grpc.ResourceMonitorServicer, engine_pb2_grpc.EngineServicer):
    """Passes a program's resources to a provider, and keeps what both said."""

    provider: Any
    preview: bool
    created: dict[str, dict[str, Any]] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    logged: list[str] = field(default_factory=list)

    async def SupportsFeature(self, request: Any, context: Any) -> Any:
        return resource_pb2.SupportsFeatureResponse(hasSupport=True)

    async def RegisterResource(self, request: Any, context: Any) -> Any:
        urn = f"urn:pulumi:stack::rackwright::{request.type}::{request.name}"
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn, object=request.object)
        check = await self.provider.Check(proto.CheckRequest(urn=urn, news=request.object))
        if check.failures:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, check.failures[0].reason)
        answer = await self.provider.Create(
            proto.CreateRequest(urn=urn, properties=check.inputs, preview=self.preview)
        )
        self.created[request.name] = wire.plain(answer.properties)
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=answer.id, object=answer.properties
        )

    async def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:
        self.outputs = wire.plain(request.outputs)
        return Empty()

    async def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Any:
        return Empty()

    async def Log(self, request: Any, context: Any) -> Any:
        if request.severity > engine_pb2.INFO:
            self.logged.append(request.message)
        return Empty()

    async def GetRootResource(self, request: Any, context: Any) -> Any:
        return engine_pb2.GetRootResourceResponse()

    async def SetRootResource(self, request: Any, context: Any) -> Any:
        return engine_pb2.SetRootResourceResponse()


async def run_program(
    world: World, stack: str, *, preview: bool, program: Path = TOP / "infra/__main__.py"
) -> tuple[int, str, Monitor]:
    """Run the Pulumi program; return its exit code, what it printed, and what was registered."""
    async with served(world) as provider:
        monitor = Monitor(provider, preview)
        server = grpc.aio.server()
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
        engine_pb2_grpc.add_EngineServicer_to_server(monitor, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        mode = "preview" if preview else "up"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", RUNNER, f"127.0.0.1:{port}", stack, mode, str(program)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        await server.stop(0)
    return process.returncode or 0, printed.decode(), monitor
