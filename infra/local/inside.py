"""
The first process of the node: it makes the node's own view of the machine,
starts everything in it, and starts again what ends.

The node is a process namespace, a mount namespace and a network namespace.
When its first process ends, however it ends, the kernel removes all of its
processes, mounts, network devices and firewall rules.
"""

import os
import shutil
import subprocess
import sys
import time

from pathlib import Path

from . import network, paths, supervisor
from .processes import spawn
from .supervisor import Node, Service


_RESTART_SECONDS = 0.5

# What the kubelet sets for the whole machine. It finds these values set, and
# the machine keeps its own.
_TUNABLES = {
    "vm/overcommit_memory": "1",
    "vm/panic_on_oom": "0",
    "kernel/panic": "10",
    "kernel/panic_on_oops": "1",
    "kernel/keys/root_maxkeys": "1000000",
    "kernel/keys/root_maxbytes": "25000000",
}


def _mount(*arguments: str | Path) -> None:
    subprocess.run(["mount", *map(str, arguments)], check=True)


def _hide_run() -> None:
    """
    Give the node a /run of its own, but for the folder of its sockets.
    """
    aside = Path("/mnt")
    _mount("--bind", paths.RUN, aside)
    _mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    paths.RUN.mkdir()
    _mount("--move", aside, paths.RUN)


def _resolve_by_network() -> None:
    resolver = Path("/run/resolv.conf")
    resolver.write_text(f"nameserver {network.NAMESERVER}\n")
    actual = Path(os.path.realpath("/etc/resolv.conf"))
    if not actual.exists():
        actual.parent.mkdir(parents=True, exist_ok=True)
        actual.touch()
    _mount("--bind", resolver, actual)


def _pretend_tunables() -> None:
    for name, value in _TUNABLES.items():
        content = Path("/run/tunables") / name
        content.parent.mkdir(parents=True, exist_ok=True)
        content.write_text(f"{value}\n")
        _mount("--bind", content, Path("/proc/sys") / name)


def _prepare(node: Node) -> None:
    _hide_run()
    _resolve_by_network()
    _pretend_tunables()
    for target, source in node.mounts.items():
        _mount("--bind", source, target)
    _mount("--make-rshared", "/")


def _spawn(service: Service, logs: Path) -> int:
    # A program that is missing ends its process, not this one.
    prefix = network.ENTER if service.inside else ("env",)

    return spawn([*prefix, *service.command], logs / f"{service.name}.log")


def _supervise(node: Node, connection: int) -> None:
    """
    Start all services, and each again when it ends; bury whatever the pods
    leave behind. Without its *connection* the node ends.
    """
    logs = Path(node.logs)
    services = {_spawn(service, logs): service for service in node.services}
    while True:
        pid, status = os.wait()
        if pid == connection:
            sys.exit("The node's network ended, and so does the node.")
        service = services.pop(pid, None)
        if service is None:
            continue
        code = os.waitstatus_to_exitcode(status)
        print(f"{service.name} ended with {code}; starting it again.")  # noqa: T201
        time.sleep(_RESTART_SECONDS)
        services[_spawn(service, logs)] = service


def main(role: str, path: str) -> None:
    """
    Become the supervisor: first *outside*, where the number of the process
    is known to all, then *inside* the namespaces.
    """
    if role == "outside":
        supervisor.record()
        unshare = shutil.which("unshare") or "unshare"
        os.execv(
            unshare,
            [
                "mizzen-node",
                "--pid",
                "--fork",
                "--kill-child=KILL",
                "--mount",
                "--mount-proc",
                "--propagation=private",
                sys.executable,
                "-u",
                "-m",
                "infra.local.inside",
                "inside",
                path,
            ],
        )
    node = Node.load(Path(path))
    _prepare(node)
    _supervise(node, network.create(Path(node.logs) / "network.log"))


if __name__ == "__main__":
    main(*sys.argv[1:])
