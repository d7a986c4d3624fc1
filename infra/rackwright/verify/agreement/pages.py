"""The pages for people: every link leads to a file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from rackwright.verify.agreement.said import Mention, Said, lines
from rackwright.verify.consumer import Rendered

_LINK = re.compile(r"\]\(([^)#:]+)\)")


def read(rendered: Rendered) -> Iterator[Said]:
    """Yield the files that pages lead to."""
    for path in rendered.paths:
        if path.endswith(".md"):
            for line, at in lines(rendered, path):
                for link in _LINK.findall(line):
                    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link))
                    yield Mention("file", target, at)
