"""
Replicas that follow the load.
"""

import re

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from .._fields import typed
from .._validators import (
    environment_texts,
    instance_of,
    items_of,
    matching,
    refuse,
    some_text,
    texts_by_name,
    whole_number,
)
from ..exceptions import SpecError
from .postgres import Postgres
from .redis import Redis
from .values import Off, unless_off


_OPTIONAL = attrs.validators.optional
_WORD = r"[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?"
# Older ones do not tell how far a group of consumers is behind.
_TELLS_LAG = 7


_amount = matching(
    "[1-9][0-9]*m?",
    "be a whole number, or thousandths followed by m, like 100 or '500m'",
)
_word = matching(
    _WORD,
    "be letters, digits and single signs between them, like "
    "'requests_per_second'",
)


_object_name = matching(
    "[a-z0-9]([-a-z0-9.]*[a-z0-9])?",
    "be the name of an object, like 'kafka'",
)


def _trigger_type(inst: Any, attr: Any, value: Any) -> None:
    _word(inst, attr, value)
    if value in ("cpu", "memory"):
        rule = f"be left to Autoscale, like {value}=70"
        refuse(inst, attr.name, rule, value)


def _as_amount(value: int | str) -> str:
    # True would read as a number otherwise.
    return str(value) if type(value) is int else value  # type: ignore[return-value]


def _selector(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    for text in (*value, *value.values()):
        if not isinstance(text, str) or not re.fullmatch(_WORD, text):
            rule = "map labels to their values, like {'queue': 'mail'}"
            refuse(inst, attr.name, rule, text)


@attrs.frozen(kw_only=True, field_transformer=typed)
class _Metric:
    """
    Fields that all metrics share.
    """

    name: str = attrs.field(kw_only=False, validator=_word)
    average: str = attrs.field(
        kw_only=False, converter=_as_amount, validator=_amount
    )
    selector: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=_selector
    )


@attrs.frozen(kw_only=True, field_transformer=typed)
class PodMetric(_Metric):
    """
    A number that the pods themselves report.

    Args:
        name: Name of the metric in the cluster's custom metrics.

        average: What the autoscaler aims for as the average of all pods, a
            whole number or thousandths, like ``"500m"``.

        selector: Labels of the metric.

    >>> PodMetric("requests_per_second", 100).average
    '100'
    """


@attrs.frozen(kw_only=True, field_transformer=typed)
class ExternalMetric(_Metric):
    """
    A number from outside of the cluster.

    Args:
        name: Name of the metric in the cluster's external metrics.

        average: How much of it one replica takes care of, a whole number or
            thousandths, like ``"500m"``.

        selector: Labels of the metric.

    >>> ExternalMetric("messages", 30, selector={"queue": "mail"}).selector
    {'queue': 'mail'}
    """


@attrs.frozen(kw_only=True, field_transformer=typed)
class ObjectMetric(_Metric):
    """
    A number that belongs to another Kubernetes object.

    Args:
        name: Name of the metric in the cluster's custom metrics.

        average: How much of it one replica takes care of, a whole number or
            thousandths, like ``"500m"``.

        selector: Labels of the metric.

        api_version: API version of the object.

        kind: Kind of the object.

        object: Name of the object, in the app's namespace.

    >>> metric = ObjectMetric(
    ...     "hits",
    ...     100,
    ...     api_version="networking.k8s.io/v1",
    ...     kind="Ingress",
    ...     object="shop",
    ... )
    >>> metric.kind
    'Ingress'
    """

    api_version: str = attrs.field(validator=_word)
    kind: str = attrs.field(validator=_word)
    object: str = attrs.field(validator=_word)


