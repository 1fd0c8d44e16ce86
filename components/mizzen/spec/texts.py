"""
Text whose value is known only at deployment.
"""

from collections.abc import Callable
from typing import NoReturn, cast
from urllib.parse import quote

import attrs

from ..exceptions import SpecError
from .values import Later


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


@attrs.frozen
class Previous:
    """
    What a secret was before it was changed, as far as the stack's
    configuration says it: under the key of the secret itself, or that of
    the stack, with ``Previous`` at its end.
    """

    source: Later | Generated
    secret: bool = True

    def describe(self) -> str:
        """
        What it is, in place of the value.
        """
        return f"previous {self.source.describe()}"


@attrs.frozen
class Kept:
    """
    A secret in a Secret that somebody else keeps, which pods alone read.

    Attributes:
        name: Name of that Secret.

        key: Which of its values.
    """

    name: str
    key: str
    secret: bool = True

    def describe(self) -> str:
        """
        Where it is, in place of the value.
        """
        return f"secret: {self.name} {self.key}"


Source = Later | Generated | Previous | Kept
Encoding = Callable[[str], str]


def words_for(source: Source) -> str:
    """
    What stands for the value of *source* wherever it is shown.
    """
    return f"‹{source.describe()}›"


@attrs.frozen
class Slot:
    """
    A place in `Pieces`: *source*, written by *encode*.
    """

    source: Source
    encode: Encoding


