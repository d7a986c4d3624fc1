"""As-built data read when it is asked for: of a campus's 132 files a change touches one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rackwright import asbuilt
from rackwright.asbuilt import AsBuilt
from rackwright.problems import SpecError


@dataclass(frozen=True, slots=True)
class Rows(Mapping[str, AsBuilt]):
    """The as-built rows of a site by unit."""

    texts: Mapping[str, str]
    """By unit."""
    folder: str
    """What positions call the site's folder."""
    parsed: dict[str, AsBuilt] = field(default_factory=dict)

    def __getitem__(self, unit: str) -> AsBuilt:
        """Return the rows of a unit.

        Raises:
            SpecError: Its file is not well formed.
        """
        if unit not in self.parsed:
            file = f"{self.folder}/{asbuilt.file_of(unit)}"
            found, problems = asbuilt.parse(self.texts[unit], file)
            if problems:
                raise SpecError(problems)
            self.parsed[unit] = found
        return self.parsed[unit]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)
