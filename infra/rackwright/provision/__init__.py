"""Bring racks up through Pulumi, and keep what Pulumi knows of them true.

A rack is one Pulumi resource; its trays are a map inside. Pulumi plans, shows and remembers; this
package does the work behind it, as a provider in plain Python: the engine starts it, asks it over
gRPC and shows its answers. Comparing is pure, so that a preview of a thousand racks costs no
request; reading asks everything and changes nothing; creating and updating are one reconcile that
may be cut short anywhere and goes on where it stopped. Nothing here undeploys a rack that the
specification does not name for it.

    program       the Pulumi program: a stack's plan into resources
    resources     the resource as a program declares it
    provider      the entry point the engine starts
    servicer      Pulumi's provider protocol: translates and calls
    schema        what Pulumi shows of the provider to others
    failure       how a refusal or an unhealthy rack reaches Pulumi
    wire          Pulumi's property bags into plain values and back
    inputs        a rack of a plan into properties and back
    outputs       what is observed into properties
    difference    what differs between declared, recorded and wanted
    outside       what the work touches, as protocols
    metal         the same, as it really is: BMCs over Redfish, hosts over SSH
    ironic        the same: Ironic through openstacksdk
    waiting       patience, and being told to stop
    bringup       the order of a rack: power shelves, NVLink switch trays, compute trays
    tray          one compute tray, from whatever state it is in to an operating system
    identity      whether a device is the one as built; before anything is done to it
    replacement   a tray that came in another's place
    decommission  the way out
    reading       what is, for outputs and for `pulumi refresh`
    host_key      a host's SSH key and its certificate
    config_drive  what a host is told at its first boot
"""
