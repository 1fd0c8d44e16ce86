"""
Stores: one pod, one disk, one Secret.
"""

import attrs
import pytest

from tests.own_stores import MySql

from mizzen import (
    App,
    Backup,
    Cluster,
    Environment,
    Errand,
    FromConfig,
    Image,
    Port,
    Server,
    SpecError,
    Stack,
    Store,
    Worker,
    graph,
)
from mizzen._containers import literal
from mizzen.diagram import mermaid
from mizzen.spec.texts import Placeholder


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


class TestOwn:
    """
    A store that the package does not know.
    """

    @pytest.fixture(name="shelf")
    def _shelf(self):
        return MySql("shelf", version=8, disk="1Gi", database="books")

    def test_settings(self, shelf, web, desired):
        """
        The parts that use it are given its settings like those of any
        other store.
        """
        web = attrs.evolve(web, uses=[shelf])
        manifests = desired(web, shelf)
        (secret,) = (m for m in manifests if m.role == "credentials-web")
        told = secret.body["stringData"]
        password = "‹generated: shelf password of web›"

        assert {
            "host": "shelf",
            "port": "3306",
            "database": "books",
            "user": told["user"],
            "password": password,
            "url": "mysql://" + told["user"] + f":{password}@shelf:3306/books",
        } == told
        pod = manifests.get("Deployment", "web")["spec"]["template"]["spec"]
        assert {
            f"SHELF_{field}"
            for field in ("HOST", "PORT", "DATABASE", "USER", "PASSWORD")
        } < {variable["name"] for variable in pod["containers"][0]["env"]}

    def test_objects(self, shelf, desired):
        """
        It has the objects that any store has, with its own port.
        """
        manifests = desired(shelf)

        assert [
            ("Namespace", "shop-dev"),
            ("ServiceAccount", "shelf"),
            ("NetworkPolicy", "shelf"),
            ("PersistentVolumeClaim", "shelf"),
            ("Service", "shelf"),
            ("StatefulSet", "shelf"),
        ] == [
            (m.kind, m.name)
            for m in manifests
            if m.kind not in {"Job", "Secret"}
            and m.name != "shelf-administrator"
        ]
        (port,) = manifests.get("Service", "shelf")["spec"]["ports"]
        assert ("mysql", 3306) == (port["name"], port["port"])

    def test_memory(self, shelf, store):
        """
        A store may need more memory than others.
        """
        _, pod = store(shelf)
        limits = pod["containers"][0]["resources"]["limits"]

        assert "768Mi" == limits["memory"]

    def test_picture(self, shelf):
        """
        Pictures show its own name for people.
        """
        app = App("shop", edition="2026", parts=[shelf])

        assert "MySQL 8" in mermaid(graph(app, Environment("dev")))

    def test_mistake(self, shelf):
        """
        Its mistakes are reported under its own name.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(shelf, version=0)

        assert (
            "MySql 'shelf': version must be a whole number from 1 to 99, like "
            "17 (got 0)."
        ) == str(ei.value)


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


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Open(Store):
    """
    A store that lets everybody in.
    """

    listens = (Port("open", 7000, application="tcp"),)
    scheme = "open"

    def server(self, access):
        """
        A server that reads no file.
        """
        assert access.host == self.name

        return Server(image="acme/open:1", data="/data", ready=["true"])


def test_no_files(store):
    """
    A server that reads no file has none mounted.
    """
    _, pod = store(Open("it", version=1, disk="1Gi"))

    assert ["data", "writable-0"] == [v["name"] for v in pod["volumes"]]
    assert "env" not in pod["containers"][0]


class TestProbes:
    @pytest.mark.parametrize(
        ("ports", "asked"),
        [
            (
                (Port("log", 5140, protocol="UDP"), Port("api", 7000)),
                {"startupProbe": "api", "livenessProbe": "api"},
            ),
            ((Port("log", 5140, protocol="UDP"),), {}),
        ],
        ids=["second", "none"],
    )
    def test_datagrams(self, store, ports, asked):
        """
        Nobody connects to a port that speaks UDP: the first other one is
        asked, and where there is none, the server's own command alone.
        """
        kind = attrs.frozen(kw_only=True, eq=False, repr=False)(
            type("Log", (Open,), {"listens": ports})
        )
        _, pod = store(kind("it", version=1, disk="1Gi"))
        (container,) = pod["containers"]

        assert ["true"] == container["readinessProbe"]["exec"]["command"]
        assert asked == {
            name: probe["tcpSocket"]["port"]
            for name, probe in container.items()
            if name.endswith("Probe") and "tcpSocket" in probe
        }


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Broker(Store):
    """
    A store whose programs read passwords from variables.
    """

    listens = (Port("broker", 7000, application="tcp"),)
    scheme = "broker"
    has_accounts = True
    restore = ("put-back",)

    def _told(self, access):
        password = "guest:" + access.administrator.password
        return {"HOST": access.host, "LOGIN": password}

    def server(self, access):
        """
        A server that reads no file.
        """
        return Server(
            image="acme/broker:1",
            data="/data",
            ready=["true"],
            env=self._told(access),
        )

    def setup(self, access):
        """
        A program that is told the same.
        """
        return Errand(command=["set-up"], env=self._told(access))

    def dump(self, access):
        """
        A program that is told the same.
        """
        return Errand(command=["copy"], env=self._told(access))


class TestSecretVariables:
    @pytest.fixture(name="broker")
    def _broker(self, desired):
        backup = Backup("@daily", disk="1Gi")
        return desired(Broker("it", version=1, disk="1Gi", backup=backup))

    @pytest.mark.parametrize(
        ("kind", "key"),
        [
            ("StatefulSet", "server.LOGIN"),
            ("Job", "accounts.LOGIN"),
            ("CronJob", "backup.LOGIN"),
        ],
    )
    def test_referred_to(self, broker, kind, key):
        """
        Variables with passwords are in a Secret, for the server and for
        what is done to it.
        """
        (found,) = [m for m in broker if m.kind == kind]
        found = found.body
        run = found["spec"].get("jobTemplate", found)
        spec = run["spec"]["template"]["spec"]
        host, login = spec["containers"][0]["env"]
        reference = login["valueFrom"]["secretKeyRef"]
        secret = broker.get("Secret", reference["name"])

        assert {"name": "HOST", "value": "it"} == host
        assert key == reference["key"]
        assert "guest:‹generated: it password›" == secret["stringData"][key]

    def test_no_database(self, desired):
        """
        A store whose data has no name tells none.
        """
        store = Open("it", version=1, disk="1Gi")
        worker = Worker("beat", image=Image("acme/it:v1"), uses=[store])
        found = desired(worker, store)
        pod = found.get("Deployment", "beat")["spec"]["template"]["spec"]
        names = [v["name"] for v in pod["containers"][0]["env"]]
        (secret,) = [m for m in found if m.kind == "Secret"]

        assert ["HOST", "PORT", "USER", "PASSWORD", "URL"] == [
            name.removeprefix("IT_") for name in names
        ]
        assert secret.body["stringData"]["url"].endswith("@it:7000")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Careless(Store):
    """
    A store that tells everybody the administrator's password, by *by*.
    """

    listens = (Port("careless", 7000, application="tcp"),)
    scheme = "careless"
    has_accounts = True
    restore = ("put-back",)

    by: str

    def _words(self, access, by):
        password = "--password=" + access.administrator.password
        return ["run", password] if by == self.by else ["run"]

    def server(self, access):
        """
        A server that reads no file.
        """
        return Server(
            image="acme/careless:1",
            data="/data",
            ready=self._words(access, "ready"),
            args=self._words(access, "args"),
        )

    def setup(self, access):
        """
        A program without files.
        """
        return Errand(command=self._words(access, "setup"))

    def dump(self, access):
        """
        A program without files.
        """
        return Errand(command=self._words(access, "dump"))


class TestToldSecrets:
    """
    Passwords in what everybody can read.
    """

    @pytest.mark.parametrize(
        ("by", "who", "where"),
        [
            (
                "ready",
                "StatefulSet 'it'",
                (
                    "spec.template.spec.containers[0].readinessProbe.exec."
                    "command[1]"
                ),
            ),
            (
                "args",
                "StatefulSet 'it'",
                "spec.template.spec.containers[0].args[1]",
            ),
            (
                "setup",
                "Job 'it-accounts-",
                "spec.template.spec.containers[0].command[1]",
            ),
            (
                "dump",
                "CronJob 'it-backup'",
                "spec.jobTemplate.spec.template.spec.containers[0].command[1]",
            ),
        ],
    )
    def test_refused(self, by, who, where, desired):
        """
        A password in a command is one that everybody could read.
        """
        backup = Backup("@daily", disk="1Gi")
        store = Careless("it", version=1, disk="1Gi", backup=backup, by=by)
        with pytest.raises(SpecError) as ei:
            desired(store)

        (problem,) = ei.value.problems
        assert problem.startswith(who)
        assert problem.endswith(
            f": everybody could read the secret value in {where}. Keep it in "
            "a Secret, and refer to that."
        )

    def test_not_secret(self):
        """
        What is no secret and known only at deployment stays so in a command,
        and every dollar sign in it is kept.
        """
        host = Placeholder.of(FromConfig("host"))
        plain, whole, around = literal(["$(A) $", host, "$" + host + "(A)"])

        assert "$$(A) $" == plain
        assert "a$$(A)" == whole.pieces.fill(lambda _: "a$(A)")
        assert "$$$$(A)" == around.pieces.fill(lambda _: "$")
        assert not around.secret
