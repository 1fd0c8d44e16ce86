"""
Autoscalers of Kubernetes, and whose load they measure.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Autoscale,
    Behaviour,
    Container,
    ExternalMetric,
    Image,
    ObjectMetric,
    PodMetric,
    ScalingRules,
    Trigger,
)


class TestKubernetes:
    def test_autoscaled(self, web, desired):
        """
        An autoscaler owns the number of replicas, so the Deployment has
        none.
        """
        found = desired(
            attrs.evolve(web, scale=Autoscale(2, 9, cpu=70, memory=80))
        )

        assert "replicas" not in found.get("Deployment", "web")["spec"]
        assert {
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": "web",
            },
            "minReplicas": 2,
            "maxReplicas": 9,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {
                        "name": name,
                        "target": {
                            "type": "Utilization",
                            "averageUtilization": goal,
                        },
                    },
                }
                for name, goal in (("cpu", 70), ("memory", 80))
            ],
        } == found.get("HorizontalPodAutoscaler", "web")["spec"]

    def test_autoscaled_by_one(self, web, desired):
        """
        An autoscaler may aim for one thing alone.
        """
        found = desired(attrs.evolve(web, scale=Autoscale(1, 2, memory=80)))
        metrics = found.get("HorizontalPodAutoscaler", "web")["spec"][
            "metrics"
        ]

        assert ["memory"] == [m["resource"]["name"] for m in metrics]

    @pytest.mark.parametrize(
        ("metric", "expected"),
        [
            (
                PodMetric("hits", 100),
                {
                    "type": "Pods",
                    "pods": {
                        "metric": {"name": "hits"},
                        "target": {
                            "type": "AverageValue",
                            "averageValue": "100",
                        },
                    },
                },
            ),
            (
                ExternalMetric("jobs", "500m", selector={"queue": "mail"}),
                {
                    "type": "External",
                    "external": {
                        "metric": {
                            "name": "jobs",
                            "selector": {"matchLabels": {"queue": "mail"}},
                        },
                        "target": {
                            "type": "AverageValue",
                            "averageValue": "500m",
                        },
                    },
                },
            ),
            (
                ObjectMetric(
                    "hits",
                    10,
                    api_version="networking.k8s.io/v1",
                    kind="Ingress",
                    object="shop",
                ),
                {
                    "type": "Object",
                    "object": {
                        "describedObject": {
                            "apiVersion": "networking.k8s.io/v1",
                            "kind": "Ingress",
                            "name": "shop",
                        },
                        "metric": {"name": "hits"},
                        "target": {
                            "type": "AverageValue",
                            "averageValue": "10",
                        },
                    },
                },
            ),
        ],
        ids=["pods", "external", "object"],
    )
    def test_metric(self, scaled, metric, expected):
        """
        Metrics of pods, of objects and from outside are aimed for as
        averages.
        """
        found = scaled(Autoscale(1, 5, metric=metric))

        assert [expected] == found.get("HorizontalPodAutoscaler", "worker")[
            "spec"
        ]["metrics"]

    def test_behaviour(self, scaled):
        """
        Each direction has its own speed.
        """
        behaviour = Behaviour(
            up=ScalingRules(pods=4, percent=100, period_seconds=15),
            down=ScalingRules(stabilisation_seconds=600),
        )
        found = scaled(Autoscale(1, 5, cpu=70, behaviour=behaviour))

        assert {
            "scaleUp": {
                "policies": [
                    {"type": "Pods", "value": 4, "periodSeconds": 15},
                    {"type": "Percent", "value": 100, "periodSeconds": 15},
                ]
            },
            "scaleDown": {"stabilizationWindowSeconds": 600},
        } == found.get("HorizontalPodAutoscaler", "worker")["spec"]["behavior"]

    def test_one_way(self, scaled):
        """
        A direction can be switched off, and the other left to Kubernetes.
        """
        found = scaled(Autoscale(1, 5, cpu=70, behaviour=Behaviour(down=OFF)))

        assert {"scaleDown": {"selectPolicy": "Disabled"}} == found.get(
            "HorizontalPodAutoscaler", "worker"
        )["spec"]["behavior"]


class TestSidecars:
    SIDECAR = Container("proxy", image=Image("acme/proxy:v1"))

    def test_own_container(self, web, desired):
        """
        Beside sidecars the load of a part is that of its own container.
        """
        scale = Autoscale(1, 9, cpu=70, memory=80)
        found = desired(
            attrs.evolve(web, scale=scale, sidecars=[self.SIDECAR])
        )
        scaler = found.get("HorizontalPodAutoscaler", "web")

        assert [
            {
                "type": "ContainerResource",
                "containerResource": {
                    "name": name,
                    "container": "web",
                    "target": {
                        "type": "Utilization",
                        "averageUtilization": goal,
                    },
                },
            }
            for name, goal in (("cpu", 70), ("memory", 80))
        ] == scaler["spec"]["metrics"]

    def test_keda(self, web, desired):
        """
        So it is to KEDA.
        """
        scale = Autoscale(1, 9, cpu=70, queue=Trigger("cron", {}))
        found = desired(
            attrs.evolve(web, scale=scale, sidecars=[self.SIDECAR])
        )
        trigger, _ = found.get("ScaledObject", "web")["spec"]["triggers"]

        assert {"value": "70", "containerName": "web"} == trigger["metadata"]
