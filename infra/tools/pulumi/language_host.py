"""A Python language host for a Pulumi CLI that was built from its Go modules.

The problem: the CLI runs no Python itself. It starts `pulumi-language-python`, which lies beside it
and tells it how. Official releases bring that program; as a Go module it has no released version,
so a build from modules comes without it.

The approach: serve the calls of the LanguageRuntime protocol that `preview`, `up`, `refresh` and
`destroy` make, and start the program through the SDK's own `pulumi-language-python-exec`, which
lies beside this file, with the interpreter of the project's virtual environment. Policy packs, code
generation and `pulumi install` are not served: whoever needs those needs an official release.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

VERSION = "0.1.0"
LARGEST_MESSAGE = 400 << 20  # what the CLI itself allows
EXPLAINED = 32  # the program has already told the user why it ended
PARENT_CHECK_S = 2.0


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """The LanguageRuntime service, and the programs that it has started."""

    def __init__(self, engine: str, executor: Path, environment: dict[str, str]) -> None:
        self._engine = engine
        self._executor = executor
        self._environment = environment
        self._running: set[subprocess.Popen[bytes]] = set()

    def Handshake(self, request: Any, context: Any) -> Any:
        """Learn the engine's address."""
        self._engine = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """Return this host's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:
        """Name no package: a project's providers are named in its Pulumi.yaml."""
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:
        """Name no plugin, for the same reason."""
        return language_pb2.GetRequiredPluginsResponse()

    def About(self, request: Any, context: Any) -> Any:
        """Return the interpreter that runs programs which name none."""
        return language_pb2.AboutResponse(
            executable=sys.executable, version=sys.version.split(maxsplit=1)[0]
        )

    def Run(self, request: Any, context: Any) -> Any:
        """Run a program to its end."""
        command = program_command(request, self._engine, self._executor)
        try:
            process = subprocess.Popen(
                command, cwd=request.pwd, env=program_environment(request, self._environment)
            )
        except OSError as error:
            return language_pb2.RunResponse(error=f"{command[0]} cannot be started: {error}")
        self._running.add(process)
        code = process.wait()
        self._running.discard(process)
        return outcome(code)

    def Cancel(self, request: Any, context: Any) -> Any:
        """End the programs that are running."""
        self.end_programs()
        return empty_pb2.Empty()

    def end_programs(self) -> None:
        """Ask every program that is still running to end."""
        for process in tuple(self._running):
            process.terminate()


def outcome(code: int) -> Any:
    """Translate a program's exit code into the protocol's answer."""
    if code == EXPLAINED:
        return language_pb2.RunResponse(bail=True)
    if code:
        return language_pb2.RunResponse(error=f"the program ended with exit code {code}")
    return language_pb2.RunResponse()


def program_command(request: Any, engine: str, executor: Path) -> list[str]:
    """Return the command line that runs a program under the SDK's executor."""
    environment = virtual_environment(request.info)
    options = {
        "monitor": request.monitor_address,
        "engine": engine,
        "project": request.project,
        "stack": request.stack,
        "root_directory": request.info.root_directory,
        "pwd": request.pwd,
        "dry_run": "true" if request.dryRun else "false",
        "parallel": str(request.parallel),
        "organization": request.organization or "organization",
    }
    return [
        str(environment / "bin/python") if environment else sys.executable,
        "-u",
        str(executor),
        *(word for name, value in options.items() for word in (f"--{name}", value)),
        str(Path(request.info.program_directory) / request.info.entry_point),
        *request.args,
    ]


def program_environment(request: Any, inherited: dict[str, str]) -> dict[str, str]:
    """Return a program's environment: its configuration, and its virtual environment in front."""
    environment = inherited | {
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
    }
    virtual = virtual_environment(request.info)
    if virtual:
        environment.pop("PYTHONHOME", None)
        environment["VIRTUAL_ENV"] = str(virtual)
        environment["PATH"] = os.pathsep.join((str(virtual / "bin"), inherited.get("PATH", "")))
    return environment


def virtual_environment(program: Any) -> Path | None:
    """Return the virtual environment that the project's Pulumi.yaml names, if it names one."""
    options = json_format.MessageToDict(program.options) if program.HasField("options") else {}
    name = options.get("virtualenv")
    return Path(program.root_directory) / name if name else None


def serve(host: LanguageHost, ended: threading.Event) -> None:
    """Serve until `ended` is set or the CLI that started us is gone; print the port first."""
    parent = os.getppid()  # which may be gone as soon as it has read the port
    limits = [
        ("grpc.max_receive_message_length", LARGEST_MESSAGE),
        ("grpc.max_send_message_length", LARGEST_MESSAGE),
    ]
    server = grpc.server(ThreadPoolExecutor(max_workers=8), options=limits)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    while not ended.wait(PARENT_CHECK_S) and os.getppid() == parent:
        pass
    host.end_programs()
    server.stop(grace=1).wait()


def main() -> None:
    """Serve the engine whose address is the last argument."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    engine = next((word for word in reversed(sys.argv[1:]) if not word.startswith("-")), "")
    executor = Path(__file__).resolve().with_name("pulumi-language-python-exec")
    environment = dict(os.environ)  # noqa: TID251 - an entry point
    serve(LanguageHost(engine, executor, environment), ended)


if __name__ == "__main__":
    main()
