"""
What an image build reads, and the tag that follows from it.
"""

import os
import re
import shutil

from pathlib import Path

import attrs
import pytest

from mizzen import Dockerfile, SpecError
from mizzen.images import (
    built_stage,
    content_tag,
    context_files,
    stage_copy,
    stages,
)


API = Dockerfile("api")


@pytest.fixture(name="project")
def _project(tmp_path):
    """
    A project with one small build context.
    """
    root = tmp_path / "project"
    files = {
        "Dockerfile": "FROM scratch AS build\nFROM scratch AS runtime\n",
        ".dockerignore": "*.log\nnode_modules\n",
        "src/main.py": "print('hello')\n",
        "src/run.sh": "#!/bin/sh\n",
        "debug.log": "noise\n",
        "node_modules/left/pad.js": "noise\n",
    }
    for path, text in files.items():
        file = root / "api" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o644)
    (root / "api/src/run.sh").chmod(0o755)

    return root


def tag(root, dockerfile=API, platform="linux/amd64"):
    """
    The tag of the project's image.
    """
    return content_tag(root, dockerfile, platform)


class TestContextFiles:
    def test_ignored(self, project):
        """
        What the ignore file excludes is not read, nor is the file itself.
        """
        assert [
            "Dockerfile",
            "src/main.py",
            "src/run.sh",
        ] == context_files(project, API)

    def test_reincluded(self, project):
        """
        Files are read again by an exclamation mark, below folders that are
        excluded too.
        """
        ignore = project / "api/.dockerignore"
        ignore.write_text("**\n!src/*.py\n!node_modules/left\n")

        assert [
            "node_modules/left/pad.js",
            "src/main.py",
        ] == context_files(project, API)

    def test_own_ignore_file(self, project):
        """
        An ignore file of the Dockerfile's own replaces the context's.
        """
        own = project / "api/Dockerfile.dockerignore"
        own.write_text("\ufeffsrc\n", encoding="utf-8")

        assert [
            "Dockerfile",
            "debug.log",
            "node_modules/left/pad.js",
        ] == context_files(project, API)

    def test_no_ignore_file(self, project):
        """
        Without an ignore file everything is read.
        """
        (project / "api/.dockerignore").unlink()

        assert 5 == len(context_files(project, API))

    def test_links_to_folders(self, project):
        """
        A symbolic link to a folder is read as a link and not followed.
        """
        (project / "api/loop").symlink_to(project / "api")

        assert "loop" in context_files(project, API)
        assert not [
            path
            for path in context_files(project, API)
            if path.startswith("loop/")
        ]

    def test_broken_pattern(self, project):
        """
        A pattern that cannot be read is reported with its context.
        """
        (project / "api/.dockerignore").write_text("src/[a\n")

        with pytest.raises(SpecError) as ei:
            context_files(project, API)

        assert str(ei.value).startswith(
            "Dockerfile 'api': Invalid ignore pattern 'src/[a': "
        )


