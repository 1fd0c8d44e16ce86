"""
Which routes come first, where a controller does not know it by itself.

Traefik asks the longest rule of an Ingress first, whatever it says, unless it
is told priorities. Kubernetes has hosts come before wildcards that they fall
under, and paths alone before what is below them.
"""

import itertools

from collections.abc import Collection, Iterable, Iterator

import attrs

from .spec import Route
from .spec.routes import plain_path


# Rules have fewer letters, of which the number is their usual priority.
# Whatever cert-manager serves for a while under a host has that one, too, so
# that wildcards come later and no host comes sooner.
_STEP = 1_000_000
_STEPS = {(True, True): 1, (False, True): -1, (False, False): -2}


def is_wildcard(host: str) -> bool:
    """
    Whether *host* stands for all that are one label longer.
    """
    return host.startswith("*.")


@attrs.frozen(eq=False)
class _Piece:
    """
    A route under its hosts of one kind.
    """

    route: Route
    hosts: tuple[str, ...]

    @property
    def kind(self) -> tuple[bool, bool]:
        """
        Whether it is under hosts that are no wildcards, and for a path alone.
        """
        exact = self.route.path_type == "Exact"

        return not is_wildcard(self.hosts[0]), exact

    @property
    def rank(self) -> tuple[tuple[bool, bool], int]:
        """
        What Kubernetes compares: the greatest one comes first.
        """
        return self.kind, len(self.route.path)

    @property
    def priority(self) -> int:
        """
        What Traefik is told, if it is told something.
        """
        return _STEPS[self.kind] * _STEP + len(self.route.path)


def _pieces(route: Route, hosts: Iterable[str]) -> list[_Piece]:
    """
    The pieces of *route*, the one under hosts that are no wildcards first.
    """
    ordered = sorted(hosts, key=is_wildcard)

    return [
        _Piece(route, tuple(found))
        for _, found in itertools.groupby(ordered, is_wildcard)
    ]


def _under(host: str, pieces: Iterable[_Piece]) -> list[list[_Piece]]:
    """
    Those of *pieces* that serve *host*, by their routes.
    """
    names = {host, f"*.{host.partition('.')[2]}"}
    found: dict[Route, list[_Piece]] = {}
    for piece in pieces:
        if not names.isdisjoint(piece.hosts):
            found.setdefault(piece.route, []).append(piece)

    return list(found.values())


def _is_below(route: Route, other: Route) -> bool:
    """
    Whether *other* serves the path of *route*. Traefik's prefixes end within
    words too.
    """
    path, prefix = plain_path(route), plain_path(other)
    whole = other.path_type == "Exact"

    return path == prefix if whole else path.startswith(prefix)


def _meet(first: Route, second: Route) -> bool:
    return _is_below(first, second) or _is_below(second, first)


def _beats(first: _Piece, second: _Piece, told: Collection[_Piece]) -> bool:
    """
    Whether Traefik, if it is told the priorities of *told*, surely asks
    *first* before *second*, and rightly so.
    """
    if first.rank <= second.rank:
        return False
    raised = first in told and first.priority > 0
    lowered = second in told and second.priority < 0

    return (
        raised or lowered or (first not in told and first.kind == second.kind)
    )


def _settled(
    own: list[_Piece], others: list[_Piece], told: Collection[_Piece]
) -> Iterator[_Piece]:
    """
    What settles that pieces of one route are asked before those of another.
    """
    for other in others:
        if not any(_beats(piece, other, told) for piece in own):
            yield own[0] if own[0].kind == (True, True) else other


def _misplaced(
    pieces: Collection[_Piece], told: Collection[_Piece]
) -> Iterator[_Piece]:
    """
    Pieces without whose priorities Traefik could ask another route first,
    though it is told those of *told*.
    """
    for host in {host for piece in pieces for host in piece.hosts}:
        for own, others in itertools.permutations(_under(host, pieces), 2):
            leads = own[0].rank > others[0].rank
            if leads and _meet(own[0].route, others[0].route):
                yield from _settled(own, others, told)


def prioritized(
    served: Iterable[tuple[Route, tuple[str, ...]]],
) -> Iterator[tuple[Route, int | None]]:
    """
    Routes, each with the priority that Traefik is told; `None` where it
    needs none. A route is in two, by its hosts, where one does not do.

    Args:
        served: The routes, each with all of its hosts.
    """
    pieces = {route: _pieces(route, hosts) for route, hosts in served}
    every = [piece for found in pieces.values() for piece in found]
    told: set[_Piece] = set()
    # Where all rules are of one kind, the longer path is the longer rule.
    if len({piece.kind for piece in every}) > 1:
        while found := {*_misplaced(every, told)} - told:
            told |= found
    for route, own in pieces.items():
        said = [piece.priority if piece in told else None for piece in own]
        if len(set(said)) > 1:
            for piece, priority in zip(own, said, strict=True):
                yield attrs.evolve(route, hosts=piece.hosts), priority
        else:
            yield route, next(iter(said), None)
