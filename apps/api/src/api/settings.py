"""
What the API is told by its environment.
"""

import logging

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """
    The settings of one process. They never show themselves: the addresses
    have passwords in them.

    Attributes:
        postgres_url: Like ``postgresql://user:password@host:5432/database``.

        redis_url: Like ``redis://:password@host:6379/0``; empty where Redis
            is not needed.

        log_level: One of Python's level names, in lower case.
    """

    postgres_url: str
    redis_url: str
    log_level: str

    @classmethod
    def of(
        cls,
        environ: Mapping[str, str],
        needed: Sequence[str] = ("POSTGRES_URL", "REDIS_URL"),
    ) -> "Settings":
        """
        The settings in *environ*, of which the *needed* must be there.

        Raises:
            ValueError: If one is missing or unknown, with all such in one.
        """
        problems = [
            f"{name} must be set." for name in needed if not environ.get(name)
        ]
        log_level = environ.get("LOG_LEVEL", "info").lower()
        levels = [name.lower() for name in logging.getLevelNamesMapping()]
        if log_level not in levels:
            problems.append(
                f"LOG_LEVEL must be one of {', '.join(levels)} "
                f"(got {log_level!r})."
            )
        if problems:
            raise ValueError("\n".join(problems))

        return cls(
            postgres_url=environ["POSTGRES_URL"],
            redis_url=environ.get("REDIS_URL", ""),
            log_level=log_level,
        )
