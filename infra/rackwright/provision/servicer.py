"""Pulumi's provider protocol.

The engine asks in a fixed order: Check what a program declared, Diff it with what is recorded, then
Create, Update or Delete; Read for `pulumi refresh`. Check and Diff answer from what they are given,
so a preview touches nothing. Create and Update are the same: bring the rack to what is declared,
then look, and answer with what is seen. A method here translates and calls; the work is elsewhere.
"""

# ruff: noqa: N802  (the methods have the protocol's names)

from __future__ import annotations

import functools
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import grpc
from google.protobuf.empty_pb2 import Empty
from grpc.aio import ServicerContext
from pulumi.runtime import proto
from pulumi.runtime.proto import provider_pb2_grpc

from rackwright import __version__, plan
from rackwright.problems import PlanError, RackwrightError
from rackwright.provision import bringup, decommission, difference, outputs, reading, wire
from rackwright.provision.failure import NotHealthy, details, sentence
from rackwright.provision.inputs import declared, own
from rackwright.provision.metal import Site
from rackwright.provision.schema import schema
from rackwright.provision.wire import UNKNOWN

if TYPE_CHECKING:
    from google.protobuf.struct_pb2 import Struct

    from rackwright.provision.bringup import Outcome
    from rackwright.provision.outside import Outside

Tell = Callable[[str, str], Awaitable[None]]
"""Says a sentence about the resource with a URN."""
Method = TypeVar("Method", bound=Callable[..., Awaitable[Any]])


