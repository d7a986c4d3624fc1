"""Configure the hosts of installed racks with Ansible, one job a rack.

A site has thousands of hosts; a run over all of them takes minutes to hours, parts of it fail, and
someone will cut it short. So the unit of a run is the rack: one `ansible-playbook` with three small
inventory sources, as many forks as the rack has hosts, and a record of how it ended. A run that was
cut short or failed in part goes on where it stopped. What is done to a host is written in
playbooks/, in plain Ansible; this package only starts it, watches it and remembers.

    jobs     a rack's job: which hosts, which inventory sources, which command line
    outcome  Ansible's events, one by one, into what became of each host
    ansible  one job run through ansible-runner
    records  what was tried and how it ended, in SQLite
    run      racks side by side, events out, a clean end after Ctrl-C
"""

from rackwright.configure.jobs import command, installed, services_command
from rackwright.configure.run import run

__all__ = ["command", "installed", "run", "services_command"]
