"""
A server that speaks what GitHub speaks about pull requests, comments and
checks, with its pages, limits and errors.
"""

import contextlib
import json
import urllib.parse

from collections.abc import Iterator
from typing import Any

import attrs

from .json_server import JsonHandler, running


BOT = "github-actions[bot]"


@attrs.define
class Fault:
    """
    An answer in place of the right one.

    Attributes:
        status: Its status; 0 ends the connection without an answer.

        headers: Its headers.

        message: What GitHub says.

        late: Whether what was asked for happens all the same.
    """

    status: int
    headers: dict[str, str] = attrs.field(factory=dict)
    message: str | None = "Not now"
    late: bool = False


@attrs.define
class GitHub:
    """
    What is on the server, for the repository ``acme/shop``.
    """

    pulls: list[dict[str, Any]] = attrs.field(factory=list)
    comments: list[dict[str, Any]] = attrs.field(factory=list)
    checks: list[dict[str, Any]] = attrs.field(factory=list)
    faults: list[Fault] = attrs.field(factory=list)
    asked: list[str] = attrs.field(factory=list)
    address: str = ""

    def add_pull(self, number: int, head: str, commit: str) -> None:
        """
        Open a pull request from *head*, an owner and a branch.
        """
        self.pulls.append(
            {"number": number, "head": {"label": head, "sha": commit}}
        )

    def add_comment(
        self, number: int, body: str, login: str | None = BOT
    ) -> dict[str, Any]:
        """
        Write a comment; nobody's account may be gone.
        """
        count = len(self.comments) + 1
        found = {
            "id": count,
            "body": body,
            "user": login and {"login": login},
            "html_url": f"https://github.example/{number}#{count}",
            "number": number,
        }
        self.comments.append(found)

        return found

    def answer(
        self, method: str, path: str, query: dict[str, str], content: Any
    ) -> Any:
        """
        What is at *path*; a list is handed out in pages.
        """
        match method, path.removeprefix("/repos/acme/shop/").split("/"):
            case "GET", ["pulls"]:
                return [
                    pull
                    for pull in self.pulls
                    if pull["head"]["label"] == query["head"]
                    and query["state"] == "open"
                ]
            case "GET", ["issues", number, "comments"]:
                return [
                    comment
                    for comment in self.comments
                    if comment["number"] == int(number)
                ]
            case "POST", ["issues", number, "comments"]:
                return self.add_comment(int(number), content["body"])
            case "PATCH", ["issues", "comments", number]:
                self.comments[int(number) - 1]["body"] = content["body"]
                return self.comments[int(number) - 1]
            case "POST", ["check-runs"]:
                self.checks.append(content)
                return {"html_url": "https://github.example/check"}
            case _:
                return None


class _Handler(JsonHandler):
    github: GitHub

    def serve(self) -> None:
        """
        Answer as GitHub does.
        """
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        content = json.loads(self.content() or b"null")
        self.github.asked.append(f"{self.command} {url.path}")
        fault = self.github.faults.pop(0) if self.github.faults else None
        if fault is None or fault.late:
            found = self.github.answer(self.command, url.path, query, content)
        if fault and not fault.status:
            self.close_connection = True
        elif fault:
            said = {"message": fault.message} if fault.message else None
            self.say(fault.status, said, fault.headers)
        elif self.headers["Authorization"] != "Bearer hunter2":
            self.say(401, {"message": "Bad credentials"}, {})
        elif found is None:
            self.say(404, {"message": "Not Found"}, {})
        else:
            self._page(url.path, query, found)

    def _page(self, path: str, query: dict[str, str], found: Any) -> None:
        headers = {}
        if isinstance(found, list):
            number, size = int(query.get("page", 1)), int(query["per_page"])
            if len(found) > number * size:
                more = urllib.parse.urlencode({**query, "page": number + 1})
                link = f"<{self.github.address}{path}?{more}>"
                headers["Link"] = f'{link}; rel="next"'
            found = found[(number - 1) * size : number * size]
        self.say(200, found, headers)


@contextlib.contextmanager
def serving() -> Iterator[GitHub]:
    """
    A server with nothing on it.
    """
    github = GitHub()
    with running(type("Handler", (_Handler,), {"github": github})) as address:
        github.address = address
        yield github
