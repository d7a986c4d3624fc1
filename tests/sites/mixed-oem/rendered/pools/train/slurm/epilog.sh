#!/bin/sh
# rendered from the specification of mixed-oem, do not edit; pool train
#
# slurmd runs this on every node of a job after the job has ended. A job that took IMEX down with
# it leaves a node that only looks idle; where this fails, Slurm takes the node out. IMEX is not
# started again here: that would tear the memory from under jobs on other trays of its domain.
set -u
PATH=/usr/bin:/bin

state=$(nvidia-imex-ctl -q 2>&1)
if [ "$state" != READY ]; then
    echo "IMEX is not ready after job ${SLURM_JOB_ID:-unknown}: $state" >&2
    exit 1
fi
