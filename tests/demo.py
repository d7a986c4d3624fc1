"""`make demo`: a reviewed specification becomes a running, tested rack, on real parts.

The demo is a test that a person watches. It types the same commands a site's engineer types, shows
each one with its output and its time, and checks what each must have brought about. Nothing here is
done behind the scenes: what you read is what you can type yourself.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).parents[1]
SITE = "tests/sites/one-rack"
STACK = "one-rack.h1-su01"
TRAYS = 18
DARK_TRAY = "a01-p1-dgx-01-c05"
BIN = Path(sys.executable).parent
STACK_SETTINGS = TOP / f"infra/stacks/Pulumi.{STACK}.yaml"
LAB = os.environ.get("RACKWRIGHT_LAB", "/run/rackwright/lab")  # noqa: TID251  (an entry point)
KEEP = bool(os.environ.get("KEEP"))  # noqa: TID251  (an entry point)
BOLD, DIM, GREEN, RED, PLAIN = (
    ("\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m") if sys.stdout.isatty() else ("",) * 5
)


class Failed(Exception):
    """A step did not do what it must."""


@dataclass
class Demo:
    """The steps so far, with their times."""

    pulumi: str
    steps: list[tuple[str, float]] = field(default_factory=list)

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show and time one step."""
        print(f"\n{BOLD}── {len(self.steps) + 1}. {title}{PLAIN}", flush=True)
        begun = time.monotonic()
        yield
        self.steps.append((title, time.monotonic() - begun))

    def run(self, *argv: str, expect: int = 0, show: bool = True) -> str:
        """Type a command; return what it printed. Another exit code than `expect` ends the demo."""
        print(f"{DIM}$ {' '.join(self._shown(argv))}{PLAIN}", flush=True)
        begun = time.monotonic()
        lines = []
        with subprocess.Popen(
            argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=TOP
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line)
                if show:
                    print(f"  {line}", end="", flush=True)
        spent = time.monotonic() - begun
        print(f"{DIM}  ({spent:.1f} s, exit {process.returncode}){PLAIN}", flush=True)
        if process.returncode != expect:
            if not show:
                print("".join(lines))
            raise Failed(f"{' '.join(self._shown(argv))}: exit {process.returncode}, not {expect}")
        return "".join(lines)

    def rackwright(self, *words: str, expect: int = 0, show: bool = True) -> str:
        """Type `rackwright WORDS`."""
        return self.run(str(BIN / "rackwright"), *words, expect=expect, show=show)

    def inside(self, *argv: str, expect: int = 0, show: bool = True) -> str:
        """Type `rackwright lab exec -- ARGV`: ARGV runs where the site's addresses exist."""
        return self.rackwright("lab", "exec", "--", *argv, expect=expect, show=show)

    def on_pulumi(self, *words: str, expect: int = 0, show: bool = True) -> str:
        """Type `pulumi WORDS` inside the lab, on the scalable unit's stack."""
        return self.inside(
            self.pulumi, *words, "--stack", STACK, "--non-interactive", expect=expect, show=show
        )

    def _shown(self, argv: tuple[str, ...]) -> list[str]:
        return [Path(word).name if word.startswith("/") else word for word in argv]


