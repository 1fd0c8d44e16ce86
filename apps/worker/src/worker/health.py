"""
The worker's health probe: ``python -m worker.health``.

It exits with 0 as long as the worker's loop turns, whether or not Redis can be
reached, and with 1 once the loop has been stuck for too long.
"""

import sys

from .heartbeat import STALE_SECONDS, age


def main() -> int:
    """
    Say whether the worker lives and return the exit code.
    """
    seconds = age()
    if seconds <= STALE_SECONDS:
        return 0

    sys.stderr.write(
        f"The worker's loop gave no sign of life for {seconds:.0f} s "
        f"(at most {STALE_SECONDS:.0f} s are fine).\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