def answered(method: Method) -> Method:
    """Let a method answer every failure with a sentence, and never with a stack trace."""

    @functools.wraps(method)
    async def answer(self: Servicer, request: object, context: ServicerContext) -> object:
        try:
            return await method(self, request, context)
        except NotHealthy as error:
            code = grpc.StatusCode.FAILED_PRECONDITION
            await context.abort(code, error.message, details(error, code.value[0]))
        except RackwrightError as error:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, sentence(error))
        except Exception as error:
            words = f"a fault in Rackwright: {type(error).__name__}: {error}"
            await context.abort(grpc.StatusCode.INTERNAL, words)
        raise AssertionError("abort raises")

    return cast("Method", answer)


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """One provider process: racks of one stack, and what they share."""

    def __init__(self, site: Site, tell: Tell) -> None:
        self.site = site
        self.tell = tell

    async def Handshake(
        self, request: proto.ProviderHandshakeRequest, context: ServicerContext
    ) -> proto.ProviderHandshakeResponse:
        """Say what of the protocol is spoken."""
        return proto.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True)

    async def Attach(self, request: proto.PluginAttach, context: ServicerContext) -> Empty:
        """Accept an engine that found this process already running."""
        return Empty()

    async def GetPluginInfo(self, request: Empty, context: ServicerContext) -> proto.PluginInfo:
        """Say the version."""
        return proto.PluginInfo(version=__version__)

    async def GetSchema(
        self, request: proto.GetSchemaRequest, context: ServicerContext
    ) -> proto.GetSchemaResponse:
        """Say what resources there are."""
        return proto.GetSchemaResponse(schema=json.dumps(schema()))

    async def GetMapping(
        self, request: proto.GetMappingRequest, context: ServicerContext
    ) -> proto.GetMappingResponse:
        """Say that no other tool's resources map to these."""
        return proto.GetMappingResponse()

    async def CheckConfig(
        self, request: proto.CheckRequest, context: ServicerContext
    ) -> proto.CheckResponse:
        """Take any configuration: there is none."""
        return proto.CheckResponse(inputs=request.news)

    async def DiffConfig(
        self, request: proto.DiffRequest, context: ServicerContext
    ) -> proto.DiffResponse:
        """Find no difference in no configuration."""
        return proto.DiffResponse(changes=proto.DiffResponse.DIFF_NONE)

    async def Configure(
        self, request: proto.ConfigureRequest, context: ServicerContext
    ) -> proto.ConfigureResponse:
        """Say the same as Handshake, to engines that do not ask it."""
        return proto.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=True
        )

    async def Cancel(self, request: Empty, context: ServicerContext) -> Empty:
        """Stop all work; every call in progress returns, and the next `up` resumes."""
        self.site.stopped.set()
        return Empty()

    @answered
    async def Check(
        self, request: proto.CheckRequest, context: ServicerContext
    ) -> proto.CheckResponse:
        """Say whether properties declare a rack, and add how it is to be."""
        news = wire.plain(request.news)
        if wire.has_unknown(news):
            return proto.CheckResponse(inputs=request.news)
        try:
            _, rack = declared(news)
        except PlanError as error:
            failure = proto.CheckFailure(property="rack", reason=sentence(error))
            return proto.CheckResponse(inputs=request.news, failures=[failure])
        request.news.update(difference.aims(rack))
        return proto.CheckResponse(inputs=request.news)

    @answered
    async def Diff(
        self, request: proto.DiffRequest, context: ServicerContext
    ) -> proto.DiffResponse:
        """Say what an update would change; never that a rack must be replaced."""
        old, new = wire.plain(request.old_inputs), wire.plain(request.news)
        found = {
            path: proto.PropertyDiff(kind=getattr(proto.PropertyDiff, kind), inputDiff=True)
            for path, kind in difference.changes(own(old), own(new))
        }
        if not wire.has_unknown(new):
            _, rack = declared(new)
            for path in difference.shortfalls(rack, wire.plain(request.olds)):
                found[path] = proto.PropertyDiff(kind=proto.PropertyDiff.UPDATE, inputDiff=False)
        changes = proto.DiffResponse.DIFF_SOME if found else proto.DiffResponse.DIFF_NONE
        tops = sorted({path.split(".")[0].split("[")[0] for path in found})
        return proto.DiffResponse(
            changes=changes, diffs=tops, detailedDiff=found, hasDetailedDiff=True
        )

    @answered
    async def Create(
        self, request: proto.CreateRequest, context: ServicerContext
    ) -> proto.CreateResponse:
        """Bring a rack up."""
        inputs = wire.plain(request.properties)
        if request.preview:
            return proto.CreateResponse(properties=wire.struct(_expected(inputs)))
        unit, rack = declared(inputs)
        found = await self._reconcile(request.urn, request.properties, unit, rack, {})
        return proto.CreateResponse(
            id=outputs.resource_id(unit, rack), properties=wire.struct(found)
        )

    @answered
    async def Update(
        self, request: proto.UpdateRequest, context: ServicerContext
    ) -> proto.UpdateResponse:
        """Bring a rack to what is declared now: up, or out of service."""
        inputs, recorded = wire.plain(request.news), wire.plain(request.olds)
        if request.preview:
            return proto.UpdateResponse(properties=wire.struct(_expected(inputs, recorded)))
        unit, rack = declared(inputs)
        found = await self._reconcile(request.urn, request.news, unit, rack, recorded)
        return proto.UpdateResponse(properties=wire.struct(found))

    @answered
    async def Read(
        self, request: proto.ReadRequest, context: ServicerContext
    ) -> proto.ReadResponse:
        """Say what is, and change nothing; an empty id says that nothing of the rack is left."""
        inputs = wire.plain(request.inputs)
        if not inputs:
            raise PlanError(
                f"{request.id} cannot be imported: a rack is declared, and then found as it is",
                "declare it in site.yaml, render, and run `pulumi up`: what is up is not touched",
            )
        unit, rack = declared(inputs)
        retired = wire.plain(request.properties).get("retired") or []
        found = await reading.observe(rack, self._outside(request.urn, unit, rack), retired)
        if reading.is_gone(found):
            return proto.ReadResponse()
        return proto.ReadResponse(
            id=request.id, properties=wire.struct(found), inputs=request.inputs
        )

    @answered
    async def Delete(self, request: proto.DeleteRequest, context: ServicerContext) -> Empty:
        """Forget a rack that was decommissioned; refuse any other."""
        unit, rack = declared(wire.plain(request.old_inputs))
        await decommission.delete(rack, self._outside(request.urn, unit, rack))
        return Empty()

    def _outside(self, urn: str, unit: plan.UnitPlan, rack: plan.Rack) -> Outside:
        return self.site.outside(unit, rack, functools.partial(self.tell, urn))

    async def _reconcile(
        self,
        urn: str,
        inputs: Struct,
        unit: plan.UnitPlan,
        rack: plan.Rack,
        recorded: dict[str, Any],
    ) -> dict[str, Any]:
        outside = self._outside(urn, unit, rack)
        work = decommission.decommission if rack.decommission else bringup.bring_up
        outcome = await work(rack, outside)
        found, reasons = await _seen(unit, rack, outside, outcome, recorded)
        if reasons:
            raise NotHealthy(outputs.resource_id(unit, rack), inputs, found, reasons)
        return found


async def _seen(
    unit: plan.UnitPlan,
    rack: plan.Rack,
    outside: Outside,
    outcome: Outcome,
    recorded: dict[str, Any],
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a rack's outputs after the work, and why it is not healthy."""
    retired = [*(recorded.get("retired") or []), *outcome.retired]
    unseen = {**outputs.unread(unit, rack), "retired": retired}
    if outcome.stopped:
        return {**unseen, **recorded, "retired": retired, "ready": False}, outcome.reasons
    try:
        return await reading.observe(rack, outside, retired), outcome.reasons
    except RackwrightError as error:
        return unseen, (*outcome.reasons, f"{rack.name}: {error.message}")


def _expected(inputs: dict[str, Any], recorded: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the outputs a preview can know."""
    if wire.has_unknown(inputs):
        return {**(recorded or {}), "trays": UNKNOWN, "ready": UNKNOWN}
    unit, rack = declared(inputs)
    if recorded is None:
        return outputs.unread(unit, rack, UNKNOWN)
    return outputs.previewed(unit, rack, recorded)
