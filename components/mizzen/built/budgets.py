"""
Whether a built image keeps to the budget of its Dockerfile.
"""

from collections.abc import Iterator

from .._names import part_of
from ..checks import Finding, Severity
from ..quantities import parse_bytes
from ..spec import Dockerfile
from .images import BuiltImage
from .sizes import percent, shown_bytes


def has_budget(dockerfile: Dockerfile) -> bool:
    """
    Whether there is a limit to hold.
    """
    limits = (dockerfile.max_size, dockerfile.max_waste)
    return any(limit is not None for limit in limits)


def _largest(image: BuiltImage) -> str:
    layer = max(image.layers, key=lambda layer: layer.size)
    where = f", {layer.origin.place}" if layer.origin else ""

    return f"{layer.command!r} ({shown_bytes(layer.size)}{where})"


def over_budget(
    image: BuiltImage, dockerfile: Dockerfile, part: str
) -> Iterator[Finding]:
    """
    What *image*, built for *part*, has too much of.
    """

    def finding(name: str, message: str, remedy: str) -> Finding:
        return Finding(
            id=name,
            severity=Severity.ERROR,
            part=part_of(part),
            subject=f"Image {image.where!r}",
            message=message,
            remedy=remedy,
        )

    size, waste = dockerfile.max_size, dockerfile.max_waste
    if size is not None and image.size > parse_bytes(size):
        yield finding(
            "image-size",
            f"its files take {shown_bytes(image.size)}, more than its "
            f"max_size of {size}",
            f"Its largest layer is {_largest(image)}.",
        )
    if waste is not None and image.wasted_percent > float(waste[:-1]):
        worst = image.wasted[0]
        yield finding(
            "image-waste",
            f"{shown_bytes(image.wasted_bytes)}, "
            f"{percent(image.wasted_percent)} of it, is in several layers, "
            f"more than its max_waste of {waste}",
            f"Most of it is {worst.path}, in {worst.copies} layers: remove "
            "or change files in the instruction that makes them.",
        )
