"""
Fields of objects, as people write them: ``deployment/api.spec.replicas``.
"""

import itertools
import re

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

import attrs

from .changes.fields import named_entries
from .exceptions import SpecError, choices
from .manifests import Manifest, Manifests


# As kubectl abbreviates them.
_SHORT = {
    "cj": "cronjob",
    "cm": "configmap",
    "deploy": "deployment",
    "ds": "daemonset",
    "hpa": "horizontalpodautoscaler",
    "ing": "ingress",
    "netpol": "networkpolicy",
    "ns": "namespace",
    "pdb": "poddisruptionbudget",
    "pvc": "persistentvolumeclaim",
    "sa": "serviceaccount",
    "sts": "statefulset",
    "svc": "service",
}
_HASH = re.compile(r"-[0-9a-f]{10}$")
_STEP = re.compile(r"""\[(["']?)(?P<inside>.*?)\1\]|(?P<plain>[^.\[\]]+)""")


def _names(manifest: Manifest) -> Iterator[str]:
    """
    What an object can be called, the most exact first.
    """
    yield manifest.name
    yield _HASH.sub("", manifest.name)
    yield manifest.part or ""


def _begins(text: str, name: str) -> bool:
    rest = text.removeprefix(name)

    return bool(name) and text.startswith(name) and rest[:1] in ("", ".", "[")


def _refuse(fact: str, title: str, manifests: Iterable[Manifest]) -> NoReturn:
    known = [f"{each.kind}/{each.name}" for each in manifests]
    msg = f"{fact} {title}; {choices(title, known)}."
    raise SpecError(msg)


def find_object(manifests: Manifests, what: str) -> tuple[Manifest, str]:
    """
    The object that *what* begins with, by its name or that of its part, and
    the rest: a path of fields.

    Raises:
        SpecError: If there is none, or if there are several.
    """
    kind, _, rest = what.partition("/")
    folded = _SHORT.get(kind.lower(), kind.lower())
    same = [m for m in manifests if folded == m.kind.lower()]
    title = f"{kind}/{rest.partition('.')[0]}"
    for number in range(3):
        called = [(m, [*_names(m)][number]) for m in same]
        found = [(m, name) for m, name in called if _begins(rest, name)]
        if number and len(found) > 1:
            several = [manifest for manifest, _ in found]
            _refuse("There are several of", title, several)
        if found:
            manifest, name = max(found, key=lambda pair: len(pair[1]))
            return manifest, rest.removeprefix(name).removeprefix(".")

    _refuse("There is no", title, same or manifests)


def _entries(value: Any) -> Mapping[str, Any]:
    """
    What is within *value*, by all keys that lead to it.
    """
    if isinstance(value, Mapping):
        return {str(key): entry for key, entry in value.items()}
    if not isinstance(value, list):
        return {}
    numbered = {str(number): entry for number, entry in enumerate(value)}

    return {**numbered, **(named_entries(value) or {})}


@attrs.frozen
class Step:
    """
    One key of a path.

    Attributes:
        key: The key.

        whole: Whether it stands in brackets; other keys may go on after the
            dot that follows them, as those of labels do.
    """

    key: str
    whole: bool


def steps_of(path: str) -> tuple[Step, ...]:
    """
    The keys of *path*: with dots between them or in brackets.

    >>> [step.key for step in steps_of('spec.ports[0].name')]
    ['spec', 'ports', '0', 'name']
    """
    return tuple(
        Step(match["plain"] or match["inside"], not match["plain"])
        for match in _STEP.finditer(path)
    )


def _begin(steps: tuple[Step, ...]) -> Iterator[tuple[int, str]]:
    """
    The keys that *steps* can begin with, and how many of them each is.
    """
    plain = [*itertools.takewhile(lambda step: not step.whole, steps)]
    for number in range(len(plain), 1, -1):
        yield number, ".".join(step.key for step in plain[:number])
    yield 1, steps[0].key


def _step(value: Any, steps: tuple[Step, ...], title: str) -> tuple[int, str]:
    """
    The key of *value* that *steps* begin with, and how many of them it is.

    Raises:
        SpecError: If there is none.
    """
    entries = _entries(value)
    for number, key in _begin(steps):
        if key in entries:
            return number, key
    key = steps[0].key
    msg = f"{title} has no field {key!r}; {choices(key, entries)}."
    raise SpecError(msg)


def value_within(manifest: Manifest, steps: tuple[Step, ...]) -> Any:
    """
    The value that *steps* lead to; entries of lists go by their names or
    numbers.

    Raises:
        SpecError: If there is none.
    """
    value = manifest.body
    title = f"{manifest.kind}/{manifest.name}"
    while steps:
        number, key = _step(value, steps, title)
        value, steps = _entries(value)[key], steps[number:]

    return value


def _same_entry(old: Any, new: Any, key: str) -> Any:
    """
    What *new* has in place of the entry *key* of *old*; `None` if nothing.
    """
    if not isinstance(old, list):
        return _entries(new).get(key)
    entry = _entries(old)[key]
    number = next(n for n, each in enumerate(old) if each is entry)
    names = [*(named_entries(old) or {})]
    if names and names[number] in _entries(new):
        return _entries(new)[names[number]]
    # It has another name now, unless it is gone.
    same = isinstance(new, list) and len(new) == len(old)

    return new[number] if same else None


def counterpart(old: Any, new: Any, steps: tuple[Step, ...]) -> Any:
    """
    What *new* has where *steps* lead in *old*; `None` if nothing.

    >>> old, new = ({"ports": [{"name": n}]} for n in ("http", "web"))
    >>> counterpart(old, new, steps_of("ports.http.name"))
    'web'
    """
    while steps:
        number, key = _step(old, steps, "It")
        new = _same_entry(old, new, key)
        old, steps = _entries(old)[key], steps[number:]

    return new
