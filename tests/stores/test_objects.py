"""
Stores: one pod, one disk, one Secret.
"""

import attrs
import pytest

from mizzen import Cluster, Environment, Image, SpecError, Stack


class TestStatefulSet:
    def test_one(self, db, store):
        """
        A store has one pod, which its headless Service names.
        """
        spec, _ = store(db)

        assert {
            "replicas": 1,
            "podManagementPolicy": "Parallel",
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

        assert "db-administrator" == secret
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
                        "items": [
                            {"key": "password", "path": "password"},
                            {"key": "accounts.sql", "path": "accounts.sql"},
                        ],
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
                "mountPath": "/docker-entrypoint-initdb.d",
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
        assert [
            *("postgres", "-c", "shared_buffers=65536kB"),
            *("-c", "effective_cache_size=131072kB"),
            *("-c", "maintenance_work_mem=16384kB"),
            *("-c", "dynamic_shared_memory_type=sysv"),
            *("-c", "max_wal_size=128MB"),
        ] == container["args"]
        assert [
            {"name": "POSTGRES_USER", "value": "postgres"},
            {"name": "POSTGRES_DB", "value": "app"},
            {
                "name": "POSTGRES_PASSWORD_FILE",
                "value": "/docker-entrypoint-initdb.d/password",
            },
            {"name": "PGDATA", "value": "/var/lib/postgresql/17/docker"},
        ] == container["env"]
        assert [
            "pg_isready",
            "-h",
            "127.0.0.1",
            "-U",
            "postgres",
            "-d",
            "app",
        ] == container["readinessProbe"]["exec"]["command"]
        # Recovery from a crash may take longer than any start.
        for probe in ("livenessProbe", "startupProbe"):
            assert {"port": "postgres"} == container[probe]["tcpSocket"]

    def test_redis(self, cache, store):
        """
        Redis writes every change to its disk, never drops data, and leaves
        two fifths of its memory for its own work.
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
            "--save",
            "",
            "--maxmemory",
            str(2**30 * 3 // 5),
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
        Whoever asks for health needs no password, which might change.
        """
        _, pod = store(cache)
        (container,) = pod["containers"]
        command = container["readinessProbe"]["exec"]["command"][-1]
        keys = [i["key"] for i in pod["volumes"][1]["secret"]["items"]]

        assert "env" not in container
        assert "--user probe --pass probe ping" in command
        assert ["redis.conf"] == keys

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


class TestSettings:
    def test_postgres(self, db, store):
        """
        What the user says of the server comes over what follows from its
        memory.
        """
        said = {"max_connections": "300", "shared_buffers": "1GB"}
        _, pod = store(attrs.evolve(db, memory="4Gi", settings=said))

        assert [
            "shared_buffers=1GB",
            "effective_cache_size=2097152kB",
            "maintenance_work_mem=262144kB",
            "dynamic_shared_memory_type=sysv",
            "max_wal_size=128MB",
            "max_connections=300",
        ] == pod["containers"][0]["args"][2::2]

    @pytest.mark.parametrize(
        ("disk", "told"),
        [
            ("1Gi", ["max_wal_size=128MB"]),
            ("9Gi", ["max_wal_size=128MB"]),
            ("10Gi", []),
            ("1Ti", []),
        ],
    )
    def test_log(self, db, store, disk, told):
        """
        The log of PostgreSQL takes little of a small disk, and what it
        usually takes of a large one.
        """
        _, pod = store(attrs.evolve(db, disk=disk))
        settings = pod["containers"][0]["args"][2::2]

        assert told == [word for word in settings if "wal_size" in word]

    def test_own_log(self, db, store):
        """
        What the user says of the log counts.
        """
        _, pod = store(attrs.evolve(db, settings={"max_wal_size": "1GB"}))

        assert "max_wal_size=1GB" in pod["containers"][0]["args"]

    def test_redis(self, cache, store):
        """
        Settings of Redis are arguments that come last.
        """
        _, pod = store(attrs.evolve(cache, settings={"hz": "50"}))

        assert ["--hz", "50"] == pod["containers"][0]["args"][-2:]

    @pytest.mark.parametrize(
        ("said", "text"),
        [
            (
                {"port": "1"},
                (
                    "settings must leave out what the package says itself (got "
                    "'port')."
                ),
            ),
            (
                {"Shared Buffers": "1"},
                (
                    "settings must name settings of the server, like 'timeout' "
                    "(got 'Shared Buffers')."
                ),
            ),
            (
                {"max_connections": 5},
                "settings max_connections must be text, like '100' (got 5).",
            ),
        ],
        ids=["own", "name", "text"],
    )
    def test_refused(self, db, said, text):
        """
        Settings are text, and none of those that the package needs.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(db, settings=said)

        assert f"Postgres 'db': {text}" == str(ei.value)
