"""
From an app, an environment and a stack to the complete desired state.
"""

import functools

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from . import (
    _accounts,
    _adoption,
    _conventions,
    _exposure,
    _gateway,
    _gateway_policies,
    _isolation,
    _metrics,
    _names,
    _namespaces,
    _reloader,
    _scaling,
    _services,
    _stores,
    _target_health,
    _workloads,
)
from ._claims import disk_claims, shared_claims
from ._config import config_objects
from ._config_contradictions import unreadable
from ._connections import Connections, connections
from ._contradictions import contradictions
from ._custom_resources import unfit
from ._extras import Extras, arranged
from ._files import oversized
from ._hatches import Hatches
from ._image_references import (
    container_images,
    image_references,
    with_recorded_jobs,
)
from ._later import told_secrets, written_out
from ._project_files import Reader
from ._scope import ImageReference, Scope
from ._store_contradictions import misread_values
from .environment import Environment, Gateway, Ingress, effective
from .exceptions import SpecError, raise_problems
from .graph import Graph, graph
from .manifests import ROUTES, ImageBuild, Manifest, Manifests
from .spec import (
    App,
    Autoscale,
    CronJob,
    DaemonSet,
    Job,
    Part,
    Service,
    Store,
    Worker,
)
from .stack import Stack


@functools.cache
def _role(kind: str) -> str:
    words = "".join(f"-{c.lower()}" if c.isupper() else c for c in kind)
    return words.lstrip("-")


def _object(
    part: Part | None, body: dict[str, Any], role: str | None = None
) -> Manifest:
    name = None if part is None else part.name
    return Manifest(name, role or _role(body["kind"]), body)


def _configuration(part: Part, scope: Scope) -> Iterator[Manifest]:
    """
    Secrets, ConfigMaps and disks; they come before what mounts them.
    """
    if isinstance(part, Store):
        for role, body in _stores.secrets(part, scope):
            yield _object(part, body, role)
        return
    for owner in part.containers:
        within = "" if owner is part else f"{owner.name}-"
        for role, body in config_objects(part, owner, scope):
            yield _object(part, body, f"{within}{role}")
    for role, body in disk_claims(part, scope):
        yield _object(part, body, role)


def _addresses(part: Service, scope: Scope) -> Iterator[Manifest]:
    for body in _services.transports(part, scope):
        yield _object(part, body)
    for body in _target_health.backend_configs(part, scope):
        yield _object(part, body)
    yield _object(part, _services.service(part, scope))
    for role, body in _gateway_policies.gateway_policies(part, scope):
        yield _object(part, body, f"{role}-policy")
    for kind, body in _services.public_services(part, scope):
        yield _object(part, body, f"{kind}-service")


def _workload(part: Part, scope: Scope) -> Iterator[Manifest]:
    if isinstance(part, Job):
        yield _object(part, _workloads.job(part, scope))
    elif isinstance(part, CronJob):
        yield _object(part, _workloads.cron_job(part, scope))
    elif isinstance(part, DaemonSet):
        yield _object(part, _workloads.daemon_set(part, scope))
        if part.listens:
            yield _object(part, _services.local_service(part, scope))
    elif isinstance(part, (Service, Worker)):
        yield _object(part, _workloads.deployment(part, scope))
        if isinstance(part.scale, Autoscale):
            yield from (
                _object(part, body, role)
                for role, body in _scaling.autoscaler(part, scope)
            )
        if _scaling.wants_several(part):
            body = _scaling.disruption_budget(part, scope)
            yield _object(part, body, "disruption-budget")
        if isinstance(part, Service):
            yield from _addresses(part, scope)
    else:
        for role, body in _stores.objects(part, scope):
            yield _object(part, body, role)


def _part(part: Part, scope: Scope) -> Iterator[Manifest]:
    if part.name in scope.external:
        yield from _configuration(part, scope)
        return
    yield _object(part, _accounts.service_account(part, scope))
    for role, body in _accounts.permissions(part, scope):
        yield _object(part, body, role)
    yield from _configuration(part, scope)
    if _isolation.is_isolated(part, scope.environment):
        yield _object(part, _isolation.network_policy(part, scope))
    yield from _workload(part, scope)
    for body in _metrics.pod_monitor(part, scope):
        yield _object(part, body)


def _namespace(scope: Scope) -> Iterator[Manifest]:
    for find in (
        _namespaces.objects,
        _namespaces.pull_secrets,
        _isolation.of_namespace,
    ):
        for role, body in find(scope):
            yield _object(None, body, role)


def _shared_disks(scope: Scope) -> Iterator[Manifest]:
    for role, body in shared_claims(scope):
        yield _object(None, body, role)


def _routes(scope: Scope) -> Iterator[Manifest]:
    exposure = scope.environment.exposure
    if isinstance(exposure, Ingress):
        for role, body in _exposure.routed(exposure, scope):
            yield Manifest(None, role, body, leads=True)
    if isinstance(exposure, Gateway):
        for role, body in _gateway.gateway_routed(exposure, scope):
            yield Manifest(None, role, body, leads=True)


def _waits_for(
    app: App, edges: Graph, routes: list[Manifest]
) -> dict[str, tuple[str, ...]]:
    """
    What the parts and *routes* of *app* wait for, by name.
    """
    found = {
        part.name: tuple(other.name for other in edges.waits_for(part))
        for part in app.parts
    }
    if routes:
        reached = dict.fromkeys(route.service.name for route in app.routes)
        found[ROUTES] = tuple(reached)
    return found


