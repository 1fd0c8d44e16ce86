"""
The script on the page about pull requests that comments on GitLab, before a
server that speaks what GitLab speaks.
"""

import os
import re
import shutil
import subprocess
import urllib.parse

import pytest
import yaml

from .json_server import JsonHandler, running


MARKER = "<!-- mizzen -->\n"
US = 17


class Handler(JsonHandler):
    """
    Notes of merge request 7 of project 1, on pages of two.
    """

    notes: list
    faults: list

    def serve(self):
        """
        Answer as GitLab does.
        """
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        form = dict(urllib.parse.parse_qsl(self.content().decode()))
        if self.faults:
            self.say(self.faults.pop(0), {})
        elif self.headers["PRIVATE-TOKEN"] != "hunter2":
            self.say(401, {})
        else:
            self._answer(url.path.split("/")[1:], query, form)

    def _answer(self, path, query, form):
        match self.command, path:
            case "GET", ["user"]:
                self.say(200, {"id": US})
            case "GET", ["projects", "1", "merge_requests", "7", "notes"]:
                page = int(query["page"])
                more = page + 1 if len(self.notes) > page * 2 else ""
                found = self.notes[page * 2 - 2 : page * 2]
                self.say(200, found, {"X-Next-Page": str(more)})
            case "POST", ["projects", "1", "merge_requests", "7", "notes"]:
                add(self.notes, US, form["body"])
                self.say(201, {})
            case "PUT", [*_, "notes", number]:
                self.notes[int(number) - 1]["body"] = form["body"]
                self.say(200, {})
            case _:
                self.say(404, {})


def add(notes, author, body):
    """
    Write a note.
    """
    notes.append(
        {"id": len(notes) + 1, "author": {"id": author}, "body": body}
    )


@pytest.fixture(name="server")
def _server():
    handler = type("Handler", (Handler,), {"notes": [], "faults": []})
    with running(handler) as address:
        handler.address = address
        yield handler


@pytest.fixture(name="comment")
def _comment(root, server, tmp_path):
    """
    Runs the script about a report.
    """
    for program in ("curl", "jq"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    page = (root / "docs" / "pull-requests.md").read_text()
    *_, text = re.findall(r"(?ms)^```yaml\n(.*?)^```$", page)
    (script,) = yaml.safe_load(text)["comment"]["script"]

    def comment(report, token="hunter2"):
        (tmp_path / "changes.md").write_text(report)
        return subprocess.run(
            ["sh", "-e", "-c", script],
            cwd=tmp_path,
            env={
                **os.environ,
                "CI_API_V4_URL": server.address,
                "CI_MERGE_REQUEST_IID": "7",
                "CI_PROJECT_ID": "1",
                "COMMENT_TOKEN": token,
            },
        ).returncode

    return comment


class TestComment:
    def test_once(self, server, comment):
        """
        There is one note of ours, which is found on any page and updated;
        others with its marker stay what they are.
        """
        notes = server.notes
        for number in range(4):
            add(notes, 18, f"{MARKER}{number}")
        assert comment("- **prod**: no & change = 100%\n") == 0
        assert comment("- **prod**: removed\n") == 0

        assert [note["body"] for note in notes] == [
            *(f"{MARKER}{number}" for number in range(4)),
            f"{MARKER}- **prod**: removed\n",
        ]

    def test_patient(self, server, comment):
        """
        A server that is busy for a moment is asked again.
        """
        server.faults = [503]

        assert comment("no change") == 0
        assert len(server.notes) == 1

    def test_refused(self, server, comment):
        """
        A wrong token fails the job.
        """
        assert comment("no change", token="wrong") != 0
        assert server.notes == []
