"""
The tools that are built from Go modules, each at its one version.
"""

from .gobuild import GoTool


PULUMI_VERSION = "3.259.0"
KUBERNETES_VERSION = "1.34.4"
_KUBERNETES_NUMBERS = KUBERNETES_VERSION.split(".")

_PULUMI = "github.com/pulumi/pulumi"
_PYTHON_HOST = f"{_PULUMI}/sdk/v3"

PULUMI = GoTool(
    "pulumi-cli",
    packages=(f"{_PULUMI}/pkg/v3/cmd/pulumi",),
    linker=f"-X {_PULUMI}/sdk/v3/go/common/version.Version=v{PULUMI_VERSION}",
)
PULUMI_PYTHON = GoTool(
    "pulumi-language-python",
    packages=(f"{_PYTHON_HOST}/python/cmd/pulumi-language-python",),
    scripts=(
        _PYTHON_HOST,
        "python/cmd/pulumi-language-python-exec",
        "python/dist/pulumi-*",
    ),
)
PULUMI_KUBERNETES = GoTool(
    "pulumi-kubernetes",
    packages=(
        f"{_PULUMI}-kubernetes/provider/v2/cmd/pulumi-resource-kubernetes",
    ),
)
PULUMI_DOCKER_BUILD = GoTool(
    "pulumi-docker-build",
    packages=(
        f"{_PULUMI}-docker-build/provider/cmd/pulumi-resource-docker-build",
    ),
)
KUBERNETES = GoTool(
    "kubernetes",
    packages=tuple(
        f"k8s.io/kubernetes/cmd/{name}"
        for name in (
            "kube-apiserver",
            "kube-controller-manager",
            "kube-scheduler",
            "kubelet",
            "kube-proxy",
        )
    ),
    linker=" ".join(
        f"-X k8s.io/component-base/version.{name}={value}"
        for name, value in (
            ("gitVersion", f"v{KUBERNETES_VERSION}"),
            ("gitMajor", _KUBERNETES_NUMBERS[0]),
            ("gitMinor", _KUBERNETES_NUMBERS[1]),
            ("gitTreeState", "clean"),
        )
    ),
)
BUILDKIT = GoTool(
    "buildkit",
    packages=(
        "github.com/moby/buildkit/cmd/buildkitd",
        "github.com/moby/buildkit/cmd/buildctl",
    ),
)
COREDNS = GoTool("coredns", packages=(".",))
PAUSE = GoTool("pause", packages=(".",))
NETWORK_POLICIES = GoTool("network-policies", packages=(".",))
ACTIONLINT = GoTool(
    "actionlint", packages=("github.com/rhysd/actionlint/cmd/actionlint",)
)
VEGETA = GoTool("vegeta", packages=("github.com/tsenart/vegeta/v12",))
KUBE_SCORE = GoTool(
    "kube-score", packages=("github.com/zegl/kube-score/cmd/kube-score",)
)
IMAGE_READERS = GoTool(
    "image-readers",
    packages=(
        "github.com/google/go-containerregistry/cmd/crane",
        "github.com/wagoodman/dive",
    ),
)

# What only some stacks need.
CERT_MANAGER = GoTool("cert-manager", packages=(".",))
METALLB = GoTool("metallb", packages=("go.universe.tf/metallb/controller",))
METRICS_SERVER = GoTool("metrics-server", packages=(".",))
TRAEFIK = GoTool(
    "traefik", packages=("github.com/traefik/traefik/v3/cmd/traefik",)
)
