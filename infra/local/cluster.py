"""
Starts the embedded cluster, finds it, and takes it away.
"""

import json
import os
import shutil
import socket
import sys
import time

from collections.abc import Callable
from pathlib import Path

import attrs
import yaml

from . import (
    cache,
    cgroups,
    control_plane,
    images,
    network,
    node,
    packages,
    paths,
    progress,
    supervisor,
    volumes,
)
from .errors import LocalClusterError
from .kubernetes_api import KubernetesApi
from .pulumi_toolchain import pulumi_environment
from .tools import BUILDKIT, COREDNS, KUBERNETES, PAUSE


_BUILDER = "mizzen"
_CONTEXT = "mizzen"
_READY = "ready.json"
_MOUNT_POINTS = "mount-points.json"
_DNS = Path(__file__).parent / "dns.yaml"
_DNS_PATH = "/apis/apps/v1/namespaces/kube-system/deployments/coredns"
_NODE_PATH = f"/api/v1/nodes/{node.NAME}"


@attrs.frozen(kw_only=True)
class LocalCluster:
    """
    A cluster that runs on this machine, and all that is needed to use it.

    Attributes:
        context: Name of the context in the kubeconfig.

        kubeconfig: File with the administrator's access.

        registry: Where images are pushed to and pulled from.

        builder: Name of the buildx builder instance.

        environment:
            Variables for programs that use the cluster: Pulumi, its plugins,
            kubectl, docker buildx.

        data:
            Folder for whatever belongs to the cluster, such as Pulumi's
            state: it is removed together with the cluster.
    """

    context: str = _CONTEXT
    kubeconfig: Path
    registry: str = f"localhost:{node.REGISTRY_PORT}"
    builder: str = _BUILDER
    environment: dict[str, str] = attrs.field(repr=False)
    data: Path


def supported() -> str | None:
    """
    Why the embedded cluster cannot run here, or `None` where it can.
    """
    if sys.platform != "linux":
        return "The embedded cluster needs Linux."
    if os.geteuid() != 0:
        return "The embedded cluster needs root. Run it with sudo."
    if not Path("/dev/net/tun").exists():
        return "The embedded cluster needs /dev/net/tun. Run 'modprobe tun'."
    missing = packages.missing()
    if missing and not shutil.which("apt-get"):
        return (
            "The embedded cluster needs packages that only apt-get can "
            f"install here. Install: {', '.join(missing)}."
        )

    return None


def _certificates() -> Path:
    return paths.data() / "certificates"


def _cluster() -> LocalCluster:
    kubeconfig = _certificates() / "admin.kubeconfig"
    environment = pulumi_environment() | {
        "KUBECONFIG": str(kubeconfig),
        "BUILDX_CONFIG": str(paths.data() / "buildx"),
    }
    data = paths.data() / "deployments"
    data.mkdir(exist_ok=True)

    return LocalCluster(
        kubeconfig=kubeconfig, environment=environment, data=data
    )


def running() -> LocalCluster | None:
    """
    The cluster, if it runs and is ready for use.
    """
    process = supervisor.running()
    ready = paths.data() / _READY
    if not process or not ready.exists():
        return None
    if json.loads(ready.read_text()) != attrs.asdict(process):
        return None

    return _cluster()


def _prepare_mount_points() -> None:
    """
    Make the folders that others are mounted on within the node, and remember
    which of them were not there.
    """
    record = paths.data() / _MOUNT_POINTS
    made = json.loads(record.read_text()) if record.exists() else []
    made += [
        target
        for target in node.MOUNTED
        if target not in made and not Path(target).exists()
    ]
    record.write_text(json.dumps(made))
    for target in node.MOUNTED:
        Path(target).mkdir(parents=True, exist_ok=True)
        source = paths.data() / "node" / target.lstrip("/")
        source.mkdir(parents=True, exist_ok=True)


def _remove_mount_points() -> None:
    record = paths.data() / _MOUNT_POINTS
    made = json.loads(record.read_text()) if record.exists() else []
    for target in made:
        try:
            Path(target).rmdir()
        except OSError:
            continue


def _write_builder() -> None:
    """
    Describe the BuildKit of the node as a builder instance of buildx.
    """
    folder = paths.data() / "buildx" / "instances"
    folder.mkdir(parents=True, exist_ok=True)
    nodes = [
        {
            "Name": f"{_BUILDER}0",
            "Endpoint": f"unix://{node.BUILDKIT_SOCKET}",
        }
    ]
    content = {
        "Name": _BUILDER,
        "Driver": "remote",
        "Nodes": nodes,
        "Dynamic": False,
    }
    (folder / _BUILDER).write_text(json.dumps(content))


