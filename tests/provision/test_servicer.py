from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from msgspec.structs import replace
from pulumi.runtime import proto

import plans
from provision import monitor
from provision.fakes import World
from provision.monitor import URN
from rackwright import plan
from rackwright.provision import wire
from rackwright.provision.inputs import properties
from rackwright.provision.wire import UNKNOWN

LEAVING = plan.Decommission(approval="CHG-1", sanitise=False)


def ask(world: World, question: Callable[[Any], Awaitable[Any]]) -> Any:
    async def asked() -> Any:
        async with monitor.served(world) as provider:
            return await question(provider)

    return asyncio.run(asked())


def refused(world: World, question: Callable[[Any], Awaitable[Any]]) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        ask(world, question)
    return caught.value


def inputs(rack: plan.Rack) -> Struct:
    return wire.struct(properties(plans.unit_plan(rack), rack))


def create(world: World, *, preview: bool = False) -> dict[str, Any]:
    request = proto.CreateRequest(urn=URN, properties=inputs(world.rack), preview=preview)
    return wire.plain(ask(world, lambda provider: provider.Create(request)).properties)


def update(
    world: World, recorded: dict[str, Any], *, preview: bool = False, old: plan.Rack | None = None
) -> dict[str, Any]:
    request = proto.UpdateRequest(
        id="one-rack/a01",
        urn=URN,
        olds=wire.struct(recorded),
        old_inputs=inputs(old or world.rack),
        news=inputs(world.rack),
        preview=preview,
    )
    return wire.plain(ask(world, lambda provider: provider.Update(request)).properties)


def read(world: World, recorded: dict[str, Any]) -> Any:
    request = proto.ReadRequest(
        id="one-rack/a01",
        urn=URN,
        properties=wire.struct(recorded),
        inputs=inputs(world.rack),
    )
    return ask(world, lambda provider: provider.Read(request))


def diff(
    old: plan.Rack, new: plan.Rack, recorded: dict[str, Any] | None = None
) -> proto.DiffResponse:
    request = proto.DiffRequest(
        id="one-rack/a01",
        urn=URN,
        olds=wire.struct(recorded or {}),
        old_inputs=inputs(old),
        news=inputs(new),
    )
    return ask(World(new), lambda provider: provider.Diff(request))


def delete(world: World) -> Any:
    request = proto.DeleteRequest(id="one-rack/a01", urn=URN, old_inputs=inputs(world.rack))
    return ask(world, lambda provider: provider.Delete(request))


def with_serial(rack: plan.Rack, label: str, serial: str) -> plan.Rack:
    trays = tuple(
        replace(tray, serial=serial) if tray.label == label else tray for tray in rack.compute_trays
    )
    return replace(rack, compute_trays=trays)


def test_a_previewed_creation_touches_nothing_and_knows_what_follows_from_the_plan() -> None:
    world = World()
    world.silent = set(world.devices)
    world.ironic_down = True
    found = create(world, preview=True)
    assert world.actions == []
    assert found["trays"]["c05"]["serial"] == "CT000005"
    assert found["trays"]["c05"]["power"] == UNKNOWN
    assert found["ready"] == UNKNOWN


def test_a_created_rack_has_its_id_and_all_is_ready() -> None:
    world = World()
    request = proto.CreateRequest(urn=URN, properties=inputs(world.rack))
    answer = ask(world, lambda provider: provider.Create(request))
    found = wire.plain(answer.properties)
    assert answer.id == "one-rack/a01"
    assert found["ready"] is True
    assert found["trays"]["c05"] == {
        "name": "a01-p1-dgx-01-c05",
        "serial": "CT000005",
        "power": "On",
        "ironic": "active",
        "node": world.nodes["a01-p1-dgx-01-c05"].id,
        "host": "reachable",
    }
    assert found["switch_trays"]["nvsw-01"] == {"serial": "NVSW000001", "power": "On"}


