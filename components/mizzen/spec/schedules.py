"""
When parts run that run again and again.
"""

import functools
import re

from typing import Any

from .._validators import refuse
from ..exceptions import SpecError, choices


_MONTHS = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_NAMES = dict(zip(_MONTHS, range(1, 13), strict=True))
_NAMES |= dict(zip(_DAYS, range(7), strict=True))
_WORDS = (
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
)
# What each field is called, its least and its greatest number and its names.
_FIELDS: tuple[tuple[str, int, int, list[str]], ...] = (
    ("minute", 0, 59, []),
    ("hour", 0, 23, []),
    ("day of the month", 1, 31, []),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 6, _DAYS),
)
_ENTRY = re.compile(
    r"(?:[*?]|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>0*[1-9][0-9]*))?",
    re.ASCII,
)
_SHORT_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


def _number(text: str, names: list[str]) -> int:
    """
    The number of a word; below all others where it has none.
    """
    if text.lower() in names:
        return _NAMES[text.lower()]
    return int(text) if text.isdigit() else -1


def _fits(entry: str, least: int, most: int, names: list[str]) -> bool:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        return False
    first = _number(match["first"] or str(least), names)
    last = _number(match["last"] or str(most), names)

    return least <= first <= last <= most


def _numbers(text: str, least: int, most: int, names: list[str]) -> set[int]:
    """
    All that a valid field stands for.
    """
    found: set[int] = set()
    for match in _ENTRY.finditer(text):
        first, last, step = match.group("first", "last", "step")
        start = _number(first, names) if first else least
        end = start if first and not (last or step) else most
        if last:
            end = _number(last, names)
        found |= {*range(start, end + 1, int(step or 1))}
    return found


def _comes(days: str, months: str, weekdays: str) -> bool:
    """
    Whether some month has one of the days. Where days of the week are said
    too, either is enough.
    """
    if not {"*", "?"} & {*weekdays.split(",")}:
        return True
    _, _, day, month, _ = _FIELDS
    first = min(_numbers(days, *day[1:]))

    return any(
        first <= _SHORT_MONTHS.get(number, 31)
        for number in _numbers(months, *month[1:])
    )


def schedule(inst: Any, attr: Any, value: Any) -> None:
    """
    Schedules of cron as Kubernetes reads them.
    """
    fields = value.split() if isinstance(value, str) else []
    if fields and fields[0] in _WORDS and value == fields[0]:
        return
    if len(fields) != len(_FIELDS):
        rule = (
            "be minute, hour, day of the month, month and day of the week, "
            "like '30 3 * * mon-fri', or a word like '@daily'"
        )
        refuse(inst, attr.name, rule, value)
    for text, (what, least, most, names) in zip(fields, _FIELDS, strict=True):
        if not all(_fits(e, least, most, names) for e in text.split(",")):
            rule = (
                f"say the {what} from {least} to {most}, like '{least}' or '*'"
            )
            refuse(inst, attr.name, rule, text)
    if not _comes(*fields[2:]):
        rule = "name a day that one of its months has, like '0 0 28 2 *'"
        refuse(inst, attr.name, rule, value)


@functools.cache
def _time_zones() -> frozenset[str]:
    from importlib.resources import files  # noqa: PLC0415 - few need it

    return frozenset(
        files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    )


def time_zone(inst: Any, attr: Any, value: Any) -> None:
    """
    Names of the IANA time zone database, which Kubernetes has as well.
    """
    if value != "Etc/UTC" and value not in _time_zones():
        nearest = choices(value, _time_zones()).rpartition("(")[2]
        hint = f"; {nearest[:-1]}" if nearest.startswith("nearest") else ""
        msg = (
            f"{type(inst).__name__} {inst.name!r}: time_zone must be a name "
            f"of the IANA database, like 'Europe/Berlin' (got {value!r}"
            f"{hint})."
        )
        raise SpecError(msg)
