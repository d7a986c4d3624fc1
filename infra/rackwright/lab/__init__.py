"""A rendered site on one machine: emulated BMCs, real hosts, real services.

Nobody has a spare rack to try a change on. The lab gives a rendered site the closest thing that
fits on one machine: its true addresses in private namespaces, its BMCs emulated, its hosts real
(systemd, sshd, Slurm from the node image), its services real (Kea, slurmctld, Ironic). It reads
rendered/ and edits nothing in it; what it cannot follow is a declared list, printed each time.

    scope         which racks of a site
    run           up, down, status, a way in
    inside        the lab's own process
    network       subnets, cables, addresses
    keys, layout  its secrets and where everything lies
    hosts         systemd hosts and their disks
    installation  what a config drive tells a host
    services      the site's service nodes
    ironic        Ironic and its configuration
    images        boot media and their server
    deltas        what is not simulated
    bmc           the emulated BMCs
"""

from rackwright.lab.run import COLUMNS, command, down, press, set_faults, status, up

__all__ = ["COLUMNS", "command", "down", "press", "set_faults", "status", "up"]
