"""
Programs of others find nothing in the example app that is not done on
purpose, and each can find something.
"""

import fnmatch
import sys
import tomllib

from pathlib import Path

import attrs
import pytest

from tests.independent.checkers import CHECKERS


FOLDER = Path(__file__).parent
BAD = {
    "kubernetes-validate": "schema: did not validate for resource service/web",
    "kube-score": "container-security-context-privileged: ",
    "checkov": "CKV_K8S_16: ",
    "hadolint": "DL3004: ",
}


@attrs.frozen
class Exemption:
    """
    Findings that are there on purpose.
    """

    reason: str
    what: list[str]
    where: list[str]

    def covers(self, finding):
        """
        Whether *finding* is among them.
        """
        return any(
            fnmatch.fnmatchcase(finding.what, pattern) for pattern in self.what
        ) and any(
            fnmatch.fnmatchcase(finding.where, pattern)
            for pattern in self.where
        )

    def idle(self, findings):
        """
        Those of its patterns that match none of *findings*.
        """
        covered = [finding for finding in findings if self.covers(finding)]

        return [
            pattern
            for field in ("what", "where")
            for pattern in getattr(self, field)
            if not fnmatch.filter(
                [getattr(finding, field) for finding in covered], pattern
            )
        ]


EXEMPTIONS = [
    Exemption(**entry)
    for entry in tomllib.loads(
        (FOLDER / "exceptions.toml").read_text(encoding="utf-8")
    )["exceptions"]
]


def covered(finding):
    """
    Whether *finding* is there on purpose.
    """
    return any(exemption.covers(finding) for exemption in EXEMPTIONS)


def table(found):
    """
    All figures, as they stand on the page.
    """
    lines = [
        "| Checker | Objects and files | Checks | Excepted | Findings |",
        "|---|---|---|---|---|",
    ]
    for name, report in found.items():
        excepted = sum(map(covered, report.findings))
        lines.append(
            f"| {name} | {report.judged} | {report.checks} | {excepted} "
            f"| {len(report.findings) - excepted} |"
        )
    lines += ["", "| Exception | Because |", "|---|---|"]
    for exemption in EXEMPTIONS:
        what = ", ".join(f"`{pattern}`" for pattern in exemption.what)
        lines.append(f"| {what} | {exemption.reason} |")

    return "".join(f"{line}\n" for line in lines)


class TestExampleApp:
    def test_nothing_found(self, found):
        """
        Nothing is found but what is there on purpose.
        """
        assert [] == [
            finding
            for report in found.values()
            for finding in report.findings
            if not covered(finding)
        ]

    def test_exceptions_needed(self, found):
        """
        Each exception is needed, and each pattern of it.
        """
        findings = [f for report in found.values() for f in report.findings]

        assert [] == [
            pattern
            for exemption in EXEMPTIONS
            for pattern in exemption.idle(findings)
        ]

    def test_page(self, found, shown, capsys):
        """
        The page shows the figures; ``pytest --regenerate`` writes them anew.
        """
        figures = table(found)
        with capsys.disabled():
            sys.stdout.write(f"\n{figures}")

        assert figures == shown("checkers", figures)


@pytest.mark.parametrize("name", CHECKERS)
def test_can_fail(name, installed):
    """
    Each checker finds what is wrong with what is wrong.
    """
    report = CHECKERS[name](FOLDER / "bad")

    assert any(BAD[name] in finding.what for finding in report.findings)
