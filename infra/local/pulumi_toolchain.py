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

from . import cache, paths, progress
from .gobuild import GoTool
from .tools import (
    PULUMI,
    PULUMI_DOCKER_BUILD,
    PULUMI_KUBERNETES,
    PULUMI_PYTHON,
    PULUMI_VERSION,
)


_OLDEST = (3, 200)
_RELEASES = "https://get.pulumi.com/releases/sdk"
_PROBE_SECONDS = 3
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}
_PLUGINS = {
    "kubernetes": PULUMI_KUBERNETES,
    "docker-build": PULUMI_DOCKER_BUILD,
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
    try:
        response = httpx.head(
            _release(), timeout=_PROBE_SECONDS, follow_redirects=True
        )
    except httpx.HTTPError:
        return False

    return response.is_success


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
    numbers = re.match(r"v?(\d+)\.(\d+)\.(\d+)", text)

    return tuple(map(int, numbers.groups())) if numbers else ()


def _installed() -> Path | None:
    """
    The folder of a CLI that is installed in a supported version.
    """
    on_path = shutil.which("pulumi")
    candidates = [Path(on_path)] if on_path else []
    candidates.append(_home() / "bin" / "pulumi")
    for cli in candidates:
        if cli.exists() and _version(cli) >= _OLDEST:
            return cli.parent

    return None


@tenacity.retry(
    retry=tenacity.retry_if_exception_type(httpx.TransportError),
    stop=tenacity.stop_after_attempt(3),
    wait=tenacity.wait_exponential(),
    reraise=True,
)
def _download(folder: Path) -> None:
    response = httpx.get(_release(), timeout=60, follow_redirects=True)
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


def _is_installed(plugin: str) -> bool:
    folder = _home() / "plugins"

    return bool(shutil.which(f"pulumi-resource-{plugin}")) or any(
        each.is_dir() for each in folder.glob(f"resource-{plugin}-v*[0-9]")
    )


def _plugins_to_build() -> list[GoTool]:
    """
    The plugins that Pulumi can neither find nor download by itself.
    """
    absent = [
        tool for name, tool in _PLUGINS.items() if not _is_installed(name)
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
