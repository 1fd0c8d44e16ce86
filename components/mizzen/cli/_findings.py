"""
Findings as text for people, plain or coloured, and as JSON for programs.
"""

import json
import sys

from collections import Counter
from collections.abc import Iterable, Sequence

import click

from .. import _passphrase
from .._neighbours import neighbours
from ..checks import Finding, Severity, check
from ._output import FINDINGS, FINE, print_text
from ._target import Target


_STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.INFO: "cyan",
}


def findings_of(target: Target) -> tuple[Finding, ...]:
    """
    What all checks have found about *target*.

    Raises:
        SpecError: If it cannot be compiled.
    """
    return check(
        target.app,
        target.environment,
        target.stack,
        target.compile(),
        empty_passphrase=_passphrase.is_empty(),
        neighbours=neighbours(target.project, target.app, target.stack),
    )


def as_json(findings: Iterable[Finding]) -> str:
    """
    A list of objects.
    """
    content = [
        {
            "id": finding.id,
            "severity": finding.severity.value,
            "part": finding.part,
            "subject": finding.subject,
            "message": finding.message,
            "remedy": finding.remedy,
        }
        for finding in findings
    ]
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def summary(findings: Sequence[Finding]) -> str:
    """
    How many there are of each severity.

    >>> summary([])
    'No findings.'
    """
    if not findings:
        return "No findings."
    counts = Counter(finding.severity for finding in findings)
    words = ", ".join(
        f"{counts[severity]} {severity.value}"
        for severity in Severity
        if counts[severity]
    )
    noun = "finding" if len(findings) == 1 else "findings"

    return f"{len(findings)} {noun}: {words}."


def as_text(findings: Iterable[Finding]) -> str:
    """
    One line for each, to be searched.
    """
    return "".join(f"{f.severity.value}: {f}\n" for f in findings)


def print_coloured(findings: Iterable[Finding]) -> None:
    """
    One paragraph for each, for people at a terminal.
    """
    # As long to import as all the rest together.
    from rich.console import Console  # noqa: PLC0415
    from rich.padding import Padding  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False)
    for finding in findings:
        console.print(
            Text.assemble(
                (finding.severity.value, _STYLES[finding.severity]),
                " ",
                (finding.subject, "bold"),
                f": {finding.message} ",
                (f"({finding.id})", "dim"),
            )
        )
        console.print(Padding(Text(finding.remedy), (0, 0, 1, 2)))


def show_findings(findings: Sequence[Finding], form: str) -> int:
    """
    Print *findings* in one of the forms ``text`` and ``json``.

    Returns:
        The exit code of a command that has found them.
    """
    if form == "json":
        print_text(as_json(findings))
    elif sys.stdout.isatty():
        print_coloured(findings)
    else:
        print_text(as_text(findings))
    click.echo(summary(findings), err=True)
    failed = any(finding.severity is Severity.ERROR for finding in findings)

    return FINDINGS if failed else FINE
