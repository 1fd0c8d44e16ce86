"""
Custom resources, as their definitions want them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._definitions import Definition, definitions, group_kind
from ._misfits import misfits
from .exceptions import choices
from .manifests import Manifest


def _scope_misfit(
    metadata: Mapping[str, Any], definition: Definition
) -> Iterator[str]:
    if definition.scope == "Cluster" and "namespace" in metadata:
        yield (
            "its kind belongs to no namespace. Say clustered=True, and no "
            "namespace"
        )
    if definition.scope == "Namespaced" and "namespace" not in metadata:
        yield "its kind belongs to a namespace. Leave clustered=True out"


def _problems(body: dict[str, Any], definition: Definition) -> Iterator[str]:
    yield from _scope_misfit(body["metadata"], definition)
    if definition.served is None:
        return
    version = body["apiVersion"].rpartition("/")[2]
    if version in definition.served:
        yield from misfits(body, definition.served[version])
    else:
        valid = choices(version, definition.served)
        yield f"its version {version!r} is not served; {valid}"


def unfit(
    objects: Iterable[Manifest], given: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    """
    A sentence about whatever of *objects* their definitions would not take,
    which are among them or *given*.
    """
    found = [*objects]
    known = definitions((*given, *(manifest.body for manifest in found)))
    for manifest in found:
        definition = known.get(group_kind(manifest.body))
        if definition is not None:
            for words in _problems(manifest.body, definition):
                yield f"{manifest.kind} {manifest.name!r}: {words}."
