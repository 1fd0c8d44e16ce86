"""
Parts that had another name before.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import attrs

from ..manifests import Manifest
from ..origins import Fact
from .snapshot import Snapshot


T = TypeVar("T")

_FORMERLY = Fact("formerly")


def new_names(base: Snapshot, head: Snapshot) -> Mapping[str, str]:
    """
    What the parts of *base* are called in *head*, where that is said there.
    """
    return {
        former: name
        for name, facts in head.facts.items()
        if _FORMERLY in facts and name not in base.facts
        for former in facts[_FORMERLY].value.split(", ")
        if former in base.facts and former not in head.facts
    }


def under_new_names(base: Snapshot, names: Mapping[str, str]) -> Snapshot:
    """
    *base* with those of its parts called otherwise that *names* tells of.
    """

    def renamed(found: Mapping[str, T]) -> Mapping[str, T]:
        return {names.get(name, name): value for name, value in found.items()}

    return attrs.evolve(
        base,
        manifests=tuple(
            attrs.evolve(
                manifest, part=names.get(manifest.part, manifest.part)
            )
            if manifest.part
            else manifest
            for manifest in base.manifests
        ),
        facts=renamed(base.facts),
        files=renamed(base.files),
    )


def _claims(part: str, manifests: Iterable[Manifest]) -> frozenset[str]:
    return frozenset(
        manifest.name
        for manifest in manifests
        if manifest.part == part and manifest.kind == "PersistentVolumeClaim"
    )


def rename_words(
    part: str, former: str, base: Iterable[Manifest], head: Iterable[Manifest]
) -> str:
    """
    That *part* was called *former*, and whether its disks go on to be.

    >>> rename_words("gateway", "api", [], [])
    'renamed from api'
    """
    claims = _claims(part, base)
    kept = claims and claims <= _claims(part, head)

    return f"renamed from {former}{', data kept' if kept else ''}"
