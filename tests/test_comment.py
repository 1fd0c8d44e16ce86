"""
Reports on pull requests, before a server that speaks what GitHub speaks.
"""

import json
import sys

import attrs
import httpx
import pytest
import stamina

from click.testing import CliRunner

from mizzen import App, Environment, Image, Postgres, Service, Stack
from mizzen.changes import StackChange, compared, snapshot, to_json
from mizzen.cli import main
from mizzen.cli.comment import MARKER
from mizzen.github import worth_waiting

from .github_server import BOT, Fault, serving


COMMIT = "0f" * 20
BRANCH = "anna:fix/<b>&x=1"
LIMITED = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0"}


@pytest.fixture(name="github")
def _github():
    with serving() as github:
        github.add_pull(7, BRANCH, COMMIT)
        yield github


@pytest.fixture(name="quick", autouse=True)
def _quick():
    """
    Attempts follow each other at once.
    """
    with stamina.set_testing(True, attempts=8, cap=True):
        yield


def state(disk, level):
    """
    A shop with a disk.
    """
    db = Postgres("db", version=17, disk=disk)
    image = Image("acme/web:v5")
    web = Service("web", image=image, port=80, env={"LEVEL": level})
    app = App("shop", edition="2026", parts=[web, db])
    prod = Stack("prod", environment="prod")

    return snapshot(app, Environment("prod"), prod)


@pytest.fixture(name="change")
def _change():
    """
    A smaller disk and a restart.
    """
    return compared(state("2Gi", "info"), state("1Gi", "@team </details>"))


@pytest.fixture(name="comment")
def _comment(github, tmp_path):
    """
    Run the command about a report.
    """

    def comment(*stacks, arguments=(), token="hunter2", text=None):
        report = tmp_path / "report.json"
        content = to_json(stacks) if text is None else text
        report.write_text(content, errors="surrogateescape")
        return CliRunner().invoke(
            main,
            [
                "comment",
                str(report),
                f"--branch={BRANCH}",
                f"--commit={COMMIT}",
                *arguments,
            ],
            env={
                "GITHUB_API_URL": github.address,
                "GITHUB_REPOSITORY": "acme/shop",
                "GITHUB_TOKEN": token,
            },
        )

    return comment


def written(github):
    """
    The bodies of all comments.
    """
    return [comment["body"] for comment in github.comments]


class TestComment:
    def test_first(self, github, comment, change):
        """
        The first report makes a comment and a check.
        """
        ran = comment(change)
        (body,) = written(github)
        (check,) = github.checks

        assert ran.exit_code == 0, ran.output
        assert ran.stdout.splitlines() == [
            "https://github.example/check",
            "https://github.example/7#1",
        ]
        assert body.startswith(f"{MARKER}\n- **`prod`**: data at risk")
        assert check == {
            "name": "mizzen: what changes",
            "head_sha": COMMIT,
            "status": "completed",
            "conclusion": "success",
            "output": {
                "title": "data at risk, rolling restart",
                "summary": body.removeprefix(f"{MARKER}\n"),
            },
        }

    def test_second(self, github, comment, change):
        """
        The next report takes the place of the first, behind however many
        comments that is.
        """
        for number in range(250):
            github.add_comment(7, f"Comment {number}", "ben")
        comment(change)
        comment(StackChange(stack="prod"))
        pages = [one for one in github.asked if one.startswith("GET /repos/")]

        assert len(github.comments) == 251
        assert written(github)[-1].startswith(f"{MARKER}\n- **`prod`**: no ch")
        assert pages.count("GET /repos/acme/shop/issues/7/comments") == 6

    def test_forged(self, github, comment, change):
        """
        A comment of somebody else with our marker stays what it is.
        """
        forged = f"{MARKER}\nAll is well."
        github.add_comment(7, forged, "mallory")
        github.add_comment(7, forged, None)
        github.add_comment(7, f"Look: {MARKER}", BOT)
        comment(change)

        assert written(github)[:3] == [forged, forged, f"Look: {MARKER}"]
        assert len(github.comments) == 4

    def test_stale(self, github, comment, change):
        """
        Where the pull request has moved on, or is another one, nothing is
        said.
        """
        github.pulls.clear()
        github.add_pull(7, BRANCH, "ee" * 20)
        github.add_pull(8, "mallory:fix", COMMIT)
        ran = comment(change)

        assert ran.exit_code == 0
        assert ran.stderr == (
            f"No open pull request has {COMMIT} as its last commit: nothing "
            "is said.\n"
        )
        assert github.comments == github.checks == []

    def test_whole(self, github, comment, change):
        """
        Readers are told where they find what does not fit.
        """
        many = [
            attrs.evolve(part, part=f"{part.part}-{number}")
            for part in change.parts
            for number in range(300)
        ]
        big = attrs.evolve(change, parts=tuple(many))
        comment(big, arguments=["--whole=the run [4](//x)"])
        (body,) = written(github)

        assert len(body) < 65_536
        assert "`the run [4](//x)`" in body


