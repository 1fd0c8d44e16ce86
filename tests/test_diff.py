"""
``mizzen diff`` between the revisions of somebody's project.
"""

import json
import shutil

import pytest

from tests.repository import FILES, mizzen_fixture, repository_fixture

from mizzen import SpecError, _revisions
from mizzen._revisions import code_mark, merge_base


__all__ = ["mizzen_fixture", "repository_fixture"]


def document(result):
    """
    The stacks of a report in JSON, by name.
    """
    assert result.exit_code == 0, result.output

    return {
        stack["stack"]: stack for stack in json.loads(result.stdout)["stacks"]
    }


class TestRevisions:
    def test_working_tree(self, repository, mizzen):
        """
        Without a revision, what has been done since the default branch.
        """
        repository.git("switch", "--quiet", "--create", "bigger")
        repository.edit("2Gi", "1Gi")
        repository.commit("Shrink")
        repository.edit("replicas=2", "replicas=3")
        found = document(mizzen("diff", "--format", "json"))

        assert [*found] == ["dev", "eu"]
        assert {
            part["part"]: part["effects"] for part in found["eu"]["parts"]
        } == {"db": ["data at risk"], "web": ["scaling"]}

    def test_commits(self, repository, mizzen):
        """
        Between two commits, the working tree does not matter.
        """
        repository.edit("v5", "v6")
        second = repository.commit("Release")
        repository.edit("2Gi", "1Gi")
        found = mizzen("diff", "HEAD~1", second, "--stack", "dev")

        assert found.stdout == (
            "dev: rolling restart\n"
            "Part  Effect           Why\n"
            "web   rolling restart  image: acme/web:v5 → "
            "acme/web:v6 (part)\n"
            "Unchanged: db.\n"
        )

    def test_remembered(self, repository, mizzen, tmp_path):
        """
        The state of a commit is kept, and no worktree is left behind.
        """
        first = mizzen("diff", "HEAD")
        (kept,) = (tmp_path / "cache/mizzen/snapshots").iterdir()
        kept.write_text(kept.read_text().replace("v5", "v4"))
        second = mizzen("diff", "HEAD")

        assert "no change" in first.stdout
        assert "v4" in second.stdout
        assert repository.git("worktree", "list").count("\n") == 0
        assert repository.git("status", "--porcelain") == ""

    def test_two_projects(self, repository, mizzen, monkeypatch):
        """
        Two projects of one repository have states of their own.
        """
        other = repository.top / "other"
        shutil.copytree(repository.root, other)
        code = other / "shop_infra.py"
        code.write_text(code.read_text().replace("v5", "v6"))
        repository.commit("Add another project")

        assert "no change" in mizzen("diff", "HEAD").stdout
        monkeypatch.chdir(other)
        assert "no change" in mizzen("diff", "HEAD").stdout

    def test_upgraded(self, mizzen, tmp_path, monkeypatch):
        """
        What another version of mizzen has kept is not taken over.
        """
        mizzen("diff", "HEAD")
        (kept,) = (tmp_path / "cache/mizzen/snapshots").iterdir()
        kept.write_text(kept.read_text().replace("v5", "v4"))
        monkeypatch.setattr("mizzen._revisions.code_mark", lambda: "another")

        assert "no change" in mizzen("diff", "HEAD").stdout

    def test_code_mark(self, tmp_path):
        """
        Any other file makes it another version, be its number the same.
        """
        path = tmp_path / "inner" / "module.py"
        path.parent.mkdir()
        path.write_text("a = 1")
        first = code_mark(tmp_path)
        path.write_text("a = 10")

        assert code_mark(tmp_path) not in (first, code_mark())

    def test_new_stack(self, repository, mizzen):
        """
        A stack that only one revision has is told all the same.
        """
        text = FILES["Pulumi.dev.yaml"]
        (repository.root / "Pulumi.us.yaml").write_text(text)
        found = document(mizzen("diff", "HEAD", "--format", "json"))

        assert {e for p in found["us"]["parts"] for e in p["effects"]} == {
            "added",
            "nothing running changes",
        }

    def test_own_code(self, repository, mizzen):
        """
        Each revision is compiled by its own code, also by modules that the
        other has not.
        """
        (repository.root / "sizes.py").write_text('DISK = "2Gi"\n')
        repository.edit('disk="2Gi"', "disk=sizes.DISK")
        repository.edit("from mizzen", "import sizes\n\nfrom mizzen")

        assert "no change" in mizzen("diff", "HEAD").stdout


class TestEditions:
    """
    A project whose mizzen has an edition with longer grace periods.
    """

    @pytest.fixture(autouse=True)
    def _another(self, repository):
        repository.edit(
            "db = ",
            "import attrs\n\n"
            "from mizzen.environment import EDITION_DEFAULTS\n"
            "from mizzen.spec import app as apps\n\n"
            'apps.EDITIONS = ("2026", "2027")\n'
            'EDITION_DEFAULTS["2027"] = attrs.evolve(\n'
            '    EDITION_DEFAULTS["2026"], grace_seconds=60\n)\n'
            "db = ",
        )
        repository.commit("Know another edition")

    def effects(self, mizzen, *words):
        found = document(mizzen("diff", *words, "--format", "json"))

        return {
            part["part"]: (part["effects"], part["reasons"])
            for part in found["eu"]["parts"]
        }

    ROLLED = (
        ["rolling restart"],
        ["grace_seconds: 30 → 60 (edition 2027)"],
    )

    def test_working_tree(self, repository, mizzen):
        """
        Without a revision, an edition tells what it rolls by itself.
        """
        repository.edit("replicas=2", "replicas=3")

        assert self.effects(mizzen, "--edition", "2027") == {
            "web": self.ROLLED
        }

    def test_no_repository(self, repository, mizzen):
        """
        That takes no version control.
        """
        (repository.top / ".git").rename(repository.top / "git")

        assert self.effects(mizzen, "--edition", "2027") == {
            "web": self.ROLLED
        }

    def test_base(self, repository, mizzen):
        """
        From a revision as it is, an edition comes with what else changes.
        """
        repository.edit("replicas=2", "replicas=3")
        (web,) = self.effects(mizzen, "HEAD", "--edition", "2027").values()

        assert web[0] == ["rolling restart", "scaling"]

    def test_not_kept(self, mizzen):
        """
        What a commit would be under another edition is not what it is.
        """
        words = ("HEAD", "HEAD", "--edition", "2027")

        assert self.effects(mizzen, *words) == {"web": self.ROLLED}
        assert self.effects(mizzen, "HEAD") == {}
        assert self.effects(mizzen, *words) == {"web": self.ROLLED}