class TestContentTag:
    def test_length(self, project):
        """
        A tag is short and hexadecimal.
        """
        assert re.fullmatch("[0-9a-f]{12}", tag(project))

    def test_stored(self, root):
        """
        The same content has the same tag on every machine, forever.
        """
        contexts = root / "tests/golden/contexts"

        assert "ff23e1ecb830" == tag(contexts, Dockerfile("apps/client"))

    def test_elsewhere(self, project, tmp_path):
        """
        Folder, modes other than the executable bit, and times don't matter.
        """
        other = tmp_path / "other"
        shutil.copytree(project, other)
        for path in (other, *other.rglob("*")):
            path.chmod(0o700 if path.is_dir() else path.stat().st_mode & 0o700)
            os.utime(path, (1, 1))

        assert tag(project) == tag(other)

    @pytest.mark.parametrize(
        "path",
        ["debug.log", "node_modules/left/pad.js", "new.log", ".dockerignore"],
    )
    def test_ignored(self, project, path):
        """
        Files that are excluded may change or appear.
        """
        before = tag(project)
        with (project / "api" / path).open("a") as file:
            file.write("*.more\n")

        assert before == tag(project)

    @pytest.mark.parametrize(
        "path", ["src/main.py", "src/new.py", "Dockerfile"]
    )
    def test_content(self, project, path):
        """
        Each byte that the build reads matters.
        """
        before = tag(project)
        with (project / "api" / path).open("a") as file:
            file.write("\n")

        assert before != tag(project)

    def test_name(self, project):
        """
        Names of files matter.
        """
        before = tag(project)
        (project / "api/src/main.py").rename(project / "api/src/app.py")

        assert before != tag(project)

    def test_executable(self, project):
        """
        The executable bit matters.
        """
        before = tag(project)
        (project / "api/src/run.sh").chmod(0o644)

        assert before != tag(project)

    def test_options(self, project):
        """
        Each option of the build matters.
        """
        shutil.copy(project / "api/Dockerfile", project / "api/src")
        (project / "api/src/Dockerfile").write_text("FROM other\n")
        options = (
            {},
            {"target": "build"},
            {"target": "runtime"},
            {"args": {"A": "1"}},
            {"args": {"A": "2"}},
            {"args": {"A": "1", "B": "2"}},
            {"file": "src/Dockerfile"},
        )
        tags = {tag(project, attrs.evolve(API, **some)) for some in options}

        assert len(options) == len(tags)

    def test_order_of_arguments(self, project):
        """
        The order of build arguments doesn't matter.
        """
        one = attrs.evolve(API, args={"A": "1", "B": "2"})
        other = attrs.evolve(API, args={"B": "2", "A": "1"})

        assert tag(project, one) == tag(project, other)

    def test_platform(self, project):
        """
        The platform matters.
        """
        assert tag(project) != tag(project, platform="linux/arm64")

    def test_links(self, project):
        """
        Of a symbolic link its target's path matters, not its content.
        """
        link = project / "api/src/link"
        outside = project / "outside.txt"
        outside.write_text("1")
        link.symlink_to(outside)
        first = tag(project)
        outside.write_text("2")
        same = tag(project)
        outside.unlink()
        dangling = tag(project)
        link.unlink()
        link.symlink_to("main.py")

        assert first == same == dangling != tag(project)

    def test_link_is_no_file(self, project):
        """
        A link and a file that holds the same path are two things.
        """
        path = project / "api/src/link"
        path.symlink_to("main.py")
        before = tag(project)
        path.unlink()
        path.write_text("main.py")

        assert before != tag(project)

    def test_moved_border(self, project):
        """
        Content that moves from one file to the next is a change.
        """
        (project / "api/a").write_text("xy")
        (project / "api/b").write_text("z")
        before = tag(project)
        (project / "api/a").write_text("x")
        (project / "api/b").write_text("yz")

        assert before != tag(project)


def described(stage):
    """
    Name, base, user and exposed ports of *stage*.
    """
    return stage.name, stage.base, stage.user, stage.exposed


