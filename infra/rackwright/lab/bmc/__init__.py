"""Emulated BMCs: the only way to the lab's hosts.

What acts on a rack speaks Redfish to 35 BMCs at 35 addresses, and nothing it does may know that
there is no rack. So every rendered BMC answers at its true address, over TLS, with the resources a
BMC of its class has, and pressing power there does what it does in a rack: a compute tray boots the
inserted medium, or its own disk, or says that it has no boot device. What the emulation does not
do is run the medium's kernel: it reads the config drive and has the lab start a host with it.

    devices         the plan's trays and shelves, as the emulation needs them
    machines        the hosts behind the compute trays, as the emulation sees them: a protocol
    system          power, boot override, media, boot progress: frozen state and its transitions
    faults          what can be wrong with a device, on purpose
    media           a medium's address to its config drive, or why it does not boot
    host            a device at work: boots and stops its host, one thing after another
    actions         the append-only log of what was asked of which device
    messages        Redfish's error bodies
    resources       the shapes that all trees share
    compute, switch, shelf, services, trees
                    the resources of each class of BMC, as pure functions
    access          basic and session authentication
    exchange        one request to one BMC, and what can be said back
    writes          what can be written: sessions, reset, boot override, media
    app             Redfish over HTTP, the tree chosen by the connection's local address
    panel           what a person at the rack can do, over a unix socket; `control` is its client
    server          one process, one socket for each address
"""
