"""
Builds command line tools from pinned Go modules, once per content.
"""

import functools
import json
import os
import re
import shutil
import subprocess

from pathlib import Path

import attrs
import tenacity

from . import cache, paths, progress
from .errors import LocalClusterError
from .processes import BOUND


_FOLDER = Path(__file__).parent / "go"
# Without -trimpath: a library that some tools have by a replacement would be
# compiled once for each version that is replaced.
_FLAGS = (
    "-mod=readonly",
    "-buildvcs=false",
    # The linker drops what debuggers read, and to write it takes a seventh
    # of the compiler's time.
    "-gcflags=all=-dwarf=false",
)
_OLDEST = (1, 26)
_INSTALL = "Install Go from https://go.dev/dl and put it on PATH."
_NETWORK_TROUBLE = re.compile(
    r"dial tcp|i/o timeout|TLS handshake|unexpected EOF|connection reset"
    r"|50\d [A-Z]|429 Too Many"
)


class _DownloadError(LocalClusterError):
    """
    A module could not be downloaded this time.
    """


@functools.cache
def go() -> str:
    """
    The path of a go command that is new enough.

    Raises:
        LocalClusterError: If there is none.
    """
    command = shutil.which("go") or shutil.which(
        "go", path="/usr/local/go/bin"
    )
    if command is None:
        msg = f"Go is not installed, and tools must be built. {_INSTALL}"
        raise LocalClusterError(msg)

    version = subprocess.run(
        [command, "env", "GOVERSION"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    numbers = re.match(r"go(\d+)\.(\d+)", version)
    if numbers and tuple(map(int, numbers.groups())) < _OLDEST:
        msg = f"Go 1.26 or later must be installed (got {version}). {_INSTALL}"
        raise LocalClusterError(msg)

    return command


def _environment() -> dict[str, str]:
    return os.environ | {
        "CGO_ENABLED": "0",
        "GOFLAGS": " ".join(_FLAGS),
        # Compilers end soon: to collect their garbage more often takes a
        # fifth of their time.
        "GOGC": "400",
        "GOWORK": "off",
    }


@tenacity.retry(
    retry=tenacity.retry_if_exception_type(_DownloadError),
    stop=tenacity.stop_after_attempt(4),
    wait=tenacity.wait_exponential(multiplier=2),
    reraise=True,
)
def _run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        # A cluster that runs beside must not starve.
        [*BOUND, "nice", go(), *arguments],
        check=False,
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode == 0:
        return done.stdout

    msg = (
        f"'go {arguments[0]}' of {folder.name} failed:\n"
        f"{done.stderr.strip()[-2000:]}"
    )
    if _NETWORK_TROUBLE.search(done.stderr):
        raise _DownloadError(msg)
    raise LocalClusterError(msg)


def pins(name: str) -> Path:
    """
    The folder with the go.mod and go.sum called *name*.
    """
    return _FOLDER / name


def download(name: str, module: str) -> Path:
    """
    The folder with the source of *module* in the version that *name* pins.

    Raises:
        LocalClusterError: If Go is missing or the download fails.
    """
    answer = _run(pins(name), "mod", "download", "-json", module)

    return Path(json.loads(answer)["Dir"])


@attrs.frozen(kw_only=True)
class GoTool:
    """
    Commands of one pinned Go module.

    Args:
        name: Folder in ``go/`` that holds go.mod and go.sum.

        packages: Main packages to build.

        linker: Further flags for the linker.

        scripts:
            Module, and the files of it (as patterns) that belong beside the
            commands.
    """

    name: str = attrs.field(kw_only=False)
    packages: tuple[str, ...]
    linker: str = ""
    scripts: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """
        The names of the commands.
        """
        names = [
            re.sub(r"/v\d+$", "", package).rsplit("/", 1)[-1]
            for package in self.packages
        ]

        return ", ".join(self.name if name == "." else name for name in names)

    @property
    def target(self) -> Path:
        """
        Folder in the cache that the commands are built into.

        Go's own version is no part of its name: a patch of Go is no reason
        to build for a quarter of an hour.
        """
        version = cache.folder_key(
            pins(self.name),
            repr((self.packages, self.linker, self.scripts, _FLAGS)),
            os.uname().machine,
        )

        return paths.cache() / "tools" / f"{self.name}-{version}"

    def _make(self, folder: Path) -> None:
        source = pins(self.name)
        linker = f"-s -w {self.linker}".strip()
        output = f"{folder}{os.sep}"
        _run(source, "build", "-ldflags", linker, "-o", output, *self.packages)
        if not self.scripts:
            return

        module, *patterns = self.scripts
        root = download(self.name, module)
        for pattern in patterns:
            for script in root.glob(pattern):
                shutil.copyfile(script, folder / script.name)
                (folder / script.name).chmod(0o755)

    def build(self) -> Path:
        """
        The folder with the commands, which are built unless they have been
        before.

        Raises:
            LocalClusterError: If Go is missing or the build fails.
        """
        target = self.target
        if target.is_dir():
            return target
        with progress.step(f"Building {self.title} from Go modules"):
            return cache.publish(target, self._make)
