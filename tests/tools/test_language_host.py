from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import grpc
import language_host
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

EXECUTOR = Path("/opt/pulumi/bin/pulumi-language-python-exec")


def request(*, virtualenv: str = "", **more: object) -> language_pb2.RunRequest:
    options = struct_pb2.Struct()
    if virtualenv:
        options.update({"virtualenv": virtualenv})
    info = language_pb2.ProgramInfo(
        root_directory="/site", program_directory="/site/infra", entry_point=".", options=options
    )
    return language_pb2.RunRequest(
        info=info, project="site", stack="one", pwd="/site", monitor_address="m:1", **more
    )


def command(asked: language_pb2.RunRequest) -> list[str]:
    return language_host.program_command(asked, "e:2", EXECUTOR)


def test_a_program_runs_in_the_environment_that_the_project_names() -> None:
    words = command(request(virtualenv=".venv"))
    assert words[:3] == ["/site/.venv/bin/python", "-u", str(EXECUTOR)]
    assert words[-1] == "/site/infra"


def test_a_program_without_an_environment_runs_in_ours() -> None:
    assert command(request())[0] == sys.executable


def test_a_preview_is_a_dry_run() -> None:
    words = command(request(dryRun=True))
    assert words[words.index("--dry_run") + 1] == "true"


def test_a_program_gets_its_configuration_and_its_environment_first() -> None:
    asked = request(virtualenv=".venv", config={"a:b": "c"}, configSecretKeys=["a:b"])
    given = language_host.program_environment(asked, {"PATH": "/bin", "PYTHONHOME": "/x"})
    assert given == {
        "PATH": "/site/.venv/bin:/bin",
        "VIRTUAL_ENV": "/site/.venv",
        "PULUMI_CONFIG": '{"a:b": "c"}',
        "PULUMI_CONFIG_SECRET_KEYS": '["a:b"]',
    }


@pytest.mark.parametrize(
    ("code", "error", "bail"),
    [(0, "", False), (32, "", True), (1, "the program ended with exit code 1", False)],
)
def test_a_programs_end_is_told_once(code: int, error: str, bail: bool) -> None:
    told = language_host.outcome(code)
    assert (told.error, told.bail) == (error, bail)


def test_an_interpreter_that_is_missing_is_an_answer_and_no_crash(tmp_path: Path) -> None:
    asked = request(virtualenv="nowhere")
    asked.pwd = str(tmp_path)
    told = language_host.LanguageHost("e:2", EXECUTOR, {}).Run(asked, SimpleNamespace())
    assert "/site/nowhere/bin/python cannot be started" in told.error


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_served_host_ends_quietly_with_its_programs(
    tmp_path: Path, number: signal.Signals
) -> None:
    started = tmp_path / "started"
    program = tmp_path / "pulumi-language-python"
    program.write_text(Path(language_host.__file__).read_text())
    program.with_name("pulumi-language-python-exec").write_text(
        f"import pathlib, time, os\npathlib.Path({str(started)!r}).write_text(str(os.getpid()))\n"
        "time.sleep(600)\n"
    )
    host = subprocess.Popen(
        [sys.executable, program, "e:2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert host.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{host.stdout.readline().strip()}") as channel:
        asked = request()
        asked.pwd = str(tmp_path)
        running = language_pb2_grpc.LanguageRuntimeStub(channel).Run.future(asked)
        while not (started.exists() and started.read_text()):
            assert host.poll() is None
        host.send_signal(number)
        _, complaints = host.communicate()
        assert running.exception() is not None or running.result().error
    assert (host.returncode, complaints) == (0, "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
