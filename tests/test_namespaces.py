"""
The namespace of a stack: its name, its labels, and what it holds.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    CertManager,
    ContainerLimits,
    Environment,
    Gateway,
    Ingress,
    Isolation,
    Namespace,
    Quota,
    Raw,
    Route,
    SpecError,
    Stack,
    Worker,
)
from mizzen.testing import Facts


class TestNamespace:
    def test_default(self, web, desired):
        """
        An app gets a namespace of its own, which enforces Pod Security.
        """
        (namespace,) = desired(web).of(None)

        assert {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": "shop-dev",
                "labels": {
                    "app.kubernetes.io/part-of": "shop",
                    "app.kubernetes.io/managed-by": "mizzen",
                    "pod-security.kubernetes.io/enforce": "restricted",
                    "pod-security.kubernetes.io/warn": "restricted",
                },
            },
        } == namespace.body

    def test_named(self, web, desired):
        """
        A namespace may have another name; labels keep the usual one.
        """
        environment = Environment("dev", namespace=Namespace("payments"))
        found = desired(web, environment=environment)
        service = found.get("Service", "web")

        assert "payments" == found.namespace
        assert (
            "payments"
            == found.get("Namespace", "payments")["metadata"]["name"]
        )
        assert "payments" == service["metadata"]["namespace"]
        assert (
            "shop-dev"
            == service["spec"]["selector"]["app.kubernetes.io/instance"]
        )

    def test_joined(self, web, desired):
        """
        A namespace that is there already is not made.
        """
        environment = Environment(
            "dev", namespace=Namespace("payments", create=False)
        )
        found = desired(web, environment=environment)

        assert "Namespace" not in {manifest.kind for manifest in found}

    def test_joined_default(self, web, desired):
        """
        A namespace that is there may have the usual name.
        """
        environment = Environment("dev", namespace=Namespace(create=False))

        assert "shop-dev" == desired(web, environment=environment).namespace

    @pytest.mark.parametrize(
        "name", ["default", "kube-node-lease", "kube-public", "kube-system"]
    )
    def test_of_cluster(self, web, desired, name):
        """
        A namespace of the cluster itself is joined alone: whoever made it
        would delete it with the stack.
        """
        joined = Environment("dev", namespace=Namespace(name, create=False))

        with pytest.raises(SpecError) as ei:
            Namespace(name)

        assert (
            f"Namespace {name!r}: name must come with create=False, because "
            f"every cluster has that namespace (got {name!r})."
        ) == str(ei.value)
        assert name == desired(web, environment=joined).namespace

    def test_called_like_cluster(self, web, desired):
        """
        App and stack together are no namespace of the cluster itself
        either, unless the app lives in another one.
        """
        kube = App("kube", edition="2026", parts=[web])
        system = Stack("system", environment="dev")
        elsewhere = Environment("dev", namespace=Namespace("kubes"))
        joined = Environment("dev", namespace=Namespace(create=False))

        with pytest.raises(SpecError) as ei:
            desired(kube, stack=system)

        assert (
            "App 'kube' cannot be deployed to stack 'system':\n"
            "  - App and stack together, 'kube-system', are called like a "
            "namespace that every cluster has. Choose another name for one "
            "of them, or name a namespace, like Namespace('kube')."
        ) == str(ei.value)
        for environment, name in (
            (elsewhere, "kubes"),
            (joined, "kube-system"),
        ):
            found = desired(kube, stack=system, environment=environment)

            assert name == found.namespace

    def test_quota(self, web, desired):
        """
        A quota counts requests and pods of the namespace.
        """
        held = Namespace(quota=Quota(cpu="4", memory="8Gi", pods=50))
        found = desired(web, environment=Environment("dev", namespace=held))
        (_, quota) = found.of(None)

        assert "quota" == quota.role
        assert {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": {
                "name": "shop",
                "namespace": "shop-dev",
                "labels": {
                    "app.kubernetes.io/part-of": "shop",
                    "app.kubernetes.io/managed-by": "mizzen",
                },
            },
            "spec": {
                "hard": {
                    "requests.cpu": "4",
                    "requests.memory": "8Gi",
                    "pods": "50",
                }
            },
        } == quota.body

    @pytest.mark.parametrize(
        ("limits", "expected"),
        [
            (
                ContainerLimits(
                    cpu="50m", memory="128Mi", ephemeral_storage="1Gi"
                ),
                {
                    "default": {"memory": "128Mi", "ephemeral-storage": "1Gi"},
                    "defaultRequest": {
                        "cpu": "50m",
                        "memory": "128Mi",
                        "ephemeral-storage": "1Gi",
                    },
                },
            ),
            (ContainerLimits(cpu="50m"), {"defaultRequest": {"cpu": "50m"}}),
        ],
    )
    def test_limits(self, web, desired, limits, expected):
        """
        Containers that say nothing get memory and disk, and no limit of
        processor time.
        """
        held = Namespace(limits=limits)
        found = desired(web, environment=Environment("dev", namespace=held))
        (_, limits) = found.of(None)

        assert ("limits", "LimitRange") == (limits.role, limits.kind)
        assert {"limits": [{"type": "Container", **expected}]} == limits.body[
            "spec"
        ]

    def test_baseline(self, web, desired):
        """
        A namespace may allow for pods of others, and still warns of them.
        """
        lower = Namespace(pod_security="baseline")
        found = desired(web, environment=Environment("dev", namespace=lower))
        labels = found.get("Namespace", "shop-dev")["metadata"]["labels"]

        assert "baseline" == labels["pod-security.kubernetes.io/enforce"]
        assert "restricted" == labels["pod-security.kubernetes.io/warn"]

    @pytest.mark.parametrize(
        ("field", "value", "shown"),
        [
            (
                "quota",
                Quota(pods=5),
                "Quota(cpu=None, memory=None, pods=5)",
            ),
            (
                "limits",
                ContainerLimits(cpu="1"),
                (
                    "ContainerLimits(cpu='1', memory=None, "
                    "ephemeral_storage=None)"
                ),
            ),
            ("pod_security", "baseline", "'baseline'"),
        ],
    )
    def test_joined_held(self, field, value, shown):
        """
        A namespace of others is not changed.
        """
        with pytest.raises(SpecError) as ei:
            Namespace("payments", create=False, **{field: value})

        assert (
            f"Namespace 'payments': {field} must be left out with "
            "create=False, which changes no namespace "
            f"(got {shown})."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("make", "error"),
        [
            (Quota, "Quota: cpu must be set, or memory or pods (got None)."),
            (
                ContainerLimits,
                (
                    "ContainerLimits: cpu must be set, or memory or "
                    "ephemeral_storage (got None)."
                ),
            ),
            (
                lambda: Quota(memory="8GB"),
                (
                    "Quota: memory must be a whole number followed by Ki, "
                    "Mi, Gi, or Ti, like '10Gi' (got '8GB')."
                ),
            ),
            (
                lambda: Quota(pods=0),
                (
                    "Quota: pods must be a whole number from 1 to 100000, "
                    "like 50 (got 0)."
                ),
            ),
            (
                lambda: Namespace(pod_security="strict"),
                (
                    "Namespace: pod_security must be one of 'restricted', "
                    "'baseline', 'privileged' (got 'strict')."
                ),
            ),
        ],
    )
    def test_wrong(self, make, error):
        """
        Quotas and limits say something, in quantities of Kubernetes.
        """
        with pytest.raises(SpecError) as ei:
            make()

        assert error == str(ei.value)


CLOSED = Environment("dev", namespace=Namespace(default_deny=True))


class TestDefaultDeny:
    @pytest.mark.parametrize(
        ("isolation", "types"),
        [
            (Isolation.FULL, ["Ingress", "Egress"]),
            (Isolation.INGRESS, ["Ingress"]),
        ],
    )
    def test_policy(self, web, desired, isolation, types):
        """
        A policy about all pods allows nothing in the directions that are
        isolated.
        """
        environment = attrs.evolve(CLOSED, isolation=isolation)
        found = desired(web, environment=environment)
        (_, policy) = found.of(None)

        assert "default-deny" == policy.role
        assert {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {
                "name": "default-deny",
                "namespace": "shop-dev",
                "labels": {
                    "app.kubernetes.io/part-of": "shop",
                    "app.kubernetes.io/managed-by": "mizzen",
                },
            },
            "spec": {"podSelector": {}, "policyTypes": types},
        } == policy.body

    def test_usual(self, web, desired):
        """
        Nobody is cut off who has not asked for it.
        """
        found = desired(web, environment=Environment("dev"))

        assert ["Namespace"] == [each.kind for each in found.of(None)]

    def test_parts(self, api, db, cache):
        """
        Parts reach what they use, as without it.
        """
        app = App("shop", edition="2026", parts=[api, db, cache])
        stack = Stack("dev", environment="dev")
        facts = Facts.of(app, CLOSED, stack)

        assert facts.can_reach(api, db)
        assert facts.can_reach(api, cache)
        assert not facts.can_reach(db, api)

    @pytest.mark.parametrize(
        ("controller", "allowed"),
        [
            (
                "nginx",
                {
                    "from": [
                        {
                            "namespaceSelector": {
                                "matchLabels": {
                                    "kubernetes.io/metadata.name": "ingress"
                                }
                            },
                            "podSelector": {
                                "matchLabels": {
                                    "app.kubernetes.io/name": "ingress-nginx",
                                    "app.kubernetes.io/component": "controller",
                                }
                            },
                        }
                    ]
                },
            ),
            ("cilium", {}),
        ],
    )
    def test_solvers(self, web, desired, controller, allowed):
        """
        The ingress controller reaches the pods that prove who has a host;
        where no policy can name it, everybody does.
        """
        app = App(
            "shop",
            edition="2026",
            parts=[web],
            routes=[Route("/", web), Route("/b", web)],
        )
        stack = Stack(
            "dev",
            environment="dev",
            hosts=["shop.example.com"],
            issuer="letsencrypt",
            ingress_class=controller,
            ingress_namespace="ingress",
        )
        environment = attrs.evolve(CLOSED, exposure=Ingress(tls=CertManager()))
        found = desired(app, environment=environment, stack=stack)
        spec = found.get("NetworkPolicy", "acme-solvers")["spec"]

        assert {
            "podSelector": {
                "matchLabels": {"acme.cert-manager.io/http01-solver": "true"}
            },
            "policyTypes": ["Ingress"],
            "ingress": [
                {"ports": [{"protocol": "TCP", "port": 8089}], **allowed}
            ],
        } == spec

    def test_joined_gateway(self, web, desired):
        """
        Who joins a Gateway has no certificate, whose owner would be asked.
        """
        app = App(
            "shop", edition="2026", parts=[web], routes=[Route("/", web)]
        )
        stack = Stack(
            "dev",
            environment="dev",
            hosts=["shop.example.com"],
            gateway="infra/shared",
        )
        exposure = Gateway(tls=CertManager())
        environment = attrs.evolve(CLOSED, exposure=exposure)
        found = desired(app, environment=environment, stack=stack)

        assert "default-deny" in [m.name for m in found]
        assert "acme-solvers" not in [m.name for m in found]

    def test_raw(self, web, desired):
        """
        No object of one's own is called like one of the namespace.
        """
        body = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "default-deny"},
            "spec": {"podSelector": {}},
        }
        with pytest.raises(SpecError) as ei:
            desired(web, environment=attrs.evolve(CLOSED, extras=[Raw(body)]))

        assert (
            "<Raw NetworkPolicy default-deny> is called like another object "
            "of the app."
        ) in str(ei.value)

    def test_open(self, web, desired):
        """
        Where nothing lets parts connect, nothing may be denied.
        """
        with pytest.raises(SpecError) as ei:
            desired(web, environment=attrs.evolve(CLOSED, isolation=OFF))

        assert (
            "Environment 'dev': its namespace denies by default, but with "
            "isolation=OFF nothing would let parts connect. Set "
            "isolation=Isolation.FULL, or leave out default_deny."
        ) in str(ei.value)

    def test_taken(self, web, desired):
        """
        No part is called like its policy.
        """
        part = Worker("default-deny", image=web.image)
        with pytest.raises(SpecError) as ei:
            desired(part, environment=CLOSED)

        assert (
            "Worker 'default-deny' has the name of a NetworkPolicy of the "
            "namespace, which denies by default. Choose another one."
        ) in str(ei.value)

    def test_joined(self):
        """
        A namespace that is there is left as it is.
        """
        with pytest.raises(SpecError) as ei:
            Namespace("payments", create=False, default_deny=True)

        assert (
            "Namespace 'payments': default_deny must be left out with "
            "create=False, which changes no namespace (got True)."
        ) == str(ei.value)
