"""
Who uses whom: edges, and what can be reached over them.
"""

import functools

from collections.abc import Collection, Iterator, Mapping

import attrs

from .environment import ROUTED, Environment, Opening, effective
from .spec import (
    App,
    Client,
    Outside,
    Part,
    Service,
    Store,
    Use,
    reaches_of,
    uses_of,
    waits_of,
)


@attrs.frozen(eq=False)
class Graph:
    """
    The edges of an app in one environment.

    Attributes:
        app: The app.

        environment: What exposes it.

        exposed: Services that answer to the world outside.

        internal: Services that answer to internal routes.

    >>> from mizzen import Image, Postgres
    >>> db = Postgres("db", version=17, disk="1Gi")
    >>> api = Service("api", image=Image("a/b:1"), port=80, uses=[db])
    >>> app = App("shop", edition="2026", parts=[api, db])
    >>> graph(app, Environment("dev")).reaches(api, db)
    True
    """

    app: App
    environment: Environment
    exposed: tuple[Service, ...]
    internal: tuple[Service, ...]
    _users: dict[str, list[tuple[Part, Use]]]
    _waits: dict[str, tuple[Part, ...]]

    @functools.cached_property
    def _openings(self) -> Mapping[str, list[Opening]]:
        found: dict[str, list[Opening]] = {}
        for opening in self.environment.openings(self.app):
            found.setdefault(opening.service.name, []).append(opening)
        return found

    def openings(self, part: Part) -> tuple[Opening, ...]:
        """
        What of *part* has a public port of its own.
        """
        return tuple(self._openings.get(part.name, ()))

    def users(self, part: Part) -> tuple[tuple[Part, Use], ...]:
        """
        The parts that use *part*, each with its edge.
        """
        return tuple(self._users.get(part.name, ()))

    def reaches(self, source: Part, target: Part) -> bool:
        """
        Whether *source* uses *target*, by itself or through others.
        """
        return any(part.name == target.name for part in self.reached(source))

    def reached(self, *sources: Part) -> Iterator[Part]:
        """
        All parts that *sources* use, by themselves or through others.
        """
        seen: set[str] = set()
        waiting = [use.part for part in sources for use in uses_of(part)]
        while waiting:
            part = waiting.pop()
            if part.name not in seen:
                seen.add(part.name)
                yield part
                waiting.extend(use.part for use in uses_of(part))

    @functools.cached_property
    def _effective(self) -> Mapping[str, Part]:
        parts = effective(self.app, self.environment)
        return {part.name: part for part in parts}

    def reaches_outside(self, part: Part) -> tuple[Outside, ...]:
        """
        What *part* connects to outside of the app.
        """
        return reaches_of(self._effective[part.name])

    def clients(self, part: Part) -> tuple[Client, ...]:
        """
        Who of other apps in the cluster connects to *part*.
        """
        found = self._effective[part.name]

        return found.clients if isinstance(found, (Service, Store)) else ()

    def waits_for(self, part: Part) -> tuple[Part, ...]:
        """
        The parts that are ready before *part* starts: stores that it uses
        and jobs that come before it; for a job also services that it uses
        and what it comes after.
        """
        return self._waits[part.name]


def _services(app: App, names: Collection[str]) -> tuple[Service, ...]:
    return tuple(
        part
        for part in app.parts
        if isinstance(part, Service) and part.name in names
    )


def _routed(app: App, *, internal: bool) -> set[str]:
    return {
        route.service.name
        for route in app.routes
        if route.internal is internal
    }


def graph(app: App, environment: Environment) -> Graph:
    """
    The graph of *app* as *environment* exposes it.
    """
    users: dict[str, list[tuple[Part, Use]]] = {}
    waiting = waits_of(app.parts)
    for part in app.parts:
        for use in uses_of(part):
            users.setdefault(use.part.name, []).append((part, use))

    public = {each.service.name for each in environment.openings(app)}
    internal: set[str] = set()
    if isinstance(environment.exposure, ROUTED):
        public |= _routed(app, internal=False)
        internal = _routed(app, internal=True)

    return Graph(
        app,
        environment,
        _services(app, public),
        _services(app, internal),
        users,
        {part.name: waiting[id(part)] for part in app.parts},
    )
