"""
Installs the distribution's packages that tests need: ``python -m
tests.packages``. Where it cannot, the tests in question are skipped aloud.
"""

import os
import shutil

from pathlib import Path

from infra.local.errors import LocalClusterError
from infra.local.packages import install
from infra.local.progress import say


# Which package brings which program.
PROGRAMS = {
    "chromedriver": "chromium-driver",
    "chromium": "chromium",
    "mysqld": "mariadb-server-core",
    "mysqldump": "mariadb-client",
    "nginx": "nginx-light",
    "redis-server": "redis-server",
}
_POSTGRES = "/usr/lib/postgresql"


def missing() -> list[str]:
    """
    The packages whose programs are not here.
    """
    folders = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    packages = [
        package
        for program, package in PROGRAMS.items()
        if not shutil.which(program, path=folders)
    ]
    if not any(Path(_POSTGRES).glob("*/bin/initdb")):
        packages.append("postgresql")

    return packages


def main() -> None:
    """
    Install what is missing, where that can be done without asking.
    """
    packages = missing()
    if not packages:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        say(f"Not installed, tests that need them are skipped: {packages}")
        return
    try:
        install(packages)
    except LocalClusterError as error:
        say(f"{error}\nTests that need them are skipped.")


if __name__ == "__main__":
    main()
