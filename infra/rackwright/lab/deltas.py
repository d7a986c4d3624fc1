"""Where the lab differs from a GB300 site, said once and laid beside the rendered files.

The lab edits no rendered file. Where a namespace on a shared kernel cannot follow one, a file that
the rendered one includes, or a stand-in that the file names, is put on the host before anything
else. Each such place is here, and `completeness.NOT_SIMULATED` says it in words, which `lab up`
prints: what is not on that list is real.
"""

from __future__ import annotations

from rackwright.lab.installation import HostFile

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
