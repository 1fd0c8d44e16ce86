"""
The worker's health probe: ``python -m worker.health [SECONDS]``.

It exits with 0 as long as the worker's loop turns, whether or not Redis can be
reached, and with 1 once the loop has been stuck for too long.
"""

import sys

from collections.abc import Sequence

from .heartbeat import STALE_SECONDS, age


def main(arguments: Sequence[str] = ()) -> int:
    """
    Say whether the worker lives and return the exit code.
    """
    most = float(arguments[0]) if arguments else STALE_SECONDS
    seconds = age()
    if seconds <= most:
        return 0

    sys.stderr.write(
        f"The worker's loop gave no sign of life for {seconds:.0f} s "
        f"(at most {most:.0f} s are fine).\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
