"""
The package as others get it: built, and installed into environments of its
own.
"""

import os
import shutil
import subprocess
import sys

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from tests.pulumi.engine import engine_fixture, pulumi_environment_fixture


__all__ = ["engine_fixture", "pulumi_environment_fixture"]


def _run(*command: str | Path, **options: Any) -> str:
    ran = subprocess.run(
        command, capture_output=True, check=False, text=True, **options
    )
    assert 0 == ran.returncode, ran.stderr

    return ran.stdout


@attrs.frozen
class Installation:
    """
    A virtual environment that has the package.
    """

    folder: Path

    @property
    def python(self) -> Path:
        """
        Its interpreter.
        """
        return self.folder / "bin" / "python"

    def run(self, command: str, *arguments: str) -> str:
        """
        What a command of the environment prints, in an empty folder.
        """
        return _run(
            self.folder / "bin" / command,
            *arguments,
            cwd=self.folder / "share",
            env={"PATH": os.defpath},
        )


@pytest.fixture(name="uv", scope="session")
def _uv(root: Path) -> Callable[..., str]:
    """
    Runs uv in the repository.
    """
    beside = str(Path(sys.executable).parent)
    command = shutil.which("uv", path=beside) or shutil.which("uv")
    if command is None:
        pytest.skip("no uv to build the package with")

    return lambda *arguments: _run(command, *arguments, cwd=root)


@pytest.fixture(name="wheel", scope="session")
def _wheel(
    uv: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """
    The built package.
    """
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--quiet", "--wheel", "--out-dir", folder)
    (found,) = folder.glob("*.whl")

    return found


@pytest.fixture(name="install", scope="session")
def _install(
    uv: Callable[..., str],
    wheel: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Installation]:
    """
    Installs the package into a new environment, with extras like
    ``"[pulumi]"``, in the versions of the lock file.
    """
    constraints = tmp_path_factory.mktemp("lock") / "constraints.txt"
    uv(
        "export",
        "--frozen",
        "--all-extras",
        "--no-dev",
        "--no-emit-project",
        "--no-hashes",
        "--quiet",
        "--output-file",
        constraints,
    )

    def install(extras: str) -> Installation:
        folder = tmp_path_factory.mktemp("installed") / "venv"
        # Pulumi asks pip for what is installed.
        uv("venv", "--quiet", "--seed", "--python", sys.executable, folder)
        (folder / "share").mkdir(exist_ok=True)
        found = Installation(folder)
        uv(
            "pip",
            "install",
            "--quiet",
            "--python",
            found.python,
            "--constraints",
            constraints,
            f"mizzen{extras} @ {wheel.as_uri()}",
        )
        return found

    return install


@pytest.fixture(name="alone", scope="session")
def _alone(install: Callable[[str], Installation]) -> Installation:
    """
    The package with nothing but what it needs.
    """
    return install("")


@pytest.fixture(name="with_pulumi", scope="session")
def _with_pulumi(install: Callable[[str], Installation]) -> Installation:
    """
    The package with its Pulumi components.
    """
    return install("[pulumi]")
