"""
Starts the node's supervisor, tells it what to run, and finds it again.
"""

import json
import os
import subprocess
import sys
import time

from pathlib import Path
from typing import Any

import attrs

from . import packages, paths
from .errors import LocalClusterError
from .processes import Process


_MODULE = "infra.local.inside"
_PATIENCE_SECONDS = 0.01
_STOP_SECONDS = 30


@attrs.frozen(kw_only=True)
class Service:
    """
    A process that runs as long as the node does.

    Args:
        name: Its name, which is its log's name too.

        command: What is run.

        inside: Whether it has the node's network or the machine's.
    """

    name: str
    command: tuple[str, ...]
    inside: bool = True


@attrs.frozen(kw_only=True)
class Node:
    """
    What the supervisor is told.

    Args:
        services: What to run.

        mounts: Folders within the node, and what each of them really is.

        logs: Folder of the logs.
    """

    services: tuple[Service, ...]
    mounts: dict[str, str]
    logs: str

    def save(self, path: Path) -> None:
        """
        Write it where the supervisor reads it.
        """
        path.write_text(json.dumps(attrs.asdict(self), indent=1))

    @classmethod
    def load(cls, path: Path) -> "Node":
        """
        Read what `save` has written.
        """
        content: dict[str, Any] = json.loads(path.read_text())
        services = tuple(
            Service(**each | {"command": tuple(each["command"])})
            for each in content.pop("services")
        )

        return cls(services=services, **content)


def _record() -> Path:
    return paths.RUN / "node.json"


def running() -> Process | None:
    """
    The supervisor that runs, if one does.
    """
    process = Process.load(_record())

    return process if process and process.is_alive() else None


def started_at() -> float:
    """
    When the supervisor was started, in whole seconds as Kubernetes tells
    times.
    """
    return float(int(_record().stat().st_mtime))


def stop() -> None:
    """
    End the node, and return when all of its processes are gone.

    Raises:
        LocalClusterError: If it does not end.
    """
    process = running()
    if process is None:
        return
    end = time.monotonic() + _STOP_SECONDS
    while process.is_alive():
        # With the first process of a process namespace the kernel kills all
        # others, and its parent outlives them all.
        for each in process.children() or [process]:
            each.kill()
        if time.monotonic() > end:
            msg = f"The node (process {process.pid}) does not end."
            raise LocalClusterError(msg)
        time.sleep(_PATIENCE_SECONDS)


def record() -> None:
    """
    Remember that this very process is the supervisor.
    """
    Process.of(os.getpid()).save(_record())


def start(node: Path) -> Process:
    """
    Start the node that is described at *node* and that outlives this
    process.
    """
    paths.logs().mkdir(parents=True, exist_ok=True)
    with (paths.logs() / "supervisor.log").open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", _MODULE, "outside", str(node)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=packages.environment(
                PYTHONPATH=str(Path(__file__).parents[2]),
                PYTHONDONTWRITEBYTECODE="1",
            ),
            start_new_session=True,
        )
    while not (process := running()):
        if started.poll() is not None:
            msg = f"The node did not start. Its log is {log.name}."
            raise LocalClusterError(msg)
        time.sleep(_PATIENCE_SECONDS)

    return process
