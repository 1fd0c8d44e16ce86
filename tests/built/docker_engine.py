"""
A Docker engine that goes when its test does. Its package is unpacked, not
installed.
"""

import contextlib
import shutil
import subprocess

import tenacity

from infra.local.packages import environment


_PACKAGE = "docker.io"


def unpacked(folder):
    """
    The engine's program; `None` where its package cannot be had.
    """
    if not shutil.which("apt-get"):
        return None
    got = subprocess.run(
        ["apt-get", "--quiet", "download", _PACKAGE],
        capture_output=True,
        cwd=folder,
    )
    packages = [*folder.glob("*.deb")]
    if got.returncode or not packages:
        return None
    subprocess.run(["dpkg-deb", "--extract", *packages, folder], check=True)

    return folder / "usr" / "sbin" / "dockerd"


@tenacity.retry(
    stop=tenacity.stop_after_delay(60),
    wait=tenacity.wait_fixed(0.2),
    reraise=True,
)
def _answering(address):
    subprocess.run(
        ["docker", "--host", address, "version"],
        capture_output=True,
        check=True,
    )


@contextlib.contextmanager
def running(program, folder):
    """
    The address of an engine that has no network, as long as the block lasts.
    """
    address = f"unix://{folder}/docker.sock"
    with subprocess.Popen(
        [
            *(program, "--host", address, "--storage-driver", "vfs"),
            *("--data-root", folder / "data", "--exec-root", folder / "run"),
            *("--pidfile", folder / "pid", "--bridge", "none"),
            *("--iptables=false", "--ip6tables=false"),
        ],
        env=environment(),
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _answering(address)
            yield address
        finally:
            process.terminate()
