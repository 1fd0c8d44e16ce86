"""
Patches and transforms: what is said of compiled objects in Kubernetes' words.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from . import _names
from .exceptions import SpecError, choices
from .manifests import Hatch, Manifest
from .spec import App, Later, Off, Patch, Transform, title
from .spec.texts import Placeholder


# Lists of named things are merged by name, these by something else.
_KEYS = {"volumeDevices": "devicePath", "volumeMounts": "mountPath"}


def plain(node: Any) -> Any:
    """
    A copy of *node*, in which `OFF` is left out and later values have their
    places.
    """
    if isinstance(node, Mapping):
        return {
            key: plain(value)
            for key, value in node.items()
            if not isinstance(value, Off)
        }
    if isinstance(node, (list, tuple)):
        return [plain(value) for value in node]
    return Placeholder.of(node) if isinstance(node, Later) else node


def _merged_lists(key: str, old: list[Any], new: Any) -> list[Any]:
    """
    Named items merge with those of the same name and come after the others
    if they are new.
    """
    named = [*old, *new]
    if not all(isinstance(item, Mapping) and key in item for item in named):
        return [plain(item) for item in new]
    items = {item[key]: item for item in old}
    for item in new:
        items[item[key]] = merged(items.get(item[key]), item)

    return list(items.values())


def merged(old: Any, new: Any, field: str = "") -> Any:
    """
    *old* with the fields of *new*; neither is changed.

    >>> merged({"a": {"b": 1}, "c": [1]}, {"a": {"d": 2}, "c": [3]})
    {'a': {'b': 1, 'd': 2}, 'c': [3]}
    """
    if isinstance(old, dict) and isinstance(new, Mapping):
        found = dict(old)
        for key, value in new.items():
            if isinstance(value, Off):
                found.pop(key, None)
            else:
                found[key] = merged(old.get(key), value, key)
        return found
    if isinstance(old, list) and isinstance(new, (list, tuple)):
        return _merged_lists(_KEYS.get(field, "name"), old, new)
    return plain(new)


def differences(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """
    Paths of the fields in which two objects differ.

    >>> list(differences({"a": {"b": 1}, "c": []}, {"a": {"b": 2}, "c": []}))
    ['a.b']
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            below = f"{path}.{key}" if path else key
            yield from differences(old.get(key), new.get(key), below)
    elif (
        isinstance(old, list)
        and isinstance(new, list)
        and len(old) == len(new)
    ):
        for number, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from differences(a, b, f"{path}[{number}]")
    elif old != new:
        yield path


def _identity(body: Mapping[str, Any]) -> tuple[Any, ...]:
    metadata = body["metadata"]
    return (
        body["apiVersion"],
        body["kind"],
        metadata["name"],
        metadata.get("namespace"),
    )


def _transformed(transform: Transform, manifest: Manifest) -> dict[str, Any]:
    body = transform.function(plain(manifest.body))
    where = f"Transform {transform.kind!r}"
    if not isinstance(body, dict):
        msg = (
            f"{where}: function must return the object (got "
            f"{type(body).__name__})."
        )
        raise SpecError(msg)
    try:
        same = _identity(body) == _identity(manifest.body)
    except (KeyError, TypeError, AttributeError):
        same = False
    if not same:
        msg = (
            f"{where}: function must leave apiVersion, kind, name and "
            f"namespace of {manifest.kind} {manifest.name!r} alone, because "
            "other objects refer to them."
        )
        raise SpecError(msg)

    return plain(body)  # type: ignore[no-any-return]


@attrs.define(eq=False)
class Hatches:
    """
    The objects of an app, on which hatches are opened one by one.

    Attributes:
        objects: The objects as they are now.

        opened: What each hatch has changed of which object.

        problems: A sentence about each that cannot be opened.
    """

    objects: list[Manifest]
    opened: list[Hatch] = attrs.field(factory=list)
    problems: list[str] = attrs.field(factory=list)

    def patch(self, app: App, patches: Iterable[Patch]) -> None:
        """
        Merge the fields of *patches* into the objects of their parts.
        """
        found: dict[tuple[str, str], list[int]] = {}
        kinds: dict[str, set[str]] = {part.name: set() for part in app.parts}
        for number, manifest in enumerate(self.objects):
            if manifest.part is not None:
                key = manifest.part, manifest.kind
                found.setdefault(key, []).append(number)
                kinds[manifest.part].add(manifest.kind)
        for patch in patches:
            name = patch.part.name
            if name not in kinds:
                self.problems.append(
                    f"A patch is about {title(patch.part)}, which is not a "
                    f"part of the app; {choices(name, kinds)}."
                )
            elif (name, patch.kind) not in found:
                self.problems.append(
                    f"{title(patch.part)}: a patch is about its "
                    f"{patch.kind}, but it has none; "
                    f"{choices(patch.kind, kinds[name])}."
                )
            for number in found.get((name, patch.kind), ()):
                body = merged(self.objects[number].body, patch.fields)
                self._change(number, body, "patch")

    def transform(self, transforms: Iterable[Transform]) -> None:
        """
        Send the objects of each kind through its *transforms*.
        """
        found: dict[str, list[int]] = {}
        for number, manifest in enumerate(self.objects):
            found.setdefault(manifest.kind, []).append(number)
        for transform in transforms:
            if transform.kind not in found:
                self.problems.append(
                    f"A transform is about objects of kind "
                    f"{transform.kind!r}, but there are none; "
                    f"{choices(transform.kind, found)}."
                )
            for number in found.get(transform.kind, ()):
                body = _transformed(transform, self.objects[number])
                self._change(number, body, "transform")

    def _change(self, number: int, body: dict[str, Any], by: str) -> None:
        old = self.objects[number]
        fields = tuple(differences(old.body, body))
        content = [f for f in fields if not f.startswith("metadata.")]
        if old.body.get("immutable") and content:
            self.problems.append(
                f"A {by} changes {content[0]} of {old.kind} {old.name!r}, "
                "whose name stands for its content. Set env or files of the "
                "part."
            )
        new = attrs.evolve(old, body=_names.rehashed(body))
        self.objects[number] = new
        self.opened.append(Hatch(new, by, fields))
