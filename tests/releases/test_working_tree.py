"""
What of a build context no commit has.
"""

import pytest

from mizzen import Dockerfile, SpecError
from mizzen.working_tree import uncommitted

from .conftest import commit, git


WEB = Dockerfile("apps/web")


def found(shop):
    """
    What no commit has of the context of ``web``.
    """
    return uncommitted(shop.root, WEB)


class TestUncommitted:
    def test_nothing(self, shop):
        """
        What is committed is no change, and neither is another folder.
        """
        (shop.root / "apps/api/text").write_text("changed")

        assert found(shop) == ()

    def test_changed(self, shop):
        """
        A file counts if it is changed, staged or not, new, or gone.
        """
        web = shop.root / "apps/web"
        (web / "Dockerfile").write_text("FROM scratch\n")
        (web / "new").touch()
        git(shop.root, "add", "apps/web/new")
        (web / "text").unlink()

        assert found(shop) == (
            "apps/web/Dockerfile",
            "apps/web/new",
            "apps/web/text",
        )

    def test_ignored_by_git(self, shop):
        """
        What git ignores and the build reads is in no commit.
        """
        (shop.root / ".gitignore").write_text("*.env\n")
        commit(shop.root)
        (shop.root / "apps/web/my.env").touch()

        assert found(shop) == ("apps/web/my.env",)

    def test_ignored_by_docker(self, shop):
        """
        What the build does not read does not count, but what says so does.
        """
        web = shop.root / "apps/web"
        (web / ".dockerignore").write_text("note\n")
        (web / "Dockerfile.dockerignore").write_text("note\n")
        (web / "note").touch()

        assert found(shop) == (
            "apps/web/.dockerignore",
            "apps/web/Dockerfile.dockerignore",
        )

    def test_project_in_folder(self, shop):
        """
        The project can be a folder of a repository.
        """
        (shop.root / "apps/web/text").write_text("changed")

        assert uncommitted(shop.root / "apps", Dockerfile("web")) == (
            "web/text",
        )


class TestRefused:
    def test_no_commit(self, tmp_path):
        """
        Without a repository nothing is committed.
        """
        (tmp_path / "Dockerfile").write_text("FROM scratch\n")
        with pytest.raises(
            SpecError, match=r"^git cannot tell what is committed: fatal: "
        ):
            uncommitted(tmp_path, Dockerfile("."))

    def test_no_git(self, shop, tmp_path, monkeypatch):
        """
        Without git nobody knows.
        """
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(SpecError) as ei:
            found(shop)

        assert str(ei.value) == (
            "git is not installed, and tells what is committed. Install it."
        )
