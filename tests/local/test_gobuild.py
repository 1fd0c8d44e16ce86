"""
Tools are built once, from exactly what is pinned.
"""

import shutil
import subprocess

import pytest

from infra.local import gobuild
from infra.local.errors import LocalClusterError
from infra.local.gobuild import GoTool


needs_go = pytest.mark.skipif(
    shutil.which("go") is None, reason="Go is not installed"
)


@pytest.fixture(name="go_cache", scope="session")
def _go_cache():
    """
    What Go has compiled for this user so far.
    """
    done = subprocess.run(
        ["go", "env", "GOCACHE"], capture_output=True, text=True
    )

    return done.stdout.strip()


@pytest.fixture(name="source")
def _source(go_cache, home, monkeypatch):
    """
    The folder of a command that has no requirements.
    """
    monkeypatch.setenv("GOCACHE", go_cache)
    folder = home / "go" / "hello"
    folder.mkdir(parents=True)
    (folder / "go.mod").write_text("module hello\n\ngo 1.24.0\n")
    (folder / "main.go").write_text("package main\n\nfunc main() {}\n")
    monkeypatch.setattr(gobuild, "_FOLDER", home / "go")
    gobuild.go.cache_clear()
    yield folder
    gobuild.go.cache_clear()


@pytest.fixture(name="hello")
def _hello(source):
    """
    That command.
    """
    return GoTool("hello", packages=(".",))


class TestGoTool:
    def test_title(self):
        """
        The title names the commands, never the version of a module.
        """
        packages = ("example.com/attack/v12", "example.com/tools/cmd/score")

        assert "attack, score" == GoTool("tools", packages=packages).title

    @needs_go
    def test_twice(self, hello, monkeypatch):
        """
        A tool that was built is there without Go.
        """
        built = hello.build()
        monkeypatch.setenv("PATH", "/nonexistent")
        gobuild.go.cache_clear()

        assert built == hello.build()
        assert ["hello"] == [path.name for path in built.iterdir()]

    @needs_go
    def test_changed(self, source, hello):
        """
        A changed source is another tool; the earlier one stays for who uses
        it.
        """
        before = hello.build()
        (source / "main.go").write_text(
            'package main\n\nfunc main() { println("hello") }\n'
        )

        assert before != hello.build()
        assert before.is_dir()

    @needs_go
    def test_broken(self, source, hello):
        """
        A failing build says what Go says, and leaves nothing behind.
        """
        (source / "main.go").write_text("package main\n\nfunc main() { x }\n")

        with pytest.raises(LocalClusterError) as ei:
            hello.build()

        assert str(ei.value).startswith("'go build' of hello failed:\n")
        assert "undefined: x" in str(ei.value)
        assert not hello.target.exists()

    @needs_go
    def test_unpinned(self, source, hello):
        """
        A requirement that go.sum does not know is refused, not fetched.
        """
        (source / "go.mod").write_text(
            "module hello\n\ngo 1.24.0\n\nrequire golang.org/x/sync v0.1.0\n"
        )
        (source / "main.go").write_text(
            'package main\n\nimport _ "golang.org/x/sync/errgroup"\n\n'
            "func main() {}\n"
        )

        with pytest.raises(LocalClusterError, match=r"missing go\.sum entry"):
            hello.build()

    def test_no_go(self, hello, monkeypatch):
        """
        Where Go is missing, the message says where to get it.
        """
        monkeypatch.setattr(shutil, "which", lambda *_, **__: None)

        with pytest.raises(LocalClusterError) as ei:
            hello.build()

        assert (
            "Go is not installed, and tools must be built. Install Go from "
            "https://go.dev/dl and put it on PATH."
        ) == str(ei.value)

    def test_old_go(self, hello, home, monkeypatch):
        """
        A Go that is too old is named with its version.
        """
        old = home / "go"
        (old / "go").write_text("#!/bin/sh\necho go1.19.8\n")
        (old / "go").chmod(0o755)
        monkeypatch.setenv("PATH", str(old))

        with pytest.raises(LocalClusterError) as ei:
            hello.build()

        assert (
            "Go 1.26 or later must be installed (got go1.19.8). Install Go "
            "from https://go.dev/dl and put it on PATH."
        ) == str(ei.value)
