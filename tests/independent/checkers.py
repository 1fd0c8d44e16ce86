"""
Programs of others that judge manifests and Dockerfiles, and what they find.
"""

import json
import subprocess
import sys

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import yaml

from infra.local.tools import KUBE_SCORE


KUBERNETES_VERSIONS = ("1.32", "1.33", "1.34", "1.35")
_ROOT = Path(__file__).parents[2]
# They have an environment of their own: tools/checkers/pyproject.toml.
PROGRAMS = _ROOT / "tools" / "checkers" / ".venv" / "bin"
_KUBE_SCORE_FINE = 10


@attrs.frozen
class Finding:
    """
    What a checker objects to.

    Attributes:
        what: Checker, rule and message.

        where: File and object.
    """

    what: str
    where: str


@attrs.frozen
class Report:
    """
    What a checker has to say.

    Attributes:
        judged: Number of objects or files that it looked at.

        checks: Number of single judgements.

        findings: What it objects to.
    """

    judged: int
    checks: int
    findings: tuple[Finding, ...]


def _output(*command: str | Path) -> str:
    """
    What *command* prints; findings make it fail, which is no reason to stop.
    """
    done = subprocess.run(command, capture_output=True, text=True)
    if not done.stdout:
        raise AssertionError(done.stderr)

    return done.stdout


def manifests(folder: Path) -> list[Path]:
    """
    The files with Kubernetes objects below *folder*.
    """
    return sorted(folder.rglob("*.yaml"))


def dockerfiles(folder: Path) -> list[Path]:
    """
    The Dockerfiles below *folder*.
    """
    return sorted(folder.rglob("Dockerfile"))


def objects(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """
    The Kubernetes objects below *folder*.
    """
    return [
        (path, body)
        for path in manifests(folder)
        for body in yaml.safe_load_all(path.read_text(encoding="utf-8"))
    ]


def kubernetes_validate(folder: Path) -> Report:
    """
    Compare each object with the schemas of several versions of Kubernetes;
    unknown fields are findings.
    """
    lines = [
        line
        for version in KUBERNETES_VERSIONS
        for line in _output(
            PROGRAMS / "kubernetes-validate",
            "--strict",
            "-k",
            f"{version}.0",
            *manifests(folder),
        ).splitlines()
    ]
    findings = []
    for line in lines:
        level, path, message = line.split(" ", 2)
        if level != "INFO":
            where = str(Path(path).relative_to(folder))
            what = f"kubernetes-validate schema: {message}"
            findings.append(Finding(what, where))

    return Report(len(objects(folder)), len(lines), tuple(findings))


def kube_score(folder: Path) -> Report:
    """
    Ask for good practice; each file is an app of its own.
    """
    checks = 0
    findings = []
    for path in manifests(folder):
        program = KUBE_SCORE.build() / "kube-score"
        scored = json.loads(_output(program, "score", "-o", "json", path))
        for each in scored:
            for check in each["checks"]:
                checks += not check["skipped"]
                if check["skipped"] or check["grade"] >= _KUBE_SCORE_FINE:
                    continue
                where = f"{path.relative_to(folder)} {each['object_name']}"
                rule = check["check"]["id"]
                findings.extend(
                    Finding(f"kube-score {rule}: {comment['summary']}", where)
                    for comment in check["comments"]
                )
    return Report(len(objects(folder)), checks, tuple(findings))


def checkov(folder: Path) -> Report:
    """
    Look for what makes attacks easier, in manifests and Dockerfiles.
    """
    reports = json.loads(
        _output(
            PROGRAMS / "checkov",
            "--quiet",
            "--compact",
            "--skip-download",
            "--framework=kubernetes",
            "--framework=dockerfile",
            "--output=json",
            "--directory",
            folder,
        )
    )
    summaries = [report["summary"] for report in reports]
    findings = tuple(
        Finding(
            f"checkov {check['check_id']}: {check['check_name']}",
            f"{check['file_path'].removeprefix('/')} {check['resource']}",
        )
        for report in reports
        for check in report["results"]["failed_checks"]
    )
    return Report(
        len(objects(folder)) + len(dockerfiles(folder)),
        sum(s["passed"] + s["failed"] for s in summaries),
        findings,
    )


def hadolint(folder: Path) -> Report:
    """
    Look for what makes images unpredictable or large.
    """
    files = dockerfiles(folder)
    program = Path(sys.executable).with_name("hadolint")
    found = json.loads(_output(program, "--format=json", *files))
    findings = tuple(
        Finding(
            f"hadolint {each['code']}: {each['message']}",
            str(Path(each["file"]).relative_to(folder)),
        )
        for each in found
    )
    return Report(len(files), len(files), findings)


CHECKERS: dict[str, Callable[[Path], Report]] = {
    "kubernetes-validate": kubernetes_validate,
    "kube-score": kube_score,
    "checkov": checkov,
    "hadolint": hadolint,
}


def reports(folder: Path) -> Iterator[tuple[str, Report]]:
    """
    What each checker says about *folder*.
    """
    for name, checker in CHECKERS.items():
        yield name, checker(folder)
