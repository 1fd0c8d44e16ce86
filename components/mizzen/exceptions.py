"""
What mizzen raises: one class, for mistakes in what the user wrote.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar


_T = TypeVar("_T")


class SpecError(ValueError):
    """
    Something that was described could not be deployed.

    Attributes:
        problems:
            Every contradiction that was found, one sentence each, in the
            order in which the parts are listed.

    >>> str(SpecError("Service 'api': port must be given."))
    "Service 'api': port must be given."
    """

    def __init__(self, message: str, problems: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems) or (message,)


def raise_problems(heading: str, problems: Iterable[str]) -> None:
    """
    Raise one `SpecError` that lists all *problems*, or nothing if there are
    none.
    """
    found = tuple(dict.fromkeys(problems))
    if not found:
        return

    lines = "".join(f"\n  - {problem}" for problem in found)
    msg = f"{heading}:{lines}"
    raise SpecError(msg, found)


def counted(names: Iterable[str]) -> str:
    """
    *names*, of which the first two stand for many.

    >>> counted(["'a'", "'b'", "'c'", "'d'"])
    "'a', 'b' and 2 more"
    """
    found = [*names]
    more = f" and {len(found) - 2} more" if len(found) > 2 else ""  # noqa: PLR2004

    return ", ".join(found[:2]) + more


def choices(value: object, valid: Iterable[str]) -> str:
    """
    The end of a sentence that tells which values are valid, the nearest
    first when there are many.

    >>> choices("prdo", ["dev", "prod"])
    "choose one of: 'dev', 'prod' (nearest to 'prdo': 'prod')"
    """
    import difflib  # noqa: PLC0415 - only a mistake pays for it

    names = sorted(valid)
    if not names:
        return "there are none yet"
    nearest = difflib.get_close_matches(str(value), names, n=1)
    shown = ", ".join(repr(name) for name in names[:9])
    more = f" and {len(names) - 9} more" if len(names) > 9 else ""  # noqa: PLR2004
    hint = f" (nearest to {value!r}: {nearest[0]!r})" if nearest else ""

    return f"choose one of: {shown}{more}{hint}"


def chosen(what: str, name: object, valid: Mapping[str, _T]) -> _T:
    """
    That of *valid* which is called *name*.

    Raises:
        SpecError: If there is none; *what* is what it says of it.

    >>> chosen("Part", "api", {"api": 1})
    1
    """
    if not isinstance(name, str) or name not in valid:
        msg = f"{what} {name!r} is unknown; {choices(name, valid)}."
        raise SpecError(msg)
    return valid[name]
