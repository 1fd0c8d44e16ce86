"""
JSON of others, in which anything may be missing or something else.
"""

from collections.abc import Iterator
from typing import Any

import attrs


@attrs.frozen(eq=False)
class Lenient:
    """
    A value of somebody else's JSON. What is not there is empty, however deep
    it is asked for.

    Args:
        value: The value.

    >>> pod = Lenient({"status": {"phase": "Running", "conditions": None}})
    >>> pod["status"]["phase"].text
    'Running'
    >>> [*pod["status"]["conditions"]], pod["spec"]["replicas"].number
    ([], 0)
    """

    value: Any = None

    def __getitem__(self, key: str) -> "Lenient":
        found = self.value.get(key) if isinstance(self.value, dict) else None
        return Lenient(found)

    def __iter__(self) -> Iterator["Lenient"]:
        items = self.value if isinstance(self.value, list) else ()
        return map(Lenient, items)

    def __bool__(self) -> bool:
        return bool(self.value)

    def items(self) -> Iterator[tuple[str, "Lenient"]]:
        """
        Keys and values of a map.
        """
        found = self.value if isinstance(self.value, dict) else {}
        for key, value in found.items():
            yield str(key), Lenient(value)

    @property
    def text(self) -> str:
        """
        The text that it is, else none.
        """
        return self.value if isinstance(self.value, str) else ""

    @property
    def number(self) -> int:
        """
        The whole number that it is, else 0.
        """
        return self.value if isinstance(self.value, int) else 0

    def where(self, key: str, value: str) -> "Lenient":
        """
        The first item of a list whose *key* is *value*.
        """
        found = (item for item in self if item[key].value == value)
        return next(found, Lenient())
