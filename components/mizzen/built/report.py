"""
A built image as text for people and as JSON for programs.
"""

import json

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from .._secret_names import is_secret
from ..changes.inert import visible
from .images import BuiltImage, ImageLayer
from .releases import Difference
from .sizes import percent, shown_bytes


_MASK = "[secret]"
_SHOWN_WASTES = 5
_LONGEST_COMMAND = 72


def shown_environment(image: BuiltImage) -> Mapping[str, str]:
    """
    The environment variables of *image*, without what looks like a secret.
    """
    return {
        name: _MASK if is_secret(name, value) else value
        for name, value in image.environment.items()
    }


def _size(number: int) -> str:
    return f"{shown_bytes(number)} ({number:,} bytes)"


def _facts(image: BuiltImage) -> Iterator[tuple[str, str]]:
    yield "platform", image.platform
    yield "size", _size(image.size)
    yield "to pull", _size(image.stored)
    yield (
        "wasted",
        (f"{_size(image.wasted_bytes)}, {percent(image.wasted_percent)}"),
    )
    yield "efficiency", f"{100 * image.efficiency:.2f} %"
    yield "user", image.user or "root"
    yield "entry point", json.dumps(image.entrypoint, ensure_ascii=False)
    yield "command", json.dumps(image.command, ensure_ascii=False)
    yield "folder", image.folder or "/"
    yield "ports", ", ".join(image.ports) or "none"
    for name, value in shown_environment(image).items():
        yield "environment", f"{name}={value}"


def _source(layer: ImageLayer) -> str:
    if layer.origin is None:
        return ""
    if layer.origin.stage is None:
        return f"; {layer.origin.place}"
    return f"; {layer.origin.place}, from stage {layer.origin.stage}"


def _layer(number: int, layer: ImageLayer) -> Iterator[str]:
    command = layer.command
    if len(command) > _LONGEST_COMMAND:
        command = f"{command[: _LONGEST_COMMAND - 1]}…"
    yield f"{number:>3} {shown_bytes(layer.size):>12}  {command}"
    added = layer.added
    files = (
        f"{added.new} new, {added.changed} changed, {added.removed} removed"
    )
    yield f"{'':18}{files}{_source(layer)}"
    for path, size in added.largest:
        yield f"{'':18}{shown_bytes(size)} {path}"


def _lines(image: BuiltImage, difference: Difference | None) -> Iterator[str]:
    yield image.where
    for label, fact in _facts(image):
        yield f"  {label}: {fact}"
    yield ""
    yield "Layers"
    for number, layer in enumerate(image.layers, 1):
        yield from _layer(number, layer)
    if image.wasted_bytes:
        yield ""
        yield "Wasted"
        for waste in image.wasted[:_SHOWN_WASTES]:
            copies = f"in {waste.copies} layers"
            yield f"  {shown_bytes(waste.size):>12}  {waste.path}, {copies}"
    if difference:
        yield ""
        yield f"Since {difference.release}"
        for line in difference.lines:
            yield f"  {line}"


def as_text(image: BuiltImage, difference: Difference | None) -> str:
    """
    All that is worth knowing, a line each.
    """
    # What an image says of itself may act on a terminal.
    return "".join(f"{visible(line)}\n" for line in _lines(image, difference))


def as_json(image: BuiltImage, difference: Difference | None) -> str:
    """
    The same as an object, and all that is wasted.
    """
    content: dict[str, Any] = {
        "image": image.where,
        "platform": image.platform,
        "size": image.size,
        "stored": image.stored,
        "wasted": image.wasted_bytes,
        "efficiency": image.efficiency,
        "user": image.user,
        "entrypoint": image.entrypoint,
        "command": image.command,
        "folder": image.folder,
        "ports": image.ports,
        "environment": shown_environment(image),
        "layers": [attrs.asdict(layer) for layer in image.layers],
        "waste": [attrs.asdict(waste) for waste in image.wasted],
        "since": difference and attrs.asdict(difference),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
