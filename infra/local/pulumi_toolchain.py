"""
The Pulumi CLI, its language host for Python and its plugins: the official
ones where they are or can be had, built ones elsewhere.
"""

import functools
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile

from pathlib import Path

import httpx
import tenacity

from . import cache, internet, paths, progress
from .gobuild import GoTool
from .tools import (
    PULUMI,
    PULUMI_DOCKER_BUILD,
    PULUMI_KUBERNETES,
    PULUMI_PYTHON,
    PULUMI_VERSION,
)


_OLDEST_CLI = (3, 200)
_RELEASES = "https://get.pulumi.com/releases/sdk"
_DOWNLOAD_SECONDS = 60
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}
# The oldest official version of each plugin that serves, and what is built
# where there is none.
_PLUGINS = {
    "kubernetes": ((4, 0), PULUMI_KUBERNETES),
    "docker-build": ((0, 0, 15), PULUMI_DOCKER_BUILD),
}


def _home() -> Path:
    return Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")


def _release() -> str:
    """
    The address of the official release for this machine.
    """
    machine = platform.machine().lower()

    return (
        f"{_RELEASES}/pulumi-v{PULUMI_VERSION}-{sys.platform}-"
        f"{_MACHINES.get(machine, machine)}.tar.gz"
    )


@functools.cache
def _official_can_be_had() -> bool:
    return internet.answers(_release())


def _numbers(version: str) -> tuple[int, ...]:
    """
    The numbers of a version, or nothing if it is none.
    """
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)

    return tuple(map(int, found.groups())) if found else ()


def _version(cli: Path) -> tuple[int, ...]:
    """
    The version of a Pulumi CLI, or nothing if it does not tell.
    """
    try:
        text = subprocess.run(
            [cli, "version"],
            check=True,
            capture_output=True,
            text=True,
            timeout=30,
            env=os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ()

    return _numbers(text)


def _installed() -> Path | None:
    """
    The folder of a CLI that is installed in a supported version.
    """
    on_path = shutil.which("pulumi")
    candidates = [Path(on_path)] if on_path else []
    candidates.append(_home() / "bin" / "pulumi")
    for cli in candidates:
        if cli.exists() and _version(cli) >= _OLDEST_CLI:
            return cli.parent

    return None


@tenacity.retry(
    retry=tenacity.retry_if_exception_type(httpx.TransportError),
    stop=tenacity.stop_after_attempt(3),
    wait=tenacity.wait_exponential(),
    reraise=True,
)
def _download(folder: Path) -> None:
    with internet.client(_DOWNLOAD_SECONDS) as downloading:
        response = downloading.get(_release())
    response.raise_for_status()
    with tarfile.open(fileobj=io.BytesIO(response.content)) as archive:
        archive.extractall(folder, filter="data")


def _downloaded() -> Path | None:
    """
    The folder of the official release in the cache, downloaded if need be
    and if possible.
    """
    target = paths.cache() / "tools" / f"pulumi-official-{PULUMI_VERSION}"
    if not target.is_dir():
        if not _official_can_be_had():
            return None
        try:
            with progress.step(f"Downloading Pulumi {PULUMI_VERSION}"):
                cache.publish(target, _download)
        except httpx.HTTPError:
            return None

    return target / "pulumi"


def _is_installed(plugin: str, oldest: tuple[int, ...]) -> bool:
    """
    Whether an official *plugin* is there that serves; one on the path does,
    for whoever put it there wants it.
    """
    prefix = f"resource-{plugin}-"
    versions = [
        _numbers(folder.name.removeprefix(prefix))
        for folder in (_home() / "plugins").glob(f"{prefix}v*[0-9]")
        if folder.is_dir()
    ]

    return bool(shutil.which(f"pulumi-resource-{plugin}")) or any(
        version >= oldest for version in versions
    )


def _plugins_to_build() -> list[GoTool]:
    """
    The plugins that Pulumi can neither find nor download by itself.
    """
    absent = [
        tool
        for name, (oldest, tool) in _PLUGINS.items()
        if not _is_installed(name, oldest)
    ]

    return absent if absent and not _official_can_be_had() else []


def _folders() -> list[Path]:
    """
    What goes in front of ``PATH``.
    """
    folders: list[Path] = []
    cli = _installed() or _downloaded()
    built: list[GoTool] = []
    if cli:
        folders.append(cli)
    else:
        built.append(PULUMI)
    host = "pulumi-language-python"
    if not (cli and (cli / host).exists()) and not shutil.which(host):
        built.append(PULUMI_PYTHON)
        # This host takes the first Python on the path.
        folders.insert(0, Path(sys.executable).parent)
    built += _plugins_to_build()

    return folders + [tool.build() for tool in built]


@functools.cache
def _search_path() -> str:
    folders = [str(folder) for folder in _folders()]

    return os.pathsep.join([*folders, os.environ.get("PATH", os.defpath)])


def pulumi_environment() -> dict[str, str]:
    """
    The variables under which ``pulumi`` runs with all that it needs, which
    is downloaded or built if it is not there.

    Needs neither root nor a cluster.

    Raises:
        LocalClusterError: If something is missing and cannot be made.
    """
    return {"PATH": _search_path(), "PULUMI_SKIP_UPDATE_CHECK": "true"}
