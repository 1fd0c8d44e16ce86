"""
An official Pulumi is used where there is one, and a built one elsewhere.
"""

import contextlib
import functools
import http.server
import io
import os
import tarfile
import threading

from pathlib import Path

import pytest

from infra.local import pulumi_toolchain
from infra.local.gobuild import GoTool


def _install(path, version="v3.259.0"):
    """
    Put a command at *path* that says that it is Pulumi.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)


@pytest.fixture(name="folders")
def _folders(home, monkeypatch):
    """
    What goes in front of PATH, on a machine that reaches no download and on
    which every build succeeds at once.
    """
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(
        pulumi_toolchain, "_RELEASES", "http://127.0.0.1:9/releases"
    )
    monkeypatch.setattr(GoTool, "build", lambda tool: Path("/") / tool.name)
    caches = (
        pulumi_toolchain._official_can_be_had,
        pulumi_toolchain._search_path,
    )

    def folders():
        for cache in caches:
            cache.cache_clear()
        path = pulumi_toolchain.pulumi_environment()["PATH"]

        return path.removesuffix(":/usr/bin:/bin").split(os.pathsep)

    yield folders
    for cache in caches:
        cache.cache_clear()


@pytest.fixture(name="releases")
def _releases(home, monkeypatch, folders):
    """
    A server with an official release.
    """
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name in ("pulumi", "pulumi-language-python"):
            _install(home / "release" / name)
            archive.add(home / "release" / name, f"pulumi/{name}")
    (home / "releases").mkdir()
    served = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0),
        functools.partial(_Quiet, directory=str(home / "releases")),
    )
    address = f"http://127.0.0.1:{served.server_port}"
    monkeypatch.setattr(pulumi_toolchain, "_RELEASES", address)
    name = pulumi_toolchain._release().rpartition("/")[2]
    (home / "releases" / name).write_bytes(content.getvalue())
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    with contextlib.closing(served.socket):
        yield home / "releases" / name
        served.shutdown()
    thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class TestPulumiEnvironment:
    def test_nothing(self, folders):
        """
        Where nothing is installed and nothing can be downloaded, all is
        built. The built language host takes the first Python, so this one
        comes first.
        """
        python, *built = folders()

        assert (Path(python) / "python").exists()
        assert [
            "/pulumi-cli",
            "/pulumi-language-python",
            "/pulumi-kubernetes",
            "/pulumi-docker-build",
        ] == built

    def test_old(self, folders, home):
        """
        A CLI that is too old is passed over.
        """
        _install(home / ".pulumi" / "bin" / "pulumi", "v3.99.0")

        assert "/pulumi-cli" in folders()

    @pytest.mark.parametrize("version", ["v3.200.0", "v3.300.1", "v4.0.0"])
    def test_home(self, folders, home, version):
        """
        A supported CLI in Pulumi's own home is used, with its language
        host.
        """
        official = home / ".pulumi" / "bin"
        _install(official / "pulumi", version)
        _install(official / "pulumi-language-python")

        assert [
            str(official),
            "/pulumi-kubernetes",
            "/pulumi-docker-build",
        ] == folders()

    def test_official_plugin(self, folders, home):
        """
        A built plugin never hides one that Pulumi has installed; a download
        that was cut off is none.
        """
        plugins = home / ".pulumi" / "plugins"
        (plugins / "resource-kubernetes-v4.34.2").mkdir(parents=True)
        (plugins / "resource-kubernetes-v3.30.2").mkdir()
        (plugins / "resource-docker-build-v0.0.22.partial").mkdir()

        built = folders()

        assert "/pulumi-kubernetes" not in built
        assert "/pulumi-docker-build" in built

    def test_old_plugin(self, folders, home):
        """
        A plugin that is too old for the Python package is passed over.
        """
        plugins = home / ".pulumi" / "plugins"
        (plugins / "resource-kubernetes-v3.30.2").mkdir(parents=True)

        assert "/pulumi-kubernetes" in folders()

    def test_plugin_on_path(self, folders, home, monkeypatch):
        """
        A plugin that somebody has put on the path stays the first.
        """
        _install(home / "bin" / "pulumi-resource-kubernetes")
        monkeypatch.setenv("PATH", f"{home / 'bin'}:/usr/bin:/bin")

        assert "/pulumi-kubernetes" not in folders()

    def test_download(self, folders, home, releases):
        """
        The official release is used where it can be downloaded, once, and
        Pulumi downloads its plugins itself.
        """
        expected = home / ".cache/mizzen/tools/pulumi-official-3.259.0/pulumi"

        assert [str(expected)] == folders()

        releases.write_bytes(b"")

        assert [str(expected)] == folders()
