"""Ironic's API and conductor in one process, without hashing each BMC's password again and again.

The problem: Ironic keeps its Redfish sessions under a key that it derives from the BMC's password
with 600,000 rounds of PBKDF2, and it derives that key anew on every access to a BMC: about 25 times
a deployment, a third of a second of processor time each. For 18 trays that is most of the time, and
no option turns it off.

The approach: remember what PBKDF2 returned for the same arguments, and leave the rest of Ironic as
it is. What is remembered, arguments and digests, stays in this process's memory, where Ironic holds
the same passwords already, and is never written anywhere.
"""

from __future__ import annotations

import functools
import hashlib
import sys

REMEMBERED = 65_536  # more than the BMCs that one conductor looks after


def main() -> int:
    """Run `ironic` with the arguments of this process."""
    remembering = functools.lru_cache(REMEMBERED)(hashlib.pbkdf2_hmac)
    hashlib.pbkdf2_hmac = remembering  # type: ignore[assignment]
    # Imported only now: Ironic must find the remembering function.
    from ironic.command import singleprocess  # type: ignore[import-not-found]

    return singleprocess.main() or 0


if __name__ == "__main__":
    sys.exit(main())
