"""
How fields that are said in Kubernetes' words join those of an object.
"""

from collections.abc import Mapping
from typing import Any

from .spec import Later, Off
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


def item_key(field: str) -> str:
    """
    The key by which the items of the list in *field* are told apart.
    """
    return _KEYS.get(field, "name")


def name_of(item: Any, key: str) -> Any:
    """
    What tells an item of a list from the others; `None` if nothing does.
    """
    name = item.get(key) if isinstance(item, Mapping) else None
    return name if isinstance(name, (str, Later)) else None


def by_name(items: Any, key: str) -> dict[Any, Any] | None:
    """
    Items by what tells them apart; `None` if nothing does.
    """
    if isinstance(items, Mapping):
        found = dict(items)
        known = all(isinstance(v, (Mapping, Off)) for v in found.values())
        return found if known else None
    names = [name_of(item, key) for item in items]

    return dict(zip(names, items, strict=True)) if all(names) else None


def _merged_lists(key: str, old: list[Any], new: Any) -> Any:
    """
    Named items merge with those of the same name and come after the others
    if they are new.
    """
    items, given = by_name(old, key), by_name(new, key)
    if items is None or given is None:
        return plain(new)
    for name, item in given.items():
        if isinstance(item, Off):
            items.pop(name, None)
        else:
            items[name] = merged(items.get(name), {key: name, **item})

    return list(items.values())


def merged(old: Any, new: Any, field: str = "") -> Any:
    """
    *old* with the fields of *new*; neither is changed.

    >>> merged({"a": {"b": 1}, "c": [1]}, {"a": {"d": 2}, "c": [3]})
    {'a': {'b': 1, 'd': 2}, 'c': [3]}
    >>> merged({"c": [{"name": "x"}, {"name": "y"}]}, {"c": {"x": Off.OFF}})
    {'c': [{'name': 'y'}]}
    """
    if isinstance(old, dict) and isinstance(new, Mapping):
        found = dict(old)
        for key, value in new.items():
            if isinstance(value, Off):
                found.pop(key, None)
            else:
                found[key] = merged(old.get(key), value, key)
        return found
    if isinstance(old, list) and isinstance(new, (list, tuple, Mapping)):
        return _merged_lists(item_key(field), old, new)
    return plain(new)
