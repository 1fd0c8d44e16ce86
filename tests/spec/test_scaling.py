"""
Replicas that follow the load.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Autoscale,
    Behaviour,
    Image,
    ObjectMetric,
    PodMetric,
    Queue,
    Redis,
    ScalingRules,
    SpecError,
    Trigger,
    Worker,
)


def refusal(make, *args, **changes):
    """
    The text of the error that making something raises.
    """
    with pytest.raises(SpecError) as ei:
        make(*args, **changes)

    return str(ei.value)


class TestAutoscale:
    @pytest.mark.parametrize("memory", [91, 150])
    def test_memory(self, memory):
        """
        What is used is never above what is requested, and autoscalers let a
        tenth pass: nothing would ever be scaled.
        """
        with pytest.raises(SpecError) as ei:
            Autoscale(1, 2, memory=memory)

        assert (
            "Autoscale: memory must be a whole number from 1 to 90, like 80 "
            f"(got {memory})."
        ) == str(ei.value)

    def test_empty_range(self):
        """
        There are at least as many at most as there are at least.
        """
        with pytest.raises(SpecError) as ei:
            Autoscale(3, 2, cpu=70)

        assert (
            "Autoscale: maximum must be at least the minimum, 3 (got 2)."
        ) == str(ei.value)

    def test_aimless(self):
        """
        An autoscaler aims for something.
        """
        with pytest.raises(SpecError) as ei:
            Autoscale(1, 2)

        assert (
            "Autoscale: cpu, memory, metric or queue must be given, like "
            "cpu=70."
        ) == str(ei.value)

    @pytest.mark.parametrize("field", ["cpu", "memory"])
    def test_range(self, field):
        """
        Goals are per cent.
        """
        with pytest.raises(
            SpecError, match=rf"^Autoscale: {field} must be a whole number"
        ):
            Autoscale(1, 2, **{field: 0.7})

    @pytest.mark.parametrize("minimum", [-1, 1.5, True])
    def test_minimum(self, minimum):
        """
        Replicas are counted in whole numbers.
        """
        with pytest.raises(
            SpecError, match=r"^Autoscale: minimum must be a whole number"
        ):
            Autoscale(minimum, 2, cpu=70)

    def test_asleep(self):
        """
        None at all can run where a queue tells when there is work.
        """
        assert (
            "Autoscale: minimum must be at least 1, because only a queue is "
            "seen while nothing runs (got 0)."
        ) == refusal(Autoscale, 0, 2, cpu=70)

    def test_two_masters(self):
        """
        KEDA's autoscaler cannot aim for other metrics.
        """
        assert (
            "Autoscale: metric must be left out beside a queue, because KEDA "
            "makes the autoscaler; a Trigger reads metrics too (got 'hits')."
        ) == refusal(
            Autoscale,
            1,
            2,
            metric=PodMetric("hits", 10),
            queue=Trigger("cron", {}),
        )

    @pytest.mark.parametrize(
        ("field", "rule"),
        [
            (
                "metric",
                "be PodMetric(…), ExternalMetric(…) or ObjectMetric(…)",
            ),
            ("behaviour", "be Behaviour(…)"),
        ],
    )
    def test_kinds(self, field, rule):
        """
        Each field takes its own classes.
        """
        assert f"Autoscale: {field} must {rule} (got 5)." == refusal(
            Autoscale, 1, 2, cpu=70, **{field: 5}
        )

    def test_queues(self, cache):
        """
        One queue is short for a list of one, and a list holds queues alone.
        """
        queue = Queue(cache, list="jobs", per_replica=5)
        night = Trigger("cron", {})

        assert (queue,) == Autoscale(0, 2, queue=queue).queue
        assert (queue, night) == Autoscale(0, 2, queue=[queue, night]).queue
        assert () == Autoscale(1, 2, cpu=70, queue=None).queue
        assert (
            "Autoscale: queue must hold queues, like Queue(…) or Trigger(…) "
            "(got 'jobs')."
        ) == refusal(Autoscale, 0, 2, queue=[queue, "jobs"])

    def test_poll(self):
        """
        Only KEDA counts at times of its own.
        """
        assert (
            "Autoscale: poll_seconds must be left out without a queue, "
            "because only KEDA counts (got 5)."
        ) == refusal(Autoscale, 1, 2, cpu=70, poll_seconds=5)

    def test_cooldown(self):
        """
        KEDA waits only before it lets nothing run.
        """
        assert (
            "Autoscale: cooldown_seconds must be left out unless the "
            "minimum is 0 (got 60)."
        ) == refusal(
            Autoscale, 1, 2, queue=Trigger("cron", {}), cooldown_seconds=60
        )


class TestMetric:
    @pytest.mark.parametrize("average", [0, -1, 1.5, True, "1k", "", None])
    def test_average(self, average):
        """
        Averages are whole numbers or thousandths.
        """
        assert (
            "PodMetric 'hits': average must be a whole number, or "
            "thousandths followed by m, like 100 or '500m' (got "
        ) in refusal(PodMetric, "hits", average)

    @pytest.mark.parametrize("name", ["", " a", "a\n", 5])
    def test_name(self, name):
        """
        Names have no spaces.
        """
        assert "name must be letters, digits and single signs" in refusal(
            PodMetric, name, 5
        )

    @pytest.mark.parametrize(
        "selector", [{"a": ""}, {"a": 5}, {"": "a"}, {"a b": "c"}], ids=str
    )
    def test_selector(self, selector):
        """
        Selectors name labels and their values.
        """
        assert (
            "PodMetric 'hits': selector must map labels to their values, "
            "like {'queue': 'mail'} (got "
        ) in refusal(PodMetric, "hits", 5, selector=selector)

    @pytest.mark.parametrize("field", ["api_version", "kind", "object"])
    def test_object(self, field):
        """
        The object that a metric belongs to is named whole.
        """
        metric = ObjectMetric(
            "hits", "500m", api_version="v1", kind="Service", object="web"
        )

        assert f"ObjectMetric 'hits': {field} must be " in refusal(
            attrs.evolve, metric, **{field: ""}
        )


class TestQueue:
    def test_part(self, web):
        """
        Work waits in stores.
        """
        assert (
            "Queue 'web': part must be a Redis or Postgres, like "
            "Queue(cache, …) (got <Service web>)."
        ) == refusal(Queue, web, list="jobs", per_replica=5)

    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"query": "select 1"},
            {"list": "a", "stream": "b"},
            {"list": "a", "query": "select 1"},
        ],
        ids=str,
    )
    def test_redis(self, cache, given):
        """
        Redis has either a list or a stream.
        """
        assert (
            "Queue 'cache': list must be given, or stream in its place, and "
            f"nothing else (got {sorted(given)!r})."
        ) == refusal(Queue, cache, per_replica=5, **given)

    @pytest.mark.parametrize(
        "given", [{}, {"list": "a"}, {"stream": "b", "query": "select 1"}]
    )
    def test_postgres(self, db, given):
        """
        Postgres has a query.
        """
        assert (
            "Queue 'db': query must be given, and nothing else (got "
            f"{list(given)!r})."
        ) == refusal(Queue, db, per_replica=5, **given)

    def test_group(self, cache, db):
        """
        Groups read streams, and Redis tells how far behind they are since
        version 7.
        """
        old = Redis("old", version=6, disk="1Gi")

        assert (
            "Queue 'cache': group must be left out, because only streams "
            "have groups (got 'g')."
        ) == refusal(Queue, cache, list="a", group="g", per_replica=5)
        assert (
            "Queue 'db': group must be left out, because only streams have "
            "groups (got 'g')."
        ) == refusal(Queue, db, query="select 1", group="g", per_replica=5)
        assert (
            "Queue 'old': group must be left out before Redis 7 (got 'g')."
        ) == refusal(Queue, old, stream="a", group="g", per_replica=5)

    def test_empty(self, cache):
        """
        Keys are not empty.
        """
        assert "Queue 'cache': list must be text (got ' ')." == refusal(
            Queue, cache, list=" ", per_replica=5
        )

    def test_unused(self, beat, cache):
        """
        A part is scaled by stores that it uses.
        """
        scale = Autoscale(0, 5, queue=Queue(cache, list="a", per_replica=5))

        assert (
            "Worker 'beat': scale must count a store in its uses (got "
            "<Redis cache>)."
        ) == refusal(attrs.evolve, beat, scale=scale)
        assert (
            "Worker 'beat': scale must count a store in its uses (got "
            "<Redis cache>)."
        ) == refusal(beat.override, scale=scale)

    def test_relinked(self, cache):
        """
        A replaced store is replaced in what counts it too.
        """
        worker = Worker(
            "worker",
            image=Image("acme/worker:v5"),
            uses=[cache],
            scale=Autoscale(0, 5, queue=Queue(cache, list="a", per_replica=5)),
        )
        app = App("shop", edition="2026", parts=[worker, cache])
        changed = app.replace(cache, disk="2Gi")

        assert changed["cache"] is changed["worker"].scale.queue[0].part


class TestTrigger:
    @pytest.mark.parametrize("kind", ["cpu", "memory"])
    def test_shares(self, kind):
        """
        What Autoscale says itself is no trigger.
        """
        assert (
            f"Trigger {kind!r}: type must be left to Autoscale, like "
            f"{kind}=70 (got {kind!r})."
        ) == refusal(Trigger, kind, {"value": "60"})

    @pytest.mark.parametrize(
        "field", ["authentication", "cluster_authentication"]
    )
    def test_authentication(self, field):
        """
        What signs in is called by its name alone.
        """
        name = "ClusterTriggerAuthentication/x"

        assert (
            f"Trigger 'kafka': {field} must be the name of an object, like "
            f"'kafka' (got {name!r})."
        ) == refusal(Trigger, "kafka", {}, **{field: name})

    def test_authentications(self):
        """
        Only one thing signs in.
        """
        assert (
            "Trigger 'kafka': cluster_authentication must be left out beside "
            "authentication (got 'b')."
        ) == refusal(
            Trigger,
            "kafka",
            {},
            authentication="a",
            cluster_authentication="b",
        )

    def test_metadata(self):
        """
        KEDA takes text alone.
        """
        assert (
            "Trigger 'cron': metadata start must be text (got int)."
        ) == refusal(Trigger, "cron", {"start": 5})

    def test_type(self):
        """
        Triggers have a kind.
        """
        assert "Trigger '': type must be letters" in refusal(Trigger, "", {})


class TestBehaviour:
    def test_silent(self):
        """
        Rules say something.
        """
        assert (
            "ScalingRules: pods, percent or stabilisation_seconds must be "
            "given, like pods=4."
        ) == refusal(ScalingRules)

    @pytest.mark.parametrize(
        ("changes", "rule"),
        [
            ({"pods": 0}, "pods must be a whole number from 1 to 10000"),
            ({"percent": "5"}, "percent must be a whole number from 1"),
            (
                {"pods": 1, "period_seconds": 1801},
                "period_seconds must be a whole number from 1 to 1800",
            ),
            (
                {"stabilisation_seconds": 3601},
                "stabilisation_seconds must be a whole number from 0 to 3600",
            ),
        ],
        ids=str,
    )
    def test_ranges(self, changes, rule):
        """
        Rules keep to what Kubernetes allows.
        """
        assert f"ScalingRules: {rule}" in refusal(ScalingRules, **changes)

    @pytest.mark.parametrize("direction", ["up", "down"])
    def test_directions(self, direction):
        """
        Each direction has rules, or is switched off.
        """
        assert Behaviour(**{direction: OFF})
        assert (
            f"Behaviour: {direction} must be ScalingRules(…) or OFF (got 5)."
        ) == refusal(Behaviour, **{direction: 5})
