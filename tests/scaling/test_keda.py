"""
Autoscalers of KEDA.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Autoscale,
    Behaviour,
    Cluster,
    Credentials,
    External,
    FromConfig,
    Queue,
    ScalingRules,
    SpecError,
    Stack,
    Tls,
    Trigger,
)
from mizzen.checks import check


def elsewhere(tls):
    """
    Where somebody else runs a store.
    """
    return External(
        host="store.example.com",
        credentials=Credentials("shop", FromConfig("password", secret=True)),
        tls=tls,
    )


class TestKeda:
    def test_list(self, scaled, cache):
        """
        KEDA counts the list of a store, signs in with its password, and
        owns the replicas.
        """
        queue = Queue(cache, list="jobs", per_replica=20)
        found = scaled(Autoscale(0, 5, cpu=70, queue=queue))
        kinds = [m.kind for m in found.of("worker")]
        (secret,) = (
            m for m in found.of("cache") if m.role == "credentials-worker"
        )

        assert "HorizontalPodAutoscaler" not in kinds
        assert "replicas" not in found.get("Deployment", "worker")["spec"]
        assert {
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": "worker",
            },
            "minReplicaCount": 0,
            "maxReplicaCount": 5,
            "triggers": [
                {
                    "type": "cpu",
                    "metricType": "Utilization",
                    "metadata": {"value": "70"},
                },
                {
                    "type": "redis",
                    "metadata": {
                        "address": "cache.shop-dev.svc:6379",
                        "databaseIndex": "0",
                        "listName": "jobs",
                        "listLength": "20",
                    },
                    "authenticationRef": {"name": "worker.cache"},
                },
            ],
        } == found.get("ScaledObject", "worker")["spec"]
        assert {
            "secretTargetRef": [
                {"parameter": "username", "name": secret.name, "key": "user"},
                {
                    "parameter": "password",
                    "name": secret.name,
                    "key": "password",
                },
            ]
        } == found.get("TriggerAuthentication", "worker.cache")["spec"]

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"stream": "jobs"}, {"stream": "jobs", "streamLength": "20"}),
            (
                {"stream": "jobs", "group": "workers"},
                {
                    "stream": "jobs",
                    "consumerGroup": "workers",
                    "lagCount": "20",
                },
            ),
        ],
        ids=["whole", "group"],
    )
    def test_stream(self, scaled, cache, given, expected):
        """
        Of a stream counts what its group has not read, or all of it.
        """
        queue = Queue(cache, per_replica=20, **given)
        found = scaled(Autoscale(0, 5, queue=queue))
        (trigger,) = found.get("ScaledObject", "worker")["spec"]["triggers"]

        assert "redis-streams" == trigger["type"]
        assert {
            "address": "cache.shop-dev.svc:6379",
            "databaseIndex": "0",
            **expected,
        } == trigger["metadata"]

    def test_query(self, scaled, db):
        """
        Postgres is asked by a query.
        """
        queue = Queue(db, query="select 5", per_replica=2)
        found = scaled(Autoscale(1, 5, queue=queue))
        (trigger,) = found.get("ScaledObject", "worker")["spec"]["triggers"]

        assert {
            "type": "postgresql",
            "metadata": {
                "host": "db.shop-dev.svc",
                "port": "5432",
                "dbName": "app",
                "sslmode": "disable",
                "query": "select 5",
                "targetQueryValue": "2",
            },
            "authenticationRef": {"name": "worker.db"},
        } == trigger

    @pytest.mark.parametrize("authentication", [None, "kafka"])
    def test_other(self, scaled, authentication):
        """
        Any other trigger is passed on in KEDA's words, and nothing signs
        in for it unless the user says how.
        """
        trigger = Trigger(
            "kafka", {"topic": "jobs"}, authentication=authentication
        )
        found = scaled(Autoscale(0, 5, queue=trigger))
        reference = {"authenticationRef": {"name": "kafka"}}

        assert "TriggerAuthentication" not in {m.kind for m in found}
        assert [
            {
                "type": "kafka",
                "metadata": {"topic": "jobs"},
                **(reference if authentication else {}),
            }
        ] == found.get("ScaledObject", "worker")["spec"]["triggers"]

    def test_behaviour(self, scaled, cache):
        """
        The autoscaler that KEDA makes is as fast as is said.
        """
        scale = Autoscale(
            0,
            5,
            queue=Queue(cache, list="jobs", per_replica=20),
            behaviour=Behaviour(up=ScalingRules(pods=1)),
        )

        assert {
            "horizontalPodAutoscalerConfig": {
                "behavior": {
                    "scaleUp": {
                        "policies": [
                            {"type": "Pods", "value": 1, "periodSeconds": 60}
                        ]
                    }
                }
            }
        } == scaled(scale).get("ScaledObject", "worker")["spec"]["advanced"]

    def test_let_in(self, scaled, cache):
        """
        KEDA reaches the store that it counts in from the cluster's own
        namespace of it, and no other part.
        """
        queue = Queue(cache, list="jobs", per_replica=20)
        cluster = Cluster("own", keda_namespace="scaling")
        found = scaled(
            Autoscale(0, 5, queue=queue),
            stack=Stack("dev", environment="dev", cluster=cluster),
        )
        keda = {
            "namespaceSelector": {
                "matchLabels": {"kubernetes.io/metadata.name": "scaling"}
            },
            "podSelector": {
                "matchLabels": {"app.kubernetes.io/name": "keda-operator"}
            },
        }
        opened = {
            part: keda in rule["from"]
            for part in ("cache", "db", "worker")
            for rule in found.get("NetworkPolicy", part)["spec"]["ingress"]
        }

        assert {"cache": True, "db": False} == opened

    def test_elsewhere(self, beat, cache, desired, dev, stack):
        """
        KEDA asks a store that is elsewhere by its own name, and its range
        is known to the checks.
        """
        password = FromConfig("password", secret=True)
        at = External(
            host="redis.example.com",
            credentials=Credentials("shop", password),
        )
        cache = attrs.evolve(cache, at=at)
        queue = Queue(cache, list="jobs", per_replica=2)
        part = attrs.evolve(
            beat, uses=[cache], scale=Autoscale(0, 9, queue=queue)
        )
        app = App("shop", edition="2026", parts=[part, cache])
        made = desired(app)
        (trigger,) = made.get("ScaledObject", "beat")["spec"]["triggers"]

        assert trigger["metadata"]["address"] == "redis.example.com:6379"
        assert check(app, dev, stack, made)

    @pytest.mark.parametrize(
        ("tls", "words", "authority"),
        [
            (Tls(), {"enableTLS": "true", "unsafeSsl": "true"}, []),
            (Tls(mode="verify-full"), {"enableTLS": "true"}, []),
            (Tls(ca="-----BEGIN"), {"enableTLS": "true"}, ["ca"]),
            (OFF, {}, []),
        ],
        ids=["alone", "known", "authority", "off"],
    )
    def test_encrypted(  # noqa: PLR0917 - fixtures
        self, beat, cache, desired, tls, words, authority
    ):
        """
        KEDA goes the encrypted way to Redis where the parts do, and looks
        at the certificate only where it is to.
        """
        cache = attrs.evolve(cache, at=elsewhere(tls))
        queue = Queue(cache, list="jobs", per_replica=2)
        scale = Autoscale(0, 9, queue=queue)
        made = desired(attrs.evolve(beat, uses=[cache], scale=scale), cache)
        (trigger,) = made.get("ScaledObject", "beat")["spec"]["triggers"]
        references = made.get("TriggerAuthentication", "beat.cache")["spec"][
            "secretTargetRef"
        ]

        assert words == {
            key: value
            for key, value in trigger["metadata"].items()
            if "TLS" in key or "Ssl" in key
        }
        assert ["username", "password", *authority] == [
            reference["parameter"] for reference in references
        ]

    @pytest.mark.parametrize(
        ("tls", "mode"),
        [
            (Tls(), "require"),
            (Tls(ca="-----BEGIN"), "require"),
            (Tls(mode="verify-full"), "verify-full"),
            (OFF, "disable"),
        ],
        ids=["require", "authority", "verify", "off"],
    )
    def test_encrypted_database(self, beat, db, desired, tls, mode):
        """
        And to PostgreSQL.
        """
        db = attrs.evolve(db, at=elsewhere(tls))
        queue = Queue(db, query="SELECT 1", per_replica=2)
        scale = Autoscale(0, 9, queue=queue)
        made = desired(attrs.evolve(beat, uses=[db], scale=scale), db)
        (trigger,) = made.get("ScaledObject", "beat")["spec"]["triggers"]

        assert mode == trigger["metadata"]["sslmode"]

    def test_unknown_authority(self, beat, db, desired):
        """
        KEDA knows no authority of one's own for PostgreSQL.
        """
        tls = Tls(mode="verify-full", ca="-----BEGIN")
        db = attrs.evolve(db, at=elsewhere(tls))
        queue = Queue(db, query="SELECT 1", per_replica=2)
        scale = Autoscale(0, 9, queue=[Trigger("cron", {}), queue])
        with pytest.raises(SpecError) as ei:
            desired(attrs.evolve(beat, uses=[db], scale=scale), db)

        (problem,) = ei.value.problems
        assert (
            "Worker 'beat': scale counts in Postgres 'db', whose certificate "
            "is of an authority of its own, but KEDA can be told of none for "
            "PostgreSQL. Have it encrypt alone, by Tls(mode='require', "
            "ca=…), or count by a Trigger."
        ) == problem

    def test_queues(self, scaled, cache, db):
        """
        Several queues are counted, and KEDA signs in once to each store.
        """
        queues = [
            Queue(cache, list="jobs", per_replica=5),
            Queue(db, query="SELECT 1", per_replica=5),
            Queue(cache, list="mails", per_replica=5),
            Trigger("cron", {"start": "0 8 * * *"}),
        ]
        found = scaled(Autoscale(0, 5, queue=queues))
        triggers = found.get("ScaledObject", "worker")["spec"]["triggers"]

        assert [
            ("redis", "worker.cache"),
            ("postgresql", "worker.db"),
            ("redis", "worker.cache"),
            ("cron", None),
        ] == [
            (trigger["type"], trigger.get("authenticationRef", {}).get("name"))
            for trigger in triggers
        ]
        assert ["worker.cache", "worker.db"] == [
            m.name for m in found if m.kind == "TriggerAuthentication"
        ]

    def test_times(self, scaled, cache):
        """
        How often KEDA counts, and how long it waits before nothing runs.
        """
        queue = Queue(cache, list="jobs", per_replica=5)
        scale = Autoscale(
            0, 5, queue=queue, poll_seconds=5, cooldown_seconds=60
        )
        spec = scaled(scale).get("ScaledObject", "worker")["spec"]

        assert (5, 60) == (spec["pollingInterval"], spec["cooldownPeriod"])

    def test_cluster_authentication(self, scaled):
        """
        What signs in for a trigger may be the cluster's.
        """
        trigger = Trigger("kafka", {}, cluster_authentication="kafka")
        found = scaled(Autoscale(0, 5, queue=trigger))
        (made,) = found.get("ScaledObject", "worker")["spec"]["triggers"]

        assert {
            "name": "kafka",
            "kind": "ClusterTriggerAuthentication",
        } == made["authenticationRef"]

    def test_exchange(self, scaled):
        """
        KEDA takes a part over while the autoscaler of before is there.
        """
        found = scaled(Autoscale(1, 5, cpu=70))
        scaler = found.get("HorizontalPodAutoscaler", "worker")

        assert {"validations.keda.sh/hpa-ownership": "false"} == scaler[
            "metadata"
        ]["annotations"]
