"""
``mizzen comment``.
"""

import contextlib
import os

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..changes import Effect, StackChange
from ..exceptions import SpecError
from ._changes import EFFECTS, reaches
from ._output import FINE, print_text


if TYPE_CHECKING:
    from ..github import Repository


MARKER = "<!-- mizzen: what changes -->"
_NAME = "mizzen: what changes"
_TOKEN = "GITHUB_TOKEN"  # noqa: S105 - a name
_MOST_BYTES = 20 * 2**20


def _conclusion(stacks: tuple[StackChange, ...], fail_on: str | None) -> str:
    """
    What the check says about *stacks*, in a word of GitHub.
    """
    if any(stack.failed for stack in stacks) or reaches(stacks, fail_on):
        return "failure"
    return "neutral" if any(s.problems for s in stacks) else "success"


def _title(stacks: tuple[StackChange, ...]) -> str:
    """
    Everything that happens in any of *stacks*, the most dangerous first.
    """
    happening = {effect for stack in stacks for effect in stack.effects}
    words = [effect.value for effect in Effect if effect in happening]
    if any(stack.problems for stack in stacks):
        words.insert(0, "no answer for all stacks")

    return ", ".join(words) or "no change"


def _outcome(
    stacks: tuple[StackChange, ...], whole: str, fail_on: str | None
) -> Mapping[str, Any]:
    """
    What a check says about *stacks*.

    Raises:
        SpecError: If they hold what no Kubernetes object can.
    """
    from ..changes import to_markdown  # noqa: PLC0415

    try:
        return {
            "name": _NAME,
            "conclusion": _conclusion(stacks, fail_on),
            "output": {
                "title": _title(stacks),
                "summary": to_markdown(stacks, whole=whole),
            },
        }
    except Exception:  # noqa: BLE001 - strangers can write anything
        msg = "This report cannot be shown: its objects are none."
        raise SpecError(msg) from None


def _read(report: Path) -> tuple[StackChange, ...]:
    from ..changes.reading import from_json  # noqa: PLC0415

    if report.stat().st_size > _MOST_BYTES:
        msg = f"File {str(report)!r} is too big for a report of mizzen."
        raise SpecError(msg)

    return from_json(report.read_text(encoding="utf-8", errors="replace"))


def _repository(
    name: str, address: str
) -> contextlib.AbstractContextManager["Repository"]:
    try:
        from ..github import opened  # noqa: PLC0415
    except ImportError:
        msg = (
            "Comments need further libraries. Install them: pip install "
            "'mizzen[pull-requests]'"
        )
        raise SpecError(msg) from None
    if not os.environ.get(_TOKEN):
        msg = f"{_TOKEN} is not set. Hand the token of the job to this step."
        raise SpecError(msg)

    return opened(name, address=address, token=os.environ[_TOKEN])


@click.command()
@click.argument(
    "report", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option(
    "--branch",
    required=True,
    metavar="OWNER:BRANCH",
    help="Where the pull request comes from.",
)
@click.option(
    "--commit",
    required=True,
    metavar="HASH",
    help="Its last commit; where that is another one, nothing is said.",
)
@click.option(
    "--repository",
    envvar="GITHUB_REPOSITORY",
    show_envvar=True,
    required=True,
    metavar="OWNER/NAME",
    help="Where the pull request goes to.",
)
@click.option(
    "--address",
    envvar="GITHUB_API_URL",
    show_envvar=True,
    default="https://api.github.com",
    show_default=True,
    metavar="URL",
    help="Where GitHub is asked.",
)
@click.option(
    "--author",
    default="github-actions[bot]",
    show_default=True,
    metavar="LOGIN",
    help="Whom the token belongs to.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*EFFECTS]),
    help="Let the check fail if this or something more dangerous happens.",
)
@click.option(
    "--whole",
    metavar="PLACE",
    default="the whole report",
    help="Where people find what does not fit into the comment.",
)
def comment(
    *,
    report: Path,
    branch: str,
    commit: str,
    repository: str,
    address: str,
    author: str,
    fail_on: str | None,
    whole: str,
) -> int:
    """
    Show REPORT on its pull request on GitHub: as one comment and a check.

    REPORT is what `mizzen diff --format json` has written, perhaps under the
    control of a stranger: none of it is believed or repeated as it is. The
    token comes from the environment variable GITHUB_TOKEN.
    """
    outcome = _outcome(_read(report), whole, fail_on)
    text = outcome["output"]["summary"]
    with _repository(repository, address) as there:
        numbers = there.pull_requests(branch, commit)
        if numbers:
            print_text(f"{there.check(commit, outcome)}\n")
        for number in numbers:
            url = there.comment(number, text, marker=MARKER, author=author)
            print_text(f"{url}\n")
    if not numbers:
        click.echo(
            f"No open pull request has {commit} as its last commit: nothing "
            "is said.",
            err=True,
        )
    return FINE
