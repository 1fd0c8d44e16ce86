"""
What goes over the wire, and the limits of what comes in.
"""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, Field

from .indexes import Seen
from .values import Result, State


LARGEST_INDEX = 100_000
LONGEST_SHOWN = 40


def parse_index(raw: object) -> int:
    """
    The index that *raw* stands for: a whole number, or its decimal digits.

    Raises:
        ValueError: If it is none, with a text for users.

    >>> parse_index("10")
    10
    """
    value = raw.strip() if isinstance(raw, str) else raw
    number = None
    if isinstance(value, str):
        # Longer ones are too large anyway, and slow to convert.
        short = len(value) <= len(str(LARGEST_INDEX))
        if value.isascii() and value.isdigit() and short:
            number = int(value)
    elif isinstance(value, float):
        number = int(value) if value.is_integer() else None
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    if number is not None and 0 <= number <= LARGEST_INDEX:
        return number

    received = "nothing" if value in (None, "") else shown(value)
    msg = (
        f"Index must be a whole number from 0 to {LARGEST_INDEX} "
        f"(got {received})."
    )
    raise ValueError(msg)


def shown(raw: object) -> str:
    """
    *raw* for a message, cut if it is long.
    """
    try:
        text = str(raw)
    except ValueError:  # a whole number with too many digits for str()
        return "a very large number"

    if len(text) > LONGEST_SHOWN:
        text = f"{text[:LONGEST_SHOWN]}…"

    return text


Index = Annotated[int, BeforeValidator(parse_index)]


class IndexRequest(BaseModel):
    """
    The index whose value is wanted.
    """

    index: Index


class Value(BaseModel):
    """
    An index that was asked for, and its value as far as it is known.
    """

    index: int
    state: State
    value: str | None = Field(description="Its decimal digits, once done.")
    shortened: bool = Field(description="Whether digits are left out: '…'.")
    digits: int | None = Field(description="How many the whole value has.")
    error: str | None = Field(description="Why there is no value, if failed.")
    requested_at: datetime

    @classmethod
    def of(cls, seen: Seen, result: Result) -> Self:
        """
        What is said of *seen*, given its *result*.
        """
        done = result.state is State.DONE
        failed = result.state is State.FAILED

        return cls(
            index=seen.index,
            state=result.state,
            value=result.text if done else None,
            shortened=done and len(result.text) < result.digits,
            digits=result.digits if done else None,
            error=result.text if failed else None,
            requested_at=seen.requested_at,
        )


class Problem(BaseModel):
    """
    Why a request was not fulfilled.
    """

    detail: str
