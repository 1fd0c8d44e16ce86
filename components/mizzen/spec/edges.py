"""
What parts have to do with each other, and what environments change of them.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, get_args

import attrs

from .._fields import default_of, typed
from .._validators import (
    absolute_path,
    describe,
    environment_names,
    refuse,
)
from ..exceptions import SpecError, choices
from .values import OFF, Off, Setting


def _can_be_used(inst: Any, attr: Any, value: Any) -> None:
    if not hasattr(type(value), "connection_fields"):
        msg = (
            "Use: part must be a Service, a DaemonSet or a store, like "
            f"Use(db) (got {value!r})."
        )
        raise SpecError(msg)
    # What others run says a port, but does not list it.
    if not getattr(value, "listens", True):
        msg = (
            f"Use: {describe(value)} cannot be used, because it listens on "
            "nothing. Give it a port, like port=8000."
        )
        raise SpecError(msg)


def _settings(
    values: Mapping[str, Setting | str],
) -> dict[str, Setting | str]:
    return dict(values)


def _prefix(inst: Any, attr: Any, value: Any) -> None:
    if value is not None:
        environment_names(inst, attr, {value: ""})


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class Use:
    """
    An edge to another part, when ``uses=[part]`` needs other words.

    Args:
        part: The part that is used.

        prefix:
            Prefix of the environment variables. The default is the part's
            name in capitals, as in ``POSTGRES_URL``.

        env:
            Environment variables in place of the usual ones, for example
            ``{"DATABASE_URL": db.url}``; an empty mapping opens the network
            alone.

        files:
            Folder at which the settings are mounted as files, one each. The
            environment variables then tell where each file is, as in
            ``POSTGRES_URL_FILE``.

    >>> from mizzen import Postgres
    >>> db = Postgres("postgres", version=17, disk="1Gi")
    >>> Use(db, prefix="DB").prefix
    'DB'
    """

    part: Any = attrs.field(kw_only=False, validator=_can_be_used)
    prefix: str | None = attrs.field(default=None, validator=_prefix)
    env: Mapping[str, Setting | str] | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(_settings),
        validator=attrs.validators.optional(environment_names),
    )
    files: str | None = attrs.field(
        default=None,
        validator=attrs.validators.optional(
            lambda inst, attr, value: absolute_path(inst, attr.name, value)
        ),
    )

    def __attrs_post_init__(self) -> None:
        rule = "be a setting of the part, like db.url, or text"
        for name, setting in (self.env or {}).items():
            if not isinstance(setting, (Setting, str)):
                refuse(self, f"env {name}", rule, type(setting).__name__)
            if isinstance(setting, Setting) and setting.part is not self.part:
                refuse(self, f"env {name}", rule, setting)
        if self.files and "password" not in self.part.connection_fields:
            rule = "be left out, because only stores have secrets to mount"
            refuse(self, "files", rule, self.files)

    def __repr__(self) -> str:
        return f"<Use {self.part.name}>"


def as_uses(values: Iterable[Any]) -> "tuple[Use, ...]":
    """
    Edges from parts and edges.
    """
    return tuple(
        value if isinstance(value, Use) else Use(value) for value in values
    )


@attrs.frozen(eq=False, repr=False, field_transformer=typed)
class Override:
    """
    What an environment changes of one part, or of what others run; made by
    ``part.override(…)``.

    Attributes:
        part: Whose fields change.

        changes: The fields and their new values.
    """

    part: Any
    changes: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<Override {self.part.name}: {', '.join(self.changes)}>"


def refuse_unknown(
    part: Any, changes: Iterable[str], verb: str, fields: Collection[str]
) -> None:
    """
    Refuse *changes* of *part* that are not among *fields*.
    """
    for name in changes:
        if name not in fields:
            msg = (
                f"{describe(part)}: there is no field {name!r} to {verb}; "
                f"{choices(name, fields)}."
            )
            raise SpecError(msg)


def evolved(
    part: Any, changes: Mapping[str, Any], verb: str, fields: Collection[str]
) -> Any:
    """
    *part* with other values; only *fields* can be changed.

    Raises:
        SpecError: If a field is not among them.
    """
    refuse_unknown(part, changes, verb, fields)

    return attrs.evolve(part, **changes)


def _taken_over(changes: Mapping[str, Any]) -> dict[str, Any]:
    """
    What *changes* take the place of beside their own fields: a fixed number
    of replicas that of an autoscaler, and the other way round.
    """
    number, scale = changes.get("replicas"), changes.get("scale")
    if (number is None) is (scale is None) or scale is OFF:
        return {}
    return {"replicas": None} if number is None else {"scale": OFF}


# The graph, and the data on disks, are the same in all stacks.
_FIXED = (
    "name",
    "formerly",
    "uses",
    "port",
    "ports",
    "metrics",
    "before",
    "after",
    "version",
    "database",
    "extensions",
)


# There is always one: `OFF` could mean none, or as much as usual.
_AMOUNTS = (
    "replicas",
    "memory",
    "cpu",
    "ephemeral_storage",
    "grace_seconds",
    "pause_seconds",
    "startup_seconds",
)


def _can_be_unsaid(field: "attrs.Attribute[Any]") -> bool:
    """
    Whether `OFF` takes *field* back to what it is where nobody says anything;
    for some fields it has a meaning of its own.
    """
    return (
        default_of(field) in (None, (), {})
        and field.alias not in (*_FIXED, *_AMOUNTS)
        and Off not in get_args(field.type)
    )


def unsaid(part: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    """
    The fields of *part* that *changes* remove, and what they are then.
    """
    return {
        field.alias: default_of(field)
        for field in attrs.fields(type(part))
        if changes.get(field.alias) is OFF and _can_be_unsaid(field)
    }


def override(part: Any, changes: Mapping[str, Any]) -> Override:
    """
    Check *changes* against the fields of *part* and keep them.
    """
    fields = {field.alias for field in attrs.fields(type(part))}
    for name in changes:
        if name in _FIXED and name in fields:
            msg = (
                f"{describe(part)}: {name} cannot be overridden, because it "
                "is the same in all stacks. Change the part itself."
            )
            raise SpecError(msg)
    # Evolving now reports a wrong value where it is written.
    evolved(
        part,
        {**changes, **_taken_over(changes), **unsaid(part, changes)},
        "override",
        fields.difference(_FIXED),
    )
    return Override(part, dict(changes))
