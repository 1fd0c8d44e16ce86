"""
Which objects differ between two desired states, and what has to happen to
them.
"""

import enum

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ..manifests import Manifest
from .fields import ABSENT, FieldChange, Path, field_changes
from .masks import literal_secrets, masked, masked_fields


Body = Mapping[str, Any]


class Action(enum.Enum):
    """
    What happens to an object.
    """

    CREATED = "created"
    UPDATED = "updated"
    REPLACED = "replaced"
    DELETED = "deleted"


@attrs.frozen(kw_only=True, eq=False)
class ObjectChange:
    """
    One object that differs.

    Attributes:
        part: Name of the part that it belongs to; `None` for the app's own.

        role: What it is to its part.

        action: What happens to it.

        old: The object before; `None` if it is new.

        new: The object after; `None` if it goes.

        fields: The fields that differ.
    """

    part: str | None
    role: str
    action: Action
    old: Body | None
    new: Body | None
    fields: tuple[FieldChange, ...]

    @property
    def body(self) -> Body:
        """
        The object after the change, or what it was before it goes.
        """
        return self.new or self.old or {}

    @property
    def kind(self) -> str:
        """
        Kind of the object.
        """
        return str(self.body.get("kind", ""))

    @property
    def name(self) -> str:
        """
        Name of the object.
        """
        return str(self.body.get("metadata", {}).get("name", self.role))

    def within(self, *path: str) -> bool:
        """
        Whether anything under *path* differs.
        """
        return any(field.path[: len(path)] == path for field in self.fields)


# Fields that the API server refuses to change, by kind.
_IMMUTABLE: dict[str, tuple[Path, ...]] = {
    "Deployment": (("spec", "selector"),),
    "DaemonSet": (("spec", "selector"),),
    "StatefulSet": (
        ("spec", "selector"),
        ("spec", "serviceName"),
        ("spec", "podManagementPolicy"),
        ("spec", "volumeClaimTemplates"),
    ),
    "Job": (
        ("spec", "selector"),
        ("spec", "template"),
        ("spec", "completionMode"),
    ),
    "Service": (("spec", "clusterIP"),),
    "PersistentVolumeClaim": (
        ("spec", "accessModes"),
        ("spec", "storageClassName"),
        ("spec", "volumeMode"),
        ("spec", "volumeName"),
        ("spec", "selector"),
    ),
    "ConfigMap": (("data",), ("binaryData",), ("immutable",)),
    "Secret": (("data",), ("stringData",), ("type",), ("immutable",)),
    "RoleBinding": (("roleRef",),),
    "ClusterRoleBinding": (("roleRef",),),
}
_IDENTITY: tuple[Path, ...] = (
    ("apiVersion",),
    ("kind",),
    ("metadata", "name"),
    ("metadata", "namespace"),
)


def _is_replaced(kind: str, fields: Iterable[FieldChange]) -> bool:
    immutable = (*_IDENTITY, *_IMMUTABLE.get(kind, ()))
    return any(
        field.path[: len(path)] == path
        for field in fields
        for path in immutable
        # Another version of the same API is the same object.
        if path != ("apiVersion",) or _group(field.old) != _group(field.new)
    )


def _group(version: Any) -> str:
    return str(version).partition("/")[0] if "/" in str(version) else ""


def object_change(
    part: str | None,
    role: str,
    old: Body | None,
    new: Body | None,
    secrets: tuple[str, ...] | None = None,
) -> ObjectChange | None:
    """
    How one object differs; `None` if it does not. Neither *secrets* nor, for
    `None`, those that stand in itself are told.
    """
    if secrets is None:
        secrets = literal_secrets((old, new))
    fields = tuple(
        field_changes(
            ABSENT if old is None else old, ABSENT if new is None else new
        )
    )
    if not fields:
        return None
    action = Action.UPDATED
    if old is None:
        action = Action.CREATED
    elif new is None:
        action = Action.DELETED
    elif _is_replaced(str(old.get("kind")), fields):
        action = Action.REPLACED

    return ObjectChange(
        part=part,
        role=role,
        action=action,
        old=masked(old, secrets),
        new=masked(new, secrets),
        fields=masked_fields(old or new or {}, fields, secrets),
    )


def _by_place(
    manifests: Iterable[Manifest],
) -> dict[tuple[str | None, str, str], Manifest]:
    return {(m.part, m.role, m.kind): m for m in manifests}


def object_changes(
    base: Iterable[Manifest], head: Iterable[Manifest]
) -> tuple[ObjectChange, ...]:
    """
    The objects that differ between two desired states, those of *head*
    first. Objects are the same if they are the same to the same part,
    whatever their names.

    >>> from mizzen import App, Environment, Image, Service, Stack, compile_app
    >>> def state(replicas):
    ...     image = Image("acme/web:v5")
    ...     web = Service("web", image=image, port=80, replicas=replicas)
    ...     app = App("shop", edition="2026", parts=[web])
    ...     stack = Stack("dev", environment="dev")
    ...     return compile_app(app, Environment("dev"), stack)
    >>> (change,) = object_changes(state(3), state(4))
    >>> change.kind, [str(field) for field in change.fields]
    ('Deployment', ['spec.replicas'])
    """
    before, after = _by_place(base), _by_place(head)
    secrets = literal_secrets(
        manifest.body for manifest in (*before.values(), *after.values())
    )
    found = [
        object_change(
            part,
            role,
            before[place].body
            if (place := (part, role, kind)) in before
            else None,
            manifest.body,
            secrets,
        )
        for (part, role, kind), manifest in after.items()
    ]
    found.extend(
        object_change(part, role, manifest.body, None, secrets)
        for (part, role, kind), manifest in before.items()
        if (part, role, kind) not in after
    )

    return tuple(change for change in found if change is not None)
