"""One command on one host over OpenSSH, without a way around its host key.

Whoever reaches a host must be sure that it is that host. The site's hosts prove themselves by a
certificate of the site's authority, so the only keys believed are the ones in the known_hosts file
that the caller names; the configuration files of the machine and of its user are not read.
`require_reachable` asks for no more than that proof: it offers no way to log in, and a host that
then refuses the login has shown its certificate first.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from rackwright.problems import ServiceFailed, ToolMissing

SECONDS = 10
"""How long a host may take to answer."""
REFUSED_AFTER_PROOF = "Permission denied"
CONNECT = re.compile(r"^ssh: connect to host \S+ port \d+: ")


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended."""

    code: int
    output: str
    errors: str

    @property
    def reason(self) -> str:
        """The last thing ssh or the command said, or how it ended."""
        lines = [line.strip() for line in self.errors.splitlines() if line.strip()]
        # whoever asked knows which host it asked
        return CONNECT.sub("", lines[-1]) if lines else f"ssh ended with {self.code}"


async def run(
    login: str,
    command: tuple[str, ...],
    known_hosts: Path,
    *options: str,
) -> Answer:
    """Run `command` on the host behind `login` (`user@address`).

    Raises:
        ToolMissing: This machine has no ssh.
    """
    process = await _start(login, command, known_hosts, options)
    try:
        output, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    code = process.returncode or 0
    return Answer(code, output.decode(errors="replace"), errors.decode(errors="replace"))


async def require_reachable(login: str, known_hosts: Path) -> None:
    """Check that the host behind `login` answers and proves who it is.

    Raises:
        ServiceFailed: It does not, and why.
        ToolMissing: This machine has no ssh.
    """
    answer = await run(login, ("true",), known_hosts, "-o", "PreferredAuthentications=none")
    if answer.code and REFUSED_AFTER_PROOF not in answer.errors:
        raise ServiceFailed(answer.reason, f"ssh -v {login}")


async def _start(
    login: str, command: tuple[str, ...], known_hosts: Path, options: tuple[str, ...]
) -> asyncio.subprocess.Process:
    settings = (
        "BatchMode=yes",
        f"ConnectTimeout={SECONDS}",
        "StrictHostKeyChecking=yes",
        f"UserKnownHostsFile={known_hosts}",
        "GlobalKnownHostsFile=/dev/null",
        "IdentitiesOnly=yes",
    )
    given = [word for setting in settings for word in ("-o", setting)]
    try:
        return await asyncio.create_subprocess_exec(
            *("ssh", "-F", "none", *given, *options, login, "--", *command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except FileNotFoundError as error:
        raise ToolMissing("ssh is not installed", "apt-get install openssh-client") from error
