"""
What layers of files make of each other: what each adds, and what is carried
along for nothing. All numbers are those of `dive
<https://github.com/wagoodman/dive>`_.
"""

import posixpath
import tarfile

from collections.abc import Iterable, Iterator
from typing import IO

import attrs


_REMOVED = ".wh."
_OPAQUE = ".wh..wh.."


@attrs.define(eq=False)
class Node:
    """
    A file or folder of a layer, and what is below it.
    """

    size: int = 0
    is_folder: bool = False
    children: "dict[str, Node]" = attrs.field(factory=dict)

    def walk(self, above: str = "") -> "Iterator[tuple[str, str, Node]]":
        """
        Folder, name and node of everything below, the deepest first.
        """
        for name in sorted(self.children):
            child = self.children[name]
            yield from child.walk(f"{above}{name}/")
            yield above, name, child

    def find(self, path: str) -> "Node | None":
        """
        What is at *path*, if anything is.
        """
        node: Node | None = self
        for name in filter(None, path.split("/")):
            node = node and node.children.get(name)
        return node

    def put(self, path: str, size: int, *, is_folder: bool) -> None:
        """
        Describe what is at *path*, and keep what is below it.
        """
        node = self
        for name in filter(None, path.split("/")):
            if name not in node.children and name.startswith(_OPAQUE):
                return
            node = node.children.setdefault(name, Node())
        node.size, node.is_folder = size, is_folder

    def remove(self, path: str) -> None:
        """
        Take away what is at *path*, if anything is.
        """
        folder, _, name = path.rpartition("/")
        parent = self.find(folder)
        if parent:
            parent.children.pop(name, None)

    def total(self) -> int:
        """
        Bytes of it and of all that is below.
        """
        return self.size + sum(n.total() for n in self.children.values())


@attrs.frozen
class Layer:
    """
    The files of one layer.

    Attributes:
        root: All of them.

        size: Their bytes.
    """

    root: Node
    size: int


def read_layer(file: IO[bytes]) -> Layer:
    """
    The layer that is stored in *file*, compressed or not.

    Raises:
        tarfile.TarError: If it is no archive.
    """
    root, size = Node(), 0
    with tarfile.open(fileobj=file, mode="r|*") as archive:
        for member in archive:
            path = posixpath.normpath(member.name)
            if path == ".":
                continue
            size += member.size
            root.put(path, member.size, is_folder=member.isdir())

    return Layer(root, size)


@attrs.frozen
class Waste:
    """
    A path that several layers have something to say about.

    Attributes:
        path: The path.

        copies: How many layers have it, or remove it.

        size: Bytes of all of them together.
    """

    path: str
    copies: int
    size: int


@attrs.frozen
class Added:
    """
    What a layer does to those below it.

    Attributes:
        new: Number of files that were not there.

        changed: Number of files that it replaces.

        removed: Number of files and folders that it hides.

        largest: Its largest files and their bytes, the largest first.
    """

    new: int
    changed: int
    removed: int
    largest: tuple[tuple[str, int], ...]


@attrs.frozen
class Analysis:
    """
    What the layers of an image make of each other.

    Attributes:
        added: What each layer does.

        efficiency: Share of the bytes that would be enough, from 0 to 1.

        wasted: What is in several layers, the most expensive first.
    """

    added: tuple[Added, ...]
    efficiency: float
    wasted: tuple[Waste, ...]

    @property
    def wasted_bytes(self) -> int:
        """
        Bytes of all that is in several layers.
        """
        return sum(waste.size for waste in self.wasted)


def _leaves(layer: Layer, below: Node) -> Iterator[tuple[str, int]]:
    """
    Each path that *layer* is about, with the bytes that it adds or hides.
    """
    for folder, name, node in layer.root.walk():
        if node.children:
            continue
        path = folder + name.removeprefix(_REMOVED)
        if not name.startswith(_REMOVED):
            yield path, node.size
            continue
        hidden = below.find(path)
        # What hides a file counts as one of no bytes.
        yield path, hidden.total() if hidden and hidden.is_folder else 0


def _added(layer: Layer, below: Node, largest: int) -> Added:
    new = changed = removed = 0
    sizes = []
    for folder, name, node in layer.root.walk():
        if name.startswith(_REMOVED):
            removed += 1
        elif not (node.is_folder or node.children):
            there = below.find(folder + name) is not None
            changed += there
            new += not there
            sizes.append((f"/{folder}{name}", node.size))
    sizes.sort(key=lambda entry: (-entry[1], entry[0]))

    return Added(new, changed, removed, tuple(sizes[:largest]))


def _stack(below: Node, layer: Layer) -> None:
    """
    Make *below* what it is with *layer* on it.
    """
    for folder, name, node in layer.root.walk():
        path = folder + name
        if name.startswith(_REMOVED):
            below.remove(folder + name.removeprefix(_REMOVED))
        else:
            below.put(path, node.size, is_folder=node.is_folder)


def analyse(layers: Iterable[Layer], *, largest: int = 3) -> Analysis:
    """
    What *layers*, the lowest first, make of each other.

    Args:
        layers: The layers of an image.

        largest: How many files are named of each layer.
    """
    below = Node()
    paths: dict[str, list[int]] = {}
    added = []
    for layer in layers:
        for path, size in _leaves(layer, below):
            paths.setdefault(path, []).append(size)
        added.append(_added(layer, below, largest))
        _stack(below, layer)
    total = sum(map(sum, paths.values()))
    wasted = [
        Waste(f"/{path}", len(sizes), sum(sizes))
        for path, sizes in paths.items()
        if len(sizes) > 1
    ]
    wasted.sort(key=lambda waste: (-waste.size, waste.path))

    return Analysis(
        added=tuple(added),
        efficiency=sum(map(min, paths.values())) / total if total else 1.0,
        wasted=tuple(wasted),
    )
