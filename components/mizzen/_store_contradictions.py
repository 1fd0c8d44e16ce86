"""
What stores of one's own make of values that are known only at deployment.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from ._connections import Connections
from .spec import Part, Store, title
from .spec.servers import Access, Account
from .spec.store_answers import (
    connection_of,
    dump_of,
    further_settings_of,
    server_of,
    setup_of,
)
from .spec.texts import Disguised, Placeholder, disguised


_Method = Callable[[Access], Any]


def _disguised(access: Access) -> Access:
    """
    *access* with other words for what is known later.
    """

    def account(one: Account) -> Account:
        return Account(
            user=disguised(one.user),
            password=disguised(one.password),
            previous=disguised(one.previous),
        )

    return attrs.evolve(
        access,
        host=disguised(access.host),
        administrator=account(access.administrator),
        accounts=tuple(map(account, access.accounts)),
    )


def _first(access: Access) -> Account:
    return next(iter(access.accounts), access.administrator)


def _methods(part: Store, access: Access) -> Iterator[tuple[str, _Method]]:
    """
    What *part* is asked, by the names of its methods.
    """
    yield "connection", lambda told: connection_of(part, told, _first(told))
    yield "further_settings", lambda told: further_settings_of(part, told)
    if part.at is not None:
        return
    yield "server", lambda told: server_of(part, told)
    if part.has_accounts:
        yield "setup", lambda told: setup_of(part, told)
    if part.backup is not None:
        yield "dump", lambda told: dump_of(part, told)


def _true(source: object) -> object:
    return source.source if isinstance(source, Disguised) else source


def _known(text: Any) -> Any:
    """
    What of *text* is known now, and where the rest of it comes from.
    """
    if not isinstance(text, Placeholder):
        return text
    return tuple(
        piece if isinstance(piece, str) else _true(piece.source)
        for piece in text.pieces.all
    )


def _texts(answer: Any, what: str = "") -> Iterator[tuple[str, Any]]:
    """
    Each text of *answer* after the words for its place.
    """
    if attrs.has(type(answer)):
        answer = attrs.asdict(answer, recurse=False)
        for field, value in answer.items():
            yield from _texts(value, field)
    elif isinstance(answer, Mapping):
        for name, value in answer.items():
            yield f"{what} {name!r}".lstrip(), _known(value)
    elif isinstance(answer, tuple):
        yield what, tuple(map(_known, answer))
    else:
        yield what, _known(answer)


def _differing(
    first: dict[str, Any], method: _Method, access: Access
) -> str | None:
    """
    What is another text in the answer to *access* than it was at *first*.
    """
    try:
        found = dict(_texts(method(access)))
    except Exception:  # noqa: BLE001 - it expects other words
        return "it"
    for what in (*first, *found):
        if first.get(what) != found.get(what):
            return what
    return None


def _problem(method: _Method, access: Access) -> str | None:
    """
    A sentence about the first text that is made of the words for a value.
    """
    first = dict(_texts(method(access)))
    what = _differing(first, method, _disguised(access))
    if what is None:
        return None
    if _differing(first, method, access):
        return (
            f"{what} is another text each time. Leave out what changes by "
            "itself, or each deployment would restart what reads it."
        )
    return (
        f"{what} is made of the words for a value that is known only at "
        "deployment, and would hold them in its place. Put text around the "
        "value by +, and have it written by a function, like quoted(value) "
        "or written(value, json.dumps)."
    )


def misread_values(parts: Iterable[Part], found: Connections) -> Iterator[str]:
    """
    Every sentence about what stores make of values that nobody knows yet.
    """
    for part in parts:
        if not isinstance(part, Store):
            continue
        access = found.access[part.name]
        for name, method in _methods(part, access):
            problem = _problem(method, access)
            if problem is not None:
                yield f"{title(part)}: {name}: {problem}"
