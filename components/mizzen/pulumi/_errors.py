"""
How mistakes are shown by the Pulumi CLI.
"""

import contextlib

from collections.abc import Iterator

import pulumi

from ..exceptions import SpecError


@contextlib.contextmanager
def readable_errors() -> Iterator[None]:
    """
    Show a `mizzen.SpecError` as its message alone, without the traceback
    that Pulumi prints for other exceptions.

    Raises:
        pulumi.RunError: In place of a `mizzen.SpecError`.
    """
    try:
        yield
    except SpecError as error:
        raise pulumi.RunError(str(error)) from None
