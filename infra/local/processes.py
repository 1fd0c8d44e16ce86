"""
Tells the processes of the cluster from all others, however often numbers are
used again.
"""

import contextlib
import json
import os
import shutil
import signal

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import attrs

from . import cache


# Runs a command that ends when its parent does, however that ends.
BOUND = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_STATE_FIELD = 0
_PARENT_FIELD = 1
_START_TIME_FIELD = 19


def spawn(command: Sequence[str], log: Path) -> int:
    """
    Start *command* in a session of its own; the number of its process.

    Nobody but the caller learns of its end: the subprocess module would
    sometimes bury the process itself.
    """
    return os.posix_spawnp(
        command[0],
        list(command),
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), _APPEND, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )


def _stat(pid: int) -> list[str]:
    """
    The fields of /proc/PID/stat behind the command, which may itself contain
    spaces and parentheses.
    """
    content = Path(f"/proc/{pid}/stat").read_text()

    return content.rpartition(")")[2].split()


@attrs.frozen(kw_only=True)
class Process:
    """
    One process, and no other that will ever have its number.

    Attributes:
        pid: Its number.

        start_time: When it was started, in clock ticks since the boot.

        boot_id: The boot that it belongs to.
    """

    pid: int
    start_time: int
    boot_id: str

    @classmethod
    def of(cls, pid: int) -> Self:
        """
        The process that has number *pid* now.

        Raises:
            ProcessLookupError: If there is none.
        """
        try:
            start_time = int(_stat(pid)[_START_TIME_FIELD])
        except FileNotFoundError as error:
            raise ProcessLookupError(pid) from error

        return cls(
            pid=pid,
            start_time=start_time,
            boot_id=_BOOT_ID.read_text().strip(),
        )

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """
        The process that was saved at *path*, or `None` if nothing readable
        is there.
        """
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def save(self, path: Path) -> None:
        """
        Remember the process at *path*, whole or not at all.
        """
        cache.write_whole(path, json.dumps(attrs.asdict(self)))

    def children(self) -> list[Self]:
        """
        The processes that it has started and that still run.
        """
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                pid = int(folder.name)
                if int(_stat(pid)[_PARENT_FIELD]) == self.pid:
                    found.append(type(self).of(pid))

        return found

    def is_alive(self) -> bool:
        """
        Whether it still runs.
        """
        try:
            ended = _stat(self.pid)[_STATE_FIELD] in {"Z", "X"}
            return not ended and type(self).of(self.pid) == self
        except (OSError, ProcessLookupError):
            return False

    def kill(self) -> None:
        """
        Kill it if it still runs; never another one in its place.
        """
        with contextlib.suppress(ProcessLookupError):
            handle = os.pidfd_open(self.pid)
            try:
                # The handle stays with the process that it was opened for.
                if self.is_alive():
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
            finally:
                os.close(handle)
