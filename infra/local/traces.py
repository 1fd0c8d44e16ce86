"""
The few things of the machine itself that the cluster changes, and how they
come to be as they were: folders to mount on, and control groups.
"""

import contextlib
import itertools
import json

from pathlib import Path

import attrs

from . import cache, cgroups, node, paths
from .errors import LocalClusterError


_RECORD = "traces.json"


@attrs.frozen(kw_only=True)
class _Traces:
    """
    What was changed.

    Args:
        folders: Folders that were made, each after those around it.

        controllers: Controllers of control groups that were switched on.
    """

    folders: list[str] = attrs.field(factory=list)
    controllers: list[str] = attrs.field(factory=list)

    @classmethod
    def load(cls) -> "_Traces":
        record = paths.data() / _RECORD

        return (
            cls(**json.loads(record.read_text())) if record.exists() else cls()
        )

    def save(self) -> None:
        content = json.dumps(attrs.asdict(self))
        cache.write_whole(paths.data() / _RECORD, content)


def _missing_folders() -> list[str]:
    missing: dict[str, None] = {}
    for target in map(Path, node.MOUNTED):
        for folder in (*reversed(target.parents), target):
            if not folder.exists():
                missing[str(folder)] = None

    return list(missing)


def leave() -> None:
    """
    Make the folders and control groups that the cluster needs, and remember
    which were not there.
    """
    traces = _Traces.load()
    traces = _Traces(
        folders=[*traces.folders, *_missing_folders()],
        controllers=[*traces.controllers, *cgroups.switched_off()],
    )
    # Remembered before they are made: a run may end in between.
    traces.save()
    for folder in itertools.chain(*node.mounts().items()):
        Path(folder).mkdir(parents=True, exist_ok=True)
    cgroups.create(traces.controllers)


def remove() -> None:
    """
    Remove all that was made, but for folders that somebody has put something
    into.

    Raises:
        LocalClusterError: If control groups are still in use.
    """
    traces = _Traces.load()
    if left := cgroups.remove(traces.controllers):
        groups = ", ".join(map(str, left))
        msg = f"Control groups are still in use: {groups}."
        raise LocalClusterError(msg)
    for folder in reversed(traces.folders):
        with contextlib.suppress(OSError):
            Path(folder).rmdir()
