"""
Whatever is said in Kubernetes' words, it is refused by name or judged.
"""

import attrs
import pytest

from hypothesis import given, settings
from hypothesis import strategies as st

from mizzen import (
    OFF,
    App,
    CertManager,
    Environment,
    FromConfig,
    Gateway,
    Image,
    Job,
    NodePort,
    Postgres,
    Raw,
    Service,
    SpecError,
    Stack,
    Transform,
    compile_app,
)
from mizzen._shapes import of_shape
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
KINDS = [
    "ClusterRole",
    "ConfigMap",
    "CronJob",
    "CustomResourceDefinition",
    "DaemonSet",
    "Deployment",
    "Gateway",
    "HTTPRoute",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Job",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "Pod",
    "PodDisruptionBudget",
    "ResourceQuota",
    "Role",
    "RoleBinding",
    "ScaledObject",
    "Secret",
    "Service",
    "StatefulSet",
]


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


def places(node, path=()):
    """
    The way to every field of an object.
    """
    if path:
        yield path
    if isinstance(node, (dict, list)):
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in items:
            yield from places(value, (*path, key))


def exchanged(node, path, value):
    """
    A copy of an object with another value in one place.
    """
    if not path:
        return value
    copy = dict(node) if isinstance(node, dict) else list(node)
    copy[path[0]] = exchanged(node[path[0]], path[1:], value)
    return copy


def spec_of_everything(value):
    """
    A ``spec`` that says the same of every field.
    """
    return dict.fromkeys(WORDS, value)


class TestPatches:
    @pytest.mark.parametrize(
        "fields",
        [
            {"spec": {"template": {"spec": {"containers": OFF}}}},
            {"spec": {"template": OFF}},
            {"spec": OFF},
            {"metadata": {"labels": OFF}},
            {
                "spec": {
                    "template": {"spec": {"containers": [{"name": ["web"]}]}}
                }
            },
        ],
    )
    @pytest.mark.parametrize("part", [WEB, JOB])
    def test_removed(self, part, fields):
        """
        What an object needs can be removed, and checks judge the rest.
        """
        kind = "Job" if part is JOB else "Deployment"
        patch = part.patch(kind, fields)

        assert judged(attrs.evolve(DEV, patches=[patch]))

    def test_no_image(self):
        """
        So can the image of a container.
        """
        containers = {"web": {"image": OFF}}
        patch = WEB.patch(
            "Deployment",
            {"spec": {"template": {"spec": {"containers": containers}}}},
        )

        assert judged(attrs.evolve(DEV, patches=[patch]))

    @given(
        kind=st.sampled_from(["Deployment", "Service", "NetworkPolicy"]),
        data=st.dictionaries(
            st.sampled_from(["spec", "metadata", "data"]),
            DATA,
            min_size=1,
        ),
    )
    @settings(max_examples=50)
    def test_any(self, kind, data):
        """
        A patch is refused by a `SpecError`, or compiled and judged.
        """
        try:
            patch = WEB.patch(kind, data)
        except SpecError:
            return

        judged(attrs.evolve(DEV, patches=[patch]))


class TestTransforms:
    @given(data=st.data(), value=DATA)
    @settings(max_examples=50)
    def test_any(self, data, value):
        """
        A function may put anything anywhere: it is refused, or judged.
        """
        objects = compile_app(APP, DEV, STACK).objects
        chosen = data.draw(st.sampled_from(objects))
        path = data.draw(st.sampled_from([*places(chosen.body)]))

        def put(body):
            if body["metadata"]["name"] != chosen.name:
                return body
            return exchanged(body, path, value)

        transform = Transform(chosen.kind, put)
        judged(attrs.evolve(DEV, transforms=[transform]))

    def test_later(self):
        """
        What is known only at deployment is judged as text that says where
        it comes from.
        """

        def spoken(body):
            body["spec"]["ports"][0]["protocol"] = FromConfig("protocol")
            return body

        transform = Transform("Service", spoken)
        found = judged(attrs.evolve(DEV, transforms=[transform]))

        assert (
            "its target port 'http' (‹config: protocol›) is declared by no "
            "container of Deployment 'web'"
        ) in {finding.message for finding in found}

    def test_run(self):
        """
        A raw Job keeps its name, which is not made from its content.
        """
        job = raw("Job", spec={"template": {"spec": {}}})

        def paused(body):
            return {**body, "spec": {**body["spec"], "suspend": True}}

        dev = attrs.evolve(
            DEV, extras=[job], transforms=[Transform("Job", paused)]
        )

        assert compile_app(APP, dev, STACK).get("Job", "x")


