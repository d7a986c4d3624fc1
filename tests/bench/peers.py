"""The programs that others render with, in an environment of their own, and one job for each.

The jobs are small because the peers are slow; what is compared is the cost of one device, target or
host. They do other work than ours, and pyavd designs more for a device: the figures are anchors.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

REQUIREMENTS = ("pyavd==6.4.0", "kapitan==0.36.3", "ansible-core==2.19.14")
ENVIRONMENT = Path(__file__).parents[2] / ".venv-bench"
BIN = ENVIRONMENT / "bin"

LEAVES, SPINES = 50, 4
TARGETS = 200
HOSTS = 40
_PORTS = range(1, 13)
_TEMPLATE = """\
hostname {{ name }}
{% for port in ports %}
interface {{ port.name }}
  description to {{ port.peer }} {{ port.peer_port }}
  mtu {{ port.mtu }}
  ip address {{ port.address }}/31
  speed {{ port.speed }}
  fec {{ port.fec }}
  qos roce lossless
  lldp enable
  no shutdown
{% endfor %}
"""


def install() -> str:
    """Make the environment; returns why it could not be, or nothing."""
    if (BIN / "kapitan").exists():
        return ""
    subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    said = subprocess.run(
        [BIN / "pip", "install", "--quiet", *REQUIREMENTS],
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stderr.strip().splitlines()[-1] if said.returncode else ""


def avd() -> tuple[Sequence[str], int]:
    """Return the command that renders a fabric with pyavd, and how many devices it has."""
    job = Path(__file__).parent / "avd.py"
    return [str(BIN / "python"), str(job), str(LEAVES), str(SPINES)], LEAVES + SPINES


def kapitan(folder: Path) -> tuple[Sequence[str], int]:
    """Return the command that compiles targets with kapitan, and how many there are."""
    for part in ("inventory/classes", "inventory/targets", "templates"):
        (folder / part).mkdir(parents=True)
    (folder / "templates/switch.cfg").write_text(
        _TEMPLATE.replace("{{ ", "{{ inventory.parameters.")
        .replace("inventory.parameters.port.", "port.")
        .replace("in ports", "in inventory.parameters.ports")
    )
    (folder / "inventory/classes/common.yml").write_text(
        json.dumps(
            {
                "parameters": {
                    "kapitan": {
                        "compile": [
                            {
                                "output_path": ".",
                                "input_type": "jinja2",
                                "input_paths": ["templates/switch.cfg"],
                            }
                        ],
                    }
                }
            }
        )
    )
    for number in range(TARGETS):
        name = f"leaf{number:04d}"
        own = {"kapitan": {"vars": {"target": name}}, "name": name, "ports": _ports(number)}
        target = {"classes": ["common"], "parameters": own}
        (folder / f"inventory/targets/{name}.yml").write_text(json.dumps(target))
    return ["env", "-C", str(folder), str(BIN / "kapitan"), "compile"], TARGETS


def ansible(folder: Path) -> tuple[Sequence[str], int]:
    """Return the command that templates a file for every host, and how many there are."""
    folder.mkdir(parents=True)
    hosts = {
        f"leaf{number:04d}": {"name": f"leaf{number:04d}", "ports": _ports(number)}
        for number in range(HOSTS)
    }
    (folder / "switch.cfg.j2").write_text(_TEMPLATE)
    (folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}))
    task = {"template": {"src": "switch.cfg.j2", "dest": f"{folder}/{{{{ name }}}}.cfg"}}
    play = {"hosts": "all", "connection": "local", "gather_facts": False, "tasks": [task]}
    (folder / "play.yml").write_text(json.dumps([play]))
    command = [str(BIN / "ansible-playbook"), "-i", "hosts.json", "-f", "2", "play.yml"]
    python = f"ansible_python_interpreter={BIN / 'python'}"
    return ["env", "-C", str(folder), *command, "-e", python], HOSTS


def _ports(number: int) -> list[dict[str, object]]:
    return [
        {
            "name": f"swp{port}",
            "peer": f"spine{port:02d}",
            "peer_port": f"swp{number}",
            "mtu": 9216,
            "address": f"10.{number // 256}.{number % 256}.{2 * port}",
            "speed": "800G",
            "fec": "rs",
        }
        for port in _PORTS
    ]