def test_a_second_run_finds_nothing_to_do() -> None:
    world = World()
    recorded = create(world)
    assert diff(world.rack, world.rack, recorded).changes == proto.DiffResponse.DIFF_NONE


def test_what_failed_makes_the_resource_exist_and_not_healthy() -> None:
    world = World()
    world.set("c05", serial="X9")
    request = proto.CreateRequest(urn=URN, properties=inputs(world.rack))
    error = refused(world, lambda provider: provider.Create(request))
    failure = monitor.init_failure(error)
    found = wire.plain(failure.properties)
    assert error.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert failure.id == "one-rack/a01"
    assert [reason.split(":")[0] for reason in failure.reasons] == ["a01 c05"]
    assert found["ready"] is False
    assert [label for label, tray in found["trays"].items() if tray["ironic"] != "active"] == [
        "c05"
    ]
    assert failure.inputs == request.properties


def test_a_cancelled_creation_returns_and_says_how_to_resume() -> None:
    world = World()
    world.hanging = {"c05"}

    async def cancelled(provider: Any) -> None:
        request = proto.CreateRequest(urn=URN, properties=inputs(world.rack))
        creating = asyncio.ensure_future(provider.Create(request))
        while len(world.nodes) < 18:
            await asyncio.sleep(0)
        await provider.Cancel(Empty())
        await creating

    failure = monitor.init_failure(refused(world, cancelled))
    assert list(failure.reasons) == ["stopped; `pulumi up` resumes"]
    assert world.nodes["a01-p1-dgx-01-c05"].provision == "deploying"


def test_outputs_hold_references_and_values_of_no_secret() -> None:
    found = str(create(World()))
    assert "host-key-of" not in found
    assert "file:" not in found


def test_check_refuses_what_declares_no_rack() -> None:
    request = proto.CheckRequest(urn=URN, news=wire.struct({"site": "one-rack"}))
    answer = ask(World(), lambda provider: provider.Check(request))
    assert [failure.property for failure in answer.failures] == ["rack"]
    assert "declare no rack" in answer.failures[0].reason


def test_check_takes_what_it_cannot_know_yet() -> None:
    request = proto.CheckRequest(urn=URN, news=wire.struct({"site": "x", "rack": UNKNOWN}))
    assert not ask(World(), lambda provider: provider.Check(request)).failures


def test_a_changed_serial_is_shown_by_its_path_and_never_replaces() -> None:
    rack = plans.rack()
    found = diff(rack, with_serial(rack, "c05", "CT999999"))
    assert list(found.detailedDiff) == ['rack.compute_trays["c05"].serial']
    assert list(found.replaces) == []


def test_a_tray_that_is_off_after_a_refresh_is_an_update() -> None:
    world = World()
    recorded = create(world)
    world.set("c05", power="Off", boot_progress="")
    seen = wire.plain(read(world, recorded).properties)
    found = diff(world.rack, world.rack, seen)
    assert sorted(found.detailedDiff) == ['trays["c05"].host', 'trays["c05"].power']
    assert not any(each.inputDiff for each in found.detailedDiff.values())


def test_an_update_powers_on_what_lost_its_power_and_its_preview_says_so() -> None:
    world = World()
    recorded = create(world)
    world.set("c05", power="Off", boot_progress="")
    seen = wire.plain(read(world, recorded).properties)
    world.actions.clear()
    previewed = update(world, seen, preview=True)
    assert world.actions == []
    assert previewed["trays"]["c05"]["power"] == "On"
    assert previewed["ready"] == UNKNOWN
    assert update(world, seen) == recorded
    assert world.actions == ["ironic-power-on c05"]