Metric = PodMetric | ExternalMetric | ObjectMetric


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class Queue:
    """
    Work that waits in a store: the more there is, the more replicas run.

    KEDA counts it and has to be there in the cluster.

    Args:
        part: Store that the scaled part uses.

        list: Redis: key of a list.

        stream: Redis: key of a stream.

        group:
            Redis: consumer group of the stream; then entries count that it
            has not read yet, and otherwise all of the stream.

        query: Postgres: SQL that gives one number.

        per_replica: How much of it one replica takes care of.

    Raises:
        SpecError: If the store has no such queues.

    >>> cache = Redis("cache", version=8, disk="1Gi")
    >>> Queue(cache, list="mails", per_replica=20).list
    'mails'
    """

    part: Redis | Postgres = attrs.field(
        kw_only=False,
        validator=instance_of(
            "be a Redis or Postgres, like Queue(cache, …)", Redis, Postgres
        ),
    )
    list: str | None = attrs.field(
        default=None, validator=_OPTIONAL(some_text)
    )
    stream: str | None = attrs.field(
        default=None, validator=_OPTIONAL(some_text)
    )
    group: str | None = attrs.field(
        default=None, validator=_OPTIONAL(some_text)
    )
    query: str | None = attrs.field(
        default=None, validator=_OPTIONAL(some_text)
    )
    per_replica: int = attrs.field(
        validator=whole_number(1, 1_000_000_000, 20)
    )

    def __attrs_post_init__(self) -> None:
        given = [
            name
            for name in ("list", "stream", "query")
            if getattr(self, name) is not None
        ]
        redis = isinstance(self.part, Redis)
        if given not in ([["list"], ["stream"]] if redis else [["query"]]):
            field, rule = (
                ("list", "be given, or stream in its place, and nothing else")
                if redis
                else ("query", "be given, and nothing else")
            )
            refuse(self, field, rule, given)
        if self.group is None:
            return
        if self.stream is None:
            rule = "be left out, because only streams have groups"
            refuse(self, "group", rule, self.group)
        if self.part.version < _TELLS_LAG:
            rule = f"be left out before Redis {_TELLS_LAG}"
            refuse(self, "group", rule, self.group)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Trigger:
    """
    Any other of KEDA's triggers, in KEDA's own words.

    Args:
        type: Kind of the trigger, like ``"kafka"``.

        metadata: What it needs to know; nothing secret.

        authentication: Name of a ``TriggerAuthentication`` in the app's
            namespace, which you make yourself.

        cluster_authentication: In its place the name of a
            ``ClusterTriggerAuthentication``.

    Raises:
        SpecError: If `Autoscale` has a word of its own for it.

    >>> Trigger("cron", {"timezone": "Europe/Berlin", "start": "0 8 * * *"}).type
    'cron'
    """

    type: str = attrs.field(kw_only=False, validator=_trigger_type)
    metadata: Mapping[str, str] = attrs.field(
        kw_only=False, converter=texts_by_name, validator=environment_texts
    )
    authentication: str | None = attrs.field(
        default=None, validator=_OPTIONAL(_object_name)
    )
    cluster_authentication: str | None = attrs.field(
        default=None, validator=_OPTIONAL(_object_name)
    )

    def __attrs_post_init__(self) -> None:
        if self.authentication and self.cluster_authentication:
            rule = "be left out beside authentication"
            refuse(
                self,
                "cluster_authentication",
                rule,
                self.cluster_authentication,
            )


@attrs.frozen(kw_only=True, field_transformer=typed)
class ScalingRules:
    """
    How fast the number of replicas changes in one direction.

    Where both *pods* and *percent* are given, the greater change counts.

    Args:
        pods: By how many replicas it changes at most within the period.

        percent: The same in per cent of the replicas.

        period_seconds: Length of the period.

        stabilisation_seconds:
            For how long the autoscaler looks back, to choose the calmest of
            its recent wishes; `None` leaves it to Kubernetes.

    Raises:
        SpecError: If it says nothing.

    >>> ScalingRules(pods=1, period_seconds=60).percent
    """

    pods: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(1, 10_000, 4))
    )
    percent: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(1, 10_000, 100))
    )
    period_seconds: int = attrs.field(
        default=60, validator=whole_number(1, 1800, 60)
    )
    stabilisation_seconds: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(0, 3600, 300))
    )

    def __attrs_post_init__(self) -> None:
        if (self.pods, self.percent, self.stabilisation_seconds) == (
            (None,) * 3
        ):
            msg = (
                "ScalingRules: pods, percent or stabilisation_seconds must "
                "be given, like pods=4."
            )
            raise SpecError(msg)


_rules = unless_off(instance_of("be ScalingRules(…) or OFF", ScalingRules))


