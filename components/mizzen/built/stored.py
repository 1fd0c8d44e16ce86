"""
Images as they are stored: in a folder, in an archive, in a registry, in a
Docker engine.
"""

import contextlib
import functools
import json
import subprocess
import tarfile
import tempfile

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any

import attrs

from ..exceptions import SpecError
from ..registry import ImageName, Repository


Opened = AbstractContextManager[IO[bytes]]


@attrs.frozen(eq=False)
class Blob:
    """
    A layer as it is stored.

    Attributes:
        digest: Digest of its compressed content, or its file in an archive.

        size: Bytes of it as it is stored.

        open: How it is read.
    """

    digest: str
    size: int
    open: Callable[[], Opened]


@attrs.frozen(eq=False)
class StoredImage:
    """
    An image as it is stored.

    Attributes:
        where: Words for where it is.

        config: Its configuration.

        layers: Its layers, the lowest first.
    """

    where: str
    config: Mapping[str, Any]
    layers: tuple[Blob, ...]


def _matches(descriptor: Mapping[str, Any], platform: str | None) -> bool:
    found = descriptor.get("platform")
    if found is None:
        return True
    name = f"{found['os']}/{found['architecture']}"
    full = f"{name}/{found['variant']}" if "variant" in found else name

    return platform in (name, full) or (
        platform is None and found["os"] != "unknown"
    )


def _of_platform(
    document: Mapping[str, Any],
    platform: str | None,
    read: Callable[[str], Mapping[str, Any]],
    where: str,
) -> Mapping[str, Any]:
    """
    The manifest of one image, which an index may lead to.
    """
    while "manifests" in document:
        fitting = (
            each for each in document["manifests"] if _matches(each, platform)
        )
        chosen = next(fitting, None)
        if chosen is None:
            msg = f"{where} has no image for {platform}."
            raise SpecError(msg)
        document = read(chosen["digest"])

    return document


def _by_manifest(
    where: str,
    document: Mapping[str, Any],
    platform: str | None,
    read: Callable[[str], Mapping[str, Any]],
    opened: Callable[[str], Opened],
) -> StoredImage:
    manifest = _of_platform(document, platform, read, where)
    with opened(manifest["config"]["digest"]) as file:
        config = json.load(file)

    return StoredImage(
        where,
        config,
        tuple(
            Blob(
                layer["digest"],
                layer["size"],
                functools.partial(opened, layer["digest"]),
            )
            for layer in manifest["layers"]
        ),
    )


def _blob_path(digest: str) -> str:
    return f"blobs/{digest.replace(':', '/')}"


def _layout(
    where: str, platform: str | None, opened: Callable[[str], Opened]
) -> StoredImage:
    """
    The image of an OCI layout, whose files *opened* opens by their paths.
    """

    def blob(digest: str) -> Opened:
        return opened(_blob_path(digest))

    def read(digest: str) -> Mapping[str, Any]:
        with blob(digest) as file:
            found: Mapping[str, Any] = json.load(file)
        return found

    with opened("index.json") as file:
        index = json.load(file)

    return _by_manifest(where, index, platform, read, blob)


def _docker_archive(where: str, archive: tarfile.TarFile) -> StoredImage:
    def opened(name: str) -> Opened:
        return _member(archive, name)

    with opened("manifest.json") as file:
        (image, *_) = json.load(file)
    with opened(image["Config"]) as file:
        config = json.load(file)

    return StoredImage(
        where,
        config,
        tuple(
            Blob(
                name,
                archive.getmember(name).size,
                functools.partial(opened, name),
            )
            for name in image["Layers"]
        ),
    )


def _member(archive: tarfile.TarFile, name: str) -> Opened:
    file = archive.extractfile(name)
    if file is None:
        msg = f"{name} is no file"
        raise KeyError(msg)

    return file


@contextlib.contextmanager
def _in_folder(
    path: Path, platform: str | None, where: str
) -> Iterator[StoredImage]:
    yield _layout(where, platform, lambda name: (path / name).open("rb"))


@contextlib.contextmanager
def _in_archive(
    path: Path, platform: str | None, where: str
) -> Iterator[StoredImage]:
    with tarfile.open(path) as archive:
        if "manifest.json" in archive.getnames():
            yield _docker_archive(where, archive)
        else:
            yield _layout(where, platform, lambda name: _member(archive, name))


@contextlib.contextmanager
def _in_engine(reference: str) -> Iterator[StoredImage]:
    """
    What the local Docker engine has under *reference*.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.tar"
        command = ["docker", "image", "save", f"--output={path}", reference]
        try:
            ran = subprocess.run(  # noqa: S603 - words, no shell
                command, capture_output=True, check=False, text=True
            )
        except FileNotFoundError:
            msg = (
                f"Image {reference!r} is in no registry, and docker is not "
                "there. Name an archive by --image, or a stack that has a "
                "registry."
            )
            raise SpecError(msg) from None
        if ran.returncode:
            msg = f"docker image save failed: {ran.stderr.strip()}"
            raise SpecError(msg)
        with _in_archive(path, None, f"Docker engine, {reference}") as found:
            yield found


@contextlib.contextmanager
def _in_registry(
    reference: str, platform: str | None
) -> Iterator[StoredImage]:
    repository = Repository(ImageName.of(reference))

    yield _by_manifest(
        reference,
        repository.manifest(repository.image.wanted),
        platform,
        repository.manifest,
        repository.blob,
    )


@contextlib.contextmanager
def stored_image(
    location: str, *, platform: str | None, in_engine: bool = False
) -> Iterator[StoredImage]:
    """
    The image at *location*, for as long as the block lasts.

    Args:
        location: Path of a folder with an OCI layout, path of an archive
            with one or of ``docker image save``, or image reference.

        platform: Which one is meant if there are several; `None` takes the
            first.

        in_engine: Whether a reference is asked of the local Docker engine
            instead of its registry.

    Raises:
        SpecError: If there is none.
    """
    path = Path(location)
    if path.is_dir():
        found = _in_folder(path, platform, location)
    elif path.is_file():
        found = _in_archive(path, platform, location)
    elif in_engine:
        found = _in_engine(location)
    else:
        found = _in_registry(location, platform)
    with _readable(location), found as image:
        yield image


@contextlib.contextmanager
def _readable(location: str) -> Iterator[None]:
    """
    Turn what is wrong with an image's files into messages.
    """
    try:
        yield
    except SpecError:
        raise
    except (
        KeyError,
        OSError,
        TypeError,
        ValueError,
        tarfile.TarError,
        EOFError,
    ) as error:
        msg = (
            f"{location} is no image in an OCI layout or a Docker archive "
            f"({error})."
        )
        raise SpecError(msg) from None