class TestProblems:
    def test_base(self, repository, mizzen):
        """
        A base that cannot be compiled is told, and is no failure.
        """
        repository.edit('"2Gi"', '"much"')
        repository.commit("Break")
        repository.edit('"much"', '"2Gi"')
        found = mizzen("diff", "HEAD")

        assert found.exit_code == 0
        assert "Before the change: " in found.stdout
        assert "disk must be" in found.stdout

    def test_other_format(self, mizzen, monkeypatch):
        """
        A base whose own mizzen writes what this one cannot read is told.
        """
        real = _revisions.process

        def process(here, tree, cache):
            if tree.project == here.project:
                return real(here, tree, cache)
            return ["sh", "-c", "echo '{\"format\": 1}'"], {}

        monkeypatch.setattr(_revisions, "process", process)
        found = mizzen("diff", "HEAD")

        assert found.exit_code == 0
        assert "Before the change: This snapshot has format 1" in found.stdout

    def test_head(self, repository, mizzen):
        """
        A head that cannot be compiled is one.
        """
        repository.edit("edition=", "editoin=")
        found = mizzen("diff", "HEAD")

        assert found.exit_code == 2
        assert "editoin" in found.stdout

    def test_contradiction(self, repository, mizzen):
        """
        So is a stack that contradicts its app.
        """
        repository.edit(
            'Environment("dev")',
            'Environment("dev", exposes=[NodePort([web, web])])',
        )
        repository.edit("Image,", "Image, NodePort,")
        found = mizzen("diff", "HEAD", "--stack", "dev")

        assert found.exit_code == 2
        assert "exposes Service 'web' twice" in found.stdout

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("nowhere",), "There is no revision 'nowhere' here."),
            (("HEAD", "--stack", "prdo"), "Stack 'prdo' has no file"),
            (("--edition", "1999"), "edition"),
        ],
    )
    def test_refused(self, mizzen, words, message):
        """
        What is not there is named.
        """
        found = mizzen("diff", *words)

        assert found.exit_code == 2
        assert message in found.output

    def test_no_default_branch(self, repository, mizzen):
        """
        Without a default branch, a revision has to be named.
        """
        repository.git("branch", "--move", "trunk")

        assert mizzen("diff").stderr == (
            "There is no default branch to compare with. Fetch one with its "
            "history, or name a revision: mizzen diff BASE\n"
        )

    def test_no_git(self, repository, monkeypatch):
        """
        Without git there are no revisions.
        """
        monkeypatch.setenv("PATH", "")
        with pytest.raises(SpecError, match="git is not installed"):
            merge_base(repository.root)

    def test_no_worktree(self, repository, mizzen):
        """
        Where git cannot make a worktree, it says why.
        """
        (repository.top / ".git" / "worktrees").write_text("in the way")
        found = mizzen("diff", "HEAD")

        assert found.exit_code == 2
        assert found.stderr.startswith("git makes no worktree: ")

    def test_no_repository(self, tmp_path):
        """
        Nor are there without a repository.
        """
        with pytest.raises(SpecError, match="There is no default branch"):
            merge_base(tmp_path)


class TestForms:
    def test_exit_code(self, repository, mizzen):
        """
        The exit code tells whether it was too much.
        """
        repository.edit("replicas=2", "replicas=3")
        for limit, code in (
            ("scaling", 1),
            ("nothing-running", 1),
            ("rolling-restart", 0),
            ("data-at-risk", 0),
        ):
            found = mizzen("diff", "HEAD", "--fail-on", limit)
            assert found.exit_code == code

    def test_file(self, mizzen, tmp_path):
        """
        Reports can be written to a file.
        """
        path = tmp_path / "report.md"
        found = mizzen(
            "diff", "HEAD", "--format", "markdown", "--output", str(path)
        )

        assert found.exit_code == 0
        assert found.output == ""
        assert path.read_text().startswith("- **`dev`**: no change\n")

    def test_unwritable(self, mizzen):
        """
        Where a file cannot be written, it says so.
        """
        found = mizzen("diff", "HEAD", "--output", "no/such/folder")

        assert found.exit_code == 2
        assert "cannot be written" in found.stderr


class TestSnapshot:
    def test_stacks(self, mizzen):
        """
        One document a line, for the stacks that are named.
        """
        (line,) = mizzen("snapshot", "eu").stdout.splitlines()

        assert json.loads(line)["stack"] == "eu"

    def test_unknown(self, mizzen):
        """
        A stack that is not there is a problem in its document.
        """
        (line,) = mizzen("snapshot", "us").stdout.splitlines()
        (problem,) = json.loads(line)["problems"]

        assert problem.startswith("Stack 'us' has no file")

    def test_edition(self, mizzen):
        """
        An edition that is not there is refused.
        """
        found = mizzen("snapshot", "--edition", "1999")

        assert found.exit_code == 2
        assert "edition" in found.stderr
