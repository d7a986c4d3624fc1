"""What no schema says: how ranges, includes, as-built data and hardware types go together.

Somebody who writes a site has the reference page and the errors, and a table of keys shows neither
a whole example nor the CSV files beside site.yaml. So the page ends in chapters. Whatever has a
source here, the columns and the catalogue, is taken from it; examples are tried by the tests.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright import asbuilt, hardware
from rackwright.hardware import DeviceType, HardwareType
from rackwright.inputs import AS_BUILT, HARDWARE

EXCEPTIONS = """halls:
  - name: h1
    index: 1
    feeds: [{name: a, capacity_kw: 5000}]
    scalable_units:
      first: 1
      count: 4
      feed: a
      racks:
        first: 1
        count: 8
        kind: gb300-nvl72
        pool: train
        state: planned
        exceptions:                          # of racks: in every one of the four units
          - {index: 8, hold: "no power yet"}
      exceptions:                            # of units
        - index: 1
          racks:
            state: installed                 # all eight racks of unit 1
        - index: 2
          racks:
            exceptions:                      # of racks, in unit 2 alone
              - {index: 3, state: installed, trays: {c07: {open: "RMA 4711"}}}
"""
_RANGES = f"""## Ranges and their exceptions

A range writes many units or racks as one: `first` and `count`, what they have in common, and
`exceptions` by index. Where an exception stands says whom it is of:

```yaml
{EXCEPTIONS}```

Installed are the racks 1 to 8 of h1-su01 and rack 3 of h1-su02, and rack 8 of every unit is on
hold. What is said last and closest wins: the defaults of the site, then the pool that selects a
rack, the range, its exceptions, the unit's exception, and the exceptions within that.

A range may have holes, where a pillar or a door leaves no place for a rack: `without: [5]` beside
`first` and `count`, or in a unit's exception for that unit alone. Addresses, ports and names follow
from indexes, so the other racks keep theirs. A rack that is only not there yet is no hole: it is
`state: planned`, and its power, addresses and cables are kept for it.
"""
_INCLUDES = """## Includes

A hall, its `scalable_units` or one item of their list may stand in a file of its own:

```yaml
halls:
  - include: halls/h1.yaml                   # in site.yaml; that file holds `name: h1`, …
```

```yaml
scalable_units: {include: h1-units.yaml}     # in halls/h1.yaml; this is halls/h1-units.yaml
```

The path is relative to the file it stands in, ends in .yaml and stays in the site's folder. Nothing
stands beside an include, for nothing is merged into what it brings.
"""
GATES = """gates:
  max_racks_per_change: 8                    # deploy, re-cable, reboot, redeploy, replace, …
  max_nodes_restarted_per_change: 2000       # a line in slurm.conf reaches a whole pool
  forbid: [decommission]
  require_label: {redeploy: maintenance-window, replace: rma}
"""
_GATES = f"""## Gates

What one change may do, judged by `rackwright diff` on what it does on the metal:

```yaml
{GATES}```

A change must pass the gates as they were before it and as it leaves them. So a gate is opened in a
change of its own, which others see. Labels are the pull request's: `rackwright diff --label rma`.
"""
_AS_BUILT = f"""## As-built data

`{AS_BUILT[0]}/<unit>{AS_BUILT[1]}`, such as `{AS_BUILT[0]}/h1-su01{AS_BUILT[1]}`: one file for each
scalable unit with installed racks, one line for each device in them. Every position of an installed
rack has a line, or says in site.yaml why it is `open`; a planned rack has none. The columns stand
in the order below. Those of GUIDs may be left out, or be as many as a compute tray has NICs on its
fabric; the last may be left out. A MAC may be written with `:` or `-`.
"""
_MEANINGS = {
    "rack": ("The rack's name, such as h1-su01-r01.", "never"),
    "tray": ("The label of the position, below.", "never"),
    "serial": ("The device's serial number, unique in the site.", "never"),
    "bmc_mac": ("The MAC of its BMC.", "never"),
    "in_band_mac": ("The MAC that the host boots and is reached with.", "for what has no host"),
    "guid": (
        "The GUIDs of its NICs on the compute fabric, rail by rail: all or none.",
        "for what has no host",
    ),
    "oob_mac": (
        "The MAC of what else is out of band: BlueField's BMC, or NVOS of a switch tray.",
        "where nobody knows it: DHCP then gives it no address",
    ),
}
_EXAMPLES = (
    ("S-0001", "3c:6d:66:00:00:01", "3c:6d:66:00:01:01", "0x3c6d66030000000"),
    ("S-0002", "3c:6d:66:00:00:02", "", ""),
    ("S-0003", "3c:6d:66:00:00:03", "", ""),
)


def chapters() -> tuple[str, ...]:
    """Return the chapters that follow the keys, in Markdown."""
    as_built, types = ("\n".join(lines) + "\n" for lines in (_as_built(), _hardware()))
    return (_RANGES, _INCLUDES, _GATES, as_built, types)


def labels(kind: DeviceType) -> tuple[str, str]:
    """Return the first and the last label of a class of device in a rack."""
    before = "c" if kind.has_host else f"{kind.word}-"
    return f"{before}01", f"{before}{kind.count:02d}"


def example(kind: HardwareType) -> str:
    """Return an as-built file with one device of each class of a hardware type."""
    guids = _guids(kind)
    rows = [",".join((*asbuilt.COLUMNS, *asbuilt.GUID_COLUMNS[:guids]))]
    for device, (serial, bmc, in_band, guid) in zip(kind.devices, _EXAMPLES, strict=True):
        nics = (guid and f"{guid}{rail}" for rail in range(1, guids + 1))
        rows.append(",".join(("h1-su01-r01", labels(device)[0], serial, bmc, in_band, *nics)))
    return "\n".join(rows) + "\n"


_SWITCHES = """\
Switches of an InfiniBand fabric may be in `as-built/<fabric>.csv`, with the same columns: `rack` is
the scalable unit of a leaf or the fabric of a spine, `tray` the label, and both together the name,
`h1-su01-cleaf-03`. None must be there; once every GUID is known, `topoconfig.conf` is rendered.