def main() -> int:
    """Run every step; on any end, leave nothing running that was not asked for."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.path.insert(0, str(TOP / "infra/tools"))
    import commands
    import pulumi_cli

    try:
        demo = Demo(str(pulumi_cli.installed()))
    except commands.SetupError as error:
        print(f"{RED}{error.message}{PLAIN}\n  {error.hint}")
        return 3
    return follow(demo)


def follow(demo: Demo) -> int:
    """Run the steps in order, end the lab, and return the exit code."""
    begun = time.monotonic()
    try:
        for step in (describe, verify, start_lab, provision, configure, prove):
            step(demo)
    except Failed as error:
        print(f"\n{RED}demo failed: {error}{PLAIN}")
        return 1
    except KeyboardInterrupt:
        print("\nstopped")
        return 130
    finally:
        if not KEEP:
            end_lab(demo)
    summarise(demo, time.monotonic() - begun)
    return 0


def end_lab(demo: Demo) -> None:
    """Take everything down: the lab with its state, not by `pulumi destroy`."""
    with contextlib.suppress(Failed), demo.step("End the lab"):
        demo.rackwright("lab", "down")
        STACK_SETTINGS.unlink(missing_ok=True)


def describe(demo: Demo) -> None:
    """What people wrote, what it renders to, and that the rendered tree is current."""
    with demo.step("Describe: the specification is right, rendered/ is current"):
        demo.rackwright("check", SITE)
        demo.rackwright("render", "--check", SITE)
        demo.run("cat", f"{SITE}/rendered/SUMMARY.md")


def verify(demo: Demo) -> None:
    """What the programs say that will read the rendered files."""
    with demo.step("Verify: the programs that read the files accept them"):
        demo.rackwright("verify", SITE)


def start_lab(demo: Demo) -> None:
    """Emulated BMCs, real services, 18 hosts that are off."""
    with demo.step("Lab: 35 emulated BMCs, Kea, slurmctld, Ironic; 18 hosts, all off"):
        demo.rackwright("lab", "down", show=False)  # whatever an earlier run left
        demo.rackwright("lab", "up", SITE)


def provision(demo: Demo) -> None:
    """A real pulumi up through our provider and a real Ironic."""
    with demo.step("Provision: pulumi preview, up, and nothing left to do"):
        STACK_SETTINGS.unlink(missing_ok=True)  # its salt belongs to the lab before
        demo.on_pulumi("stack", "init", show=False)
        demo.on_pulumi("preview", "--suppress-progress")
        demo.on_pulumi("up", "--yes", "--skip-preview")
        demo.on_pulumi("preview", "--expect-no-changes", "--suppress-progress")
        demo.rackwright("lab", "status")


def configure(demo: Demo) -> None:
    """Ansible over SSH to 18 hosts; the second pass changes nothing."""
    with demo.step("Configure: one Ansible job for the rack, twice"):
        demo.inside(str(BIN / "rackwright"), "configure", SITE, "--print")
        demo.inside(str(BIN / "rackwright"), "configure", SITE)
        second = demo.inside(str(BIN / "rackwright"), "configure", SITE, "--again")
        require("changed=0 on 18 of 18" in second, "the second pass changed something")


def prove(demo: Demo) -> None:
    """Slurm schedules on one block; drift is seen and named."""
    with demo.step("Prove: 18 nodes, one block, one job"):
        names = demo.inside(*scheduler(), "srun", "-N", "18", "--segment=18", "hostname")
        found = {line.strip() for line in names.splitlines()} & rendered_names()
        require(found == rendered_names(), f"srun returned {len(found)} of {TRAYS} rendered names")
    with demo.step("Prove: a BMC switched off behind our back is drift, by rack and tray"):
        demo.rackwright("lab", "press", DARK_TRAY, "off")
        drift = demo.on_pulumi("refresh", "--preview-only", "--diff", "--suppress-progress")
        named = "::a01]" in drift and "c05: {" in drift and '"On" => "Off"' in drift
        require(named, "refresh did not name the rack and the tray")
        demo.inside(str(BIN / "rackwright"), "status", SITE)


def scheduler() -> tuple[str, ...]:
    """Return the ssh command that leads to the scheduler, trusting only the reviewed host CA."""
    return (
        "ssh",
        "-F", "none",
        "-i", f"{LAB}/secrets/ssh-admin",
        "-o", f"UserKnownHostsFile={TOP / SITE}/rendered/site/ansible/known_hosts",
        "-o", "StrictHostKeyChecking=yes",
        "-o", "LogLevel=ERROR",
        "root@10.63.0.10",
    )  # fmt: skip


def rendered_names() -> set[str]:
    """Return the host names that the reviewed plan gives the rack's compute trays."""
    plan = json.loads((TOP / SITE / "rendered/h1-su01/plan.json").read_text())
    return {tray["name"] for rack in plan["racks"] for tray in rack["compute_trays"]}


def require(holds: bool, sentence: str) -> None:
    """End the demo with `sentence` unless it holds."""
    if not holds:
        raise Failed(sentence)


PROVEN = (
    "rendered/ is what the specification says, byte by byte",
    "the programs that read the rendered files accept them; what none reads was listed",
    "Kea, BIND, chronyd, nginx, conman and slurmctld run on the rendered files",
    "pulumi up brought 18 trays up through Ironic and Redfish, each with its as-built serial",
    "nothing was left to do afterwards: pulumi preview --expect-no-changes",
    "Ansible configured 18 hosts proven by certificate; a second pass changed nothing",
    "one Slurm job ran on the 18 rendered hosts of one block",
    "a tray that was switched off at the rack is drift, by rack and tray, and nothing corrects it",
)
SUDO = "" if os.geteuid() == 0 else "sudo "
LOOK_AROUND = (
    f"{SUDO}{BIN}/rackwright lab status",
    f"{SUDO}{BIN}/rackwright lab exec -- {BIN}/rackwright status {SITE}",
    f"{SUDO}{BIN}/rackwright lab exec -- PULUMI refresh --preview-only --stack {STACK}",
    f"{SUDO}{BIN}/rackwright lab press {DARK_TRAY} on",
    f"{SUDO}{BIN}/rackwright lab down",
)


def summarise(demo: Demo, total: float) -> None:
    """Show what was proven, what was not, and every step's time."""
    from rackwright.completeness import NOT_SIMULATED

    print(f"\n{GREEN}{BOLD}One rack, specified, reviewed, provisioned, configured.{PLAIN}")
    print(f"\n{BOLD}Proven{PLAIN}", *(f"  ✓ {line}" for line in PROVEN), sep="\n")
    print(f"\n{BOLD}Not simulated{PLAIN}", *(f"  · {line}" for line in NOT_SIMULATED), sep="\n")
    print(f"\n{BOLD}Time{PLAIN}")
    for title, spent in (*demo.steps, ("in all", total)):
        print(f"  {spent:6.1f} s  {title}")
    if KEEP:
        shown = (line.replace("PULUMI", demo.pulumi) for line in LOOK_AROUND)
        print(f"\n{BOLD}The lab is still up. Look around:{PLAIN}", *shown, sep="\n  ")


if __name__ == "__main__":
    os.chdir(TOP)
    sys.exit(main())
