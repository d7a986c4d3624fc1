from __future__ import annotations

import asyncio
import signal
import subprocess
import sys

import grpc.aio
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2_grpc

START = (sys.executable, "-c", "from rackwright.provision import provider; provider.main()")
ORPHAN = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
"""


@pytest.fixture
def provider():
    process = subprocess.Popen(START, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.wait()


def test_the_first_line_is_the_port_where_it_answers(provider) -> None:
    port = int(provider.stdout.readline())

    async def version() -> str:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            return (await stub.GetPluginInfo(Empty())).version

    assert asyncio.run(version())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_when_it_is_told_to(provider, number: signal.Signals) -> None:
    provider.stdout.readline()
    provider.send_signal(number)
    _, errors = provider.communicate(timeout=20)
    assert (provider.returncode, errors) == (0, "")


def test_it_ends_when_the_engine_that_started_it_is_gone() -> None:
    engine = subprocess.run(
        (sys.executable, "-c", ORPHAN, START[2]), capture_output=True, text=True, check=True
    )
    assert engine.stderr == ""
    subprocess.run(
        ("tail", "--pid", engine.stdout.strip(), "-f", "/dev/null"), timeout=20, check=True
    )
