"""Where the lab differs from a GB300 site, said once and laid beside the rendered files.

The lab edits no rendered file. Where a namespace on a shared kernel cannot follow one, a file that
the rendered one includes, or a stand-in that the file names, is put on the host before anything
else. Each such place is here, with a reason, and `lab up` prints all of them: what is not on this
list is real.
"""

from __future__ import annotations

from rackwright.lab.installation import HostFile

NOT_SIMULATED = (
    "Kernel and initrd of the boot medium are fetched and checked, never executed.",
    "The medium's installation onto the tray's disk: a host keeps its disk until the next one.",
    "cloud-init: the lab itself applies the config drive's name, addresses, SSH keys and users.",
    "aarch64, GPUs, NVLink, InfiniBand, switch operating systems, leak detection, liquid.",
    "Processors, memory and clock are this machine's; Slurm is told to believe the plan.",
    "The bond of a host's two ports: a single virtual link has the bond's name and address.",
    "DHCP on the out-of-band network: BMC addresses are set, not leased; Kea runs and serves.",
    "IMEX: a stand-in that starts only where the rendered files are, and always says READY.",
    "/dev/nvidia0-3 are null devices.",
    "Slurm's control group limits and process tracking: switched off in local.conf.",
    "chronyd observes and never sets the clock.",
    "A graceful shutdown over Redfish ends the host at once, as ForceOff does.",
)

SLURM = """\
# the lab: no control groups of its own, two processors that pass for 144
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SlurmdParameters=config_overrides
"""
CGROUP = """\
# the lab: control groups are the sandbox's
CgroupPlugin=disabled
ConstrainCores=no
ConstrainDevices=no
ConstrainRAMSpace=no
"""
IMEX = """\
[Unit]
Description=Stand-in for NVIDIA IMEX, which needs GPUs
ConditionPathExists=/etc/nvidia-imex/nodes_config.cfg

[Service]
ExecStart=/usr/bin/sleep infinity

[Install]
WantedBy=multi-user.target
"""
IMEX_CTL = "#!/bin/sh\n# stand-in for NVIDIA's: Slurm's prolog asks it\necho READY\n"
CHRONY = "[Unit]\nConditionCapability=\n"

EVERYWHERE = (
    HostFile("etc/systemd/system/chrony.service.d/lab.conf", CHRONY),
    HostFile("etc/default/chrony", 'DAEMON_OPTS="-F 1 -x"\n'),
    HostFile("etc/slurm/local.conf", SLURM),
    HostFile("etc/slurm/cgroup.local.conf", CGROUP),
)
COMPUTE = (
    *EVERYWHERE,
    HostFile("usr/lib/systemd/system/nvidia-imex.service", IMEX),
    HostFile("usr/bin/nvidia-imex-ctl", IMEX_CTL, 0o755),
)
