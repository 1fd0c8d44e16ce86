"""
hadolint is asked, and its answers are findings like others.
"""

import json

import pytest

from mizzen import SpecError
from mizzen.hadolint import hadolint


@pytest.fixture(name="findings")
def _findings(tmp_path):
    """
    What becomes of an answer.
    """
    program = tmp_path / "hadolint"

    def findings(*answers, script=None):
        (tmp_path / "answers").write_text(json.dumps(answers))
        script = script or f"cat {tmp_path}/answers"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        found = hadolint(str(program), tmp_path, "api/Dockerfile", "api")

        return [(each.severity.value, str(each)) for each in found]

    return findings


def answer(code, level="warning", message="Do not."):
    """
    An answer about line 3.
    """
    return {"code": code, "level": level, "line": 3, "message": message}


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        ("error", "error"),
        ("warning", "warning"),
        ("info", "info"),
        ("style", "info"),
    ],
)
def test_severity(findings, level, severity):
    """
    Matters of style are worth knowing and no more.
    """
    ((found, _),) = findings(answer("DL3003", level))

    assert severity == found


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("DL3003", "See https://github.com/hadolint/hadolint/wiki/DL3003."),
        ("SC2164", "See https://www.shellcheck.net/wiki/SC2164."),
        ("XY1", "See hadolint's rules."),
    ],
)
def test_remedy(findings, code, remedy):
    """
    Each rule is explained where those who made it explain it.
    """
    ((_, said),) = findings(answer(code))

    assert f"api/Dockerfile:3: Do not ({code}). {remedy}" == said


@pytest.mark.parametrize("code", ["DL3006", "DL3007", "DL3025"])
def test_asked(findings, code):
    """
    What mizzen finds itself is not said twice.
    """
    assert [] == findings(answer(code))


def test_failure(findings):
    """
    What it complains about is handed on.
    """
    with pytest.raises(SpecError) as ei:
        findings(script="echo gone >&2; exit 1")

    assert "hadolint failed: gone" == str(ei.value)
