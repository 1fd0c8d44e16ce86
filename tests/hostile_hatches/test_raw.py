"""
Whatever is written by hand, it is refused by name or judged.
"""

import attrs
import pytest

from hypothesis import given, settings
from hypothesis import strategies as st

from mizzen import (
    App,
    CertManager,
    Environment,
    Gateway,
    Raw,
    SpecError,
    compile_app,
)
from mizzen._shapes import of_shape
from mizzen.checks import check

from .support import APP, DATA, DB, DEV, JOB, STACK, WEB, WORDS, judged, raw


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


def spec_of_everything(value):
    """
    A ``spec`` that says the same of every field.
    """
    return dict.fromkeys(WORDS, value)


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
