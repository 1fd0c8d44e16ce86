"""
What runs on the only node, and the configuration of each of it.
"""

import json

from pathlib import Path

import yaml

from . import cgroups, control_plane, images, network, paths
from .supervisor import Node, Service
from .tools import BUILDKIT, KUBERNETES, NETWORK_POLICIES


NAME = "mizzen"
API_PORT = 16443
REGISTRY_PORT = 5000
DNS_ADDRESS = "10.96.0.10"
POD_RANGE = "10.244.0.0/24"
FORWARDED = {API_PORT: 6443, REGISTRY_PORT: REGISTRY_PORT}

# Folders that Kubernetes writes to, whatever it is told.
MOUNTED = (
    "/var/lib/cni",
    "/var/lib/kubelet",
    "/var/log/containers",
    "/var/log/pods",
)

_CONTAINERD_SOCKET = paths.RUN / "containerd" / "containerd.sock"
BUILDKIT_SOCKET = paths.RUN / "buildkitd.sock"

_CONTAINERD = """\
version = 2
root = "{root}"
state = "{state}"

[grpc]
  address = "{socket}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  disable_apparmor = true
  netns_mounts_under_state_dir = true
  # Where CAP_SYS_RESOURCE is missing, no score can be lowered.
  restrict_oom_score_adj = true

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "{cni_binaries}"
  conf_dir = "{cni_configuration}"

[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "{registries}"
"""

_BUILDKIT = """\
root = "{root}"

[grpc]
  address = ["unix://{socket}"]

[worker.oci]
  enabled = true
  snapshotter = "overlayfs"
  defaultCgroupParent = "/{cgroup}/buildkit"
  gc = true
  gckeepstorage = "20GB"

[worker.containerd]
  enabled = false

[registry."localhost:{port}"]
  http = true

[registry."127.0.0.1:{port}"]
  http = true

[registry."{stand_ins}"]
  http = true
{mirrors}"""


def _cni_binaries() -> Path:
    folders = (Path("/usr/lib/cni"), Path("/opt/cni/bin"))

    return next(
        (each for each in folders if (each / "ptp").exists()), folders[0]
    )


def _configuration() -> Path:
    return paths.data() / "configuration"


def _mirrors() -> Path:
    return _configuration() / "registries" / "docker.io" / "hosts.toml"


def is_mirrored() -> bool:
    """
    Whether names of docker.io mean the stand-ins.
    """
    return _mirrors().exists()


def _write_containerd(folder: Path, *, mirrored: bool) -> Path:
    hosts = _mirrors()
    hosts.parent.mkdir(parents=True, exist_ok=True)
    hosts.unlink(missing_ok=True)
    if mirrored:
        hosts.write_text(
            f'[host."http://{images.REGISTRY}"]\n'
            '  capabilities = ["pull", "resolve"]\n'
        )
    path = folder / "containerd.toml"
    path.write_text(
        _CONTAINERD.format(
            root=paths.data() / "containerd",
            state=_CONTAINERD_SOCKET.parent,
            socket=_CONTAINERD_SOCKET,
            pause=images.PAUSE,
            cni_binaries=_cni_binaries(),
            cni_configuration=folder / "cni",
            registries=hosts.parents[1],
        )
    )

    return path


def _write_buildkit(folder: Path, *, mirrored: bool) -> Path:
    path = folder / "buildkitd.toml"
    mirror = f'\n[registry."docker.io"]\n  mirrors = ["{images.REGISTRY}"]\n'
    path.write_text(
        _BUILDKIT.format(
            root=paths.cache() / "buildkit",
            socket=BUILDKIT_SOCKET,
            cgroup=cgroups.NAME,
            port=REGISTRY_PORT,
            stand_ins=images.REGISTRY,
            mirrors=mirror if mirrored else "",
        )
    )

    return path


def _write_pod_network(folder: Path) -> None:
    """
    Each pod gets a route of its own: without a bridge, packets between pods
    pass the rules of kube-proxy whatever the machine's bridges are set to.
    """
    ptp = {
        "type": "ptp",
        "ipMasq": True,
        "ipam": {
            "type": "host-local",
            "dataDir": "/run/cni",
            "ranges": [[{"subnet": POD_RANGE}]],
            "routes": [{"dst": "0.0.0.0/0"}],
        },
        "mtu": 1500,
    }
    portmap = {"type": "portmap", "capabilities": {"portMappings": True}}
    content = {
        "cniVersion": "0.4.0",
        "name": NAME,
        "plugins": [ptp, portmap],
    }
    (folder / "cni").mkdir(exist_ok=True)
    (folder / "cni" / "10-mizzen.conflist").write_text(json.dumps(content))


