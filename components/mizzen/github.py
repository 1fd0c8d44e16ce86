"""
GitHub, as far as reports need it: one comment on a pull request, one check
on a commit.
"""

import contextlib
import time

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import attrs
import httpx
import stamina

from .exceptions import SpecError


_T = TypeVar("_T")

_PAGE = 100
_ATTEMPTS = 8
_TIMEOUT_SECONDS = 30
_ALL_SECONDS = 300
_LONGEST_WAIT_SECONDS = 180
# What GitHub's documentation asks for where its answer names no time.
_UNSAID_WAIT_SECONDS = 60
_LIMITED = frozenset({403, 429})
_BROKEN = 500


def _asked_seconds(response: httpx.Response) -> float | None:
    """
    How long a rate limit asks to wait; `None` if it is none.
    """
    headers = response.headers
    if response.status_code not in _LIMITED:
        return None
    if "retry-after" in headers:
        return float(headers["retry-after"])
    if headers.get("x-ratelimit-remaining") == "0":
        return max(1.0, float(headers["x-ratelimit-reset"]) - time.time())
    limited = "rate limit" in response.text or response.status_code != 403  # noqa: PLR2004 - the other is 429

    return _UNSAID_WAIT_SECONDS if limited else None


def worth_waiting(error: Exception) -> bool | float:
    """
    Whether what failed may succeed later, or in how many seconds.
    """
    if not isinstance(error, httpx.HTTPStatusError):
        return isinstance(error, httpx.TransportError)
    asked = _asked_seconds(error.response)
    if asked is not None:
        return asked if asked <= _LONGEST_WAIT_SECONDS else False

    return error.response.status_code >= _BROKEN


def _reason(error: httpx.HTTPError) -> str:
    if not isinstance(error, httpx.HTTPStatusError):
        return f"GitHub does not answer: {error or type(error).__name__}."
    response, request = error.response, error.request
    try:
        said = response.json()["message"]
    except (ValueError, KeyError, TypeError):
        said = response.reason_phrase
    text = (
        f"GitHub answers {response.status_code} to {request.method} "
        f"{request.url.path}: {said}."
    )
    asked = _asked_seconds(response)
    if asked is not None:
        return f"{text} It asks to wait for {asked:.0f} seconds."
    return text


@attrs.frozen(kw_only=True)
class Repository:
    """
    A repository on GitHub.

    Attributes:
        client: What talks to GitHub.

        name: Owner and name, like ``acme/shop``.
    """

    client: httpx.Client
    name: str

    def pull_requests(self, branch: str, commit: str) -> tuple[int, ...]:
        """
        Numbers of the open pull requests from *branch*, which is an owner
        and a branch like ``anna:fix``, whose last commit is *commit*.

        Raises:
            SpecError: If GitHub refuses.
        """
        query = {"state": "open", "head": branch}
        found = _patiently(lambda: [*self._all("pulls", query)])

        return tuple(
            entry["number"]
            for entry in found
            if entry["head"]["sha"] == commit
        )

    def comment(
        self, number: int, text: str, *, marker: str, author: str
    ) -> str:
        """
        Make *text* the one comment of ours on a pull request.

        Args:
            number: Number of the pull request.

            text: The comment, as Markdown.

            marker: Its first line, by which it is found again.

            author: Who writes it. What others write is not ours, even with
                the marker.

        Returns:
            Address of the comment.

        Raises:
            SpecError: If GitHub refuses.
        """
        body = f"{marker}\n{text}"

        def written() -> str:
            # A second attempt finds what the first may have written.
            for entry in self._all(f"issues/{number}/comments", {}):
                ours = entry["user"] and entry["user"]["login"] == author
                if ours and entry["body"].startswith(marker):
                    path = f"issues/comments/{entry['id']}"
                    return self._sent("PATCH", path, {"body": body})
            path = f"issues/{number}/comments"

            return self._sent("POST", path, {"body": body})

        return _patiently(written)

    def check(self, commit: str, outcome: Mapping[str, Any]) -> str:
        """
        Put a check on *commit*, whose last one of a name counts.

        Args:
            commit: Hash of the commit.

            outcome: Name, conclusion and output, as GitHub calls them.

        Returns:
            Address of the check.

        Raises:
            SpecError: If GitHub refuses.
        """
        content = {"head_sha": commit, "status": "completed", **outcome}

        return _patiently(lambda: self._sent("POST", "check-runs", content))

    def _asked(self, method: str, path: str, **more: Any) -> httpx.Response:
        response = self.client.request(method, path, **more)
        response.raise_for_status()

        return response

    def _all(self, path: str, query: Mapping[str, str]) -> Iterator[Any]:
        """
        The entries of all pages.
        """
        parameters = {**query, "per_page": str(_PAGE)}
        page = self._asked(
            "GET", f"/repos/{self.name}/{path}", params=parameters
        )
        yield from page.json()
        while "next" in page.links:
            page = self._asked("GET", page.links["next"]["url"])
            yield from page.json()

    def _sent(self, method: str, path: str, content: Any) -> str:
        answer = self._asked(
            method, f"/repos/{self.name}/{path}", json=content
        )
        return str(answer.json()["html_url"])


@contextlib.contextmanager
def opened(name: str, *, address: str, token: str) -> Iterator[Repository]:
    """
    The repository called *name*.

    Args:
        name: Owner and name, like ``acme/shop``.

        address: Where GitHub's interface is.

        token: Whose rights are used.
    """
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {token}",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    with httpx.Client(
        base_url=address,
        headers=headers,
        timeout=_TIMEOUT_SECONDS,
        follow_redirects=True,
    ) as client:
        yield Repository(client=client, name=name)


def _patiently(ask: Callable[[], _T]) -> _T:
    """
    What *ask* gives, once GitHub is ready to answer.
    """
    attempts = stamina.RetryingCaller(attempts=_ATTEMPTS, timeout=_ALL_SECONDS)
    try:
        return attempts(worth_waiting, ask)
    except httpx.HTTPError as error:
        raise SpecError(_reason(error)) from None
