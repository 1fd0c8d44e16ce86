"""
What the API is told by its environment.
"""

import logging

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


def _text(environ: Mapping[str, str], name: str) -> str:
    """
    The setting *name*, or what the file holds that ``<name>_FILE`` names.
    """
    file = environ.get(f"{name}_FILE")

    return Path(file).read_text("utf-8") if file else environ.get(name, "")


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
            OSError: If a file that is named cannot be read.
        """
        texts = {name: _text(environ, name) for name in needed}
        problems = [
            f"{name} must be set." for name, text in texts.items() if not text
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
            postgres_url=texts["POSTGRES_URL"],
            redis_url=texts.get("REDIS_URL", ""),
            log_level=log_level,
        )
