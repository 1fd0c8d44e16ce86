"""
Values in manifests that are known only at deployment.
"""

import json

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from . import _names
from .manifests import CONTENT, Manifest
from .spec.texts import Placeholder, words_for


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


def _texts(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """
    Each text in *node*, names with their content, after its path.
    """
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _texts(value, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _texts(value, f"{path}[{number}]")
    elif isinstance(node, str):
        yield path, node


def told_secrets(objects: Iterable[Manifest]) -> Iterator[str]:
    """
    A sentence about each secret value outside of the content of a Secret.
    """
    for manifest in objects:
        kept = CONTENT if manifest.kind == "Secret" else ()
        told = {k: v for k, v in manifest.body.items() if k not in kept}
        for path, text in _texts(told, ""):
            if isinstance(text, Placeholder) and text.secret:
                yield (
                    f"{manifest.kind} {manifest.name!r}: everybody could read "
                    f"the secret value in {path}. Keep it in a Secret, and "
                    "refer to that."
                )


def _pieces(text: str) -> Iterator[str]:
    """
    What of *text* is known now.
    """
    if isinstance(text, Placeholder):
        yield from (p for p in text.pieces.all if isinstance(p, str))
    else:
        yield text


def written_out(objects: Iterable[Manifest]) -> Iterator[str]:
    """
    A sentence about each text that holds the words for a value which is
    known only at deployment: they would be deployed in its place.
    """
    texts = [
        (manifest, path, text)
        for manifest in objects
        for path, text in _texts(manifest.body, "")
    ]
    words = {
        words_for(source)
        for _, _, text in texts
        if isinstance(text, Placeholder)
        for source in text.pieces.sources
    }
    escaped = {json.dumps(each)[1:-1] for each in words}
    for manifest, path, text in texts if words else ():
        known = "".join(_pieces(text))
        if any(each in known for each in words | escaped):
            yield (
                f"{manifest.kind} {manifest.name!r}: {path} holds the words "
                "for a value that is known only at deployment, and not the "
                "value. Put text around it by +, like '…' + value + '…'."
            )
