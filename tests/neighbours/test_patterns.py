"""
Stacks that are called like a pattern, and come and go.
"""

import pytest

from mizzen import Environment, Project, SpecError, compile_app, load_project
from mizzen.checks import check

from .support import API, app


class TestThrowaway:
    def test_patterns(self, tmp_path):
        """
        Stacks that are called like a pattern come and go, and must not
        protect what they make.
        """
        (tmp_path / "Pulumi.preview.yaml").write_text(
            "config: {environment: dev}"
        )
        dev = Environment("dev", protect=True)
        shop = app("shop", API)
        project = Project(
            tmp_path,
            {"shop": shop},
            {"dev": dev},
            patterns={"pr-*": "preview"},
        )
        stack = project.stack("pr-7")
        findings = check(shop, dev, stack, compile_app(shop, dev, stack))

        assert stack.throwaway
        assert not project.stack("preview").throwaway
        assert (
            "Stack 'pr-7': its file stands for many that come and go, but "
            "environment 'dev' protects namespaces and disks from being "
            "removed (throwaway-protected). Derive the environment with "
            "protect=False."
        ) in map(str, findings)


@pytest.fixture(name="project")
def _project(tmp_path):
    """
    A project whose pull requests have stacks.
    """
    (tmp_path / "pyproject.toml").write_text(
        '[tool.mizzen]\nenvironments = "collections"\n'
        '[tool.mizzen.stacks]\n"pr-*" = "preview"\n'
    )
    (tmp_path / "Pulumi.preview.yaml").write_text(
        "config:\n  environment: preview\n"
        "  hosts: ['{stack}.example.com']\n"
        "  hostGroups: {admin: ['admin-{stack}.example.com']}\n"
    )
    return load_project(tmp_path)


class TestPatterns:
    def test_file(self, project):
        """
        A stack that is called like a pattern takes the file of the stack
        which the pattern names, under its own name.
        """
        stack = project.stack("pr-123")

        assert stack.name == "pr-123"
        assert stack.environment == "preview"
        assert stack.hosts == ("pr-123.example.com",)
        assert stack.host_groups == {"admin": ("admin-pr-123.example.com",)}

    def test_own(self, project):
        """
        A file of its own stands above a pattern.
        """
        own = project.root / "Pulumi.pr-1.yaml"
        own.write_text("config:\n  environment: own\n")

        assert project.stack("pr-1").environment == "own"
        assert project.stacks() == ("pr-1", "preview")

    def test_apart(self, project):
        """
        Each has a namespace of its own, which goes with it: nothing is
        protected.
        """
        found = {
            compile_app(
                app("shop", API), Environment("preview"), project.stack(name)
            ).namespace
            for name in ("pr-1", "pr-12", "preview")
        }

        assert found == {"shop-pr-1", "shop-pr-12", "shop-preview"}

    def test_unknown(self, project):
        """
        Other stacks need files; patterns are among the choices.
        """
        with pytest.raises(SpecError) as ei:
            project.stack("pr123")

        assert str(ei.value).startswith(
            "Stack 'pr123' has no file; choose one of: 'pr-*', 'preview'"
        )

    def test_table(self, project):
        """
        Patterns give names of stacks.
        """
        (project.root / "pyproject.toml").write_text(
            '[tool.mizzen]\nenvironments = "collections"\nstacks = ["pr-*"]\n'
        )

        with pytest.raises(SpecError) as ei:
            load_project(project.root)

        assert str(ei.value) == (
            "[tool.mizzen.stacks] must give patterns the names of stacks "
            "with files, like '\"pr-*\" = \"preview\"' (got ['pr-*'])."
        )
