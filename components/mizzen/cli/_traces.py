"""
Where in the user's own code something went wrong.
"""

import os

from pathlib import Path
from types import TracebackType


_NOT_THE_USERS = (Path(__file__).parents[1], Path(os.__file__).parent)


def _is_users(filename: str) -> bool:
    path = Path(filename)
    return (
        path.is_file()
        and "site-packages" not in path.parts
        and not any(path.is_relative_to(folder) for folder in _NOT_THE_USERS)
    )


def users_part(trace: TracebackType | None) -> TracebackType | None:
    """
    *trace* from the first frame of the user's own code on; `None` if there
    is no such frame.
    """
    while trace and not _is_users(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def place(trace: TracebackType | None) -> str | None:
    """
    File and line of the last frame in *trace* that is the user's own, like
    ``infra/app.py:12``; `None` if there is none.
    """
    found = None
    while trace := users_part(trace):
        filename = trace.tb_frame.f_code.co_filename
        found = f"{os.path.relpath(filename)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found
