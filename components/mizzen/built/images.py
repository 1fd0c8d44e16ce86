"""
What a built image consists of, whom and what it runs, and which lines of
its Dockerfile have made it.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from ..images import Instruction, lineage
from ..spec import Dockerfile
from .files import Added, Analysis, Waste, analyse, read_layer
from .stored import StoredImage


_MAKING_LAYERS = frozenset({"ADD", "COPY", "RUN", "WORKDIR"})
_MARK = "# buildkit"
_SHELL = "/bin/sh -c "


@attrs.frozen
class Origin:
    """
    The instruction that has made a layer.

    Attributes:
        place: Dockerfile and line.

        stage: Stage or image that its files come from; `None` for those of
            the build context and of commands.
    """

    place: str
    stage: str | None


@attrs.frozen(kw_only=True)
class ImageLayer:
    """
    A layer of a built image.

    Attributes:
        command: What has made it, as the image tells.

        digest: Digest of its uncompressed content.

        size: Bytes of its files.

        stored: Bytes that are pulled for it.

        added: What it does to the layers below.

        origin: Instruction of the Dockerfile behind it; `None` if it is of
            the base image, or the Dockerfile is not known.
    """

    command: str
    digest: str
    size: int
    stored: int
    added: Added
    origin: Origin | None


@attrs.frozen(kw_only=True, eq=False)
class BuiltImage:
    """
    An image and its files.

    Attributes:
        where: Words for where it was found.

        platform: Operating system and architecture.

        layers: Its layers, the lowest first.

        user: Whom it runs as; empty for root.

        entrypoint: What it runs.

        command: Arguments of that.

        folder: Folder that it runs in.

        ports: Ports that it exposes.

        environment: Its environment variables.

        efficiency: Share of its bytes that would be enough, from 0 to 1.

        wasted: What is in several layers, the most expensive first.
    """

    where: str
    platform: str
    layers: tuple[ImageLayer, ...]
    user: str
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    folder: str
    ports: tuple[str, ...]
    environment: Mapping[str, str] = attrs.field(repr=False)
    efficiency: float
    wasted: tuple[Waste, ...]

    @property
    def size(self) -> int:
        """
        Bytes of the files of all layers.
        """
        return sum(layer.size for layer in self.layers)

    @property
    def stored(self) -> int:
        """
        Bytes that are pulled.
        """
        return sum(layer.stored for layer in self.layers)

    @property
    def wasted_bytes(self) -> int:
        """
        Bytes of all that is in several layers.
        """
        return sum(waste.size for waste in self.wasted)

    @property
    def wasted_percent(self) -> float:
        """
        Share of those in the image's size.
        """
        return 100 * self.wasted_bytes / self.size if self.size else 0.0


def _commands(config: Mapping[str, Any], layers: int) -> list[str]:
    """
    What has made each layer, as far as the image tells.
    """
    told = [
        str(entry.get("created_by", ""))
        for entry in config.get("history") or ()
        if not entry.get("empty_layer")
    ]
    told += [""] * (layers - len(told))

    return told[:layers]


def _is_of(instruction: Instruction, command: str) -> bool:
    """
    Whether *instruction* can have made the layer that tells of *command*.
    """
    if not command.startswith(f"{instruction.name} "):
        return False
    if instruction.name not in ("ADD", "COPY") or instruction.inline:
        return True
    said = " ".join(instruction.words)
    words = command.removesuffix(_MARK).split()[1:]
    told = " ".join(word for word in words if not word.startswith("--"))

    return "$" in said or said == told


def _making(
    root: Path, dockerfile: Dockerfile
) -> Iterator[tuple[Instruction, Origin]]:
    """
    Each instruction that makes a layer of the image, the last one first.
    """
    file = f"{dockerfile.context}/{dockerfile.file}"
    for stage in lineage(root, dockerfile):
        for instruction in reversed(stage.instructions):
            if instruction.name in _MAKING_LAYERS:
                place = f"{file}:{instruction.line}"
                yield instruction, Origin(place, instruction.flag("from"))


def _origins(
    commands: Iterable[str], root: Path, dockerfile: Dockerfile | None
) -> list[Origin | None]:
    """
    The instruction behind each layer, from the last one on for as long as
    the image and the Dockerfile agree.
    """
    commands = list(commands)
    found: list[Origin | None] = []
    if dockerfile is not None:
        for command, (instruction, origin) in zip(
            reversed(commands), _making(root, dockerfile), strict=False
        ):
            if not _is_of(instruction, command):
                break
            found.append(origin)
    found += [None] * (len(commands) - len(found))
    found.reverse()

    return found


def _environment(config: Mapping[str, Any]) -> dict[str, str]:
    entries = (entry.partition("=") for entry in config.get("Env") or ())
    return {name: value for name, _, value in entries}


def _readable(command: str) -> str:
    """
    *command* without what BuildKit adds: build arguments may be secrets.
    """
    text = command.removesuffix(_MARK)
    if text.startswith("RUN |"):
        _, shell, told = text.partition(_SHELL)
        text = f"RUN {told}" if shell else "RUN"
    text = text.replace(f"RUN {_SHELL}", "RUN ", 1).removeprefix(_SHELL)

    return " ".join(text.split())


def built_image(
    stored: StoredImage, *, root: Path, dockerfile: Dockerfile | None
) -> BuiltImage:
    """
    Read all files of an image.

    Args:
        stored: The image as it is stored.

        root: Folder that build contexts are relative to.

        dockerfile: What it is said to be built from.

    Raises:
        SpecError: If something of it is not there.
    """
    read, digests = [], list(stored.config["rootfs"]["diff_ids"])
    for blob in stored.layers:
        with blob.open() as file:
            read.append(read_layer(file))
    analysis: Analysis = analyse(read)
    commands = _commands(stored.config, len(read))
    origins = _origins(commands, root, dockerfile)
    config = stored.config.get("config") or {}

    return BuiltImage(
        where=stored.where,
        platform=f"{stored.config['os']}/{stored.config['architecture']}",
        layers=tuple(
            ImageLayer(
                command=_readable(command),
                digest=digest,
                size=layer.size,
                stored=blob.size,
                added=added,
                origin=origin,
            )
            for command, digest, layer, blob, added, origin in zip(
                commands,
                digests,
                read,
                stored.layers,
                analysis.added,
                origins,
                strict=True,
            )
        ),
        user=config.get("User") or "",
        entrypoint=tuple(config.get("Entrypoint") or ()),
        command=tuple(config.get("Cmd") or ()),
        folder=config.get("WorkingDir") or "",
        ports=tuple(config.get("ExposedPorts") or ()),
        environment=_environment(config),
        efficiency=analysis.efficiency,
        wasted=analysis.wasted,
    )
