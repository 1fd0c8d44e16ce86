"""
The namespace of a stack: its name, its labels, and what it holds.
"""

import pytest

from mizzen import (
    App,
    ContainerLimits,
    Environment,
    Namespace,
    Quota,
    SpecError,
    Stack,
)


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
