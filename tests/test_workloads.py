"""
Deployments and Jobs.
"""

from mizzen import Image


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
