"""
A shop, and anything that may be said in Kubernetes' words.
"""

from hypothesis import strategies as st

from mizzen import (
    OFF,
    App,
    Environment,
    FromConfig,
    Image,
    Job,
    NodePort,
    Postgres,
    Raw,
    Service,
    SpecError,
    Stack,
    compile_app,
)
from mizzen.checks import check
from mizzen.environment import CLUSTERS


STACK = Stack("dev", environment="dev", cluster=CLUSTERS["gke-autopilot"])
DB = Postgres("db", version=17, disk="1Gi")
JOB = Job("migrate", image=Image("acme/web:v5"), uses=[DB])
WEB = Service("web", image=Image("acme/web:v5"), port=8080, uses=[DB])
APP = App("shop", edition="2026", parts=[WEB, JOB, DB])
DEV = Environment("dev", exposure=NodePort([WEB]))

# Every field that a check asks for, and then some.
WORDS = [
    "accessModes",
    "add",
    "allowPrivilegeEscalation",
    "annotations",
    "apiGroups",
    "appArmorProfile",
    "backend",
    "backendRefs",
    "capabilities",
    "cidr",
    "claimName",
    "containerPort",
    "containers",
    "defaultBackend",
    "drop",
    "egress",
    "env",
    "from",
    "hard",
    "host",
    "hostname",
    "hostnames",
    "hostNetwork",
    "hostPath",
    "hostPort",
    "hostProcess",
    "hosts",
    "http",
    "httpGet",
    "image",
    "ingress",
    "ingressClassName",
    "initContainers",
    "ipBlock",
    "jobTemplate",
    "key",
    "kind",
    "labels",
    "limits",
    "listeners",
    "lifecycle",
    "livenessProbe",
    "matches",
    "matchExpressions",
    "matchLabels",
    "maxReplicas",
    "maxUnavailable",
    "memory",
    "metadata",
    "minAvailable",
    "minReplicas",
    "name",
    "namespace",
    "namespaceSelector",
    "nodePort",
    "nodeSelector",
    "operator",
    "parentRefs",
    "path",
    "paths",
    "persistentVolumeClaim",
    "pods",
    "podSelector",
    "policyTypes",
    "port",
    "ports",
    "privileged",
    "procMount",
    "protocol",
    "replicas",
    "requests",
    "resourceNames",
    "resources",
    "roleRef",
    "rules",
    "runAsNonRoot",
    "runAsUser",
    "scaleTargetRef",
    "seccompProfile",
    "securityContext",
    "selector",
    "seLinuxOptions",
    "service",
    "spec",
    "sysctls",
    "targetPort",
    "template",
    "tls",
    "to",
    "triggers",
    "type",
    "value",
    "values",
    "verbs",
    "volumes",
    "windowsOptions",
]
LEAVES = st.sampled_from(
    [None, True, 0, 1, -1, 0.5, "", "x", "25%", "LoadBalancer", "web", "In"]
)
DATA = st.recursive(
    LEAVES | st.sampled_from([OFF, FromConfig("key")]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
    ),
    max_leaves=12,
)


def judged(environment):
    """
    The findings about the shop, none if it is refused.
    """
    try:
        manifests = compile_app(APP, environment, STACK)
    except SpecError:
        return ()
    return check(
        APP, environment, STACK, manifests, neighbours=[("x", manifests)]
    )


def raw(kind, **fields):
    """
    An object that somebody has written by hand.
    """
    names = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x"}}
    return Raw({**names, **fields})
