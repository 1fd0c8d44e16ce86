"""
Programs that come as packages of the distribution.
"""

import os
import shutil
import subprocess

from collections.abc import Mapping, Sequence
from pathlib import Path

import tenacity

from . import progress
from .errors import LocalClusterError


# Which package brings which program; what is there in any version is used.
_PACKAGES: Mapping[str, str] = {
    "conntrack": "conntrack",
    "containerd": "containerd",
    "docker-registry": "docker-registry",
    "ipset": "ipset",
    "iptables": "iptables",
    "mmdebstrap": "mmdebstrap",
    "runc": "runc",
    "slirp4netns": "slirp4netns",
}
_CNI_PACKAGE = "containernetworking-plugins"
CNI_FOLDERS = (Path("/usr/lib/cni"), Path("/opt/cni/bin"))
_SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"
_WAIT_FOR_OTHERS = "--option=DPkg::Lock::Timeout=600"
# Packages whose programs their distribution also runs as a service.
_SERVICES = (
    "containerd",
    "docker-registry",
    "nginx-light",
    "postgresql",
    "redis-server",
)


def search_path() -> str:
    """
    ``PATH`` with the folders that hold the system's programs.
    """
    return f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM_FOLDERS}"


def environment(**variables: str) -> dict[str, str]:
    """
    The environment in which the system's programs are run.
    """
    return os.environ | {"PATH": search_path()} | variables


def missing() -> list[str]:
    """
    The packages that are still to be installed.
    """
    packages = [
        package
        for program, package in _PACKAGES.items()
        if not shutil.which(program, path=search_path())
    ]
    if not any((folder / "ptp").exists() for folder in CNI_FOLDERS):
        packages.append(_CNI_PACKAGE)

    return packages


@tenacity.retry(
    stop=tenacity.stop_after_attempt(3),
    wait=tenacity.wait_exponential(multiplier=2),
    reraise=True,
)
def _apt_get(*arguments: str) -> None:
    done = subprocess.run(
        ["apt-get", "--quiet", "--yes", _WAIT_FOR_OTHERS, *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    )
    if done.returncode:
        msg = f"'apt-get {' '.join(arguments)}' failed:\n{done.stderr[-2000:]}"
        raise LocalClusterError(msg)


def install(packages: Sequence[str]) -> None:
    """
    Install *packages*, and remove none. Services among them are not left
    running.

    Raises:
        LocalClusterError: If one cannot be installed.
    """
    with progress.step(f"Installing packages: {', '.join(packages)}"):
        _apt_get("update")
        _apt_get(
            "install", "--no-install-recommends", "--no-remove", *packages
        )
        services = [name for name in packages if name in _SERVICES]
        if services and Path("/run/systemd/system").is_dir():
            subprocess.run(
                ["systemctl", "--quiet", "disable", "--now", *services],
                check=False,
            )


def install_missing() -> None:
    """
    Install the packages that are missing.

    Raises:
        LocalClusterError: If one cannot be installed.
    """
    packages = missing()
    if packages:
        install(packages)
