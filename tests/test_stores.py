"""
Stores: one pod, one disk, one Secret.
"""

import attrs
import pytest

from mizzen import Cluster, Environment, Image, Stack


@pytest.fixture(name="store")
def _store(desired):
    """
    The StatefulSet's specification of a store, without its pods, and that
    of its pods.
    """

    def store(part, **scope):
        found = desired(part, **scope).get("StatefulSet", part.name)["spec"]
        return found, found.pop("template")["spec"]

    return store


class TestStatefulSet:
    def test_one(self, db, store):
        """
        A store has one pod, which its headless Service names.
        """
        spec, _ = store(db)

        assert {
            "replicas": 1,
            "revisionHistoryLimit": 3,
            "serviceName": "db",
            "selector": {
                "matchLabels": {
                    "app.kubernetes.io/name": "db",
                    "app.kubernetes.io/instance": "shop-dev",
                }
            },
        } == spec

    def test_labels(self, db, desired):
        """
        The version is a label of the pod alone.
        """
        found = desired(db).get("StatefulSet", "db")
        pod = found["spec"]["template"]["metadata"]["labels"]

        assert "store" == pod["app.kubernetes.io/component"]
        assert "17" == pod.pop("app.kubernetes.io/version")
        assert found["metadata"]["labels"] == pod

    def test_pod(self, db, store):
        """
        The disk is a claim of its own, and large ones are not walked
        through at every start.
        """
        _, pod = store(db)
        container = pod.pop("containers")[0]
        secret = pod["volumes"][1]["secret"].pop("secretName")

        assert secret.startswith("db-credentials-")
        assert {
            "serviceAccountName": "db",
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": 60,
            "securityContext": {
                "runAsNonRoot": True,
                "seccompProfile": {"type": "RuntimeDefault"},
                "fsGroup": 999,
                "fsGroupChangePolicy": "OnRootMismatch",
            },
            "volumes": [
                {"name": "data", "persistentVolumeClaim": {"claimName": "db"}},
                {
                    "name": "credentials",
                    "secret": {
                        "defaultMode": 0o440,
                        "items": [{"key": "password", "path": "password"}],
                    },
                },
                {"name": "writable-0", "emptyDir": {}},
                {"name": "writable-1", "emptyDir": {}},
            ],
        } == pod
        assert [
            {"name": "data", "mountPath": "/var/lib/postgresql"},
            {
                "name": "credentials",
                "mountPath": "/run/secrets/postgres",
                "readOnly": True,
            },
            {"name": "writable-0", "mountPath": "/var/run/postgresql"},
            {"name": "writable-1", "mountPath": "/tmp"},
        ] == container["volumeMounts"]

    def test_postgres(self, db, store):
        """
        Postgres reads its password from a file and keeps its data below the
        disk's root, in a folder for its version.
        """
        _, pod = store(db)
        container = pod["containers"][0]

        assert "postgres:17" == container["image"]
        assert "args" not in container
        assert [
            {"name": "POSTGRES_USER", "value": "app"},
            {"name": "POSTGRES_DB", "value": "app"},
            {
                "name": "POSTGRES_PASSWORD_FILE",
                "value": "/run/secrets/postgres/password",
            },
            {"name": "PGDATA", "value": "/var/lib/postgresql/17/docker"},
        ] == container["env"]
        assert [
            "pg_isready",
            "-h",
            "127.0.0.1",
            "-U",
            "app",
            "-d",
            "app",
        ] == container["readinessProbe"]["exec"]["command"]
        assert {"port": "postgres"} == container["livenessProbe"]["tcpSocket"]

    def test_redis(self, cache, store):
        """
        Redis writes every change to its disk, never drops data, and leaves
        a quarter of its memory for its own work.
        """
        _, pod = store(attrs.evolve(cache, memory="1Gi"))
        container = pod["containers"][0]

        assert "redis:8" == container["image"]
        assert [
            "redis-server",
            "/run/secrets/redis/redis.conf",
            "--dir",
            "/data",
            "--appendonly",
            "yes",
            "--maxmemory",
            str(768 * 2**20),
            "--maxmemory-policy",
            "noeviction",
        ] == container["args"]
        assert [
            {"name": "data", "mountPath": "/data"},
            {
                "name": "credentials",
                "mountPath": "/run/secrets/redis",
                "readOnly": True,
            },
            {"name": "writable-0", "mountPath": "/tmp"},
        ] == container["volumeMounts"]

    def test_password_of_probe(self, cache, store):
        """
        The probe's password is in a file; no variable holds a secret.
        """
        _, pod = store(cache)
        (container,) = pod["containers"]
        command = container["readinessProbe"]["exec"]["command"][-1]
        keys = [i["key"] for i in pod["volumes"][1]["secret"]["items"]]

        assert "env" not in container
        assert '"$(cat /run/secrets/redis/password)"' in command
        assert ["redis.conf", "password"] == keys

    def test_own_words(self, db, store):
        """
        Image, memory, processor and grace period can be chosen.
        """
        _, pod = store(
            attrs.evolve(
                db,
                image=Image("example.com/postgres:17"),
                memory="1Gi",
                cpu="2",
                grace_seconds=9,
            )
        )
        container = pod["containers"][0]

        assert 9 == pod["terminationGracePeriodSeconds"]
        assert "example.com/postgres:17" == container["image"]
        assert {
            "requests": {
                "cpu": "2",
                "memory": "1Gi",
                "ephemeral-storage": "128Mi",
            },
            "limits": {"memory": "1Gi", "ephemeral-storage": "128Mi"},
        } == container["resources"]

    @pytest.mark.parametrize("name", ["db", "cache"])
    def test_hardened(self, name, shop, store):
        """
        Stores are closed like parts of one's own.
        """
        _, pod = store(shop[name])

        assert {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "runAsUser": 999,
            "runAsGroup": 999,
            "seccompProfile": {"type": "RuntimeDefault"},
        } == pod["containers"][0]["securityContext"]

    def test_overridden(self, db, store):
        """
        An environment may give a store more room.
        """
        environment = Environment("dev", overrides=[db.override(memory="4Gi")])
        _, pod = store(db, environment=environment)

        assert "4Gi" == pod["containers"][0]["resources"]["limits"]["memory"]


class TestClaim:
    def test_default_class(self, db, desired):
        """
        A disk is of the cluster's default class.
        """
        assert {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        } == desired(db).get("PersistentVolumeClaim", "db")["spec"]

    def test_class_of_cluster(self, db, desired):
        """
        A cluster's profile may name the class of disks.
        """
        cluster = Cluster("own", storage_class="fast")
        stack = Stack("dev", environment="dev", cluster=cluster)
        claim = desired(db, stack=stack).get("PersistentVolumeClaim", "db")

        assert "fast" == claim["spec"]["storageClassName"]
