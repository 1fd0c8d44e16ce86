"""
Disks, scratch space, and what somebody else keeps, as folders of
containers.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Backup,
    Cluster,
    Container,
    Conventions,
    Defaults,
    Disk,
    Environment,
    ExistingDisk,
    FromConfigMap,
    FromSecret,
    Image,
    Job,
    Recreate,
    Rollout,
    Scratch,
    SharedDisk,
    SpecError,
    Stack,
)


SIDE = Container("side", image=Image("acme/side:v1"))


@pytest.fixture(name="sharing")
def _sharing():
    """
    A stack whose cluster has disks for several nodes.
    """
    cluster = Cluster("own", storage_class="fast", shared_storage_class="wide")
    return Stack("dev", environment="dev", cluster=cluster)


def pod(manifests, part, kind="Deployment"):
    """
    The pods of a part.
    """
    return manifests.get(kind, part.name)["spec"]["template"]["spec"]


def mounted(manifests, part, container=None):
    """
    Source of each volume by the path at which it appears.
    """
    spec = pod(manifests, part)
    found = {
        c["name"]: c
        for c in (*spec["containers"], *spec.get("initContainers", ()))
    }
    volumes = {volume["name"]: volume for volume in spec["volumes"]}

    return {
        mount["mountPath"]: {
            key: value
            for key, value in volumes[mount["name"]].items()
            if key != "name"
        }
        for mount in found[container or part.name]["volumeMounts"]
    }


class TestDisk:
    def test_claim(self, web, desired, sharing):
        """
        A disk is a claim of the part's own, from the cluster's class.
        """
        web = attrs.evolve(web, volumes={"/data": Disk("10Gi")})
        manifests = desired(web, stack=sharing)
        claim = manifests.get("PersistentVolumeClaim", "web.data")

        assert {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "10Gi"}},
            "storageClassName": "fast",
        } == claim["spec"]
        assert {"persistentVolumeClaim": {"claimName": "web.data"}} == mounted(
            manifests, web
        )["/data"]
        assert ["data-disk"] == [
            m.role
            for m in manifests.of(web)
            if m.kind == "PersistentVolumeClaim"
        ]

    def test_alone(self, web, desired):
        """
        One pod has the disk: it stops before the next one starts, and no
        default makes it two.
        """
        web = attrs.evolve(web, volumes={"/data": Disk("10Gi")})
        environment = Environment("dev", defaults=Defaults(replicas=2))
        manifests = desired(web, environment=environment)
        spec = manifests.get("Deployment", "web")["spec"]

        assert 1 == spec["replicas"]
        assert {"type": "Recreate"} == spec["strategy"]
        assert (
            "OnRootMismatch"
            == pod(manifests, web)["securityContext"]["fsGroupChangePolicy"]
        )

    def test_image_user(self, web, desired):
        """
        A part that keeps its image's user has no group to give disks to.
        """
        web = attrs.evolve(web, volumes={"/data": Disk("1Gi")}, user=OFF)

        assert (
            "fsGroupChangePolicy"
            not in pod(desired(web), web)["securityContext"]
        )

    def test_override(self, web, desired):
        """
        An environment can ask for a larger disk, or for none.
        """
        web = attrs.evolve(
            web,
            volumes={"/data": Disk("1Gi"), "/cache": Scratch("1Gi")},
        )
        override = web.override(volumes={"/data": Disk("9Gi"), "/cache": OFF})
        manifests = desired(
            web, environment=Environment("dev", overrides=[override])
        )
        claim = manifests.get("PersistentVolumeClaim", "web.data")

        assert "9Gi" == claim["spec"]["resources"]["requests"]["storage"]
        assert {"/data", "/tmp"} == set(mounted(manifests, web))

    def test_job(self, desired, web):
        """
        A job can have a disk too.
        """
        job = Job("job", image=web.image, volumes={"/data": Disk("1Gi")})

        assert desired(job).get("PersistentVolumeClaim", "job.data")

    def test_given_twice(self, web, beat, desired):
        """
        Parts do not share a disk by being given the same object.
        """
        disk = Disk("1Gi")
        web = attrs.evolve(web, volumes={"/d": disk})
        beat = attrs.evolve(beat, volumes={"/d": disk})
        with pytest.raises(SpecError) as ei:
            desired(web, beat)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Worker 'beat' and Service 'web' are given the same Disk, but "
            "each part has one of its own. Give each another object, like "
            "Disk('1Gi'), or both the same SharedDisk('files', '1Gi')."
        ) == str(ei.value)

    def test_rollout(self, beat, desired):
        """
        One pod at a time can mount a disk, so that none starts before the
        last one has stopped.
        """
        part = attrs.evolve(
            beat, volumes={"/d": Disk("1Gi")}, rollout=Rollout()
        )
        with pytest.raises(SpecError, match="rollout starts a pod before"):
            desired(part)

    def test_recreate(self, beat, desired):
        """
        Whoever says so is content.
        """
        part = attrs.evolve(
            beat, volumes={"/d": Disk("1Gi")}, rollout=Recreate()
        )
        made = desired(part)

        assert made.get("Deployment", "beat")["spec"]["strategy"] == {
            "type": "Recreate"
        }


class TestSharedDisk:
    def test_claim(self, web, beat, desired, sharing):
        """
        Parts that are given one shared disk mount one claim, which is the
        app's, and may have several replicas.
        """
        disk = SharedDisk("uploads", "5Gi")
        web = attrs.evolve(web, volumes={"/srv": disk}, replicas=2)
        beat = attrs.evolve(beat, volumes={"/in": disk})
        manifests = desired(web, beat, stack=sharing)
        claims = [m for m in manifests if m.kind == "PersistentVolumeClaim"]
        source = {"persistentVolumeClaim": {"claimName": "uploads"}}

        assert [(None, "uploads-disk", "uploads")] == [
            (m.part, m.role, m.name) for m in claims
        ]
        assert {
            "accessModes": ["ReadWriteMany"],
            "resources": {"requests": {"storage": "5Gi"}},
            "storageClassName": "wide",
        } == claims[0].body["spec"]
        assert source == mounted(manifests, web)["/srv"]
        assert source == mounted(manifests, beat)["/in"]
        assert (
            "RollingUpdate"
            == manifests.get("Deployment", "web")["spec"]["strategy"]["type"]
        )

    def test_conventions(self, web, desired, sharing):
        """
        Where apps share a namespace, its name tells whose it is.
        """
        web = attrs.evolve(web, volumes={"/srv": SharedDisk("up", "5Gi")})
        environment = Environment(
            "dev", conventions=Conventions(name="{app}-{stack}-{part}")
        )
        manifests = desired(web, environment=environment, stack=sharing)

        assert manifests.get("PersistentVolumeClaim", "shop-dev-up")

    def test_stack(self, sharing):
        """
        The stack's file goes before the kind of cluster.
        """
        assert "wide" == sharing.shared_storage_class
        assert (
            "efs"
            == attrs.evolve(sharing, shared_class="efs").shared_storage_class
        )

    def test_own_class(self, web, db, desired, sharing):
        """
        A disk that has a class of its own is of no other.
        """
        volumes = {
            "/data": Disk("1Gi", storage_class="io2"),
            "/srv": SharedDisk("uploads", "5Gi", storage_class="efs"),
        }
        copies = Backup("@daily", disk="1Gi", storage_class="cold")
        web = attrs.evolve(web, volumes=volumes)
        db = attrs.evolve(db, storage_class="io1", backup=copies)
        made = desired(web, db, stack=sharing)

        assert {
            "web.data": "io2",
            "uploads": "efs",
            "db": "io1",
            "db-backup": "cold",
        } == {
            m.name: m.body["spec"]["storageClassName"]
            for m in made
            if m.kind == "PersistentVolumeClaim"
        }

    def test_own_class_of_shared(self, web, desired):
        """
        A cluster that has no class for shared disks has one that is named.
        """
        disk = SharedDisk("uploads", "5Gi", storage_class="efs")
        web = attrs.evolve(web, volumes={"/srv": disk})
        claim = desired(web).get("PersistentVolumeClaim", "uploads")

        assert "efs" == claim["spec"]["storageClassName"]

    def test_class_in_environment(self, db, desired):
        """
        Environments choose the class of a store.
        """
        fast = Environment("dev", overrides=[db.override(storage_class="io2")])
        claim = desired(db, environment=fast).get(
            "PersistentVolumeClaim", "db"
        )

        assert "io2" == claim["spec"]["storageClassName"]

    def test_class_of_stack(self, db, desired, sharing):
        """
        So does the class of disks that one node at a time mounts.
        """
        stack = attrs.evolve(sharing, storage_class="gp3")

        for where, expected in ((sharing, "fast"), (stack, "gp3")):
            claim = desired(db, stack=where).get("PersistentVolumeClaim", "db")

            assert expected == claim["spec"]["storageClassName"]


class TestOthers:
    def test_existing(self, web, desired):
        """
        A claim of somebody else is mounted and not made; whether it is
        shared decides how pods follow each other.
        """
        for shared, strategy in ((False, "Recreate"), (True, "RollingUpdate")):
            disk = ExistingDisk("archive", shared=shared)
            part = attrs.evolve(web, volumes={"/srv": disk})
            manifests = desired(part)

            assert {
                "persistentVolumeClaim": {"claimName": "archive"}
            } == mounted(manifests, part)["/srv"]
            assert not [
                m for m in manifests if m.kind == "PersistentVolumeClaim"
            ]
            assert (
                strategy
                == manifests.get("Deployment", "web")["spec"]["strategy"][
                    "type"
                ]
            )

    def test_scratch(self, web, desired):
        """
        Scratch space has a size, which counts for what the container may
        take of the node; in memory it counts as memory.
        """
        web = attrs.evolve(
            web,
            volumes={
                "/cache": Scratch("1Gi"),
                "/ram": Scratch("64Mi", memory=True),
            },
        )
        manifests = desired(web)
        (container,) = pod(manifests, web)["containers"]
        found = mounted(manifests, web)

        assert {"emptyDir": {"sizeLimit": "1Gi"}} == found["/cache"]
        assert {
            "emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}
        } == found["/ram"]
        assert (
            "1152Mi" == container["resources"]["limits"]["ephemeral-storage"]
        )

    def test_in_place_of_writable(self, web, desired):
        """
        A volume takes the place of a writable folder that nobody asked for.
        """
        web = attrs.evolve(web, volumes={"/tmp": Scratch("1Gi")})

        assert {"/tmp": {"emptyDir": {"sizeLimit": "1Gi"}}} == mounted(
            desired(web), web
        )

    def test_objects(self, web, desired):
        """
        Secrets and ConfigMaps of others are folders that cannot be written.
        """
        web = attrs.evolve(
            web,
            volumes={
                "/etc/tls": FromSecret("tls"),
                "/etc/ca": FromConfigMap("trust"),
            },
        )
        manifests = desired(web)
        found = mounted(manifests, web)
        (container,) = pod(manifests, web)["containers"]

        assert {
            "secret": {"secretName": "tls", "defaultMode": 0o440}
        } == found["/etc/tls"]
        assert {"configMap": {"name": "trust"}} == found["/etc/ca"]
        assert {"/etc/tls", "/etc/ca"} == {
            m["mountPath"]
            for m in container["volumeMounts"]
            if m.get("readOnly")
        }

    def test_shared_with_a_sidecar(self, web, desired):
        """
        What two containers are given is one volume.
        """
        logs = Scratch("1Gi")
        side = attrs.evolve(SIDE, volumes={"/logs": logs})
        web = attrs.evolve(web, volumes={"/var/log": logs}, sidecars=[side])
        manifests = desired(web)

        assert (
            mounted(manifests, web)["/var/log"]
            == mounted(manifests, web, "side")["/logs"]
        )
        assert 1 == sum(
            "sizeLimit" in volume.get("emptyDir", ())
            for volume in pod(manifests, web)["volumes"]
        )
