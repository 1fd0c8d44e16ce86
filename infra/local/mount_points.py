"""
Folders of this machine that others are mounted on within the node.
"""

import contextlib
import itertools
import json

from pathlib import Path

from . import node, paths


_RECORD = "mount-points.json"


def _made() -> list[str]:
    """
    Those that were not there before the cluster was, innermost last.
    """
    record = paths.data() / _RECORD

    return json.loads(record.read_text()) if record.exists() else []


def prepare() -> None:
    """
    Make those that are missing, and remember which.
    """
    made = _made()
    for target in map(Path, node.MOUNTED):
        missing = [
            str(folder)
            for folder in (*reversed(target.parents), target)
            if not folder.exists()
        ]
        made += [folder for folder in missing if folder not in made]
    # Remembered before they are made: a run may end in between.
    (paths.data() / _RECORD).write_text(json.dumps(made))
    for folder in itertools.chain(*node.mounts().items()):
        Path(folder).mkdir(parents=True, exist_ok=True)


def remove() -> None:
    """
    Remove those that were made, unless somebody has put something there.
    """
    for folder in reversed(_made()):
        with contextlib.suppress(OSError):
            Path(folder).rmdir()
