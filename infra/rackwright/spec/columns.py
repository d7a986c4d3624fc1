"""What a person may write about a factory's inventory: which of its columns are ours.

Every vendor exports the same facts under other headings: a rack is named by its serial, a tray by
its rack unit. That belongs to the export and not to the site, so it is a file of its own beside
the CSV: the next delivery of the vendor takes it again.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationError

from rackwright.problems import SpecError
from rackwright.spec import explain
from rackwright.spec.models import Model
from rackwright.spec.words import Form, RackName
from rackwright.yamlfile import Document, parse

Heading = Annotated[
    str, Form(r"\S|\S[^\n]{0,78}\S", "a heading in one line, 80 characters at most")
]
Label = Annotated[str, Form("[a-z][a-z0-9-]{0,31}", "the label of a tray: c07, nvsw-03, pwr-01")]
Guid = Field(default=None, description="The GUID of the NIC on this rail.")


class Columns(Model):
    """The factory's heading for each of our columns."""

    rack: Heading = Field(description="Which rack it is in.")
    tray: Heading = Field(description="Which position of the rack.")
    serial: Heading = Field(description="Its serial number.")
    bmc_mac: Heading = Field(description="The MAC address of its BMC.")
    in_band_mac: Heading | None = Field(
        default=None, description="The MAC address that its host boots and is reached with."
    )
    guid_1: Heading | None = Guid
    guid_2: Heading | None = Guid
    guid_3: Heading | None = Guid
    guid_4: Heading | None = Guid
    guid_5: Heading | None = Guid
    guid_6: Heading | None = Guid
    guid_7: Heading | None = Guid
    guid_8: Heading | None = Guid
    oob_mac: Heading | None = Field(
        default=None,
        description="The MAC address of what else of it is on the out-of-band network: the "
        "BlueField's BMC of a compute tray, NVOS of an NVLink switch tray.",
    )


class Skip(Model):
    """Rows of the factory's inventory that are no position of ours."""

    column: Heading = Field(description="The heading of the column that tells them.")
    values: tuple[str, ...] = Field(min_length=1, description="What stands in it.")


class ColumnMap(Model):
    """How one factory's inventory says what as-built/ needs."""

    columns: Columns = Field(description="Its heading for each of our columns.")
    delimiter: Literal[",", ";", "\t"] = Field(default=",", description="What parts its cells.")
    racks: dict[str, RackName] = Field(
        default_factory=dict, description="Its word for a rack, such as a serial, and our name."
    )
    tray_is: Literal["label", "rack-unit"] = Field(
        default="label", description="Whether its position is our label, or a rack unit: 12, U12."
    )
    trays: dict[str, Label] = Field(
        default_factory=dict, description="Its word for a position, and our label; goes first."
    )
    skip: Skip | None = Field(default=None, description="Rows that are left out: PDUs, spares.")


def read(text: str, file: str) -> tuple[ColumnMap, Document]:
    """Return the column map in `text`, and where its values stand.

    Raises:
        SpecError: It is not well formed; carries every problem.
    """
    document = parse(text, file)
    if document.data is None and document.problems:
        raise SpecError(document.problems)
    try:
        found = ColumnMap.model_validate(document.data)
    except ValidationError as error:
        said = tuple(explain.explain(error, document, ColumnMap))
        raise SpecError((*document.problems, *said)) from None
    if document.problems:
        raise SpecError(document.problems)
    return found, document
