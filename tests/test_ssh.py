from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from rackwright import ssh
from rackwright.problems import ServiceFailed, ToolMissing

LOGIN = "root@10.65.0.11"
KNOWN_HOSTS = Path("/known_hosts")


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Put an ssh on PATH that notes its arguments and then does what the test wants."""

    def put(script: str) -> Path:
        program = tmp_path / "ssh"
        program.write_text(f'#!/bin/sh\necho "$*" > {tmp_path}/arguments\n{script}\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        return tmp_path / "arguments"

    return put


def test_a_command_is_answered_with_its_output_and_code(says) -> None:
    says("echo out; echo err >&2; exit 3")
    answer = asyncio.run(ssh.run(LOGIN, ("true",), KNOWN_HOSTS))
    assert (answer.code, answer.output, answer.errors) == (3, "out\n", "err\n")


def test_only_the_named_known_hosts_are_believed(says) -> None:
    arguments = says("exit 0")
    asyncio.run(ssh.run(LOGIN, ("true",), KNOWN_HOSTS))
    given = arguments.read_text()
    for word in (
        "-F none",
        "StrictHostKeyChecking=yes",
        "UserKnownHostsFile=/known_hosts",
        "GlobalKnownHostsFile=/dev/null",
        "root@10.65.0.11 -- true",
    ):
        assert word in given


def test_a_host_that_proved_itself_and_refuses_the_login_is_reachable(says) -> None:
    says("echo 'root@10.65.0.11: Permission denied (publickey).' >&2; exit 255")
    asyncio.run(ssh.require_reachable(LOGIN, KNOWN_HOSTS))


def test_a_host_without_the_certificate_is_not_reachable(says) -> None:
    says("echo 'Host key verification failed.' >&2; exit 255")
    with pytest.raises(ServiceFailed, match=r"^Host key verification failed\.$"):
        asyncio.run(ssh.require_reachable(LOGIN, KNOWN_HOSTS))


def test_the_reason_does_not_repeat_which_host_was_asked(says) -> None:
    says("echo 'ssh: connect to host 10.65.0.11 port 22: No route to host' >&2; exit 255")
    with pytest.raises(ServiceFailed, match=r"^No route to host$"):
        asyncio.run(ssh.require_reachable(LOGIN, KNOWN_HOSTS))


def test_an_ssh_that_says_nothing_is_quoted_by_its_code(says) -> None:
    says("exit 255")
    with pytest.raises(ServiceFailed, match="ssh ended with 255"):
        asyncio.run(ssh.require_reachable(LOGIN, KNOWN_HOSTS))


def test_a_question_that_is_given_up_leaves_no_process(says, tmp_path: Path) -> None:
    says(f"echo $$ > {tmp_path}/pid; exec sleep 600")

    async def give_up() -> None:
        asking = asyncio.ensure_future(ssh.run(LOGIN, ("true",), KNOWN_HOSTS))
        while not (tmp_path / "pid").is_file() or not (tmp_path / "pid").read_text():
            await asyncio.sleep(0.01)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    asyncio.run(give_up())
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


def test_a_machine_without_ssh_says_how_to_get_it(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing) as caught:
        asyncio.run(ssh.run(LOGIN, ("true",), KNOWN_HOSTS))
    assert caught.value.hint == "apt-get install openssh-client"