def _write_kubelet(folder: Path, certificates: Path) -> Path:
    content = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": network.ADDRESS,
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(certificates / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{cgroups.NAME}",
        "clusterDNS": [DNS_ADDRESS],
        "clusterDomain": "cluster.local",
        "containerRuntimeEndpoint": f"unix://{_CONTAINERD_SOCKET}",
        # The machine's disk is the user's affair.
        "evictionHard": {},
        "imageGCHighThresholdPercent": 100,
        "failCgroupV1": False,
        "failSwapOn": False,
        "protectKernelDefaults": True,
        "registryPullQPS": 0,
        "resolvConf": "/run/resolv.conf",
        "serializeImagePulls": False,
        "tlsCertFile": str(certificates / "kubelet.crt"),
        "tlsPrivateKeyFile": str(certificates / "kubelet.key"),
        "volumePluginDir": "/run/volume-plugins",
    }
    path = folder / "kubelet.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False))

    return path


def _write_proxy(folder: Path, certificates: Path) -> Path:
    content = {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "bindAddress": "127.0.0.1",
        "clientConnection": {
            "kubeconfig": str(certificates / "kube-proxy.kubeconfig")
        },
        "clusterCIDR": POD_RANGE,
        # The table of connections is sized for the whole machine.
        "conntrack": {"maxPerCore": 0, "min": 0},
        "hostnameOverride": NAME,
        "iptables": {"localhostNodePorts": False, "minSyncPeriod": "0.1s"},
        "nodePortAddresses": [network.RANGE],
    }
    path = folder / "kube-proxy.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False))

    return path


def _write_registry(
    folder: Path, name: str, *, storage: Path, address: str
) -> Path:
    storage.mkdir(parents=True, exist_ok=True)
    content = {
        "version": "0.1",
        "log": {"level": "warn", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(storage)},
            "delete": {"enabled": True},
        },
        "http": {"addr": address},
    }
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False))

    return path


def _control_plane(kubernetes: Path, certificates: Path) -> list[Service]:
    api_server = control_plane.api_server_command(
        kubernetes, certificates, address=network.ADDRESS
    )

    return [
        Service(
            name="etcd",
            command=control_plane.etcd_command(paths.data() / "etcd"),
        ),
        Service(name="kube-apiserver", command=api_server),
        Service(
            name="kube-controller-manager",
            command=control_plane.controller_manager_command(
                kubernetes, certificates
            ),
        ),
        Service(
            name="kube-scheduler",
            command=control_plane.scheduler_command(kubernetes, certificates),
        ),
    ]


def mounts() -> dict[str, str]:
    """
    What each folder of `MOUNTED` really is.
    """
    return {
        target: str(paths.data() / "node" / target.lstrip("/"))
        for target in MOUNTED
    }


def _commands(
    kubernetes: Path, folder: Path, certificates: Path, *, mirrored: bool
) -> dict[str, tuple[str, ...]]:
    """
    Command lines by service, their configuration written to *folder*.
    """
    containerd = _write_containerd(folder, mirrored=mirrored)
    buildkitd = _write_buildkit(folder, mirrored=mirrored)
    kubelet = _write_kubelet(folder, certificates)
    proxy = _write_proxy(folder, certificates)
    registry = _write_registry(
        folder,
        "registry",
        storage=paths.data() / "registry",
        address=f"0.0.0.0:{REGISTRY_PORT}",
    )
    stand_ins = _write_registry(
        folder,
        "stand-ins",
        storage=images.storage(),
        address=images.REGISTRY,
    )
    return {
        "containerd": ("containerd", "--config", str(containerd)),
        "buildkitd": (
            str(BUILDKIT.build() / "buildkitd"),
            f"--config={buildkitd}",
        ),
        "registry": ("docker-registry", "serve", str(registry)),
        "stand-ins": ("docker-registry", "serve", str(stand_ins)),
        "kubelet": (
            str(kubernetes / "kubelet"),
            f"--config={kubelet}",
            f"--kubeconfig={certificates / 'kubelet.kubeconfig'}",
            f"--hostname-override={NAME}",
            f"--node-ip={network.ADDRESS}",
        ),
        "kube-proxy": (str(kubernetes / "kube-proxy"), f"--config={proxy}"),
        "network-policies": (
            str(NETWORK_POLICIES.build() / "network-policies"),
            f"--kubeconfig={certificates / 'inside.kubeconfig'}",
            f"--node={NAME}",
            f"--services={control_plane.SERVICE_RANGE}",
        ),
    }


def write(*, certificates: Path, python: str, mirrored: bool) -> Path:
    """
    Write all configuration; the file that the supervisor is started with.

    Args:
        certificates: Folder of certificates and kubeconfigs.

        python: Interpreter that the node's own controllers run with.

        mirrored:
            Whether names of docker.io mean the stand-ins, because that
            registry cannot be reached.
    """
    folder = _configuration()
    folder.mkdir(parents=True, exist_ok=True)
    kubernetes = KUBERNETES.build()
    _write_pod_network(folder)
    commands = _commands(kubernetes, folder, certificates, mirrored=mirrored)
    services = [
        *_control_plane(kubernetes, certificates),
        *(
            Service(name=name, command=command)
            for name, command in commands.items()
        ),
        Service(
            name="controllers",
            command=(python, "-u", "-m", "infra.local.controllers"),
            inside=False,
        ),
    ]
    path = folder / "node.json"
    Node(
        services=tuple(services),
        mounts=mounts(),
        logs=str(paths.logs()),
    ).save(path)

    return path
