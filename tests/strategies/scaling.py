"""
How many replicas run, and who decides it.
"""

from hypothesis import strategies as st

from mizzen import (
    OFF,
    Autoscale,
    Behaviour,
    ExternalMetric,
    ObjectMetric,
    PodMetric,
    Postgres,
    Queue,
    Recreate,
    Redis,
    Rollout,
    ScalingRules,
    Spread,
    Trigger,
)

from .containers import common_fields
from .placement import placement
from .values import maybe


rollouts = st.sampled_from(
    [
        Rollout(surge="25%", unavailable=1),
        Recreate(min_ready_seconds=5, progress_deadline_seconds=60),
    ]
)
spreads = st.sampled_from(
    [OFF, Spread(hosts="hard", zones="hard"), Spread(hosts=OFF)]
)
scaled = st.fixed_dictionaries(
    {
        **common_fields,
        **placement,
        "rollout": maybe(rollouts),
        "spread": maybe(spreads),
    }
)
replicas = st.sampled_from([None, 0, 1, 2, 3])
rules = st.sampled_from(
    [
        None,
        OFF,
        ScalingRules(pods=4, percent=100, period_seconds=15),
        ScalingRules(stabilisation_seconds=3600),
    ]
)
metrics = st.sampled_from(
    [
        PodMetric("hits", 100),
        ExternalMetric("jobs", "500m", selector={"queue": "mail"}),
        ObjectMetric("hits", 10, api_version="v1", kind="Service", object="x"),
    ]
)


def queues(stores):
    """
    Something that KEDA counts, in one of *stores* or elsewhere.
    """
    forms = [
        Trigger("cron", {"start": "0 8 * * *"}, authentication="cron"),
        Trigger("kafka", {"topic": "y"}, cluster_authentication="kafka"),
    ]
    for store in stores:
        if isinstance(store, Postgres):
            forms.append(Queue(store, query="select 1", per_replica=5))
        else:
            forms.append(Queue(store, list="y: 1", per_replica=5))
            forms.append(Queue(store, stream="jobs", per_replica=5))
    return st.lists(
        st.sampled_from(forms), min_size=1, max_size=3, unique_by=id
    )


@st.composite
def scales(draw, uses):
    """
    How a part with edges scales, if at all.
    """
    stores = [u.part for u in uses if isinstance(u.part, (Postgres, Redis))]
    kind = draw(
        st.sampled_from([None, OFF, "shares", "metric", *2 * ["queue"]])
    )
    if kind in {None, OFF}:
        return kind
    goals = {"cpu": 70, "memory": draw(st.sampled_from([None, 9]))}
    if kind != "shares":
        goals[kind] = draw(metrics if kind == "metric" else queues(stores))
    up, down = draw(st.tuples(rules, rules))

    return Autoscale(
        draw(st.integers(0 if kind == "queue" else 1, 2)),
        draw(st.integers(2, 4)),
        behaviour=draw(maybe(st.just(Behaviour(up=up, down=down)))),
        **goals,
    )


@st.composite
def numbers(draw, uses):
    """
    What decides the number of replicas of a part with edges.
    """
    scale = draw(scales(uses))
    if isinstance(scale, Autoscale):
        return {"scale": scale}
    return {"scale": scale, "replicas": draw(replicas)}
