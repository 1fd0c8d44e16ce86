"""
Text in manifests whose value is known only at deployment.
"""

from collections.abc import Callable, Mapping
from urllib.parse import quote

import attrs

from . import _names
from .spec import Later


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
