"""
What apps and stacks of one cluster take from each other.
"""

from collections.abc import Iterator
from typing import Any

from ._scene import Problem, Scene
from ._shapes import of_shape
from .manifests import Manifest


def _taken(manifest: Manifest) -> Iterator[tuple[Any, str]]:
    """
    What an object occupies in its cluster, and the words for it.
    """
    body = manifest.body
    metadata = body["metadata"]
    place = metadata.get("namespace")
    where = f" of namespace {place!r}" if place else ""
    group = body["apiVersion"].rpartition("/")[0]
    key = (group, manifest.kind, place, manifest.name)
    yield key, f"the name {str(manifest.name)!r}{where}"
    if manifest.kind == "Service":
        for port in body["spec"].get("ports", ()):
            if "nodePort" in port:
                number = port["nodePort"]
                yield ("NodePort", number), f"NodePort {number}"
    if manifest.kind == "Ingress":
        for rule in body["spec"].get("rules", ()):
            for path in rule.get("http", {}).get("paths", ()):
                address = f"{rule.get('host', '*')}{path.get('path', '/')}"
                yield ("address", address), f"the address {address}"


def collision(scene: Scene) -> Iterator[Problem]:
    """
    Another app or stack of the project has a name, port or address of the
    same cluster.
    """
    taken: dict[Any, str] = {}
    for who, manifests in scene.neighbours:
        for manifest in map(of_shape, manifests):
            for key, _ in _taken(manifest):
                taken.setdefault(key, who)
    for manifest in scene.manifests if taken else ():
        for key, what in _taken(manifest):
            if key in taken:
                yield Problem(
                    manifest,
                    f"{what} is taken by {taken[key]}",
                    "Give one of them another, for example by "
                    "Conventions(name='{app}-{stack}-{part}').",
                )
