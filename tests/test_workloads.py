"""
Deployments, Jobs and autoscalers.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Autoscale,
    Image,
)


class TestDeployment:
    def test_whole(self, web, desired):
        """
        Replicas are exchanged one by one, without fewer of them in between.
        """
        deployment = desired(web).get("Deployment", "web")
        labels = {
            "app.kubernetes.io/name": "web",
            "app.kubernetes.io/instance": "shop-dev",
            "app.kubernetes.io/part-of": "shop",
            "app.kubernetes.io/component": "service",
            "app.kubernetes.io/managed-by": "mizzen",
        }
        template = deployment["spec"].pop("template")

        assert {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {
                "name": "web",
                "namespace": "shop-dev",
                "labels": labels,
            },
            "spec": {
                "replicas": 1,
                "revisionHistoryLimit": 3,
                "selector": {
                    "matchLabels": {
                        "app.kubernetes.io/name": "web",
                        "app.kubernetes.io/instance": "shop-dev",
                    }
                },
                "strategy": {
                    "type": "RollingUpdate",
                    "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
                },
            },
        } == deployment
        assert {
            **labels,
            "app.kubernetes.io/version": "v5",
        } == template["metadata"]["labels"]

    def test_autoscaled(self, web, desired):
        """
        An autoscaler owns the number of replicas, so the Deployment has
        none.
        """
        found = desired(
            attrs.evolve(
                web, replicas=3, scale=Autoscale(2, 9, cpu=70, memory=80)
            )
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


class TestSeveral:
    @pytest.mark.parametrize(
        ("changes", "several"),
        [
            ({"replicas": 0}, False),
            ({"replicas": 1}, False),
            ({"replicas": 2}, True),
            ({"scale": Autoscale(1, 9, cpu=70)}, False),
            ({"scale": Autoscale(2, 9, cpu=70)}, True),
            ({"replicas": 1, "scale": Autoscale(2, 9, cpu=70)}, True),
            ({"replicas": 2, "scale": OFF}, True),
        ],
        ids=str,
    )
    def test_budget_and_spread(self, web, desired, changes, several):
        """
        A disruption budget and spread are there from two replicas on.
        """
        found = desired(attrs.evolve(web, **changes))
        deployment = found.get("Deployment", "web")
        kinds = {manifest.kind for manifest in found}

        assert several is ("PodDisruptionBudget" in kinds)
        assert several is (
            "affinity" in deployment["spec"]["template"]["spec"]
        )

    def test_budget(self, web, desired):
        """
        One replica may go at a time, so that a drain is never blocked.
        """
        found = desired(attrs.evolve(web, replicas=2))

        assert {
            "maxUnavailable": 1,
            "selector": {
                "matchLabels": {
                    "app.kubernetes.io/name": "web",
                    "app.kubernetes.io/instance": "shop-dev",
                }
            },
        } == found.get("PodDisruptionBudget", "web")["spec"]

    def test_spread(self, web, desired):
        """
        Replicas prefer other hosts and zones but run without them.
        """
        found = desired(attrs.evolve(web, replicas=2))
        spec = found.get("Deployment", "web")["spec"]["template"]["spec"]
        selector = {
            "matchLabels": {
                "app.kubernetes.io/name": "web",
                "app.kubernetes.io/instance": "shop-dev",
            }
        }

        assert {
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {
                        "weight": 100,
                        "podAffinityTerm": {
                            "labelSelector": selector,
                            "topologyKey": "kubernetes.io/hostname",
                        },
                    }
                ]
            }
        } == spec["affinity"]
        assert [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": selector,
            }
        ] == spec["topologySpreadConstraints"]


class TestJob:
    def test_whole(self, shop, desired):
        """
        A job runs to its end in a pod that is never restarted in place.
        """
        (job,) = (m.body for m in desired(shop) if m.kind == "Job")
        template = job["spec"].pop("template")

        assert {"activeDeadlineSeconds": 600, "backoffLimit": 3} == job["spec"]
        assert "Never" == template["spec"]["restartPolicy"]
        assert ["migrate"] == template["spec"]["containers"][0]["args"]
        assert not [
            name
            for name in template["spec"]["containers"][0]
            if name.endswith("Probe")
        ]

    @staticmethod
    def name(manifests):
        """
        Name of the one Job.
        """
        (name,) = (m.name for m in manifests if m.kind == "Job")
        return name

    def test_new_name(self, shop, migrate, desired):
        """
        A job that would run something else is another object.
        """
        one = self.name(desired(shop))
        others = {
            self.name(desired(shop.replace(migrate, **changes)))
            for changes in (
                {"args": ["other"]},
                {"env": {"A": "1"}},
                {"image": Image("acme/api:v6")},
                {"memory": "1Gi"},
            )
        }

        assert 4 == len(others - {one})

    def test_same_name(self, shop, migrate, api, desired):
        """
        A job does not run again because of how often it is tried, or what
        other parts do.
        """
        assert (
            self.name(desired(shop))
            == self.name(desired(shop.replace(migrate, retries=0)))
            == self.name(desired(shop.replace(api, replicas=9)))
        )

    def test_order(self, shop, desired):
        """
        Parts wait for the stores they use and the jobs that come before.
        """
        assert {
            "web": (),
            "api": ("db", "cache", "migrate"),
            "worker": ("cache",),
            "migrate": ("db",),
            "db": (),
            "cache": (),
        } == desired(shop).waits_for
