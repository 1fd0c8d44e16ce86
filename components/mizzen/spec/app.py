"""
The app: parts, and what leads to them from outside.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Unpack, overload

import attrs

from .._fields import typed
from .._validators import dns_label, known, refuse
from ..exceptions import SpecError, raise_problems
from .cron_jobs import CronJob
from .daemon_sets import DaemonSet
from .edges import evolved, unsaid
from .exposes import Expose
from .external_services import ExternalService
from .hatches import Extra, Patch, Transform, hatches
from .jobs import Job
from .order import circle
from .parts import PARTS, Part, title, uses_of
from .postgres import Postgres
from .relinking import Relinker
from .replacing import (
    CronJobFields,
    DaemonSetFields,
    JobFields,
    PostgresFields,
    ServiceFields,
    StoreFields,
    WorkerFields,
)
from .routes import Route, plain_path
from .services import Service, Worker
from .stores import Store


EDITIONS = ("2026",)


def _edition(inst: Any, attr: Any, value: Any) -> None:
    known(inst, attr.name, value, EDITIONS)


def _parts(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
    for part in value:
        if not isinstance(part, PARTS):
            rule = "hold parts, like Services, Workers, Jobs and stores"
            refuse(inst, attr.name, rule, part)


def _routes(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
    for route in value:
        if not isinstance(route, Route):
            refuse(inst, attr.name, "hold routes, like Route('/', web)", route)


def _exposes(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
    for exposed in value:
        if not isinstance(exposed, Expose):
            rule = "hold exposed ports, like Expose(broker['mqtt'])"
            refuse(inst, attr.name, rule, exposed)


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class App:
    """
    Everything that belongs together, described once for all stacks.

    Args:
        name: DNS label of the app.

        edition:
            Year of the defaults. Within an edition every release renders
            the same objects.

        parts: All parts, in the order in which they are reported.

        routes: Public paths.

        exposes: Public ports of whatever speaks no HTTP.

        patches: Raw fields of single objects, in all stacks.

        transforms: Functions that all objects of a kind go through.

        extras: Raw objects and charts next to the parts.

    Raises:
        SpecError: If parts contradict each other; it lists all of it.

    >>> from mizzen import Image
    >>> web = Service("web", image=Image("acme/web:v5"), port=8080)
    >>> App("shop", edition="2026", parts=[web], routes=[Route("/", web)])
    <App shop: web>
    """

    name: str = attrs.field(kw_only=False, validator=dns_label)
    edition: str = attrs.field(validator=_edition)
    parts: tuple[Part, ...] = attrs.field(
        converter=tuple[Part, ...], validator=_parts
    )
    routes: tuple[Route, ...] = attrs.field(
        default=(), converter=tuple[Route, ...], validator=_routes
    )
    exposes: tuple[Expose, ...] = attrs.field(
        default=(), converter=tuple[Expose, ...], validator=_exposes
    )
    patches: tuple[Patch, ...] = attrs.field(
        default=(), converter=tuple[Patch, ...], validator=hatches
    )
    transforms: tuple[Transform, ...] = attrs.field(
        default=(), converter=tuple[Transform, ...], validator=hatches
    )
    extras: tuple[Extra, ...] = attrs.field(
        default=(), converter=tuple[Extra, ...], validator=hatches
    )

    def __attrs_post_init__(self) -> None:
        raise_problems(
            f"App {self.name!r} contradicts itself", _contradictions(self)
        )

    def __repr__(self) -> str:
        names = ", ".join(part.name for part in self.parts[:9])
        more = ", …" if len(self.parts) > 9 else ""  # noqa: PLR2004
        return f"<App {self.name}: {names}{more}>"

    # Or lists would be made of its parts.
    __iter__ = None

    def __getitem__(self, name: str) -> Part:
        """
        The part called *name*.

        Raises:
            KeyError: If there is none.
        """
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(name)

    @overload
    def replace(
        self, part: Service, **changes: Unpack[ServiceFields]
    ) -> "App": ...

    @overload
    def replace(
        self, part: Worker, **changes: Unpack[WorkerFields]
    ) -> "App": ...

    @overload
    def replace(
        self, part: DaemonSet, **changes: Unpack[DaemonSetFields]
    ) -> "App": ...

    @overload
    def replace(self, part: Job, **changes: Unpack[JobFields]) -> "App": ...

    @overload
    def replace(
        self, part: CronJob, **changes: Unpack[CronJobFields]
    ) -> "App": ...

    @overload
    def replace(
        self, part: Postgres, **changes: Unpack[PostgresFields]
    ) -> "App": ...

    @overload
    def replace(
        self, part: Store, **changes: Unpack[StoreFields]
    ) -> "App": ...

    def replace(self, part: Part, **changes: Any) -> "App":
        """
        A new app in which *part* has other values, and all that refers to
        it refers to the new one.

        Raises:
            SpecError: If *part* does not belong to the app, or has no such
                field.
        """
        if part not in self.parts:
            what = title(part) if isinstance(part, Part) else repr(part)
            msg = f"App {self.name!r}: {what} is not one of its parts."
            raise SpecError(msg)
        fields = [field.alias for field in attrs.fields(type(part))]
        changes |= unsaid(part, changes)
        new = evolved(part, changes, "replace", fields)
        relink = Relinker({id(part): new})

        return attrs.evolve(
            self,
            parts=relink(self.parts),
            routes=relink(self.routes),
            exposes=relink(self.exposes),
            patches=relink(self.patches),
            extras=relink(self.extras),
        )


def _contradictions(app: App) -> Iterator[str]:
    listed = {id(part) for part in app.parts}
    yield from _duplicate_names(app)
    yield from _former_names(app)
    yield from _names_of_others(app)
    yield from _duplicate_routes(app)
    for part in app.parts:
        yield from _unlisted_references(part, listed)
        yield from _used_twice(part)
    for route in app.routes:
        yield from _unfit_target(route, listed)
    yield from _unfit_exposes(app, listed)
    yield from _circular_order(app)


def _duplicate_names(app: App) -> Iterator[str]:
    seen: dict[str, Part] = {}
    for part, times in Counter(app.parts).items():
        first = seen.setdefault(part.name, part)
        if first is not part:
            yield f"{title(part)} has the same name as {title(first)}."
        if times > 1:
            yield f"{title(part)} is listed twice in parts."
        if part.name == "default":
            yield (
                f"{title(part)} cannot be called 'default', because every "
                "namespace has a service account of that name."
            )


def _former_names(app: App) -> Iterator[str]:
    """
    Nobody else has, or had, a name that a part had.
    """
    now = {part.name: part for part in app.parts}
    seen: dict[str, Part] = {}
    for part in app.parts:
        for name in part.formerly:
            if name in now:
                yield (
                    f"{title(part)} cannot formerly have been {name!r}, "
                    f"because {title(now[name])} is called so."
                )
            first = seen.setdefault(name, part)
            if first is not part:
                yield (
                    f"{title(part)} cannot formerly have been {name!r}, "
                    f"because {title(first)} was."
                )


def run_by_others(parts: Iterable[Part]) -> Iterator[ExternalService]:
    """
    What *parts* use that others run, each once.
    """
    found = {
        id(use.part): use.part
        for part in parts
        for use in uses_of(part)
        if isinstance(use.part, ExternalService)
    }
    yield from found.values()


def _names_of_others(app: App) -> Iterator[str]:
    """
    Variables and pictures tell what is used by its name.
    """
    seen: dict[str, Any] = {part.name: part for part in app.parts}
    for other in run_by_others(app.parts):
        first = seen.setdefault(other.name, other)
        if first is not other:
            yield f"{title(other)} has the same name as {title(first)}."


def _duplicate_routes(app: App) -> Iterator[str]:
    seen: set[tuple[object, ...]] = set()
    for route in app.routes:
        path = plain_path(route)
        key = (path, route.path_type, route.hosts, route.internal)
        if key in seen:
            yield f"Route {route.path!r} is given twice."
        seen.add(key)


def _references(part: Part) -> Iterable[tuple[str, Any]]:
    for use in uses_of(part):
        if not isinstance(use.part, ExternalService):
            yield "uses", use.part
    if isinstance(part, Job):
        for later in part.before:
            yield "comes before", later
        for earlier in part.after:
            yield "comes after", earlier


def _unlisted_references(part: Part, listed: set[int]) -> Iterator[str]:
    for verb, other in _references(part):
        if id(other) not in listed:
            yield (
                f"{title(part)} {verb} {title(other)}, which is not listed "
                "in parts."
            )


def _used_twice(part: Part) -> Iterator[str]:
    seen: set[int] = set()
    for use in uses_of(part):
        if id(use.part) in seen:
            yield (
                f"{title(part)} uses {title(use.part)} twice. Say all of it "
                f"in one Use({use.part.name}, …)."
            )
        seen.add(id(use.part))


def _unfit_target(route: Route, listed: set[int]) -> Iterator[str]:
    port = route.port
    if id(route.service) not in listed:
        yield (
            f"Route {route.path!r} leads to {title(route.service)}, which is not "
            "listed in parts."
        )
    if not port.routable:
        yield (
            f"Route {route.path!r} leads to {title(route.service)}, whose "
            f"port {port.name!r} speaks neither http, grpc nor ws."
        )


def _unfit_exposes(app: App, listed: set[int]) -> Iterator[str]:
    start = f"App {app.name!r} exposes"
    places: set[str] = set()
    numbers: dict[tuple[object, ...], str] = {}
    for exposed in app.exposes:
        port, of = exposed.port, title(exposed.service)
        if id(exposed.service) not in listed:
            yield (
                f"{start} port {port.name!r} of {of}, which is not listed in "
                "parts."
            )
        number = exposed.public_port or port.number
        key = exposed.service.name, number, port.protocol
        first = numbers.setdefault(key, port.name)
        if exposed.place in places:
            yield f"{start} port {port.name!r} of {of} twice."
        elif first != port.name:
            yield (
                f"{start} both port {first!r} and port {port.name!r} of {of} "
                f"at public port {number}."
            )
        places.add(exposed.place)


def _circular_order(app: App) -> Iterator[str]:
    path = ", which waits for ".join(map(title, circle(app.parts)))
    if path:
        first, _, others = path.partition(", which ")
        yield f"Nothing of this can start: {first} {others}."