class TestRaw:
    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"spec": None},
            {"spec": "x"},
            {"spec": [5]},
            *(
                {"spec": spec_of_everything(value)}
                for value in (
                    *("x", 5, None, [], [5], {}, [{}], ["x"]),
                    spec_of_everything("x"),
                    [spec_of_everything([])],
                )
            ),
        ],
    )
    def test_shapes(self, fields):
        """
        Objects of every odd shape are judged like all others.
        """
        extras = [raw(kind, **fields) for kind in KINDS]
        found = judged(attrs.evolve(DEV, extras=extras))

        assert {f"{kind} 'x'" for kind in KINDS} <= {
            finding.subject for finding in found
        }

    @given(kind=st.sampled_from(KINDS), spec=DATA)
    @settings(max_examples=50)
    def test_any(self, kind, spec):
        """
        An object is refused by a `SpecError`, or judged.
        """
        judged(attrs.evolve(DEV, extras=[raw(kind, spec=spec)]))

    @given(kind=st.sampled_from(["Role", "ClusterRole"]), rules=DATA)
    @settings(max_examples=50)
    def test_any_rules(self, kind, rules):
        """
        So is a role, which has no ``spec``.
        """
        judged(attrs.evolve(DEV, extras=[raw(kind, rules=rules)]))

    @pytest.mark.parametrize(
        "rules",
        [
            5,
            "x",
            {"verbs": ["get"]},
            [None],
            ["x"],
            *(
                [
                    {
                        "apiGroups": [""],
                        "resources": ["secrets"],
                        "verbs": ["get"],
                        field: value,
                    }
                ]
                for field in ("apiGroups", "resources", "verbs")
                for value in (None, "get", 5, [["x"]], {"x": "y"})
            ),
        ],
    )
    @pytest.mark.parametrize("kind", ["Role", "ClusterRole"])
    def test_rules(self, kind, rules):
        """
        Rights of the wrong type are looked at as if they were not there.
        """
        found = judged(attrs.evolve(DEV, extras=[raw(kind, rules=rules)]))

        assert "strong-rights" not in {finding.id for finding in found}

    @pytest.mark.parametrize("names", [None, "x", [5]])
    def test_names(self, names):
        """
        So are names that would restrict them.
        """
        rule = {
            "apiGroups": [""],
            "resources": ["secrets", ["x"]],
            "resourceNames": names,
            "verbs": ["get", None],
        }
        role = raw("Role", rules=[None, rule])
        found = judged(attrs.evolve(DEV, extras=[role]))

        assert [
            (
                "it allows get on secrets, by which an account comes to the "
                "rights of others"
            )
        ] == [each.message for each in found if each.id == "strong-rights"]

    @pytest.mark.parametrize(
        ("annotations", "ingress_class"),
        [
            ({"nginx.ingress.kubernetes.io/ssl-redirect": True}, "x"),
            (8, "x"),
            (None, "x"),
            ({"redirect": 1, "x": ["redirect"]}, "x"),
            ({"kubernetes.io/ingress.class": "x", "redirect": None}, 5),
        ],
    )
    def test_ingress(self, annotations, ingress_class):
        """
        So is what tells an ingress controller to redirect, and which.
        """
        body = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": "x", "annotations": annotations},
            "spec": {
                "ingressClassName": ingress_class,
                "tls": [{"hosts": ["a.example"]}],
            },
        }
        found = judged(attrs.evolve(DEV, extras=[Raw(body)]))

        assert [
            (
                "what the ingress controller of class 'x' does with plain "
                "HTTP is not known"
            )
        ] == [each.message for each in found if each.id == "ingress-redirect"]

    @pytest.mark.parametrize("parents", [5, [None], [{}], [{"name": 5}]])
    def test_parents(self, parents):
        """
        So are the Gateways that a route hangs on.
        """
        exposure = Gateway(tls=CertManager())
        dev = Environment("dev", exposure=exposure)
        route = raw("HTTPRoute", spec={"parentRefs": parents})
        app = App("shop", edition="2026", parts=[WEB, DB], extras=[route])
        found = check(app, dev, STACK, compile_app(app, dev, STACK))

        assert "gateway-tls" not in {finding.id for finding in found}

    def test_namespace(self):
        """
        A namespace has a name.
        """
        names = {"name": "x", "namespace": {}}
        body = {"apiVersion": "v1", "kind": "Pod", "metadata": names}
        with pytest.raises(SpecError) as ei:
            Raw(body)

        assert "Raw: body.metadata.namespace must be text (got {})." == str(
            ei.value
        )

    @pytest.mark.parametrize("part", [WEB, JOB, DB])
    def test_ours(self, part):
        """
        Nothing of what mizzen makes is left out.
        """
        for manifest in compile_app(APP, DEV, STACK).of(part):
            same = of_shape(manifest).body

            assert {"spec": {}, **manifest.body} == same
