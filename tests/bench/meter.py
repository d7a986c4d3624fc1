"""Runs commands and says what each cost: a JSON line with its words, a JSON line with its figures.

A process of its own, and a small one: the kernel counts as the memory of a command also what the
process had that started it.
"""

import json
import os
import sys
import time


def main() -> None:
    """Answer every line of standard input."""
    for line in sys.stdin:
        given = json.loads(line)
        print(json.dumps(cost(given["argv"], given["env"], given["log"])), flush=True)


def cost(argv: list[str], env: dict[str, str], log: str) -> dict[str, float]:
    """Run a command and return what it cost; its words go to `log`."""
    words = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    begun = time.perf_counter()
    process = os.posix_spawnp(
        argv[0],
        argv,
        env,
        file_actions=[(os.POSIX_SPAWN_DUP2, words, 1), (os.POSIX_SPAWN_DUP2, words, 2)],
    )
    os.close(words)
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - begun
    return {
        "code": os.waitstatus_to_exitcode(status),
        "wall": wall,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss * 1024,
    }


if __name__ == "__main__":
    main()
