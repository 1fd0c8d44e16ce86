"""
What an app, an environment and a stack can contradict each other in.
"""

from collections.abc import Iterator

from . import _names
from ._accounts import strange_identity
from ._autopilot_contradictions import unplaceable
from ._config_contradictions import (
    config_contradictions,
    unbound_configuration,
)
from ._conventions import too_long
from ._exposure_contradictions import unexposable
from ._image_references import unrecorded_jobs, versions_of_nothing
from ._isolation import ACME_SOLVERS, DEFAULT_DENY
from ._keda import uncountable
from ._node_network_contradictions import misconnected
from ._pod_contradictions import pod_contradictions
from ._pod_security_contradictions import unadmitted
from ._scheduling import misplaced
from .environment import OF_CLUSTER, Environment, Namespace
from .exceptions import choices
from .graph import Graph
from .spec import (
    OFF,
    App,
    ExternalService,
    Part,
    Store,
    first_name,
    run_by_others,
    title,
)
from .stack import Stack


def contradictions(
    app: App,
    parts: tuple[Part, ...],
    environment: Environment,
    stack: Stack,
    graph: Graph,
) -> Iterator[str]:
    """
    Every sentence about what cannot be deployed; *parts* are the effective
    ones.
    """
    yield from _instance(app, environment, stack)
    yield from _foreign_parts(app, environment)
    yield from unexposable(app, environment, stack, graph)
    yield from unbound_configuration(parts, stack)
    yield from _taken_names(parts)
    yield from _promises_elsewhere(parts, environment)
    yield from _same_accounts(parts, graph)
    for part in parts:
        yield from config_contradictions(part, stack)
        yield from strange_identity(part, stack)
    yield from pod_contradictions(parts, stack)
    yield from misplaced(parts, stack)
    yield from uncountable(parts)
    yield from unplaceable(parts, stack)
    yield from unadmitted(parts, environment)
    yield from misconnected(parts, environment)
    yield from _denied(parts, environment)
    yield from versions_of_nothing(parts, stack)
    yield from unrecorded_jobs(parts, stack)
    yield from too_long(app, environment, stack)


def _instance(
    app: App, environment: Environment, stack: Stack
) -> Iterator[str]:
    name = _names.instance(app.name, stack.name)
    wanted = environment.namespace or Namespace()
    if name in OF_CLUSTER and wanted.create and wanted.name is None:
        yield (
            f"App and stack together, {name!r}, are called like a namespace "
            "that every cluster has. Choose another name for one of them, or "
            f"name a namespace, like Namespace({app.name!r})."
        )
    if len(name) > _names.LONGEST_LABEL:
        yield (
            f"App and stack together, {name!r}, have {len(name)} characters, "
            f"but Kubernetes allows {_names.LONGEST_LABEL} in labels and "
            "namespaces. Choose a shorter name for one of them."
        )


def _taken_names(parts: tuple[Part, ...]) -> Iterator[str]:
    """
    The pods that administrate a store need a name of their own.
    """
    taken = {
        name: part
        for part in parts
        if isinstance(part, Store)
        for name in (
            _names.errands(part.name),
            _names.backups(part.name),
            _names.backups(first_name(part)),
        )
    }
    for part in parts:
        if part.name in taken:
            yield (
                f"{title(part)} has the name of what administrates "
                f"{title(taken[part.name])}. Choose another one."
            )
        first = first_name(part)
        if isinstance(part, Store) and first != part.name and first in taken:
            yield (
                f"{title(part)} keeps the disk of the name {first!r}, which "
                f"is that of what administrates {title(taken[first])}. Choose "
                f"another name for {taken[first].name!r}."
            )


def _promises_elsewhere(
    parts: tuple[Part, ...], environment: Environment
) -> Iterator[str]:
    """
    Whoever runs a store makes its copies and its accounts.
    """
    for part in parts:
        if not isinstance(part, Store) or part.at is None:
            continue
        for field, promised, off in (
            ("backup", part.backup, "OFF"),
            ("clients", part.clients, "[]"),
        ):
            if promised:
                yield (
                    f"{title(part)}: {field} cannot be had where it is "
                    f"managed elsewhere, as in environment "
                    f"{environment.name!r}. Leave it to whoever runs the "
                    f"store, by {part.name}.override(at=External(…), "
                    f"{field}={off})."
                )


def _same_accounts(parts: tuple[Part, ...], graph: Graph) -> Iterator[str]:
    """
    Accounts are named after those that use a store.
    """
    for part in parts:
        if not isinstance(part, Store) or not part.has_accounts:
            continue
        users = {user.name for user, _ in graph.users(part)}
        for client in part.clients:
            if client.name in users:
                yield (
                    f"{title(part)}: client {client.name!r} has the name of "
                    "a part that uses it. Call it something else, like "
                    f"Client('other-{client.name}', …)."
                )


def _denied(
    parts: tuple[Part, ...], environment: Environment
) -> Iterator[str]:
    """
    What is denied by default needs policies that let through what is not.
    """
    if environment.namespace is None or not environment.namespace.default_deny:
        return
    if environment.isolation is OFF:
        yield (
            f"Environment {environment.name!r}: its namespace denies by "
            "default, but with isolation=OFF nothing would let parts connect. "
            "Set isolation=Isolation.FULL, or leave out default_deny."
        )
    for part in parts:
        if part.name in (DEFAULT_DENY, ACME_SOLVERS):
            yield (
                f"{title(part)} has the name of a NetworkPolicy of the "
                "namespace, which denies by default. Choose another one."
            )


def _foreign_parts(app: App, environment: Environment) -> Iterator[str]:
    names = [part.name for part in app.parts]
    others = [other.name for other in run_by_others(app.parts)]
    for verb, part in environment.told:
        elsewhere = isinstance(part, ExternalService)
        # Hatches tell of patches, those of the app among them.
        if verb == "patches" or part.name in (others if elsewhere else names):
            continue
        problem = (
            f"which no part uses; {choices(part.name, others)}"
            if elsewhere
            else f"which is not a part of the app; {choices(part.name, names)}"
        )
        yield (
            f"Environment {environment.name!r} {verb} {title(part)}, "
            f"{problem}."
        )
