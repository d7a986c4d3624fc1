"""Run one job through ansible-runner, and keep what it writes small and private.

ansible-runner by itself writes every event to a file of its own, the whole environment beside them,
and switches host key checking off. So events go to a handler that keeps none, the environment is an
allow-list, host keys are checked, and all of it lies in a folder only its owner can read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rackwright.configure.jobs import RackJob
from rackwright.configure.outcome import RackOutcome, Tally

INHERITED = ("HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "TMPDIR", "USER")
RUNNERS_OWN = (
    "ANSIBLE_CALLBACK_PLUGINS",
    "ANSIBLE_HOST_KEY_CHECKING",
    "ANSIBLE_RETRY_FILES_ENABLED",
    "ANSIBLE_STDOUT_CALLBACK",
    "AWX_ISOLATED_DATA_DIR",
)
KEPT_ATTEMPTS = 5
SECONDS_BETWEEN_LOOKS = 1
"""How long a silent job runs on after it was told to stop."""
LAST_LINES = 3


def execute(
    job: RackJob,
    argv: list[str],
    folder: Path,
    attempt: int,
    *,
    step: Callable[[str], None],
    stopped: Callable[[], bool],
) -> RackOutcome:
    """Run a job to its end, or until `stopped` says so; `step` is told each step as it begins."""
    tally = Tally()

    def handle(event: Mapping[str, Any]) -> bool:
        if sentence := tally.add(event):
            step(sentence)
        return False  # ansible-runner need not write it down

    runner = _runner(argv, folder, attempt, handle, stopped)
    status, code = runner.run()
    error = _error(status, code, tally, Path(runner.config.artifact_dir) / "stdout")
    return tally.outcome(job.rack, job.hosts, error)


def environment(found: Mapping[str, str]) -> dict[str, str]:
    """Return what a job may see of the environment ansible-runner gathered."""
    return {name: found[name] for name in (*INHERITED, *RUNNERS_OWN) if name in found}


def _runner(
    argv: list[str],
    folder: Path,
    attempt: int,
    handle: Callable[[Mapping[str, Any]], bool],
    stopped: Callable[[], bool],
) -> Any:  # noqa: ANN401  (ansible-runner has no types)
    from ansible_runner.config.command import CommandConfig
    from ansible_runner.runner import Runner

    config = CommandConfig(
        private_data_dir=str(folder),
        host_cwd=str(folder),
        ident=str(attempt),
        rotate_artifacts=KEPT_ATTEMPTS,
        quiet=True,
        fact_cache_type="memory",
        envvars={"ANSIBLE_HOST_KEY_CHECKING": "True", "ANSIBLE_CALLBACK_PLUGINS": ""},
    )
    config.prepare_run_command(argv[0], argv[1:])
    config.env = environment(config.env)
    config.pexpect_timeout = SECONDS_BETWEEN_LOOKS
    return Runner(config, event_handler=handle, cancel_callback=stopped)


def _error(status: str, code: int, tally: Tally, log: Path) -> str:
    if status == "canceled":
        return "it was stopped"
    if tally.counts is None:
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        return f"Ansible ended with {code}: {' '.join(lines[-LAST_LINES:])}"
    return ""
