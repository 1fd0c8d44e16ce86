"""
``mizzen check`` and ``mizzen diff`` of changes that lose data.
"""

import json
import shutil

import pytest

from tests.repository import mizzen_fixture, repository_fixture


__all__ = ["mizzen_fixture", "repository_fixture"]

SHRUNK = "db: disk 2Gi -> 1Gi"


@pytest.fixture(name="shrunk")
def _shrunk(repository):
    """
    A branch on which a disk shrinks, and what acknowledges it for one stack.
    """
    repository.git("switch", "--quiet", "--create", "smaller")
    repository.edit("2Gi", "1Gi")
    repository.commit("Shrink")

    def acknowledge(line=SHRUNK):
        repository.edit(
            "environment: dev",
            f'environment: dev\n  shop:acknowledge: ["{line}"]',
            "Pulumi.eu.yaml",
        )

    return acknowledge


def findings(done):
    """
    The findings about changes, by id.
    """
    return {
        finding["id"]: finding
        for finding in json.loads(done.stdout)
        if finding["id"]
        in ("not-acknowledged", "acknowledges-nothing", "not-judged")
    }


class TestCheck:
    @pytest.mark.usefixtures("shrunk")
    def test_refused(self, mizzen):
        """
        A smaller disk is an error, with the line that allows it.
        """
        done = mizzen("check", "eu", "--format", "json")

        assert done.exit_code == 1
        assert findings(done) == {
            "not-acknowledged": {
                "id": "not-acknowledged",
                "severity": "error",
                "part": "db",
                "subject": "Stack 'eu'",
                "message": f"data at risk, {SHRUNK}",
                "remedy": "If that is meant, acknowledge it in the stack's "
                f'file: "{SHRUNK}".',
            }
        }

    @pytest.mark.parametrize("line", [SHRUNK, "db: disk 2Gi → 1Gi"])
    def test_acknowledged(self, shrunk, mizzen, line):
        """
        Acknowledged, it is none; in another stack it is one all the same.
        """
        shrunk(line)

        assert mizzen("check", "eu").exit_code == 0
        assert mizzen("check", "dev").exit_code == 1

    def test_in_vain(self, repository, shrunk, mizzen):
        """
        When it has happened, the acknowledgement is a finding.
        """
        shrunk()
        repository.commit("Acknowledge")
        repository.git("branch", "--force", "main", "HEAD")
        done = mizzen("check", "eu", "--format", "json")

        assert done.exit_code == 0
        assert findings(done) == {
            "acknowledges-nothing": {
                "id": "acknowledges-nothing",
                "severity": "warning",
                "part": None,
                "subject": "Stack 'eu'",
                "message": f"its file acknowledges {SHRUNK!r}, which does "
                "not happen",
                "remedy": "Remove it, or it is allowed later, when nobody "
                "means it.",
            }
        }

    def test_new_stack(self, repository, mizzen):
        """
        A new stack has nothing that could be lost.
        """
        text = "config:\n  shop:environment: dev\n"
        (repository.root / "Pulumi.new.yaml").write_text(text)
        done = mizzen("check", "new", "--format", "json")

        assert findings(done) == {}

    def test_no_default_branch(self, repository, mizzen):
        """
        Where the base is not known, nothing passes unknowingly.
        """
        repository.git("branch", "--move", "main", "other")
        done = mizzen("check", "dev", "--format", "json")

        assert done.exit_code == 1
        assert findings(done) == {
            "not-judged": {
                "id": "not-judged",
                "severity": "error",
                "part": None,
                "subject": "Stack 'dev'",
                "message": "nobody knows what changes: There is no default "
                "branch to compare with. Fetch one with its history, or name "
                "a revision: mizzen diff BASE",
                "remedy": "If that is meant, acknowledge it in the stack's "
                'file: "the app: not judged".',
            }
        }

    def test_broken_base(self, repository, mizzen):
        """
        Nor does it where the base cannot be compiled.
        """
        repository.edit("web, db]", "web]")
        repository.commit("Break")
        repository.edit("web]", "web, db]")
        done = mizzen("check", "dev", "--format", "json")

        assert done.exit_code == 1
        assert findings(done)["not-judged"]["message"].startswith(
            "nobody knows what changes: Before the change: "
        )

    def test_meant(self, repository, shrunk, mizzen):
        """
        Whoever means it, acknowledges it.
        """
        repository.git("branch", "--move", "main", "other")
        shrunk("the app: not judged")

        assert mizzen("check", "eu").exit_code == 0
        assert mizzen("check", "dev").exit_code == 1

    def test_no_commit(self, repository, mizzen):
        """
        Before the first commit, there is nothing that could be lost.
        """
        shutil.rmtree(repository.top / ".git")
        repository.git("init", "--quiet")
        done = mizzen("check", "dev", "--format", "json")

        assert findings(done) == {}

    def test_broken_repository(self, repository, mizzen):
        """
        Where git refuses to tell, nobody knows.
        """
        (repository.top / ".git" / "HEAD").unlink()
        done = mizzen("check", "dev", "--format", "json")

        assert [*findings(done)] == ["not-judged"]

    def test_no_repository(self, repository, mizzen):
        """
        Without version control, nothing is said of changes.
        """
        (repository.top / ".git").rename(repository.top / "git")
        done = mizzen("check", "dev")

        assert done.exit_code == 0
        assert "not-judged" not in done.stdout


class TestDiff:
    def test_exit_code(self, shrunk, mizzen):
        """
        What is acknowledged is no failure.
        """
        words = ("diff", "--stack", "eu", "--fail-on", "data-at-risk")

        assert mizzen(*words).exit_code == 1
        shrunk()
        assert mizzen(*words).exit_code == 0

    def test_text(self, shrunk, mizzen):
        """
        The report tells which stack acknowledges what.
        """
        shrunk()
        found = mizzen("diff").stdout.splitlines()

        assert f'  not acknowledged: "{SHRUNK}"' == found[1]
        assert f'  acknowledged: "{SHRUNK}"' == found[3]