```csv
rack,tray,serial,bmc_mac,in_band_mac,guid_1
h1-su01,cleaf-01,MT2542X10001,02:02:72:5d:63:0d,,0x026df4a33823e1b2
```

Ethernet switches are there too, where their fabric says `management:` under `switches:`. Of those
at the top of a rack, `rack` is the rack and `tray` the label, `tor-01`. `oob_mac` is the MAC of
`eth0`; by it DHCP gives the switch its address, its name and the script that fetches its
configuration. A switch without a BMC has no `bmc_mac`. None must be there: pages count what has no
reservation.

```csv
rack,tray,serial,bmc_mac,in_band_mac,oob_mac
h1-su01,nsleaf-01,MT2542X20001,,,02:02:5e:b1:d7:e2
h1-su01-r01,tor-01,MT2542X30001,,,02:02:7c:f6:32:85
```"""


def _as_built() -> Iterator[str]:
    yield _AS_BUILT
    yield from ("| column | what it holds | empty |", "| --- | --- | --- |")
    for column in asbuilt.COLUMNS:
        yield _column(f"`{column}`", column)
    first, last = asbuilt.GUID_COLUMNS[0], asbuilt.GUID_COLUMNS[-1]
    yield _column(f"`{first}` to `{last}`", "guid")
    yield _column(f"`{asbuilt.OOB_COLUMN}`", asbuilt.OOB_COLUMN)
    yield ""
    yield f"```csv\n{example(next(iter(_types())))}```"
    yield ""
    yield "The labels of a rack follow from its hardware type:"
    yield ""
    yield from _labels()
    yield ""
    yield _SWITCHES


def _column(shown: str, column: str) -> str:
    meaning, empty = _MEANINGS[column]
    return f"| {shown} | {meaning} | {empty} |"


def _labels() -> Iterator[str]:
    classes = [device.device_class for device in next(iter(_types())).devices]
    yield f"| hardware type | {' | '.join(classes)} | GUIDs |"
    yield f"|{' --- |' * (len(classes) + 2)}"
    for kind in _types():
        runs = [" to ".join(labels(kind.device_type(each))) for each in classes]
        yield f"| `{kind.name}` | {' | '.join(runs)} | {_guids(kind)} |"
    hosted = [device.device_class for device in next(iter(_types())).devices if device.has_host]
    yield ""
    yield f"Only {' and '.join(hosted)} has a host: the others leave `in_band_mac` and GUIDs empty."


def _hardware() -> Iterator[str]:
    folder, ending = HARDWARE
    yield "## Hardware types"
    yield ""
    yield f"What the `kind` of a rack may be. A site adds its own in `{folder}/<name>{ending}`."
    yield "Editors check it with [hardware.schema.json](hardware.schema.json) if its first line is"
    yield "`# yaml-language-server: $schema=../../../schema/hardware.schema.json`."
    yield ""
    yield from ("| kind | what it is |", "| --- | --- |")
    yield from (f"| `{kind.name}` | {kind.title} |" for kind in _types())


def _types() -> tuple[HardwareType, ...]:
    """Return our hardware types, those first that the others take over from."""
    return tuple(sorted(hardware.catalogue().values(), key=lambda kind: (kind.like, kind.name)))


def _guids(kind: HardwareType) -> int:
    ports = kind.device_type("compute").ports
    return sum(port.count for port in ports if port.name == "fabric")
