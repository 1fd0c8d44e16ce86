"""
Files of containers, and the objects that keep them.
"""

import base64

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ._connections import SeenConnections
from ._external_secrets import external_secret, file_key
from ._later import HashedName
from ._texts import text_of
from .spec import FromConfigMap, FromExternalSecret, FromSecret, title
from .spec.texts import is_secret


# Bytes that Kubernetes lets an object hold.
_LARGEST = 1 << 20
_ELSEWHERE = (FromSecret, FromConfigMap, FromExternalSecret)


@attrs.frozen
class FileSet:
    """
    Files of one container that are kept in one object.

    Attributes:
        kind: ``"ConfigMap"`` or ``"Secret"``.

        name: Name of the object.

        paths: Keys by path in the container.

        content: Texts by key; empty if somebody else keeps them.

        binary: What is no text, in Base64, by key.
    """

    kind: str
    name: str
    paths: Mapping[str, str]
    content: Mapping[str, str] = attrs.field(factory=dict)
    binary: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def own(self) -> bool:
        """
        Whether the object is made for these files.
        """
        return bool(self.content or self.binary)

    @property
    def size(self) -> int:
        """
        Number of bytes, as far as they are known.
        """
        texts = sum(len(str(text).encode()) for text in self.content.values())
        # Of every four characters, three bytes come back, less the padding.
        return texts + sum(
            len(text) * 3 // 4 - text.count("=")
            for text in self.binary.values()
        )


def _own_file_sets(
    key: str, owner: Any, found: SeenConnections
) -> Iterator[FileSet]:
    plain: dict[str, str] = {}
    secret: dict[str, str] = {}
    binary: dict[str, str] = {}
    for path, value in owner.files.items():
        if isinstance(value, bytes):
            binary[path] = base64.b64encode(value).decode()
        elif not isinstance(value, _ELSEWHERE):
            text = text_of(value, found)
            (secret if is_secret(text) else plain)[path] = text
    for kind, suffix, texts, others in (
        ("ConfigMap", "files", plain, binary),
        ("Secret", "secret-files", secret, {}),
    ):
        if texts or others:
            paths = {path: file_key(path) for path in (*texts, *others)}
            content = {paths[path]: text for path, text in texts.items()}
            coded = {paths[path]: text for path, text in others.items()}
            name = HashedName.of(f"{key}-{suffix}", {**content, **coded})
            yield FileSet(kind, name, paths, content, coded)


def file_sets(
    key: str, owner: Any, found: SeenConnections
) -> Iterator[FileSet]:
    """
    The files of *owner*: plain ones in a ConfigMap, secret ones in a
    Secret, others where somebody else keeps them.
    """
    yield from _own_file_sets(key, owner, found)
    elsewhere: dict[tuple[str, str], dict[str, str]] = {}
    for path, value in owner.files.items():
        if isinstance(value, FromExternalSecret):
            name, _ = external_secret(key, owner)
            found_key = file_key(path)
            elsewhere.setdefault(("Secret", name), {})[path] = found_key
        elif isinstance(value, (FromSecret, FromConfigMap)):
            kind = type(value).__name__.removeprefix("From")
            names = elsewhere.setdefault((kind, value.name), {})
            names[path] = str(value.key)
    for (kind, name), paths in elsewhere.items():
        yield FileSet(kind, name, paths)


def oversized(part: Any, found: SeenConnections) -> Iterator[str]:
    """
    Every sentence about files of *part* that are too large together.
    """
    for owner in part.containers:
        whose = "its" if owner is part else f"the {owner.name!r} container's"
        for files in file_sets(part.name, owner, found):
            if files.size > _LARGEST:
                yield (
                    f"{title(part)}: {whose} files take {files.size} bytes "
                    f"together, but a {files.kind} holds at most {_LARGEST}. "
                    "Put large files into the image or on a disk."
                )
