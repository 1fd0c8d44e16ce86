"""
Values that are known only at deployment, marked by a hash of what the stack's
file has for them: who only compiles notices that they are others.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from .. import _names
from .._later import HashedName
from ..manifests import Manifest
from ..origins import Fact, Origin, OriginKind
from ..spec import FromConfig
from ..spec.texts import Generated, Placeholder, Slot, Source


_STACK_KEY = "stackKey"


def _key(source: Source) -> str:
    """
    The key of the configuration that decides a value; nothing where another
    stack or the program around decides it.
    """
    if isinstance(source, Generated):
        return _STACK_KEY
    return source.key if isinstance(source, FromConfig) else ""


class Marks:
    """
    The marks of one stack.

    Args:
        hashes: Hashes of what its file has, by key.

    Attributes:
        facts: The hashes that were needed.
    """

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes = hashes
        self.facts: dict[Fact, Origin] = {}

    def marked(self, manifest: Manifest) -> Manifest:
        """
        *manifest* with all marks.
        """
        return attrs.evolve(manifest, body=self._node(manifest.body))

    def _node(self, node: Any) -> Any:
        if isinstance(node, dict):
            return {key: self._node(value) for key, value in node.items()}
        if isinstance(node, list):
            return [self._node(value) for value in node]
        if isinstance(node, HashedName):
            return _names.hashed(node.prefix, self._node(dict(node.content)))
        if isinstance(node, Placeholder):
            return "".join(map(self._piece, node.pieces.all))
        return node

    def _piece(self, piece: str | Slot) -> str:
        if isinstance(piece, str):
            return piece
        words = piece.source.describe()
        key = _key(piece.source)
        if key in self._hashes:
            mark = f"#{self._hashes[key]}"
            self.facts[Fact("config", key)] = Origin(mark, OriginKind.STACK)
            words += f" {mark}"

        return f"‹{words}›"
