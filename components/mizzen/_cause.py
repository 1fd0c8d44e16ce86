"""
Why something does not become ready, and whether waiting helps.
"""

import math

import attrs


HOPELESS = 0
# Somebody else may be about to make what is missing.
STUCK = 60


@attrs.frozen(kw_only=True)
class Log:
    """
    Where it can be read what a container said before it ended.

    Attributes:
        pod: Name of the pod.

        container: Name of the container.

        previous: Whether it has been started again since.
    """

    pod: str
    container: str
    previous: bool = False


@attrs.frozen(kw_only=True)
class Cause:
    """
    Why something does not become ready.

    Attributes:
        id: Kind of the cause, like ``"image"`` or ``"crash"``.

        words: The cause, as the end of a sentence about a pod.

        patience_seconds: How long it is worth waiting that it passes.

        log: What its container said, if that tells more.
    """

    id: str
    words: str
    patience_seconds: float = math.inf
    log: Log | None = None


def squeezed(message: str, most: int = 500) -> str:
    """
    *message* in one line, cut to *most* characters.

    >>> squeezed(" not \\n well ")
    'not well'
    """
    words = " ".join(message.split()).rstrip(".")

    return words if len(words) <= most else f"{words[: most - 1]}…"