class TestStages:
    @pytest.mark.parametrize(
        ("text", "stage"),
        [
            ("FROM a:1\n", ("0", "a:1", None, ())),
            ("\ufefffrom a as B\n", ("B", "a", None, ())),
            ("ARG A=1\nFROM a:${A}\n", ("0", "a:${A}", None, ())),
            ("FROM a\\\n AS b\nCMD []\n", ("b", "a", None, ())),
            ("FROM a\r\nUSER 5\r\n", ("0", "a", "5", ())),
            (
                "# escape=`\nFROM a `\n  AS b\nRUN echo `\n  FROM c\n",
                ("b", "a", None, ()),
            ),
            (
                "FROM a\nRUN <<EOF\nFROM b\nUSER 5\nEOF\n# USER 7\n",
                ("0", "a", None, ()),
            ),
            (
                "FROM --platform=$BUILDPLATFORM a AS b\n",
                ("b", "a", None, ()),
            ),
        ],
    )
    def test_one(self, project, text, stage):
        """
        A stage is found as Docker finds it.
        """
        (project / "api/Dockerfile").write_text(text, encoding="utf-8")

        assert [stage] == [*map(described, stages(project, API))]

    def test_several(self, project):
        """
        The last user and all ports belong to the stage they stand in.
        """
        (project / "api/Dockerfile").write_text(
            "FROM a AS build\nUSER root\nEXPOSE 1\n"
            "FROM build\nEXPOSE 80 8080/tcp\nUSER 5\nuser 7:7\nexpose 90\n"
        )

        assert [
            ("build", "a", "root", ("1",)),
            ("1", "build", "7:7", ("80", "8080/tcp", "90")),
        ] == [*map(described, stages(project, API))]

    def test_before_first(self, project):
        """
        What stands before the first stage belongs to none.
        """
        (project / "api/Dockerfile").write_text("USER 5\nFROM a\n")

        assert [("0", "a", None, ())] == [
            *map(described, stages(project, API))
        ]

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "it has no FROM"),
            (b"ARG A=1\n", "it has no FROM"),
            (b"FROM\n", "line 1: FROM says nothing"),
            (b"FROM a\nUSER\n", "line 2: USER says nothing"),
        ],
    )
    def test_broken(self, project, content, reason):
        """
        What is no Dockerfile is refused with the reason.
        """
        (project / "api/Dockerfile").write_bytes(content)

        with pytest.raises(SpecError) as ei:
            stages(project, API)

        assert (
            f"Dockerfile 'api': api/Dockerfile cannot be read ({reason})."
        ) == str(ei.value)

    @pytest.mark.parametrize("content", [b"FROM \xff\n", b"FROM a\nRUN <<X\n"])
    def test_unreadable(self, project, content):
        """
        Other encodings and syntax errors are refused by its path.
        """
        (project / "api/Dockerfile").write_bytes(content)

        with pytest.raises(
            SpecError,
            match=r"^Dockerfile 'api': api/Dockerfile cannot be read \(.*\)\.$",
        ):
            stages(project, API)


class TestBuiltStage:
    def test_last(self, project):
        """
        Without a target the last stage is built.
        """
        assert "runtime" == built_stage(project, API).name

    @pytest.mark.parametrize("target", ["build", "BUILD"])
    def test_target(self, project, target):
        """
        A target is found as Docker finds it, whatever its case.
        """
        stage = built_stage(project, attrs.evolve(API, target=target))

        assert "build" == stage.name


class TestStageCopy:
    @pytest.fixture(name="copy")
    def _copy(self, project, tmp_path):
        """
        A staged copy over the remains of another one.
        """
        copy = tmp_path / "copy"
        (copy / "context").mkdir(parents=True)
        (copy / "context/old").touch()
        (project / "api/src/link").symlink_to("main.py")
        (project / "api/data").symlink_to("src")
        (project / "api/src").chmod(0o700)
        (project / "api/src/main.py").chmod(0o600)
        stage_copy(project, API, copy)

        return copy

    def test_exactly(self, project, copy):
        """
        It holds what was hashed and nothing else.
        """
        names = {
            path.relative_to(copy).as_posix()
            for path in copy.rglob("*")
            if path.is_symlink() or not path.is_dir()
        }

        assert {
            "Dockerfile",
            *(f"context/{path}" for path in context_files(project, API)),
        } == names

    def test_modes(self, copy):
        """
        Modes are those of a common umask, programs stay programs.
        """
        modes = {
            path.relative_to(copy).as_posix(): oct(path.lstat().st_mode)[-3:]
            for path in copy.rglob("*")
            if not path.is_symlink()
        }

        assert {
            "Dockerfile": "644",
            "context": "755",
            "context/Dockerfile": "644",
            "context/src": "755",
            "context/src/main.py": "644",
            "context/src/run.sh": "755",
        } == modes

    def test_links(self, copy):
        """
        Links stay links.
        """
        assert Path("main.py") == (copy / "context/src/link").readlink()
        assert Path("src") == (copy / "context/data").readlink()

    def test_same_tag(self, project, copy):
        """
        The copy has the tag of what it was copied from.
        """
        assert tag(project) == tag(copy, Dockerfile("context"))
