"""
From fields that differ to what that does to the running app.
"""

from collections.abc import Callable, Iterator

from .._claims import sized_role
from .._names import COMPONENT
from .._routers import ROUTERS
from ..manifests import CONTENT, goes_first, rolling_update
from ..quantities import number_of, replicas_of
from .effects import Effect
from .fields import ABSENT, FieldChange
from .masks import is_generated, sources_of, unmarked
from .objects import Action, Body, ObjectChange
from .rights import widened


_CONTENT = [(name,) for name in CONTENT]
_STORAGE = ("spec", "resources", "requests", "storage")


def effects_of(change: ObjectChange) -> frozenset[Effect]:
    """
    What *change* does, but for whom it lets connect to whom: that is a
    question for all objects together.
    """
    found = {*_effects(change)}
    if widened(change.old, change.new):
        found.add(Effect.PERMISSION_WIDENED)

    return frozenset(found or {Effect.NOTHING_RUNNING})


def _effects(change: ObjectChange) -> Iterator[Effect]:
    judge = _JUDGES.get(change.kind)
    if judge is not None:
        yield from judge(change)


def _is_rotated(field: FieldChange) -> bool:
    """
    Whether a secret that was there has another value: written anew, from
    somewhere else, or nobody knows from where. A generated one is that of
    one account, and accounts may come and go.
    """
    if ABSENT in (field.old, field.new):
        return False
    old, new = sources_of(field.old), sources_of(field.new)
    gone, come = old - new, new - old
    again = {*map(unmarked, gone)} & {*map(unmarked, come)}
    accounts = all(map(is_generated, gone | come))

    return not old or bool(again) or bool(gone and come and not accounts)


def _of_a_secret(change: ObjectChange) -> Iterator[Effect]:
    content = [field for field in change.fields if field.path[:1] in _CONTENT]
    # A new name says that the content is new, though nobody sees it.
    hidden = change.action is Action.REPLACED and not content
    if hidden or any(map(_is_rotated, content)):
        yield Effect.SECRET_ROTATED


def _of_a_namespace(change: ObjectChange) -> Iterator[Effect]:
    if change.action in (Action.REPLACED, Action.DELETED):
        yield Effect.DATA_AT_RISK


def _of_an_autoscaler(change: ObjectChange) -> Iterator[Effect]:
    if change.action is not Action.CREATED and change.within("spec"):
        yield Effect.SCALING


def _coming_and_going(change: ObjectChange) -> Iterator[Effect]:
    if change.action is Action.CREATED:
        yield Effect.ADDED
    elif change.action is Action.DELETED:
        yield Effect.REMOVED


def _of_a_claim(change: ObjectChange) -> Iterator[Effect]:
    gone = change.action in (Action.REPLACED, Action.DELETED)
    if gone or any(shrinks(field) for field in change.fields):
        yield Effect.DATA_AT_RISK


def shrinks(field: FieldChange) -> bool:
    """
    Whether *field*, of a claim or of what tells of it, makes a disk smaller.
    """
    if field.path != _STORAGE and not _tells_a_size(field):
        return False
    old, new = number_of(field.old), number_of(field.new)
    return old is None or new is None or new < old


def _tells_a_size(field: FieldChange) -> bool:
    """
    Whether *field* is what an account says of a disk that stays.
    """
    return (
        field.path[:2] == ("metadata", "annotations")
        and sized_role(str(field.path[-1])) is not None
        and ABSENT not in (field.old, field.new)
    )


def _of_an_account(change: ObjectChange) -> Iterator[Effect]:
    if any(shrinks(field) for field in change.fields):
        yield Effect.DATA_AT_RISK


def _of_an_address(change: ObjectChange) -> Iterator[Effect]:
    if change.action is Action.REPLACED:
        # Under another name, the old one stays until all know the new one.
        if _keeps_its_name(change) or goes_first(change.body):
            yield Effect.RECREATED
    else:
        yield from _coming_and_going(change)


def _has_a_claim(body: Body | None) -> bool:
    return bool(body and body.get("spec", {}).get("volumeClaimTemplates"))


def _keeps_its_name(change: ObjectChange) -> bool:
    """
    Whether an object is replaced under its name, for which it has to go
    before its successor comes.
    """
    return change.action is Action.REPLACED and not change.within(
        "metadata", "name"
    )


def _may_stop_all(body: Body) -> bool:
    """
    Whether so many pods may be missing while they are exchanged that none
    is left; without a number of them, an autoscaler has it.
    """
    settings = rolling_update(body)
    missing = settings.get("maxUnavailable", "25%")
    replicas = body.get("spec", {}).get("replicas")
    if replicas is None:
        return bool(missing == "100%")
    # Where nothing could move, one may be missing.
    stuck = settings.get("maxSurge", "25%") in (0, "0%")

    least = replicas_of(missing, replicas, up=False)

    return bool(max(least, int(stuck)) >= replicas)


def _exchange(change: ObjectChange) -> Effect:
    body = change.body
    first = goes_first(body) or (
        change.kind == "Deployment" and _may_stop_all(body)
    )
    if first or _keeps_its_name(change):
        return Effect.RECREATED
    return Effect.ROLLING_RESTART


def _of_a_job(change: ObjectChange) -> Iterator[Effect]:
    labels = change.body.get("metadata", {}).get("labels") or {}
    # A store's own errands, like making accounts, are not the app's jobs.
    if labels.get(COMPONENT) == "store":
        return
    if change.action is Action.CREATED:
        yield Effect.ADDED
    elif change.action is Action.REPLACED:
        yield Effect.RUNS_AGAIN


def _runs(body: Body | None) -> bool:
    return body is not None and body.get("spec", {}).get("replicas") != 0


def _of_other_pods(change: ObjectChange) -> Iterator[Effect]:
    """
    What another description does to pods, as far as there are any.
    """
    before, after = _runs(change.old), _runs(change.new)
    if before and after:
        if change.within("spec", "template"):
            yield _exchange(change)
        if change.within("spec", "replicas"):
            yield Effect.SCALING
    elif before:
        yield Effect.REMOVED
    elif after:
        yield Effect.ADDED


def _of_pods(change: ObjectChange) -> Iterator[Effect]:
    gone = change.action in (Action.REPLACED, Action.DELETED)
    if gone and _has_a_claim(change.old):
        yield Effect.DATA_AT_RISK
    if change.action is Action.REPLACED:
        yield _exchange(change)
    elif change.action is not Action.UPDATED:
        yield from _coming_and_going(change)
    else:
        yield from _of_other_pods(change)


_JUDGES: dict[str, Callable[[ObjectChange], Iterator[Effect]]] = {
    "PersistentVolumeClaim": _of_a_claim,
    "ServiceAccount": _of_an_account,
    "Namespace": _of_a_namespace,
    "Deployment": _of_pods,
    "StatefulSet": _of_pods,
    "DaemonSet": _of_pods,
    "CronJob": _coming_and_going,
    "Job": _of_a_job,
    "HorizontalPodAutoscaler": _of_an_autoscaler,
    "ScaledObject": _of_an_autoscaler,
    "Secret": _of_a_secret,
    **dict.fromkeys(("Service", "Gateway", *ROUTERS), _of_an_address),
}
