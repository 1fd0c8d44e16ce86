"""
Findings about disks: who mounts them, and whether they are kept.
"""

import attrs
import pytest

from mizzen import App, Environment, ExistingDisk, Raw, Stack
from mizzen.environment import CLUSTERS

from .support import pod, raw, spec, with_raw


_OWN = {"name": "data", "persistentVolumeClaim": {"claimName": "own"}}


def _claim():
    """
    A claim that one node alone can mount.
    """
    modes = {"accessModes": ["ReadWriteOnce"]}
    return raw("PersistentVolumeClaim", "own", modes)


def _cron_job(name, **fields):
    """
    One that mounts the claim.
    """
    template = {"spec": {"containers": [], "volumes": [_OWN]}}
    job = {"spec": {"template": template}}

    return raw("CronJob", name, {"jobTemplate": job, **fields})


@pytest.fixture(name="mounted")
def _mounted(made):
    """
    The objects of the shop, of which one mounts a disk of its own.
    """
    pod(made, "Deployment", "worker")["volumes"].append(_OWN)

    return with_raw(made, _claim())


class TestSharedDisk:
    def test_replicas(self, mounted, found):
        """
        Replicas may not share a disk that one node alone can mount.
        """
        spec(mounted, "Deployment", "worker")["replicas"] = 3

        assert [
            (
                "Deployment 'worker': up to 3 replicas mount disk 'own', which "
                "one node alone can mount (shared-disk). Set replicas=1 on "
                "Worker 'worker', or give the disk access mode ReadWriteMany."
            )
        ] == found("shared-disk", mounted)

    def test_every_node(self, mounted, found):
        """
        Pods of a DaemonSet run on all nodes, and need a disk that all can
        mount.
        """
        mounted.get("Deployment", "worker")["kind"] = "DaemonSet"

        assert [
            (
                "DaemonSet 'worker': its pods on all nodes mount disk 'own', "
                "which one node alone can mount (shared-disk). Give the disk "
                "access mode ReadWriteMany."
            ),
        ] == found("shared-disk", mounted)

    def test_surge(self, mounted, found):
        """
        New pods beside the old ones wait for the disk that those have.
        """
        assert [
            (
                "Deployment 'worker': during a rollout, old and new pods mount "
                "disk 'own', which one node alone can mount (shared-disk). Set "
                "rollout=Recreate() on Worker 'worker', or give the disk "
                "access mode ReadWriteMany."
            ),
        ] == found("shared-disk", mounted)

    @pytest.mark.parametrize(
        "strategy",
        [{"type": "Recreate"}, {"rollingUpdate": {"maxSurge": 0}}],
    )
    def test_in_turn(self, mounted, found, strategy):
        """
        Old pods that go first leave the disk to the new ones.
        """
        spec(mounted, "Deployment", "worker")["strategy"] = strategy

        assert [] == found("shared-disk", mounted)

    def test_two(self, mounted, found):
        """
        Neither may two workloads.
        """
        for kind, name in (("StatefulSet", "db"), ("Deployment", "worker")):
            pod(mounted, kind, name)["volumes"] = [
                {"name": "data", "persistentVolumeClaim": {"claimName": "own"}}
            ]
        spec(mounted, "Deployment", "worker")["strategy"] = {
            "type": "Recreate"
        }

        assert [
            (
                "StatefulSet 'db': it mounts disk 'own', as Deployment "
                "'worker' does, which one node alone can mount (shared-disk). "
                "Keep the disk to one of them, or give the disk access mode "
                "ReadWriteMany."
            )
        ] == found("shared-disk", mounted)

    @pytest.mark.parametrize(
        ("modes", "claim"),
        [(["ReadWriteOnce", "ReadWriteMany"], "db"), ([], "elsewhere")],
    )
    def test_many(self, twice, found, modes, claim):
        """
        Disks that many nodes can mount may be shared, and those of others
        cannot be judged.
        """
        spec(twice, "PersistentVolumeClaim", "db")["accessModes"] = modes
        pod(twice, "Deployment", "worker")["volumes"] += [
            {"name": "data", "persistentVolumeClaim": {"claimName": claim}}
        ]

        assert [] == found("shared-disk", twice)

    @pytest.mark.parametrize("policy", [{}, {"concurrencyPolicy": "Allow"}])
    def test_overlapping_runs(self, made, found, policy):
        """
        Neither may runs beside each other, which CronJobs by hand start
        where nothing is said.
        """
        again = with_raw(made, _claim(), _cron_job("tidy", **policy))

        assert [
            (
                "CronJob 'tidy': runs beside each other mount disk 'own', "
                "which one node alone can mount (shared-disk). Set "
                "concurrencyPolicy='Forbid' on CronJob 'tidy', or give the "
                "disk access mode ReadWriteMany."
            )
        ] == found("shared-disk", again)

    def test_ends(self, made, found):
        """
        Those that run to their end may wait for each other.
        """
        jobs = [_cron_job(name, concurrencyPolicy="Forbid") for name in "ab"]

        assert [] == found("shared-disk", with_raw(made, _claim(), *jobs))

    def test_never_ends(self, mounted, found):
        """
        They wait in vain for the disk of a pod that stays.
        """
        spec(mounted, "Deployment", "worker")["strategy"] = {
            "type": "Recreate"
        }
        job = _cron_job("tidy", concurrencyPolicy="Forbid")
        first = attrs.evolve(
            mounted, objects=with_raw(mounted, job).objects[::-1]
        )

        assert [
            (
                "CronJob 'tidy': it mounts disk 'own', as Deployment 'worker' "
                "does, which one node alone can mount (shared-disk). Keep the "
                "disk to one of them, or give the disk access mode "
                "ReadWriteMany."
            )
        ] == found("shared-disk", first)