def test_a_replaced_tray_leaves_its_old_node_among_the_retired() -> None:
    world = World()
    recorded = create(world)
    old = recorded["trays"]["c05"]["node"]
    before, world.rack = world.rack, with_serial(world.rack, "c05", "CT999999")
    world.set("c05", serial="CT999999")
    found = update(world, recorded, old=before)
    assert found["retired"] == [{"name": "a01-p1-dgx-01-c05", "serial": "CT000005", "node": old}]
    assert found["trays"]["c05"]["node"] != old


def test_two_readings_without_a_change_are_the_same_as_what_was_recorded() -> None:
    world = World()
    recorded = create(world)
    first, second = read(world, recorded), read(world, recorded)
    assert first == second
    assert wire.plain(first.properties) == recorded
    assert first.inputs == inputs(world.rack)


def test_a_silent_bmc_costs_a_reading_no_more_than_its_own_values() -> None:
    world = World()
    recorded = create(world)
    world.silent = {"c05"}
    found = wire.plain(read(world, recorded).properties)
    assert (found["trays"]["c05"]["power"], found["trays"]["c05"]["ironic"]) == (
        "unknown",
        "active",
    )
    assert found["trays"]["c06"] == recorded["trays"]["c06"]


def test_a_rack_without_any_node_is_gone() -> None:
    assert read(World(), {}).id == ""


def test_an_ironic_that_is_away_does_not_make_a_rack_gone() -> None:
    world = World()
    world.ironic_down = True
    request = proto.ReadRequest(id="one-rack/a01", urn=URN, inputs=inputs(world.rack))
    assert "connection refused" in str(
        refused(world, lambda provider: provider.Read(request)).details()
    )


def test_an_import_is_refused_with_what_to_do_instead() -> None:
    request = proto.ReadRequest(id="one-rack/a01", urn=URN)
    error = refused(World(), lambda provider: provider.Read(request))
    assert "cannot be imported" in str(error.details())
    assert "pulumi up" in str(error.details())


def test_a_rack_without_a_decommission_is_not_deleted() -> None:
    world = World()
    world.bring_up()
    request = proto.DeleteRequest(id="one-rack/a01", urn=URN, old_inputs=inputs(world.rack))
    error = refused(world, lambda provider: provider.Delete(request))
    assert "it was never decommissioned" in str(error.details())
    assert len(world.nodes) == 18
    assert world.actions == []


def test_a_decommission_undeploys_and_powers_off_and_only_then_deletes() -> None:
    world = World()
    recorded = create(world)
    before, world.rack = world.rack, replace(world.rack, decommission=LEAVING)
    assert "rack.decommission" in diff(before, world.rack, recorded).detailedDiff
    found = update(world, recorded, old=before)
    assert {tray["ironic"] for tray in found["trays"].values()} == {"available"}
    assert {tray["power"] for tray in found["switch_trays"].values()} == {"Off"}
    assert found["ready"] is True
    assert diff(world.rack, world.rack, found).changes == proto.DiffResponse.DIFF_NONE
    delete(world)
    assert world.nodes == {}


def test_a_fault_of_the_program_is_a_sentence_without_a_stack_trace() -> None:
    world = World()

    async def broken(name: str) -> None:
        raise ZeroDivisionError("by zero")

    world.tell = broken  # type: ignore[method-assign]
    request = proto.CreateRequest(urn=URN, properties=inputs(world.rack))
    error = refused(world, lambda provider: provider.Create(request))
    assert error.details() == "a fault in Rackwright: ZeroDivisionError: by zero"


def test_the_lifecycle_is_answered() -> None:
    async def lifecycle(provider: Any) -> tuple[Any, ...]:
        return (
            await provider.Handshake(proto.ProviderHandshakeRequest()),
            await provider.GetPluginInfo(Empty()),
            await provider.Configure(proto.ConfigureRequest()),
            await provider.GetSchema(proto.GetSchemaRequest()),
        )

    handshake, _, configure, schema = ask(World(), lifecycle)
    assert handshake.accept_secrets
    assert configure.supportsPreview
    assert '"rackwright:index:Rack"' in schema.schema