@attrs.frozen
class Pieces:
    """
    Text around values that are known later.
    """

    all: tuple[str | Slot, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        """
        The values it needs.
        """
        return tuple(p.source for p in self.all if isinstance(p, Slot))

    def describe(self) -> str:
        """
        The text with the origin of each value in place of the value.
        """
        return "".join(
            piece if isinstance(piece, str) else words_for(piece.source)
            for piece in self.all
        )

    def fill(self, value: Callable[[Source], str]) -> str:
        """
        The whole text, with *value* looking up each source.
        """
        return "".join(
            piece
            if isinstance(piece, str)
            else piece.encode(value(piece.source))
            for piece in self.all
        )


class Placeholder(str):
    """
    Stands in a manifest for text that is known only at deployment; as a
    string it says where the value comes from. Texts are put around it by
    ``+``; what would make a text of those words is refused.
    """

    __slots__ = ("pieces",)

    pieces: Pieces

    @classmethod
    def of(cls, *pieces: str | Slot | Source) -> "Placeholder":
        """
        The placeholder of a whole value or of text with slots.
        """
        slots: list[str | Slot] = []
        for piece in pieces:
            if isinstance(piece, Placeholder):
                slots.extend(piece.pieces.all)
            elif isinstance(piece, (str, Slot)):
                slots.append(piece)
            else:
                slots.append(Slot(piece, str))
        found = Pieces(tuple(slots))
        self = cls(found.describe())
        self.pieces = found

        return self

    def __add__(self, other: str) -> "Placeholder":
        return Placeholder.of(self, other)

    def __radd__(self, other: str) -> "Placeholder":
        return Placeholder.of(other, self)

    def __format__(self, spec: str) -> NoReturn:
        """
        What is formatted would be the description of the value.

        Raises:
            SpecError: Always.
        """
        msg = (
            "A value that is known only at deployment cannot be formatted. "
            "Write '…' + value + '…' in place of f'…{value}…'."
        )
        raise SpecError(msg)

    @property
    def secret(self) -> bool:
        """
        Whether any of its values is secret.
        """
        return any(source.secret for source in self.pieces.sources)


_METHODS = (
    "capitalize casefold center encode expandtabs format format_map join "
    "ljust lower lstrip partition removeprefix removesuffix replace rjust "
    "rpartition rsplit rstrip split splitlines strip swapcase title "
    "translate upper zfill"
)
# What makes other texts of the characters, and the words for it in messages.
_READING = {
    **{name: f"{name}()" for name in _METHODS.split()},
    "__getitem__": "an index",
    "__iter__": "a loop",
    "__mod__": "%",
    "__rmod__": "%",
    "__mul__": "*",
    "__rmul__": "*",
}


def _unreadable(by: str) -> Callable[..., NoReturn]:
    msg = (
        f"A value that is known only at deployment cannot be read before, as "
        f"by {by}. Put text around it by +, and have it written by a "
        "function, like written(value, json.dumps)."
    )

    def refuse(*_: object, **__: object) -> NoReturn:
        raise SpecError(msg)

    return refuse


for _name, _by in _READING.items():
    setattr(Placeholder, _name, _unreadable(_by))


@attrs.frozen
class Disguised:
    """
    The same value in other words, by which whoever has read them is told.

    Attributes:
        source: Where the value comes from.
    """

    source: Source
    secret: bool = True

    def describe(self) -> str:
        """
        Words of another length that have the order of those of the source.
        """
        others = (chr(ord(letter) + 1) for letter in self.source.describe())

        return "!" + "".join(others)


def disguised(text: str) -> str:
    """
    *text* with other words for what is known later.

    >>> disguised("a")
    'a'
    """
    if not isinstance(text, Placeholder):
        return text
    return Placeholder.of(
        *(
            piece
            if isinstance(piece, str)
            else Slot(cast("Source", Disguised(piece.source)), piece.encode)
            for piece in text.pieces.all
        )
    )


def is_secret(text: str) -> bool:
    """
    Whether any part of *text* is secret.

    >>> is_secret("a")
    False
    """
    return isinstance(text, Placeholder) and text.secret


# As long as what is derived from the stack's key.
_SAMPLE = 32 * "x"


def sample(text: str) -> str:
    """
    *text* as it is for one and the same value in all of its places.

    >>> sample("a")
    'a'
    """
    if not isinstance(text, Placeholder):
        return text
    try:
        return text.pieces.fill(lambda _: _SAMPLE)
    except Exception:  # noqa: BLE001 - it may want other values than this
        return str(text)


def same(one: str, other: str) -> bool:
    """
    Whether two texts will be the same.

    >>> same("a", "a"), same("a", "b")
    (True, False)
    """
    return Placeholder.of(one).pieces == Placeholder.of(other).pieces


def kept_in(text: str) -> tuple[Kept, ...]:
    """
    What *text* is made of and somebody else keeps.

    >>> kept_in("a")
    ()
    """
    if not isinstance(text, Placeholder):
        return ()
    return tuple(s for s in text.pieces.sources if isinstance(s, Kept))


def whole_kept(text: str) -> Kept | None:
    """
    What somebody else keeps and *text* is no more than.
    """
    found = kept_in(text)
    return found[0] if found and text == Placeholder.of(found[0]) else None


def written(text: str, encode: Encoding) -> str:
    """
    *text* as *encode* writes it, once it is known.

    Raises:
        SpecError: If it is more than one whole value.

    >>> written("a", str.upper)
    'A'
    """
    if not isinstance(text, Placeholder):
        return encode(text)
    match text.pieces.all:
        case (Slot(source=source, encode=before),) if before is str:
            return Placeholder.of(Slot(source, encode))
    msg = "Only a whole value can be encoded, not text around it."
    raise SpecError(msg)


def _percent_encoded(text: str) -> str:
    return quote(text, safe="")


def rewritten(text: str, encode: Encoding) -> str:
    """
    *text*, of which *encode* writes each piece for itself, once it is known.

    >>> rewritten("a", str.upper)
    'A'
    """
    if not isinstance(text, Placeholder):
        return encode(text)

    def piece(said: str | Slot) -> str | Slot:
        if isinstance(said, str):
            return encode(said)
        before = said.encode
        return Slot(said.source, lambda value: encode(before(value)))

    return Placeholder.of(*map(piece, text.pieces.all))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def percent_encoded(text: str) -> str:
    """
    *text* as a component of a URL.

    >>> percent_encoded("p@ss")
    'p%40ss'
    """
    return rewritten(text, _percent_encoded)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def bracketed(host: str) -> str:
    """
    *host* as URLs want it.

    >>> bracketed("2001:db8::7")
    '[2001:db8::7]'
    """
    return written(host, _bracketed)


def quoted(text: str) -> str:
    r"""
    *text* between double quotes, with backslashes where they are needed.

    >>> print(quoted('a"b'))
    "a\"b"
    """
    return written(text, _quoted)


def value_of(value: str | Source) -> str:
    """
    What stands in a manifest for *value*.
    """
    return str(value) if isinstance(value, str) else Placeholder.of(value)
