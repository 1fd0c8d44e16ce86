"""
The version of mizzen that compiles each tree of ``mizzen diff``.
"""

import json
import shutil
import sys

from pathlib import Path

import pytest

from tests.repository import mizzen_fixture, repository_fixture

from mizzen._own_versions import Tree, process


__all__ = ["mizzen_fixture", "repository_fixture"]


class TestVersions:
    @pytest.fixture(name="lock")
    def _lock(self, tmp_path, monkeypatch):
        """
        Write a lock file that names a version of mizzen.
        """
        uv = tmp_path / "bin" / "uv"
        uv.parent.mkdir()
        uv.touch(0o755)
        monkeypatch.setenv("PATH", str(uv.parent))

        def lock(source, folder=tmp_path):
            folder.mkdir(exist_ok=True)
            (folder / "uv.lock").write_text(
                "version = 1\n[[package]]\nname = 'other'\n"
                "source = { registry = 'x' }\n"
                "[[package]]\nname = 'mizzen'\nversion = '1.2.3'\n"
                f"source = {source}\n"
            )

        return lock

    @pytest.fixture(name="installed")
    def _installed(self, monkeypatch):
        """
        Let another mizzen be installed.
        """

        def installed(version, origin):
            class Distribution:
                def read_text(self, name):
                    assert name == "direct_url.json"
                    return origin and json.dumps(origin)

            Distribution.version = version
            monkeypatch.setattr(
                "importlib.metadata.distribution", lambda _: Distribution()
            )

        return installed

    def command(self, folder):
        """
        What compiles a project.
        """
        tree = Tree(folder, Path())

        return process(tree, tree, folder / "cache")

    @pytest.mark.parametrize(
        "source",
        [
            "{ registry = 'x' }",
            "{ git = 'https://example.com/a.git?rev=v1#c0ffee' }",
            "{ url = 'https://example.com/mizzen-1.whl' }",
        ],
    )
    def test_locked(self, tmp_path, lock, source):
        """
        A revision that locks another version runs under that version.
        """
        lock(source)
        command, variables = self.command(tmp_path)
        place = Path(variables["UV_PROJECT_ENVIRONMENT"])

        assert command == (
            str(tmp_path / "bin/uv"),
            *("run", "--frozen", "--quiet", "python"),
        )
        assert place.parent == tmp_path / "cache" / "environments"

    @pytest.mark.parametrize(
        ("source", "origin"),
        [
            ("{ registry = 'x' }", None),
            (
                "{ git = 'https://example.com/a.git?rev=v1#c0ffee' }",
                {"url": "x", "vcs_info": {"commit_id": "c0ffee"}},
            ),
            (
                "{ url = 'https://example.com/m' }",
                {"url": "https://example.com/m"},
            ),
        ],
    )
    def test_same(self, tmp_path, lock, installed, source, origin):
        """
        What is installed need not be installed once more.
        """
        lock(source)
        installed("1.2.3", origin)

        assert self.command(tmp_path)[0] == (sys.executable,)

    def test_other_environment(self, tmp_path, lock):
        """
        Revisions that lock anything else have other environments.
        """
        lock("{ registry = 'x' }")
        first = self.command(tmp_path)[1]["UV_PROJECT_ENVIRONMENT"]
        lock("{ registry = 'y' }")

        assert first != self.command(tmp_path)[1]["UV_PROJECT_ENVIRONMENT"]

    def test_workspace(self, tmp_path, lock):
        """
        Members of a workspace share its lock file.
        """
        lock("{ registry = 'x' }")
        tree = Tree(tmp_path, Path("apps", "shop"))

        assert "run" in process(tree, tree, tmp_path)[0]

    def test_other_lock_file(self, tmp_path, lock):
        """
        A lock file that has no mizzen tells nothing.
        """
        lock("{ registry = 'x' }")
        path = tmp_path / "uv.lock"
        path.write_text(path.read_text().replace("'mizzen'", "'another'"))

        assert self.command(tmp_path)[0] == (sys.executable,)

    def test_no_uv(self, repository, mizzen, lock, monkeypatch):
        """
        Without uv, it says what is missing.
        """
        lock("{ registry = 'x' }", repository.root)
        monkeypatch.setattr(shutil, "which", lambda _: None)
        found = mizzen("diff", "--edition", "2026")

        assert found.exit_code == 2
        assert "Install uv, which runs it." in found.stdout

    def test_in_itself(self, tmp_path, monkeypatch, lock):
        """
        A project that has mizzen in its repository is run with its own.
        """
        lock("{ editable = '.' }", tmp_path / "tree")
        paths = (tmp_path / "libs", tmp_path / ".venv" / "site", "", "/x")
        monkeypatch.setattr(sys, "path", [*map(str, paths[:2]), *paths[2:]])
        monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
        command, variables = process(
            Tree(tmp_path, Path("infra")),
            Tree(tmp_path / "tree", Path("infra")),
            tmp_path / "cache",
        )

        assert command == (sys.executable,)
        assert variables == {"PYTHONPATH": str(tmp_path / "tree/libs")}
