"""
Names in manifests that are known only at deployment.
"""

from collections.abc import Mapping

from . import _names
from .spec.texts import Placeholder


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
