"""
What tells Reloader to restart parts when what somebody else keeps changes.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from .manifests import Manifest, containers_of


# https://docs.stakater.com/reloader/1.4/reference/annotations.html
_ANNOTATIONS = {
    "Secret": "secret.reloader.stakater.com/reload",
    "ConfigMap": "configmap.reloader.stakater.com/reload",
}
_RESTARTED = ("DaemonSet", "Deployment")

# Kind and name of a Secret or ConfigMap.
_Kept = tuple[str, str]


def _of_variables(container: Mapping[str, Any]) -> Iterator[_Kept]:
    for variable in container.get("env", ()):
        source = variable.get("valueFrom", {})
        for key, kind in (
            ("secretKeyRef", "Secret"),
            ("configMapKeyRef", "ConfigMap"),
        ):
            if key in source:
                yield kind, source[key]["name"]


def _of_volume(volume: Mapping[str, Any]) -> Iterator[_Kept]:
    if "secret" in volume:
        source = volume["secret"]
        yield "Secret", source.get("secretName") or source["name"]
    if "configMap" in volume:
        yield "ConfigMap", volume["configMap"]["name"]
    for source in volume.get("projected", {}).get("sources", ()):
        yield from _of_volume(source)


def _read(pod: Mapping[str, Any]) -> Iterator[_Kept]:
    """
    Whatever the containers of a *pod* read.
    """
    for container in containers_of(pod):
        yield from _of_variables(container)
    for volume in pod.get("volumes", ()):
        yield from _of_volume(volume)


def _annotated(manifest: Manifest, others: Iterable[_Kept]) -> Manifest:
    names: dict[str, set[str]] = {}
    for kind, name in others:
        names.setdefault(_ANNOTATIONS[kind], set()).add(name)
    if not names:
        return manifest
    annotations = {key: ",".join(sorted(names[key])) for key in sorted(names)}
    metadata = manifest.body["metadata"]
    told = {**metadata.get("annotations", {}), **annotations}
    body = {**manifest.body, "metadata": {**metadata, "annotations": told}}

    return attrs.evolve(manifest, body=body)


def restarted(objects: Iterable[Manifest]) -> list[Manifest]:
    """
    The *objects* of all parts, in which whatever reads what is not among them
    names it to Reloader.

    What the parts have themselves has another name when it changes, by which
    its readers are replaced anyway.
    """
    known = [*objects]
    own = {(manifest.kind, manifest.name) for manifest in known}

    return [
        _annotated(
            manifest,
            {*_read(manifest.body["spec"]["template"]["spec"])} - own,
        )
        if manifest.kind in _RESTARTED
        else manifest
        for manifest in known
    ]
