"""
Images that the cluster itself needs, and stand-ins for official images where
no registry can be reached.

They lie in a registry of their own, whose storage is in the cache and keyed by
the recipes. In a cluster that cannot reach Docker Hub, this registry answers
for it: ``FROM python:3.13-slim`` and ``image: postgres:17`` work unchanged. A
stand-in has another digest than what it stands in for, so builds take these
images by tag.
"""

import functools
import os
import shutil
import subprocess

from collections.abc import Iterator
from pathlib import Path

import attrs
import httpx

from . import cache, internet, packages, paths, progress
from .errors import LocalClusterError
from .gobuild import GoTool
from .processes import BOUND
from .tools import COREDNS
from .tools import PAUSE as PAUSE_TOOL


REGISTRY = "localhost:5001"
_RECIPES = Path(__file__).parent / "images"
_SUITE = "trixie"
_DOCKER_HUB = "https://registry-1.docker.io/v2/"
_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")


@attrs.frozen(kw_only=True)
class Recipe:
    """
    An image and where its Dockerfile and its files are.

    Args:
        name: Repository and tag in the registry of stand-ins.

        folder: Folder of the recipe.

        tool: The tool that is put into the image, if there is one.
    """

    name: str = attrs.field(kw_only=False)
    folder: str
    tool: GoTool | None = None

    @property
    def reference(self) -> str:
        """
        Under which it is pushed and pulled.
        """
        return f"{REGISTRY}/{self.name}"


_PAUSE = Recipe("mizzen/pause:1", folder="pause", tool=PAUSE_TOOL)
_COREDNS = Recipe("mizzen/coredns:1.12.4", folder="coredns", tool=COREDNS)
PAUSE = _PAUSE.reference
DNS = _COREDNS.reference

# In this order: the later ones are built from the earlier ones.
_STAND_INS = tuple(
    Recipe(f"library/{name}", folder=name.partition(":")[0])
    for name in (
        "debian:trixie-slim",
        "python:3.13-slim",
        "node:20-slim",
        "nginx:1.26",
        "postgres:17",
        "redis:8",
    )
)


BY_TAG = ",".join(
    recipe.name.removeprefix("library/") for recipe in _STAND_INS
)
"""
What builds take by tag where Dockerfiles name a digest.
"""


@functools.cache
def docker_hub_answers() -> bool:
    """
    Whether the registry of official images can be reached.
    """
    return internet.answers(_DOCKER_HUB, httpx.codes.UNAUTHORIZED)


def _authorities() -> bytes:
    return _AUTHORITIES.read_bytes() if _AUTHORITIES.exists() else b""


def _recipes_key() -> str:
    return cache.folder_key(
        _RECIPES,
        _authorities(),
        _SUITE,
        PAUSE_TOOL.target.name,
        COREDNS.target.name,
    )


def storage() -> Path:
    """
    The folder of the registry that holds these images.
    """
    return paths.cache() / "images" / _recipes_key()


def _make_root(folder: Path) -> None:
    """
    Install Debian into an archive, unseen by the machine's mounts.
    """
    log = folder / "log"
    with log.open("wb") as output:
        done = subprocess.run(
            [
                *BOUND,
                *("unshare", "--mount", "--pid", "--fork", "--mount-proc"),
                *("--propagation=private", "--kill-child=KILL"),
                *("mmdebstrap", "--mode=root", "--variant=minbase"),
                *("--include=ca-certificates", _SUITE),
                str(folder / "rootfs.tar"),
            ],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=packages.environment(TMPDIR=str(folder)),
        )
    if done.returncode:
        msg = (
            f"Debian {_SUITE} could not be installed into an image:\n"
            f"{log.read_text(errors='replace')[-2000:]}"
        )
        raise LocalClusterError(msg)


def _root() -> Path:
    """
    The folder with an archive of Debian's root file system, which all
    stand-ins are based on.
    """
    content = cache.key(_SUITE, "minbase", os.uname().machine)

    return cache.publish(
        paths.cache() / "rootfs" / f"{_SUITE}-{content}", _make_root
    )


def _is_there(recipe: Recipe) -> bool:
    repository, _, tag = recipe.name.rpartition(":")
    path = storage() / "docker/registry/v2/repositories" / repository
    link = path / "_manifests/tags" / tag / "current/link"
    if not link.exists():
        return False
    digest = link.read_text().strip().removeprefix("sha256:")

    return (path / "_manifests/revisions/sha256" / digest / "link").exists()


def _context(recipe: Recipe, folder: Path) -> None:
    """
    Put into *folder* what *recipe* is built from.
    """
    shutil.copytree(_RECIPES / recipe.folder, folder)
    if recipe.tool:
        for binary in recipe.tool.build().iterdir():
            shutil.copy2(binary, folder)
    if recipe is _STAND_INS[0]:
        (folder / "ca-certificates.crt").write_bytes(_authorities())
        os.link(_root() / "rootfs.tar", folder / "rootfs.tar")


def _build(recipe: Recipe, buildctl: Path, socket: Path) -> None:
    folder = paths.cache() / "image-context"
    shutil.rmtree(folder, ignore_errors=True)
    _context(recipe, folder)
    done = subprocess.run(
        [
            *BOUND,
            str(buildctl),
            f"--addr=unix://{socket}",
            "build",
            "--progress=plain",
            "--frontend=dockerfile.v0",
            f"--local=context={folder}",
            f"--local=dockerfile={folder}",
            f"--output=type=image,name={recipe.reference},push=true",
        ],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    shutil.rmtree(folder)
    if done.returncode:
        msg = (
            f"Image {recipe.name!r} could not be built:\n{done.stderr[-3000:]}"
        )
        raise LocalClusterError(msg)


def missing() -> Iterator[Recipe]:
    """
    The images that are still to be built, in the order of building.
    """
    stand_ins = () if docker_hub_answers() else _STAND_INS
    needed = (_PAUSE, _COREDNS, *stand_ins)

    return (recipe for recipe in needed if not _is_there(recipe))


def build_addon(tool: GoTool, buildctl: Path, socket: Path) -> str:
    """
    The image with nothing but *tool*, built unless it is there.

    Raises:
        LocalClusterError: If it cannot be built.
    """
    name, _, version = tool.target.name.rpartition("-")
    recipe = Recipe(f"mizzen/{name}:{version}", folder="addon", tool=tool)
    if not _is_there(recipe):
        with progress.step(f"Making image {name}"):
            _build(recipe, buildctl, socket)

    return recipe.reference


def build_missing(buildctl: Path, socket: Path) -> None:
    """
    Build and push what is not there yet, by the BuildKit at *socket*.

    Raises:
        LocalClusterError: If an image cannot be built.
    """
    for recipe in missing():
        title = recipe.name.removeprefix("library/")
        with progress.step(f"Making image {title}"):
            _build(recipe, buildctl, socket)
