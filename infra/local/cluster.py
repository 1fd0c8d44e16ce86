"""
Starts the embedded cluster, finds it, and takes it away.
"""

import json
import os
import shutil
import socket
import sys

from pathlib import Path

import attrs
import yaml

from . import (
    cache,
    control_plane,
    gobuild,
    images,
    network,
    node,
    packages,
    paths,
    progress,
    readiness,
    supervisor,
    traces,
    volumes,
)
from .errors import LocalClusterError
from .kubernetes_api import KubernetesApi
from .pulumi_toolchain import pulumi_environment
from .tools import BUILDKIT, COREDNS, KUBERNETES, NETWORK_POLICIES, PAUSE


_BUILDER = "mizzen"
_CONTEXT = "mizzen"
_DNS = Path(__file__).parent / "dns.yaml"
_TOOLS = (KUBERNETES, BUILDKIT, COREDNS, NETWORK_POLICIES, PAUSE)


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
            kubectl, docker buildx, buildctl.

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
    if not all(tool.target.is_dir() for tool in _TOOLS):
        try:
            gobuild.go()
        except LocalClusterError as error:
            return str(error)

    return None


def kubeconfig() -> Path:
    """
    The file with the administrator's access.
    """
    return _certificates() / "admin.kubeconfig"


def _certificates() -> Path:
    return paths.data() / "certificates"


def _ready() -> Path:
    """
    The file that says which start of the node has become ready, and from
    which sources.
    """
    return paths.data() / "ready.json"


def _state() -> dict[str, object]:
    """
    The node that runs, and the sources as they are now.
    """
    process = supervisor.running()
    sources = cache.folder_key(Path(__file__).parent, without="__pycache__")

    return {
        "process": process and attrs.asdict(process),
        "sources": sources,
    }


def _is_current(*, sources: bool) -> bool:
    """
    Whether the node that runs is the one that became ready; with *sources*,
    also whether it is the one that would be started now.
    """
    if not _ready().exists():
        return False
    known, now = json.loads(_ready().read_text()), _state()
    compared = ("process", "sources") if sources else ("process",)

    return all(known.get(each) == now[each] for each in compared)


def _cluster() -> LocalCluster:
    data = paths.data() / "deployments"
    data.mkdir(exist_ok=True)
    environment = pulumi_environment()
    environment |= {
        "BUILDKIT_HOST": f"unix://{node.BUILDKIT_SOCKET}",
        "BUILDX_CONFIG": str(paths.data() / "buildx"),
        "KUBECONFIG": str(kubeconfig()),
        "MIZZEN_IMAGES_BY_TAG": images.BY_TAG if node.is_mirrored() else "",
        "PATH": f"{BUILDKIT.build()}{os.pathsep}{environment['PATH']}",
    }

    return LocalCluster(
        kubeconfig=kubeconfig(), environment=environment, data=data
    )


def running() -> LocalCluster | None:
    """
    The cluster, if it runs and is ready for use.
    """
    ready = supervisor.running() and _is_current(sources=False)

    return _cluster() if ready else None


def _write_builder() -> None:
    """
    Describe the BuildKit of the node as a builder instance of buildx.
    """
    folder = paths.data() / "buildx" / "instances"
    folder.mkdir(parents=True, exist_ok=True)
    endpoint = f"unix://{node.BUILDKIT_SOCKET}"
    content = {
        "Name": _BUILDER,
        "Driver": "remote",
        "Nodes": [{"Name": f"{_BUILDER}0", "Endpoint": endpoint}],
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


def _check_owner() -> None:
    """
    Leave a cluster alone that has its data elsewhere.
    """
    owner = paths.RUN / "data"
    if not owner.exists() or not supervisor.running():
        return
    folder = owner.read_text()
    if folder != str(paths.data()):
        msg = (
            "An embedded cluster runs on this machine already; its data is "
            f"in {folder}. Set XDG_DATA_HOME as it was when it was started."
        )
        raise LocalClusterError(msg)


def _start() -> None:
    """
    Write all that the node is made of, and start its first process.
    """
    _check_ports()
    paths.data().mkdir(parents=True, exist_ok=True, mode=0o700)
    paths.RUN.mkdir(exist_ok=True, mode=0o700)
    (paths.RUN / "data").write_text(str(paths.data()))
    cache.publish(_certificates(), _write_certificates)
    _write_builder()
    traces.leave()
    description = node.write(
        certificates=_certificates(),
        python=sys.executable,
        mirrored=not images.docker_hub_answers(),
    )
    supervisor.start(description)


def _apply_addons(api: KubernetesApi) -> None:
    text = (
        _DNS.read_text()
        .replace("$IMAGE", images.DNS)
        .replace("$ADDRESS", node.DNS_ADDRESS)
    )
    for manifest in [volumes.MANIFEST, *yaml.safe_load_all(text)]:
        api.apply(manifest)


def _bring_up(since: float) -> None:
    """
    From a node that was started at *since* to a cluster that is ready.
    """
    with KubernetesApi(kubeconfig()) as api:
        with progress.step("Starting the control plane"):
            readiness.wait("The API server", 120, api.is_ready)
            _apply_addons(api)
        socket_file = node.BUILDKIT_SOCKET
        readiness.wait("BuildKit", 60, socket_file.is_socket)
        images.build_missing(BUILDKIT.build() / "buildctl", socket_file)
        with progress.step("Starting the node and its DNS"):
            readiness.wait(
                "The node", 120, lambda: readiness.node_is_ready(api, since)
            )
            readiness.wait(
                "DNS", 120, lambda: readiness.dns_is_ready(api, since)
            )


def up() -> LocalCluster:
    """
    Start the cluster, unless it runs, and return when it is ready.

    A cluster that runs from other sources, such as an earlier release's, is
    started again with its data.

    Raises:
        LocalClusterError: If it cannot run here or does not start.
    """
    if reason := supported():
        raise LocalClusterError(reason)
    with cache.locked(paths.cache() / "cluster.lock"):
        _check_owner()
        if supervisor.running() and _is_current(sources=True):
            return _cluster()

        packages.install_missing()
        pulumi_environment()
        for tool in _TOOLS:
            tool.build()
        supervisor.stop()
        _start()
        _bring_up(supervisor.started_at())
        cache.write_whole(_ready(), json.dumps(_state()))

        return _cluster()


def down() -> None:
    """
    End the cluster and remove its data; what was built stays in the cache.

    Raises:
        LocalClusterError: If something cannot be removed.
    """
    if not paths.RUN.exists() and not paths.data().exists():
        return
    with cache.locked(paths.cache() / "cluster.lock"):
        _check_owner()
        supervisor.stop()
        traces.remove()
        for folder in (paths.data(), paths.RUN):
            if folder.exists():
                shutil.rmtree(folder)