def _part_objects(
    app: App, parts: tuple[Part, ...], scope: Scope
) -> Iterator[Manifest]:
    """
    The objects of the parts of *app*; *parts* bear the names of their
    objects.
    """
    for part, named in zip(app.parts, parts, strict=True):
        if named.name == part.name:
            yield from _part(named, scope)
        else:
            for manifest in _part(named, scope):
                yield attrs.evolve(manifest, part=part.name)


def _hatched(
    objects: list[Manifest], app: App, environment: Environment
) -> Hatches:
    """
    *objects* as conventions, transforms and patches want them.
    """
    conventions = environment.conventions
    if conventions.marks:
        marked = _conventions.marked
        objects = [marked(manifest, conventions) for manifest in objects]
    found = Hatches(objects)
    for source in (app, environment):
        if source.transforms:
            found.transform(source.transforms)
    for source in (app, environment):
        if source.patches:
            found.patch(app, source.patches)

    return found


def _scope(
    named: _conventions.Named,
    stack: Stack,
    edges: Graph,
    references: dict[int, ImageReference],
    app: App,
) -> Scope:
    instance = _names.instance(app.name, stack.name)
    wanted = named.environment.namespace

    return Scope(
        app=named.app,
        environment=named.environment,
        stack=stack,
        parts=named.parts,
        graph=edges
        if named.app is app
        else graph(named.app, named.environment),
        namespace=(wanted and wanted.name) or instance,
        instance=instance,
        images=references,
        connections=connections(named.parts, stack.name),
    )


def _assembled(
    app: App, environment: Environment, scope: Scope, edges: Graph
) -> tuple[Extras, Hatches]:
    """
    All objects, in an order in which they can be created.
    """
    around = [*_namespace(scope), *_shared_disks(scope)]
    objects = _reloader.restarted(_part_objects(app, scope.parts, scope))
    routes = [*_routes(scope)]
    extras = arranged(
        (*app.extras, *environment.extras),
        [*objects, *routes],
        _waits_for(app, edges, routes),
        scope,
        around,
    )
    everything = [
        *around,
        *extras.early,
        *objects,
        *extras.late,
        *routes,
    ]
    return extras, _hatched(everything, app, environment)


def _refuse_others(app: object, environment: object, stack: object) -> None:
    """
    Programs that no type checker has seen hand over anything.
    """
    for given, wanted in (
        (app, App),
        (environment, Environment),
        (stack, Stack),
    ):
        if not isinstance(given, wanted):
            name = wanted.__name__
            msg = (
                f"compile_app: {name.lower()} must be {name}(…) (got "
                f"{type(given).__name__})."
            )
            raise SpecError(msg)


def _misread(parts: Iterable[Part], found: Connections) -> Iterator[str]:
    """
    What containers are told that they could not hold or read.
    """
    for part in parts:
        if not isinstance(part, Store):
            seen = found.seen_by(part.name)
            yield from oversized(part, seen)
            yield from unreadable(part, seen)


def _manifests(
    parts: tuple[Part, ...],
    builds: Mapping[str, ImageBuild],
    scope: Scope,
    extras: Extras,
    hatches: Hatches,
) -> Manifests:
    """
    What *parts* become, by their own names.
    """
    return Manifests(
        namespace=scope.namespace,
        objects=tuple(hatches.objects),
        builds=builds,
        images={
            key: scope.images[id(image)].reference
            for key, image in container_images(parts)
        },
        waits_for=extras.waits_for,
        names={
            part.name: new.name
            for part, new in zip(parts, scope.parts, strict=True)
        },
        hatches=tuple(hatches.opened),
        charts=extras.charts,
    )


def compile_app(app: App, environment: Environment, stack: Stack) -> Manifests:
    """
    The complete desired state of *app* in *stack*.

    It reads nothing but build contexts and needs neither Pulumi nor Docker
    nor a cluster.

    Args:
        app: What is deployed.

        environment: Policy of the stack.

        stack: Addresses and versions.

    Raises:
        SpecError: If they contradict each other; it lists all of it.

    >>> from mizzen import App, Environment, Image, Service, Stack
    >>> web = Service("web", image=Image("acme/web:v5"), port=8080)
    >>> app = App("shop", edition="2026", parts=[web])
    >>> dev = Environment("dev")
    >>> [m.kind for m in compile_app(app, dev, Stack("dev", environment="dev"))]
    ['Namespace', 'ServiceAccount', 'NetworkPolicy', 'Deployment', 'Service']
    """
    _refuse_others(app, environment, stack)
    stack = stack.of(app.name)
    reader = Reader(stack.root)
    said = tuple(map(reader.part, effective(app, environment)))
    parts = with_recorded_jobs(app, said, stack)
    edges = graph(app, environment)
    references, builds, problems = image_references(app, parts, stack)
    heading = f"App {app.name!r} cannot be deployed to stack {stack.name!r}"
    found = connections(parts, stack.name)
    raise_problems(
        heading,
        (
            *reader.problems,
            *problems,
            *contradictions(app, said, environment, stack, edges),
            *_misread(parts, found),
            *misread_values(parts, found),
        ),
    )
    named = _conventions.named(app, parts, environment, stack)
    scope = _scope(named, stack, edges, references, app)
    extras, hatches = _assembled(app, environment, scope, edges)
    raise_problems(
        heading,
        (
            *extras.problems,
            *hatches.problems,
            *told_secrets(hatches.objects),
            *written_out(hatches.objects),
            *unfit(hatches.objects, extras.definitions),
            *_adoption.adopts_nothing(hatches.objects, stack),
        ),
    )

    return _manifests(parts, builds, scope, extras, hatches)