class TestCheck:
    @pytest.mark.parametrize(
        ("arguments", "conclusion"),
        [
            ([], "success"),
            (["--fail-on=data-at-risk"], "failure"),
            (["--fail-on=added"], "failure"),
        ],
    )
    def test_risk(self, github, comment, change, arguments, conclusion):
        """
        What is too dangerous fails the check, and not the command.
        """
        ran = comment(change, arguments=arguments)

        assert ran.exit_code == 0
        assert github.checks[0]["conclusion"] == conclusion

    @pytest.mark.parametrize(
        ("failed", "conclusion"), [(True, "failure"), (False, "neutral")]
    )
    def test_no_answer(self, github, comment, failed, conclusion):
        """
        What cannot be compiled after the change fails; before it, nobody
        can tell.
        """
        comment(StackChange(stack="dev", problems=("No.",), failed=failed))
        (check,) = github.checks

        assert check["conclusion"] == conclusion
        assert check["output"]["title"] == "no answer for all stacks"

    def test_nothing(self, github, comment):
        """
        No change is a success.
        """
        comment(StackChange(stack="dev"))

        assert github.checks[0]["output"]["title"] == "no change"


class TestHostile:
    @pytest.mark.parametrize(
        "text", ["::error::x", '{"format": 1, "stacks": [{"stack": "::x"}]}']
    )
    def test_report(self, github, comment, text):
        """
        What is no report is refused before anybody is asked, and none of it
        gets into the log.
        """
        ran = comment(text=text)

        assert ran.exit_code == 2
        assert "::" not in ran.output
        assert ran.stderr.startswith("This is no report of mizzen: it is ")
        assert github.asked == []

    def test_objects(self, github, comment, change):
        """
        Objects that no Kubernetes has are refused too, whatever they would
        break.
        """
        document = json.loads(to_json([change]))
        (part, *_) = document["stacks"][0]["parts"]
        part["objects"][0]["new"] = {"kind": "Role", "rules": ["::error::x"]}
        ran = comment(text=json.dumps(document))

        assert ran.exit_code == 2
        assert ran.stderr == (
            "This report cannot be shown: its objects are none.\n"
        )
        assert github.asked == []

    def test_size(self, comment, monkeypatch):
        """
        Nobody has to read what is too big.
        """
        monkeypatch.setattr("mizzen.cli.comment._MOST_BYTES", 100)
        ran = comment(text=" " * 101)

        assert ran.exit_code == 2
        assert ran.stderr.endswith("is too big for a report of mizzen.\n")

    def test_no_text(self, comment):
        """
        Nor what is no text.
        """
        assert comment(text="\0\udcff").exit_code == 2