class TestExistingDisk:
    @pytest.mark.parametrize(
        ("shared", "expected"),
        [
            (
                False,
                [
                    (
                        "Deployment 'tidy': it mounts disk 'archive', as "
                        "Deployment 'beat' does, which one node alone can mount "
                        "(shared-disk). Keep the disk to one of them, or give the "
                        "disk access mode ReadWriteMany."
                    )
                ],
            ),
            (True, []),
        ],
    )
    def test_two(self, beat, desired, found, shared, expected):
        """
        Of a claim of somebody else's, parts say whether several pods can
        mount it.
        """
        archive = ExistingDisk("archive", shared=shared)
        one = attrs.evolve(beat, volumes={"/archive": archive})
        two = attrs.evolve(one, name="tidy")
        app = App("shop", edition="2026", parts=[one, two])

        assert expected == found("shared-disk", desired(one, two), app=app)


class TestUnprotectedDisk:
    def test_public(self, routed, public, found):
        """
        An app with public addresses should keep its data.
        """
        findings = found("unprotected-disk", routed, environment=public)

        assert [
            (
                "PersistentVolumeClaim 'db': it is deleted with the stack, "
                "though Ingress 'shop' makes the app public (unprotected-disk). "
                "Set protect=True on environment 'dev'."
            ),
            "PersistentVolumeClaim 'cache'",
        ] == [findings[0], findings[1].partition(":")[0]]

    def test_protected(self, routed, public, found):
        """
        Protected disks are fine.
        """
        safe = public.derive("safe", protect=True)

        assert [] == found("unprotected-disk", routed, environment=safe)

    def test_throwaway(self, routed, public, found, stack):
        """
        So are those of stacks that come and go.
        """
        preview = attrs.evolve(stack, throwaway=True)

        assert [] == found(
            "unprotected-disk", routed, environment=public, stack=preview
        )

    def test_private(self, made, found):
        """
        So are those of an app that nobody reaches.
        """
        assert [] == found("unprotected-disk", made)


class TestNoStorageClass:
    EKS = Stack("dev", environment="dev", cluster=CLUSTERS["eks"])

    def test_none(self, desired, shop, found):
        """
        A new cluster of EKS gives no disk to who names no class.
        """
        made = desired(shop, stack=self.EKS)
        claims = [m for m in made if m.kind == "PersistentVolumeClaim"]

        assert [
            (
                f"PersistentVolumeClaim {claim.name!r}: it names no storage "
                "class, of which new clusters of kind 'eks' have no default, "
                "so that pods may wait for their disk forever "
                "(no-storage-class). Set storageClass in the file of stack "
                "'dev', like 'storageClass: gp3'."
            )
            for claim in claims
        ] == found("no-storage-class", made, stack=self.EKS)
        assert claims

    @pytest.mark.parametrize(
        "changes",
        [{"storage_class": "gp3"}, {"cluster": CLUSTERS["generic"]}],
        ids=["named", "default"],
    )
    def test_some(self, desired, shop, found, changes):
        """
        What names a class gets a disk, and so do all where there is a
        default.
        """
        stack = attrs.evolve(self.EKS, **changes)

        assert [] == found(
            "no-storage-class", desired(shop, stack=stack), stack=stack
        )

    @pytest.mark.parametrize(
        ("spec", "count"),
        [
            ({}, 1),
            ({"storageClassName": ""}, 0),
            ({"volumeName": "archive"}, 0),
        ],
        ids=str,
    )
    def test_raw(self, web, desired, found, spec, count):
        """
        An object of one's own says it itself; some volumes are there
        already.
        """
        body = raw("PersistentVolumeClaim", "own", spec)
        shop = App("shop", edition="2026", parts=[web], extras=[Raw(body)])
        made = desired(shop, stack=self.EKS)

        assert [
            (
                "PersistentVolumeClaim 'own': it names no storage class, of "
                "which new clusters of kind 'eks' have no default, so that "
                "pods may wait for their disk forever (no-storage-class). "
                "Set storageClassName."
            )
        ] * count == found("no-storage-class", made, stack=self.EKS)


class TestSmallDisk:
    @pytest.mark.parametrize(
        ("changes", "size"),
        [
            ({"memory": "64Gi"}, "117965Mi"),
            ({"disk": "16Mi"}, "231Mi"),
            ({"disk": "128Mi", "settings": {"hz": "50"}}, "231Mi"),
        ],
    )
    def test_log(self, shop, desired, found, changes, size):
        """
        The log of a Redis whose memory is full must fit on its disk.
        """
        cache = shop["cache"]
        dev = Environment("dev", overrides=[cache.override(**changes)])
        made = desired(*shop.parts, environment=dev)
        disk = changes.get("disk", cache.disk)

        assert [
            (
                f"StatefulSet 'cache': its data may take {size}, but its disk "
                f"has {disk} (small-disk). Give Redis 'cache' a larger disk, "
                "or less memory."
            )
        ] == found("small-disk", made, environment=dev)

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"disk": "16Mi", "settings": {"appendonly": "no"}},
            {"disk": "16Mi", "settings": {"maxmemory": "8mb"}},
        ],
    )
    def test_fits(self, shop, desired, found, changes):
        """
        Nothing is said of what fits, or of what the user has settled.
        """
        cache = shop["cache"]
        dev = Environment("dev", overrides=[cache.override(**changes)])
        made = desired(*shop.parts, environment=dev)

        assert [] == found("small-disk", made, environment=dev)
