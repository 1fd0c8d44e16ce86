"""
The sign of life that the worker's loop leaves for the health probe.
"""

import os
import time

from pathlib import Path


PATH = Path(os.environ.get("TMPDIR", "/tmp"), "worker-heartbeat")  # noqa: S108 -- the only writable folder
STALE_SECONDS = 60.0


def beat(path: Path = PATH) -> None:
    """
    Say that the loop is alive now.
    """
    # Monotonic: setting the clock must not kill the worker. Renamed into
    # place, so that the probe never reads half a number.
    written = path.with_suffix(".new")
    written.write_text(f"{time.monotonic()}\n", encoding="ascii")
    written.replace(path)


def age(path: Path = PATH) -> float:
    """
    Seconds since the last `beat`; infinite if there was none.
    """
    try:
        return time.monotonic() - float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return float("inf")
