"""
Configuration of containers: environment variables, files, Secrets, and text
whose value is known only at deployment.
"""

import re

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import attrs

from . import _names
from .spec import (
    Later,
    Part,
    Postgres,
    Redis,
    Service,
    Setting,
    Use,
)


@attrs.frozen
class Generated:
    """
    A secret that is derived from the stack's key.

    Attributes:
        purpose: What it is for; the same purpose gives the same secret.
    """

    purpose: str
    secret: bool = True

    def describe(self) -> str:
        """
        What it is, in place of the value.
        """
        return f"generated: {self.purpose}"


Source = Later | Generated


@attrs.frozen
class Slot:
    """
    A place in a `Template`: *source*, written by *encode*.
    """

    source: Source
    encode: Callable[[str], str]


def percent_encoded(text: str) -> str:
    """
    *text* as a component of a URL.
    """
    return quote(text, safe="")


def quoted(text: str) -> str:
    """
    *text* as an argument in a Redis configuration file.
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@attrs.frozen
class Template:
    """
    Text around values that are known later.
    """

    pieces: tuple[str | Slot, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        """
        The values it needs.
        """
        return tuple(p.source for p in self.pieces if isinstance(p, Slot))

    def describe(self) -> str:
        """
        The text with the origin of each value in place of the value.
        """
        return "".join(
            piece if isinstance(piece, str) else f"‹{piece.source.describe()}›"
            for piece in self.pieces
        )

    def fill(self, value: Callable[[Source], str]) -> str:
        """
        The whole text, with *value* looking up each source.
        """
        return "".join(
            piece
            if isinstance(piece, str)
            else piece.encode(value(piece.source))
            for piece in self.pieces
        )


class Placeholder(str):
    """
    Stands in a manifest for text that is known only at deployment; as a
    string it says where the value comes from.
    """

    __slots__ = ("template",)

    template: Template

    @classmethod
    def of(cls, *pieces: str | Slot | Source) -> "Placeholder":
        """
        The placeholder of a whole value or of text with slots.
        """
        template = Template(
            tuple(
                piece if isinstance(piece, (str, Slot)) else Slot(piece, str)
                for piece in pieces
            )
        )
        self = cls(template.describe())
        self.template = template

        return self

    @property
    def secret(self) -> bool:
        """
        Whether any of its values is secret.
        """
        return any(source.secret for source in self.template.sources)


class HashedName(str):
    """
    Name of an immutable object whose content is known only at deployment.

    As a string it ends in a hash of where the content comes from; deployed,
    it ends in a keyed hash of the content, so that it gives nothing away.
    """

    __slots__ = ("content", "prefix")

    prefix: str
    content: Mapping[str, str]

    @classmethod
    def of(cls, prefix: str, content: Mapping[str, str]) -> str:
        """
        The name of an object with *content*: plain text if all of it is.
        """
        name = _names.hashed(prefix, content)
        if not any(isinstance(v, Placeholder) for v in content.values()):
            return name
        self = cls(name)
        self.prefix = prefix
        self.content = content

        return self


def value_of(value: str | Later) -> str:
    """
    What stands in the manifest for *value*.
    """
    return Placeholder.of(value) if isinstance(value, Later) else str(value)


@attrs.frozen(eq=False)
class Connection:
    """
    How a part is reached.

    Attributes:
        settings: Values by field, in the order of ``connection_fields``.

        content: Content of the Secret that holds them, for stores.

        secret: Name of that Secret.
    """

    settings: Mapping[str, str]
    content: Mapping[str, str]
    secret: str


def _service_connection(part: Service) -> Connection:
    port = part.listens[0]
    settings = {
        "host": part.name,
        "port": str(port.number),
        "url": f"{port.application}://{part.name}:{port.number}",
    }
    return Connection(settings, {}, "")


def _store_connection(part: Postgres | Redis) -> Connection:
    source = part.password_from or Generated(f"{part.name} password")
    scheme, port, database, user = (
        ("postgresql", "5432", part.database, "app")
        if isinstance(part, Postgres)
        else ("redis", "6379", "0", "default")
    )
    settings = {
        "host": part.name,
        "port": port,
        "database": database,
        "user": user,
        "password": Placeholder.of(source),
        "url": Placeholder.of(
            f"{scheme}://{user}:",
            Slot(source, percent_encoded),
            f"@{part.name}:{port}/{database}",
        ),
    }
    content = dict(settings)
    if isinstance(part, Redis):
        content["redis.conf"] = Placeholder.of(
            "requirepass ", Slot(source, quoted), "\n"
        )
    secret = HashedName.of(f"{part.name}-credentials", content)

    return Connection(settings, content, secret)


def connections(parts: Iterable[Part]) -> dict[str, Connection]:
    """
    How each part that others can use is reached, by its name.
    """
    found: dict[str, Connection] = {}
    for part in parts:
        if isinstance(part, Service):
            found[part.name] = _service_connection(part)
        elif isinstance(part, (Postgres, Redis)):
            found[part.name] = _store_connection(part)
    return found


def use_settings(use: Use) -> dict[str, Setting | str]:
    """
    Environment variables that an edge gives to the part that uses.
    """
    if use.env is not None:
        return dict(use.env)
    if use.files is not None:
        return {}
    prefix = use.prefix or _names.variable_prefix(use.part.name)

    return {
        f"{prefix}_{field.upper()}": Setting(use.part, field)
        for field in use.part.connection_fields
    }


def _secret_reference(secret: str, key: str) -> dict[str, Any]:
    return {"secretKeyRef": {"name": secret, "key": key}}


def _setting_variable(
    name: str, setting: Setting | str, found: Mapping[str, Connection]
) -> dict[str, Any]:
    if isinstance(setting, str):
        return {"name": name, "value": setting}
    connection = found[setting.part.name]
    value = connection.settings[setting.field]
    if isinstance(value, Placeholder):
        reference = _secret_reference(connection.secret, setting.field)
        return {"name": name, "valueFrom": reference}
    return {"name": name, "value": value}


def env_secret(part: Any) -> tuple[str, dict[str, str]]:
    """
    Name and content of the Secret of the environment variables of *part*;
    the content is empty where there is nothing secret.
    """
    content = {
        name: Placeholder.of(value)
        for name, value in part.env.items()
        if isinstance(value, Later) and value.secret
    }
    return HashedName.of(f"{part.name}-env", content), dict(content)


def variables(
    part: Any, found: Mapping[str, Connection]
) -> list[dict[str, Any]]:
    """
    The ``env`` of the container of *part*: what its edges give, then what
    it says itself.
    """
    variables = [
        _setting_variable(name, setting, found)
        for use in part.uses
        for name, setting in use_settings(use).items()
    ]
    secret, content = env_secret(part) if part.env else ("", {})
    for name, value in part.env.items():
        if name in content:
            reference = _secret_reference(secret, name)
            variables.append({"name": name, "valueFrom": reference})
        elif isinstance(value, Setting):
            variables.append(_setting_variable(name, value, found))
        else:
            variables.append({"name": name, "value": value_of(value)})

    return variables


def file_key(path: str) -> str:
    """
    Key under which the text of a mounted file is kept; its hash tells
    paths apart that would be written alike.

    >>> file_key("/etc/app/settings.yaml")
    'settings.yaml-bf8271'
    """
    name = re.sub(r"[^-._a-zA-Z0-9]", "_", path.rpartition("/")[2])[-100:]
    return f"{name}-{_names.digest(path, 6)}"


def _files(part: Any, *, secret: bool) -> dict[str, str]:
    return {
        path: value_of(value)
        for path, value in part.files.items()
        if (isinstance(value, Later) and value.secret) is secret
    }


@attrs.frozen
class FileSet:
    """
    Files of one part that are kept in one object.

    Attributes:
        kind: ``"ConfigMap"`` or ``"Secret"``.

        name: Name of the object.

        content: Texts by key.

        paths: Keys by path in the container.
    """

    kind: str
    name: str
    content: Mapping[str, str]
    paths: Mapping[str, str]


def file_sets(part: Any) -> Iterator[FileSet]:
    """
    The files of *part*: plain ones in a ConfigMap, secret ones in a Secret.
    """
    for kind, suffix, secret in (
        ("ConfigMap", "files", False),
        ("Secret", "secret-files", True),
    ):
        files = _files(part, secret=secret)
        if files:
            paths = {path: file_key(path) for path in files}
            content = {paths[path]: text for path, text in files.items()}
            name = HashedName.of(f"{part.name}-{suffix}", content)
            yield FileSet(kind, name, content, paths)
