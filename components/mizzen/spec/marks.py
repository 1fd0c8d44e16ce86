"""
Labels and annotations of one's own, beside those that mizzen gives.
"""

import re

from collections.abc import Mapping
from typing import Any

from .._validators import refuse
from .values import Off


_KEY_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_KEY_PREFIX = re.compile(
    r"(?=.{1,253}/)[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    r"(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/"
)
_LABEL = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
# Selectors, policies and Pod Security depend on them.
_RESERVED = ("app.kubernetes.io/", "pod-security.kubernetes.io/")


def annotations(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    """
    Annotations of objects.
    """
    for key, text in value.items():
        prefix = _KEY_PREFIX.match(key) if isinstance(key, str) else None
        name = key[prefix.end() :] if prefix else key
        if not isinstance(name, str) or not _KEY_NAME.fullmatch(name):
            rule = "have keys of Kubernetes, like 'example.com/team'"
            refuse(inst, attr.name, rule, key)
        if not isinstance(text, str):
            refuse(inst, f"{attr.name} {key!r}", "be text", text)
        if key.startswith(_RESERVED):
            rule = "leave alone what mizzen itself says, like its own name"
            refuse(inst, attr.name, rule, key)


def labels(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    """
    Labels of objects.
    """
    annotations(inst, attr, value)
    for key, text in value.items():
        if not _LABEL.fullmatch(text):
            rule = (
                "be at most 63 letters, digits, hyphens, underscores and "
                "dots, like 'payments'"
            )
            refuse(inst, f"{attr.name} {key!r}", rule, text)


def _said(value: Mapping[Any, Any]) -> dict[Any, Any]:
    return {k: text for k, text in value.items() if not isinstance(text, Off)}


def pod_annotations(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    """
    Annotations of the pods of a part, and `OFF` for those that it lets go.
    """
    annotations(inst, attr, _said(value))


def pod_labels(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    """
    Labels of the pods of a part, and `OFF` for those that it lets go.
    """
    labels(inst, attr, _said(value))
