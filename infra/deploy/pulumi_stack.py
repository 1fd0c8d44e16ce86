"""
A Pulumi stack whose state, key and passphrase nobody has to set up.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import subprocess
import sys

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import yaml

from mizzen import Project

from .errors import RefusedError
from .target import Target


_BRINGS_SECRETS = frozenset(
    {"encryptedkey", "encryptionsalt", "secretsprovider"}
)
_READS_CONFIGURATION = frozenset({"config", "destroy", "preview", "up"})


@attrs.frozen(kw_only=True)
class PulumiStack:
    """
    A stack that ``pulumi`` can be run for.

    Attributes:
        name: Name of the stack.

        root: Folder of ``Pulumi.yaml``.

        config_file: The stack's file that is used.

        environment: Environment variables of the process.
    """

    name: str
    root: Path
    config_file: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str) -> int:
        """
        Run ``pulumi`` for this stack, its output going where ours goes.
        """
        return subprocess.run(
            self._command(arguments),
            check=False,
            cwd=self.root,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
        ).returncode

    def mizzen(self, *arguments: str) -> int:
        """
        Run a command of mizzen for this stack, as `run` does.
        """
        file = ["--config-file", str(self.config_file)]
        with subprocess.Popen(
            [sys.executable, "-m", "mizzen.cli", *arguments, *file],
            cwd=self.root,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
        ) as process:
            while True:
                # Ctrl-C reaches it too, and it ends an update in order.
                with contextlib.suppress(KeyboardInterrupt):
                    return process.wait()

    def output(
        self, *arguments: str, given: str = "", tolerated: str | None = None
    ) -> str:
        """
        What ``pulumi`` prints; *given* is its standard input.

        Raises:
            RefusedError: If it fails, unless it says what is *tolerated*.
        """
        ran = subprocess.run(
            self._command(arguments),
            capture_output=True,
            check=False,
            cwd=self.root,
            env=dict(self.environment),
            input=given,
            text=True,
        )
        if ran.returncode and (
            tolerated is None or tolerated not in ran.stderr
        ):
            msg = f"pulumi {arguments[0]} failed: {ran.stderr.strip()}"
            raise RefusedError(msg)

        return ran.stdout.strip()

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        options = ["--stack", self.name, "--non-interactive"]
        if arguments[0] in _READS_CONFIGURATION:
            options += ["--config-file", str(self.config_file)]
        return ["pulumi", *arguments, *options]


def _read(path: Path) -> dict[str, Any]:
    return (
        yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        if path.is_file()
        else {}
    )


def _write_private(path: Path, text: str) -> None:
    """
    Replace *path* at once, readable by its owner alone.
    """
    partial = path.with_suffix(".partial")
    partial.touch(mode=0o600)
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _own_state(target: Target) -> Path:
    return target.home / "state"


def _environment(target: Target) -> dict[str, str]:
    found = {
        **os.environ,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        **target.environment,
    }
    if "PULUMI_BACKEND_URL" not in found:
        state = _own_state(target)
        state.mkdir(parents=True, exist_ok=True)
        found["PULUMI_BACKEND_URL"] = state.as_uri()
    if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & set(
        found
    ):
        passphrase = target.home / "passphrase"
        if not passphrase.is_file():
            _write_private(passphrase, secrets.token_urlsafe(32))
        found["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(passphrase)

    return found


@contextlib.contextmanager
def _locked(home: Path, stack: str) -> Iterator[None]:
    """
    One deployment of a stack at a time; the kernel frees the lock of a
    process that was killed.
    """
    with (home / f"{stack}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            msg = f"Stack {stack!r} is being deployed by another process."
            raise RefusedError(msg) from None
        yield


def _generated(
    name: str, project: str, home: Path, environment: Mapping[str, str]
) -> dict[str, Any]:
    """
    A stack's file with nothing but salt and stack key. It is made in a
    folder of its own, because Pulumi would write into a committed file.
    """
    scratch = home / "init"
    scratch.mkdir(exist_ok=True)
    (scratch / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n")
    path = scratch / f"Pulumi.{name}.yaml"
    stack = PulumiStack(
        name=name, root=scratch, config_file=path, environment=environment
    )
    stack.output("stack", "init", tolerated="already exists")
    key = f"{project}:stackKey"
    if key not in (_read(path).get("config") or {}):
        stack.output(
            "config", "set", "--secret", key, given=secrets.token_hex(32)
        )
    return _read(path)


def _personal_file(
    project: Project,
    name: str,
    target: Target,
    environment: Mapping[str, str],
) -> Path:
    """
    The stack's file with the addresses of *target* and what was generated.
    """
    namespace = str(_read(project.root / "Pulumi.yaml")["name"])
    committed = _read(project.stack_file(name))
    generated = _generated(name, namespace, target.home, environment)
    addresses = {
        f"{namespace}:{key}": value for key, value in target.addresses.items()
    }
    content = {
        **committed,
        **generated,
        "config": {
            **(committed.get("config") or {}),
            **addresses,
            **generated["config"],
        },
    }
    path = target.home / f"Pulumi.{name}.yaml"
    _write_private(path, yaml.safe_dump(content, sort_keys=False))

    return path


@contextlib.contextmanager
def opened(
    project: Project, name: str, target: Target
) -> Iterator[PulumiStack]:
    """
    The stack called *name*, made if it is new. A file that brings its own
    salt or secrets provider is used as it is.

    Raises:
        RefusedError: If it is being deployed already, or Pulumi refuses it.
    """
    target.home.mkdir(parents=True, exist_ok=True)
    environment = _environment(target)
    own = project.stack_file(name)
    stack = PulumiStack(
        name=name, root=project.root, config_file=own, environment=environment
    )
    with _locked(target.home, name):
        if environment["PULUMI_BACKEND_URL"] == _own_state(target).as_uri():
            # Nobody else writes to it, and we hold the lock: one in the state
            # is of a killed process.
            stack.output("cancel", "--yes", tolerated="no stack named")
        if not _BRINGS_SECRETS & set(_read(own)):
            personal = _personal_file(project, name, target, environment)
            stack = attrs.evolve(stack, config_file=personal)
        yield stack


def forget(stack: PulumiStack, target: Target) -> None:
    """
    Remove a stack that has no resources any more, and what was generated
    for it.

    Raises:
        RefusedError: If Pulumi refuses it.
    """
    stack.output("stack", "rm", "--yes", "--preserve-config")
    generated = f"Pulumi.{stack.name}.yaml"
    state = _own_state(target)
    for path in (
        target.home / generated,
        target.home / "init" / generated,
        # Pulumi itself keeps copies of the state.
        *state.rglob(f"{stack.name}.json.bak*"),
    ):
        path.unlink(missing_ok=True)
    for folder in state.rglob(f"backups/*/{stack.name}"):
        shutil.rmtree(folder)
