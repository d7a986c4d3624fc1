#!/bin/sh
# rendered from the specification of mixed-oem, do not edit; pool train
#
# slurmd runs this on every node of a job before the job begins. Without IMEX the GPUs of other
# trays cannot be reached, and a job would fail in its middle. Where this fails, Slurm takes the
# node out and puts the job back into the queue. Right after a boot IMEX may still be waiting for its peers.
set -u
PATH=/usr/bin:/bin

for _ in 1 2 3 4 5 6 7 8 9 10; do
    state=$(nvidia-imex-ctl -q 2>&1)
    if [ "$state" = READY ]; then
        exit 0
    fi
    sleep 1
done
echo "IMEX is not ready: $state" >&2
exit 1
