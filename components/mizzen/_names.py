"""
Every name, label and selector, computable before anything is built.
"""

import hashlib
import json

from collections.abc import Mapping
from typing import Any

from ._validators import LONGEST_NAME


DIGEST_LENGTH = 10
# Values of labels and names of namespaces.
LONGEST_LABEL = 63

# Keys of the labels that Kubernetes recommends.
NAME = "app.kubernetes.io/name"
INSTANCE = "app.kubernetes.io/instance"
COMPONENT = "app.kubernetes.io/component"
PART_OF = "app.kubernetes.io/part-of"
VERSION = "app.kubernetes.io/version"
MANAGED_BY = "app.kubernetes.io/managed-by"


def digest(content: Any, length: int = DIGEST_LENGTH) -> str:
    """
    Hash of plain data, independent of the order of keys.

    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    text = json.dumps(
        content, sort_keys=True, separators=(",", ":"), default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def instance(app: str, stack: str) -> str:
    """
    Value of the instance label, and name of the app's own namespace.

    No other app and stack have the same one: where the first hyphen would
    not tell where the app's name ends, there are two.

    >>> instance("shop", "pr-123"), instance("a-b", "c"), instance("a", "b-c")
    ('shop-pr-123', 'a-b--c', 'a-b-c')
    """
    if "--" in app or "--" in stack:
        return f"{app}--{stack}-{digest([app, stack], 6)}"
    return f"{app}--{stack}" if "-" in app else f"{app}-{stack}"


def selector(part: str, instance: str) -> dict[str, str]:
    """
    Labels that find the pods of *part*; they never change.
    """
    return {
        NAME: part,
        INSTANCE: instance,
    }


def suffixed(name: str, suffix: str) -> str:
    """
    *name* with *suffix*, cut to what names of parts may have.

    >>> suffixed("db", "backup")
    'db-backup'
    """
    whole = f"{name}-{suffix}"
    if len(whole) <= LONGEST_NAME:
        return whole
    mark = digest(name, 6)
    start = name[: LONGEST_NAME - len(mark) - len(suffix) - 2].rstrip("-")

    return f"{start}-{mark}-{suffix}"


def errands(store: str) -> str:
    """
    What the pods of the errands of *store* are called; parts are not.
    """
    return suffixed(store, "administrator")


def backups(store: str) -> str:
    """
    Name of what makes and keeps the backups of *store*.
    """
    return suffixed(store, "backup")


def labels(
    part: str, instance: str, app: str, component: str
) -> dict[str, str]:
    """
    Labels of all objects of *part*.
    """
    return {
        **selector(part, instance),
        PART_OF: app,
        COMPONENT: component,
        MANAGED_BY: "mizzen",
    }


def inner(part: str, name: str) -> str:
    """
    Name of what is within *part*; no part can be called so.

    >>> inner("api", "proxy")
    'api.proxy'
    """
    return f"{part}.{name}"


def part_of(inner: str) -> str:
    """
    Name of the part that something is within, or is.

    >>> part_of("api.proxy"), part_of("api")
    ('api', 'api')
    """
    return inner.partition(".")[0]


def version_label(tag: str) -> str:
    """
    The tag of an image, cut to what a label may hold.

    >>> version_label("_v5.")
    'v5'
    """
    return tag[:LONGEST_LABEL].strip("-_.")


def image_repository(registry: str | None, app: str, part: str) -> str:
    """
    Repository of an image that is built for *part*.
    """
    repository = f"{app}-{part}"
    return f"{registry}/{repository}" if registry else repository


def run(part: str, template: Any) -> str:
    """
    Name of one run of a job: another pod is another run.
    """
    return f"{part}-{digest(template)}"


def rehashed(body: dict[str, Any]) -> dict[str, Any]:
    """
    *body* under the name that its content has now.
    """
    if body["kind"] != "Job" or type(body["metadata"]["name"]) is not str:
        # Names that are known later hash more than the pod.
        return body
    part, _, _ = body["metadata"]["name"].rpartition("-")
    name = run(part, (body.get("spec") or {}).get("template"))

    return {**body, "metadata": {**body["metadata"], "name": name}}


def variable_prefix(part: str) -> str:
    """
    Prefix of the environment variables that lead to *part*.

    >>> variable_prefix("order-db")
    'ORDER_DB'
    """
    return part.upper().replace("-", "_")


def hashed(prefix: str, content: Mapping[str, Any]) -> str:
    """
    Name of an immutable object; new content means a new name.
    """
    return f"{prefix}-{digest(content)}"
