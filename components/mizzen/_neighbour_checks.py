"""
What apps and stacks of one cluster take from each other.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from ._lenient import Lenient
from ._names import PART_OF
from ._routers import ways
from ._scene import Problem, Scene
from ._shapes import of_shape
from .manifests import Manifest
from .spec.texts import Placeholder


_NAMES = (
    "Give one of them another, for example by "
    "Conventions(name='{app}-{stack}-{part}')."
)
_RAW_NAMES = (
    "Give one of them another, or put it among the extras of one environment "
    "alone."
)
_PORTS = "Give one of them another, or leave it to the cluster."
_ADDRESSES = (
    "Give one of the stacks other hosts, for example with {stack} in them, or "
    "one of the routes another path."
)

# What tells the data of one store from those of another.
_WHERE = ("host", "port", "database")

_Taken = tuple[Any, str, str]


def _addresses(router: Manifest) -> Iterator[_Taken]:
    """
    What an Ingress or a route of the Gateway API serves.
    """
    for address in dict.fromkeys(
        way.address
        for way in ways(Lenient(router.body))
        # A route without host and path has all of a port, which is told by
        # its Gateway.
        if way.path or way.host != "*"
    ):
        yield ("address", address), f"the address {address}", _ADDRESSES


def _taken(manifest: Manifest) -> Iterator[_Taken]:
    """
    What an object occupies in its cluster, the words for it, and what to do
    where it is taken.
    """
    body = manifest.body
    metadata = body["metadata"]
    place = metadata.get("namespace")
    where = f" of namespace {place!r}" if place else ""
    group = body["apiVersion"].rpartition("/")[0]
    key = (group, manifest.kind, place, manifest.name)
    yield (
        key,
        f"the name {str(manifest.name)!r}{where}",
        _RAW_NAMES if manifest.extra else _NAMES,
    )
    if manifest.kind == "Service":
        for port in body["spec"].get("ports", ()):
            if "nodePort" in port:
                number = port["nodePort"]
                yield ("NodePort", number), f"NodePort {number}", _PORTS
    yield from _addresses(manifest)


def collision(scene: Scene) -> Iterator[Problem]:
    """
    Another app or stack of the project has a name, port or address of the
    same cluster.
    """
    taken: dict[Any, str] = {}
    for who, manifests in scene.neighbours:
        for manifest in map(of_shape, manifests):
            for key, *_ in _taken(manifest):
                taken.setdefault(key, who)
    for manifest in scene.manifests if taken else ():
        for key, what, remedy in _taken(manifest):
            if key in taken:
                message = f"{what} is taken by {taken[key]}"
                yield Problem(manifest, message, remedy)


def _outside_stores(
    manifests: Iterable[Manifest],
) -> Iterator[tuple[tuple[str, ...], Manifest]]:
    """
    App, host, port and database of each store that is managed elsewhere, as
    far as they are known, with its Secret.
    """
    objects = [*manifests]
    inside = {m.part for m in objects if m.kind == "StatefulSet"}
    for manifest in objects:
        if manifest.role != "credentials" or manifest.part in inside:
            continue
        body = Lenient(manifest.body)
        where = [body["stringData"][field].text for field in _WHERE]
        later = any(isinstance(text, Placeholder) for text in where)
        if where[0] and not later:
            labels = body["metadata"]["labels"]
            app = labels[PART_OF].text
            yield (app, *where), manifest


def shared_store(scene: Scene) -> Iterator[Problem]:
    """
    Another stack of the app has the same data in a store that is managed
    elsewhere.
    """
    taken: dict[tuple[str, ...], str] = {}
    for who, manifests in scene.neighbours:
        for key, _ in _outside_stores(manifests):
            taken.setdefault(key, who)
    for key, manifest in _outside_stores(scene.manifests) if taken else ():
        if key in taken:
            _, host, port, database = key
            yield Problem(
                manifest,
                f"its data is that of {taken[key]} too, {database!r} at "
                f"{host}:{port}",
                "Give one of them a database of its own, or by at=OFF a store "
                "in the cluster.",
            )


def not_compared(scene: Scene) -> Iterator[Problem]:
    """
    Another app or stack of the project cannot be compiled, so that nobody
    knows what it takes.
    """
    for who, error in scene.not_compared:
        yield Problem(
            scene.stack,
            f"what {who} takes of the cluster is not known, because it cannot "
            f"be compiled: {error.problems[0]}",
            "Correct it if it is to be deployed.",
        )