class TestPatience:
    @pytest.mark.parametrize(
        "fault",
        [
            Fault(502),
            Fault(429),
            Fault(403, LIMITED),
            Fault(403, {"retry-after": "1"}),
            Fault(403, message="You have exceeded a secondary rate limit"),
            Fault(0),
        ],
    )
    def test_later(self, github, comment, change, fault):
        """
        What is broken or limited for a while is tried again, with every
        request.
        """
        for number in range(4):
            github.faults = [None] * number + [fault, fault]
            assert comment(change).exit_code == 0

        assert len(github.comments) == 1

    def test_written_unanswered(self, github, comment, change):
        """
        A comment that was written though nobody said so is not written
        twice.
        """
        github.faults = [None, None, None, Fault(0, late=True)]
        comment(change)

        assert len(github.comments) == 1
        assert github.asked.count("POST /repos/acme/shop/issues/7/comments")

    @pytest.mark.parametrize(
        ("fault", "said"),
        [
            (Fault(403, message="Not by integration"), "403 to GET"),
            (Fault(404, message="Not Found"), "404 to GET"),
            (Fault(422, message="Too long"), "422 to GET"),
        ],
    )
    def test_never(self, github, comment, change, fault, said):
        """
        What will never succeed is not tried again, and told.
        """
        github.faults = [fault]
        ran = comment(change)

        assert ran.exit_code == 2
        assert len(github.asked) == 1
        assert ran.stderr == (
            f"GitHub answers {said} /repos/acme/shop/pulls: {fault.message}.\n"
        )

    def test_too_long(self, github, comment, change):
        """
        Nobody waits an hour for a job.
        """
        github.faults = [Fault(429, {"retry-after": "3600"})]
        ran = comment(change)

        assert ran.exit_code == 2
        assert ran.stderr == (
            "GitHub answers 429 to GET /repos/acme/shop/pulls: Not now. It "
            "asks to wait for 3600 seconds.\n"
        )

    def test_given_up(self, github, comment, change):
        """
        After some attempts it is said that nobody answers.
        """
        github.faults = [Fault(0)] * 8
        ran = comment(change)

        assert ran.exit_code == 2
        assert ran.stderr.startswith("GitHub does not answer: ")
        assert len(github.asked) == 8

    def test_no_words(self, github, comment, change):
        """
        What answers without words of GitHub's is told by its status.
        """
        github.faults = [Fault(418, message=None)]
        ran = comment(change)

        assert ran.stderr == (
            "GitHub answers 418 to GET /repos/acme/shop/pulls: I'm a Teapot.\n"
        )


class TestWaiting:
    def asked(self, status, **headers):
        """
        How long an answer makes us wait.
        """
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        response = httpx.Response(status, headers=headers, text="No")
        request = httpx.Request("GET", "https://github.example")

        return worth_waiting(
            httpx.HTTPStatusError("", request=request, response=response)
        )

    def test_seconds(self):
        """
        As long as GitHub says; a minute where it does not.
        """
        assert self.asked(403, retry_after="17") == 17
        assert self.asked(429) == 60
        assert self.asked(429, retry_after="181") is False
        assert self.asked(503) is True
        assert self.asked(403) is False

    def test_reset(self):
        """
        A used up limit is waited for until it is lifted, a second at least.
        """
        limited = {"x_ratelimit_remaining": "0"}

        assert self.asked(403, **limited, x_ratelimit_reset="0") == 1
        assert self.asked(403, **limited, x_ratelimit_reset="9" * 11) is False

    def test_others(self):
        """
        Mistakes of our own are not repeated.
        """
        assert worth_waiting(KeyError()) is False


class TestNeeds:
    def test_token(self, comment, change):
        """
        Without a token, it is said where it comes from.
        """
        ran = comment(change, token="")

        assert ran.exit_code == 2
        assert ran.stderr == (
            "GITHUB_TOKEN is not set. Hand the token of the job to this "
            "step.\n"
        )

    def test_wrong_token(self, comment, change):
        """
        A wrong token is told, but not which it is.
        """
        ran = comment(change, token="secret-token")

        assert "401" in ran.stderr
        assert "secret-token" not in ran.output

    def test_libraries(self, comment, change, monkeypatch):
        """
        Without the libraries, it is said how they are installed.
        """
        monkeypatch.delitem(sys.modules, "mizzen.github")
        monkeypatch.setitem(sys.modules, "stamina", None)
        ran = comment(change)

        assert ran.exit_code == 2
        assert ran.stderr == (
            "Comments need further libraries. Install them: pip install "
            "'mizzen[pull-requests]'\n"
        )
