"""
Deployments and Jobs.
"""

import attrs

from mizzen import (
    OFF,
    CronJob,
    DaemonSet,
    Defaults,
    Environment,
    Image,
    Recreate,
    Rollout,
    Toleration,
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


class TestDaemonSet:
    def test_whole(self, desired):
        """
        One pod runs on each node, exchanged one node at a time, and what is
        tolerated is said by the part alone.
        """
        part = DaemonSet(
            "sensor",
            image=Image("acme/sensor:v5"),
            tolerations=[Toleration()],
            update_strategy=Rollout(surge=0, unavailable="10%"),
        )
        daemon_set = desired(part).get("DaemonSet", "sensor")
        template = daemon_set["spec"].pop("template")

        assert {
            "revisionHistoryLimit": 3,
            "selector": {
                "matchLabels": {
                    "app.kubernetes.io/name": "sensor",
                    "app.kubernetes.io/instance": "shop-dev",
                }
            },
            "updateStrategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": 0, "maxUnavailable": "10%"},
            },
        } == daemon_set["spec"]
        assert [{"operator": "Exists"}] == template["spec"]["tolerations"]
        assert "affinity" not in template["spec"]

    def test_defaults(self, desired):
        """
        What an environment says of replicas is not for parts that have
        none.
        """
        part = DaemonSet("sensor", image=Image("acme/sensor:v5"))
        environment = Environment("dev", defaults=Defaults(rollout=Recreate()))
        found = desired(part, environment=environment)

        assert {"maxSurge": 1, "maxUnavailable": 0} == found.get(
            "DaemonSet", "sensor"
        )["spec"]["updateStrategy"]["rollingUpdate"]


RUN = {
    "activeDeadlineSeconds": 600,
    "backoffLimit": 3,
    "podFailurePolicy": {
        "rules": [
            {
                "action": "Ignore",
                "onPodConditions": [
                    {"type": "DisruptionTarget", "status": "True"}
                ],
            }
        ]
    },
    "podReplacementPolicy": "Failed",
}


class TestCronJob:
    def test_whole(self, desired):
        """
        Runs start at the times of the schedule, never two at once, and are
        hardened as all others.
        """
        part = CronJob(
            "tidy",
            image=Image("acme/api:v5"),
            args=["tidy"],
            schedule="30 3 * * *",
            time_zone="Europe/Berlin",
            start_within_seconds=600,
            suspend=True,
        )
        spec = desired(part).get("CronJob", "tidy")["spec"]
        run = spec.pop("jobTemplate")
        template = run["spec"].pop("template")

        assert {
            "schedule": "30 3 * * *",
            "timeZone": "Europe/Berlin",
            "concurrencyPolicy": "Forbid",
            "suspend": True,
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 3,
            "startingDeadlineSeconds": 600,
        } == spec
        assert {**RUN, "activeDeadlineSeconds": 21_600} == run["spec"]
        assert "Never" == template["spec"]["restartPolicy"]
        assert "livenessProbe" not in template["spec"]["containers"][0]
        assert ["tidy"] == template["spec"]["containers"][0]["args"]

    def test_late(self, desired):
        """
        However late a run is, it starts unless the part says otherwise.
        """
        part = CronJob("tidy", image=Image("a/b:1"), schedule="@daily")

        assert (
            "startingDeadlineSeconds"
            not in desired(part).get("CronJob", "tidy")["spec"]
        )

    def test_after(self, migrate, api, db, cache, desired):
        """
        A CronJob may wait for a job.
        """
        part = CronJob("tidy", image=api.image, schedule="@daily")
        first = attrs.evolve(migrate, before=[api, part])

        assert ("migrate",) == desired(first, part, api, db, cache).waits_for[
            "tidy"
        ]


class TestJob:
    def test_endless(self, migrate, desired, shop):
        """
        A job may do without a deadline.
        """
        app = shop.replace(migrate, deadline_seconds=OFF)
        (job,) = (m for m in desired(app).of("migrate") if m.kind == "Job")

        assert "activeDeadlineSeconds" not in job.body["spec"]

    def test_whole(self, shop, desired):
        """
        A job runs to its end in a pod that is never restarted in place.
        """
        (job,) = (
            m.body for m in desired(shop).of("migrate") if m.kind == "Job"
        )
        template = job["spec"].pop("template")

        assert RUN == job["spec"]
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
        (name,) = (m.name for m in manifests.of("migrate") if m.kind == "Job")
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