@attrs.frozen(kw_only=True, field_transformer=typed)
class Behaviour:
    """
    How fast replicas follow the load.

    Args:
        up: `ScalingRules` for more replicas; `OFF` for never more, and
            `None` for what Kubernetes does.

        down: The same for fewer replicas.

    >>> Behaviour(down=ScalingRules(pods=1, stabilisation_seconds=600)).up
    """

    up: ScalingRules | Off | None = attrs.field(default=None, validator=_rules)
    down: ScalingRules | Off | None = attrs.field(
        default=None, validator=_rules
    )


def _as_queues(
    values: Queue | Trigger | Iterable[Queue | Trigger] | None,
) -> tuple[Queue | Trigger, ...]:
    if values is None:
        return ()
    one = isinstance(values, (Queue, Trigger))
    return (values,) if one else tuple(values)  # type: ignore[arg-type,return-value]


@attrs.frozen(kw_only=True, field_transformer=typed)
class Autoscale:
    """
    Replicas that follow the load; the autoscaler owns their number.

    Args:
        minimum: Fewest replicas; 0 is possible with a *queue* alone.

        maximum: Most replicas.

        cpu: Average processor use, in per cent of what is requested, that
            the autoscaler aims for.

        memory: The same for memory, at most 90: no container gets more
            than it requests, and autoscalers let a tenth pass.

        metric: `PodMetric`, `ExternalMetric` or `ObjectMetric` that it aims
            for.

        queue: `Queue` in a store that the part uses, or a `Trigger`, or
            several, of which the longest counts; KEDA has to be there in
            the cluster.

        poll_seconds: How often KEDA counts, in seconds; `None` leaves it to
            KEDA.

        cooldown_seconds:
            How long nothing waits before nothing runs, in seconds, where
            the minimum is 0; `None` leaves it to KEDA.

        behaviour: How fast it may be; see `Behaviour`.

    Raises:
        SpecError: If the range is empty or nothing is aimed for.

    >>> Autoscale(2, 20, cpu=70).maximum
    20
    """

    minimum: int = attrs.field(
        kw_only=False, validator=whole_number(0, 10_000, 2)
    )
    maximum: int = attrs.field(
        kw_only=False, validator=whole_number(1, 10_000, 20)
    )
    cpu: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(1, 1000, 70))
    )
    memory: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(1, 90, 80))
    )
    metric: Metric | None = attrs.field(
        default=None,
        validator=_OPTIONAL(
            instance_of(
                "be PodMetric(…), ExternalMetric(…) or ObjectMetric(…)",
                _Metric,
            )
        ),
    )
    queue: tuple[Queue | Trigger, ...] = attrs.field(
        default=(),
        converter=_as_queues,
        validator=items_of(
            "hold queues, like Queue(…) or Trigger(…)", Queue, Trigger
        ),
    )
    poll_seconds: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(1, 86_400, 30))
    )
    cooldown_seconds: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(0, 86_400, 300))
    )
    behaviour: Behaviour | None = attrs.field(
        default=None,
        validator=_OPTIONAL(instance_of("be Behaviour(…)", Behaviour)),
    )

    def __attrs_post_init__(self) -> None:
        if self.maximum < self.minimum:
            rule = f"be at least the minimum, {self.minimum}"
            refuse(self, "maximum", rule, self.maximum)
        if not any((self.cpu, self.memory, self.metric, self.queue)):
            msg = (
                "Autoscale: cpu, memory, metric or queue must be given, like "
                "cpu=70."
            )
            raise SpecError(msg)
        if self.minimum == 0 and not self.queue:
            rule = (
                "be at least 1, because only a queue is seen while nothing "
                "runs"
            )
            refuse(self, "minimum", rule, self.minimum)
        if self.metric is not None and self.queue:
            rule = (
                "be left out beside a queue, because KEDA makes the "
                "autoscaler; a Trigger reads metrics too"
            )
            refuse(self, "metric", rule, self.metric.name)
        if self.poll_seconds is not None and not self.queue:
            rule = "be left out without a queue, because only KEDA counts"
            refuse(self, "poll_seconds", rule, self.poll_seconds)
        if self.cooldown_seconds is not None and self.minimum:
            rule = "be left out unless the minimum is 0"
            refuse(self, "cooldown_seconds", rule, self.cooldown_seconds)

    @property
    def shares(self) -> tuple[tuple[str, int], ...]:
        """
        Goals in per cent of what is requested, each after its resource.
        """
        goals = (("cpu", self.cpu), ("memory", self.memory))
        return tuple((name, goal) for name, goal in goals if goal is not None)
