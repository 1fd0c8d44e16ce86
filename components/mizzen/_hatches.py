"""
Patches and transforms: what is said of compiled objects in Kubernetes' words.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from . import _names
from ._lenient import Lenient
from ._merging import by_name, item_key, merged, name_of, plain
from ._unwritable import unwritable
from .exceptions import SpecError, choices
from .manifests import Hatch, Manifest
from .spec import App, Off, Patch, Transform, title
from .spec.hatches import plain_data


def _missed(
    old: Any, new: Any, path: str = "", field: str = ""
) -> Iterator[tuple[str, str]]:
    """
    Path of each field of a patch that finds nothing where it has to, and
    the words for it.
    """
    known: Any = old if isinstance(old, dict) else {}
    given: Any = new if isinstance(new, Mapping) else {}
    place = f"{path}." if path else ""
    pattern = f"{place}{{}}"
    if isinstance(old, list) and isinstance(new, (list, tuple, Mapping)):
        key = item_key(field)
        known, given = by_name(old, key) or {}, by_name(new, key) or {}
        pattern = f"{path}[{{}}]"
    for name, value in given.items():
        below = pattern.format(name)
        if isinstance(value, Off):
            if name not in known:
                yield below, f"removes {below}, which is not there"
        elif _lacks_image(field, name, known, value):
            there = choices(str(name), known)
            yield below, f"adds {below} without an image; {there}"
        else:
            yield from _missed(known.get(name), value, below, str(name))


def _lacks_image(field: str, name: Any, known: Any, value: Any) -> bool:
    is_container = field in ("containers", "initContainers")
    has_image = isinstance(value, Mapping) and "image" in value

    return is_container and name not in known and not has_image


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


def _is_same(body: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    try:
        return _identity(body) == _identity(old)
    except (KeyError, TypeError, AttributeError):
        return False


def _lost(
    old: Any, new: Any, path: str = "", field: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """
    Path of each field that was a map or a list and is something else now,
    with the word for what it was, and what it is.
    """
    if isinstance(old, dict):
        if not isinstance(new, dict):
            yield path, "a map", new
            return
        for key in old.keys() & new.keys():
            below = f"{path}.{key}" if path else key
            yield from _lost(old[key], new[key], below, key)
    elif isinstance(old, list):
        if not isinstance(new, list):
            yield path, "a list", new
            return
        key = item_key(field)
        named = {name_of(item, key): item for item in old}
        for number, item in enumerate(new):
            usual = {} if old and isinstance(old[0], dict) else item
            before = named.get(name_of(item, key), usual)
            yield from _lost(before, item, f"{path}[{number}]")


def _transformed(transform: Transform, manifest: Manifest) -> dict[str, Any]:
    """
    What *transform* makes of an object.

    Raises:
        SpecError: If it is no object.
    """
    what = f"{manifest.kind} {manifest.name!r}"
    try:
        body = transform.function(plain(manifest.body))
    except Exception as error:
        msg = (
            f"Transform {transform.kind!r}: function fails for {what} with "
            f"{type(error).__name__}: {error}."
        )
        raise SpecError(msg) from error
    if not isinstance(body, dict):
        msg = (
            f"Transform {transform.kind!r}: function must return the object "
            f"(got {type(body).__name__})."
        )
        raise SpecError(msg)
    made = f"what function makes of {what}"
    flaw = unwritable(body)
    if flaw is not None:
        msg = f"Transform {transform.kind!r}: {made}{flaw}."
        raise SpecError(msg)
    plain_data(transform, made, body)

    return plain(body)  # type: ignore[no-any-return]


def _refusals(
    old: Manifest, body: dict[str, Any], fields: tuple[str, ...], who: str
) -> Iterator[str]:
    """
    A sentence about each thing that *who* must not change of *old*.
    """
    what = f"{old.kind} {old.name!r}"
    if not _is_same(body, old.body):
        yield (
            f"{who} must leave apiVersion, kind, name and namespace of {what} "
            "alone, because other objects refer to them."
        )
    template = Lenient(body)["spec"]["template"]
    labels = template["metadata"]["labels"]
    selector = Lenient(body)["spec"]["selector"]["matchLabels"]
    for key, value in selector.items():
        if template and labels[key].value != value.value:
            own = labels[key].value
            have = "no label" if own is None else f"{own!r} as label"
            yield (
                f"{who} has the selector of {what} find none of its own pods, "
                f"which have {have} {key!r}."
            )
    for path, word, value in _lost(old.body, body):
        yield (
            f"{who} must leave {path} of {what} {word} (got "
            f"{type(value).__name__}). OFF removes a field."
        )
    content = [f for f in fields if not f.startswith("metadata.")]
    if old.body.get("immutable") and content:
        yield (
            f"{who} changes {content[0]} of {what}, whose name stands for its "
            "content. Set env or files of the part."
        )


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
            else:
                self._merge(patch, found[name, patch.kind])

    def _merge(self, patch: Patch, numbers: list[int]) -> None:
        """
        Merge the fields of *patch* into those of the objects at *numbers*
        that it is about.
        """
        who = f"{title(patch.part)}: a patch"
        names = {self.objects[number].name: number for number in numbers}
        if patch.name is not None and patch.name not in names:
            self.problems.append(
                f"{who} is about its {patch.kind} {patch.name!r}, which is "
                f"not there; {choices(patch.name, names)}."
            )
            return
        if patch.name is not None:
            numbers = [names[patch.name]]
        missed = [
            dict(_missed(self.objects[number].body, patch.fields))
            for number in numbers
        ]
        problems = [
            f"{who} of {patch.kind} {words}."
            for path, words in missed[0].items()
            if all(path in other for other in missed)
        ]
        self.problems.extend(problems)
        if not problems:
            self._open(patch, numbers, who)

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
            else:
                self._open(
                    transform,
                    found[transform.kind],
                    f"Transform {transform.kind!r}: function",
                )

    def _open(
        self, hatch: Patch | Transform, numbers: list[int], who: str
    ) -> None:
        """
        Let *hatch* change the objects at *numbers*, at least one of them.
        """
        changed = False
        for number in numbers:
            old = self.objects[number]
            try:
                body = (
                    merged(old.body, hatch.fields)
                    if isinstance(hatch, Patch)
                    else _transformed(hatch, old)
                )
            except SpecError as error:
                self.problems.append(str(error))
                changed = True
                continue
            fields = tuple(differences(old.body, body))
            problems = [*_refusals(old, body, fields, who)]
            self.problems.extend(problems)
            changed = changed or bool(fields)
            if fields and not problems:
                by = "patch" if isinstance(hatch, Patch) else "transform"
                self._change(number, body, by, fields)
        if not changed:
            names = ", ".join(repr(self.objects[n].name) for n in numbers)
            self.problems.append(
                f"{who} changes nothing of {hatch.kind} {names}. Correct or "
                "remove it, or keep it to the environments in which it does."
            )

    def _change(
        self,
        number: int,
        body: dict[str, Any],
        by: str,
        fields: tuple[str, ...],
    ) -> None:
        old = self.objects[number]
        # The name of a raw object is not of our making.
        new = attrs.evolve(
            old, body=body if old.extra else _names.rehashed(body)
        )
        self.objects[number] = new
        self.opened.append(Hatch(new, by, fields))