def _write_certificates(folder: Path) -> None:
    control_plane.write_certificates(
        folder,
        address=network.ADDRESS,
        url="https://127.0.0.1:6443",
        outside_url=f"https://127.0.0.1:{node.API_PORT}",
        node=node.NAME,
    )


def _check_ports() -> None:
    for port in node.FORWARDED:
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError as error:
            msg = (
                f"The embedded cluster needs port {port} of this machine, "
                "and another program uses it. End that program."
            )
            raise LocalClusterError(msg) from error


def _start() -> None:
    """
    Write all that the node is made of, and start its first process.
    """
    _check_ports()
    paths.data().mkdir(parents=True, exist_ok=True, mode=0o700)
    paths.RUN.mkdir(exist_ok=True, mode=0o700)
    cache.publish(_certificates(), _write_certificates)
    _write_builder()
    _prepare_mount_points()
    cgroups.create()
    description = node.write(
        certificates=_certificates(),
        python=sys.executable,
        mirrored=not images.docker_hub_answers(),
    )
    supervisor.start(description)


def _wait(what: str, seconds: float, ready: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            msg = (
                f"{what} did not become ready within {seconds:.0f} s. The "
                f"logs are in {paths.logs()}."
            )
            raise LocalClusterError(msg)
        if not supervisor.running():
            msg = f"The node has ended. Its log is in {paths.logs()}."
            raise LocalClusterError(msg)
        time.sleep(0.1)


def _condition(api: KubernetesApi, path: str, name: str) -> bool:
    content = api.get(path) or {}
    conditions = content.get("status", {}).get("conditions", ())

    return any(
        each["type"] == name and each["status"] == "True"
        for each in conditions
    )


def _apply_addons(api: KubernetesApi) -> None:
    text = (
        _DNS.read_text()
        .replace("$IMAGE", images.DNS)
        .replace("$ADDRESS", node.DNS_ADDRESS)
    )
    for manifest in [volumes.MANIFEST, *yaml.safe_load_all(text)]:
        api.apply(manifest)


def _bring_up() -> None:
    """
    From a started node to a cluster that is ready.
    """
    with (
        progress.step("Starting the control plane"),
        KubernetesApi(_certificates() / "admin.kubeconfig") as api,
    ):
        _wait("The API server", 120, api.is_ready)
        _apply_addons(api)
    buildctl = BUILDKIT.build() / "buildctl"
    _wait("BuildKit", 60, node.BUILDKIT_SOCKET.is_socket)
    images.build_missing(buildctl, node.BUILDKIT_SOCKET)
    with (
        progress.step("Starting the node and its DNS"),
        KubernetesApi(_certificates() / "admin.kubeconfig") as api,
    ):
        _wait("Node", 120, lambda: _condition(api, _NODE_PATH, "Ready"))
        _wait("DNS", 120, lambda: _condition(api, _DNS_PATH, "Available"))


def up() -> LocalCluster:
    """
    Start the cluster, unless it runs, and return when it is ready.

    Raises:
        LocalClusterError: If it cannot run here or does not start.
    """
    if reason := supported():
        raise LocalClusterError(reason)
    paths.RUN.mkdir(exist_ok=True, mode=0o700)
    with cache.locked(paths.RUN / "lock"):
        if cluster := running():
            return cluster

        packages.install_missing()
        os.environ["PATH"] = packages.search_path()
        pulumi_environment()
        for tool in (KUBERNETES, BUILDKIT, COREDNS, PAUSE):
            tool.build()
        if not supervisor.running():
            _start()
        _bring_up()
        process = supervisor.running()
        if process:
            process.save(paths.data() / _READY)

        return _cluster()


def down() -> None:
    """
    End the cluster and remove its data; what was built stays in the cache.

    Raises:
        LocalClusterError: If something cannot be removed.
    """
    if not paths.RUN.exists() and not paths.data().exists():
        return
    paths.RUN.mkdir(exist_ok=True, mode=0o700)
    with cache.locked(paths.RUN / "lock"):
        if process := supervisor.running():
            process.kill()
            end = time.monotonic() + 30
            while process.is_alive() and time.monotonic() < end:
                time.sleep(0.02)
        if left := cgroups.remove():
            msg = f"Control groups are still in use: {', '.join(map(str, left))}."
            raise LocalClusterError(msg)
        _remove_mount_points()
        shutil.rmtree(paths.data(), ignore_errors=True)
        shutil.rmtree(paths.RUN, ignore_errors=True)
