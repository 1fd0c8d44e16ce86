"""
The values, computed by the worker: looked up in Redis and asked for there.
"""

from collections.abc import Iterable
from enum import StrEnum
from importlib.resources import files
from typing import Any, NamedTuple

from redis.asyncio import Redis


STREAM = "fibonacci:requests"
REQUESTED = "fibonacci:requested"
VALUES = "fibonacci:values"
FAILURES = "fibonacci:failures"


class State(StrEnum):
    """
    How far the value of an index is.
    """

    COMPUTING = "computing"
    DONE = "done"
    FAILED = "failed"


class Result(NamedTuple):
    """
    What is known of the value of one index.

    Attributes:
        state: How far it is.

        text: The value if it is done, the reason if it failed.

        digits: How many digits the whole value has.
    """

    state: State
    text: str
    digits: int


class Values:
    """
    The values in *redis*, a client that decodes responses.
    """

    def __init__(self, redis: Redis) -> None:
        self._look_up = redis.register_script(
            files(__package__).joinpath("look_up.lua").read_text("utf-8")
        )

    async def look_up(
        self, indexes: Iterable[int], *, longest: int, again: bool = False
    ) -> list[Result]:
        """
        What is known of *indexes*. What nobody works on is asked for.

        Args:
            indexes: In the order in which the results are wanted.

            longest: Values with more digits are shortened in the middle.

            again: Whether to ask again for what failed.
        """
        found: Any = await self._look_up(
            keys=[VALUES, FAILURES, REQUESTED, STREAM],
            args=[longest, int(again), *indexes],
        )

        return [
            Result(State(state), text, digits) for state, text, digits in found
        ]
