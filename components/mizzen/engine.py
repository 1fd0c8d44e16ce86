"""
Pulumi's engine, as its own command runs it: what happens comes as events.
"""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time

from collections.abc import Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import attrs

from .exceptions import SpecError, raise_problems


# What a line of `pulumi up --json` holds: `apitype.EngineEvent` of Pulumi.
Event = Mapping[str, Any]

_VARIABLES = {
    # Or a preview would be one document without what stays the same.
    "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true",
    "PULUMI_SKIP_UPDATE_CHECK": "true",
}
_READS_CONFIGURATION = frozenset({"config", "preview", "refresh", "up"})
_ERROR = "error: "
_MOMENT_SECONDS = 0.1


def error_of(event: Event) -> str | None:
    """
    What *event* says that went wrong, if anything.

    >>> said = {"severity": "error", "message": "error: no such key"}
    >>> error_of({"diagnosticEvent": said})
    'no such key'
    """
    diagnostic = event.get("diagnosticEvent", {})
    if diagnostic.get("severity") != "error":
        return None
    words: str = diagnostic.get("message", "").strip()

    return words.removeprefix(_ERROR) or None


def _complaint(said: str) -> str:
    """
    What Pulumi *said*, without its warnings.
    """
    lines = (
        line.removeprefix(_ERROR)
        for line in said.splitlines()
        if not line.startswith("warning: ")
    )
    return "\n".join(lines).strip()


def _parsed(line: str) -> Event | None:
    """
    The event in *line*, unless it is for people, or for those who look for
    mistakes in Pulumi itself.

    >>> _parsed('{"sequence": 0, "cancelEvent": {}}')
    {'sequence': 0, 'cancelEvent': {}}
    >>> _parsed("View in browser") or _parsed('{"sequence": 0, "canc')
    """
    event: Event = {}
    if line.startswith("{"):
        with contextlib.suppress(ValueError):
            event = json.loads(line)
    told = event.get("diagnosticEvent", {}).get("severity") != "debug"

    return event if event and told else None


def _named(targets: Iterable[str]) -> list[str]:
    return [word for urn in targets for word in ("--target", urn)]


@attrs.frozen(kw_only=True)
class _Run:
    """
    A run of ``pulumi``.

    Attributes:
        process: Its process.

        printed: The file with its results.

        said: What it says beside them.
    """

    process: "subprocess.Popen[bytes]"
    printed: Path
    said: IO[str]

    def lines(self) -> Iterator[str]:
        """
        Its results as they come, and an empty line whenever there is
        nothing for a moment.
        """
        line = b""
        with self.printed.open("rb") as printed:
            while True:
                ended = self.process.poll() is not None
                line += printed.readline()
                if line.endswith(b"\n") or (ended and line):
                    yield line.decode(errors="replace")
                    line = b""
                elif ended:
                    return
                else:
                    yield ""
                    time.sleep(_MOMENT_SECONDS)


@attrs.frozen(kw_only=True)
class Engine:
    """
    A stack, as the ``pulumi`` on `PATH` runs it.

    Attributes:
        root: Folder of ``Pulumi.yaml``.

        stack: Name of the stack.

        config_file: The stack's file, if it is not at its usual place.

        environment: Environment variables of the process; `None` hands down
            those of this one.
    """

    root: Path
    stack: str
    config_file: Path | None = None
    environment: Mapping[str, str] | None = None

    def preview(self, targets: Iterable[str] = ()) -> tuple[Event, ...]:
        """
        What an update would do. If the program fails, its errors are among
        the events.

        Args:
            targets: URNs of the resources to update; all if there are none.

        Raises:
            SpecError: If Pulumi is not there or cannot start.
        """
        return self._previewed("preview", *_named(targets))

    def drift(self) -> tuple[Event, ...]:
        """
        What the cluster has that the state has not. The state stays as it
        is.

        Raises:
            SpecError: If Pulumi is not there or cannot start.
        """
        return self._previewed("refresh", "--preview-only")

    def up(self, targets: Iterable[str] = ()) -> Generator[Event, None, None]:
        """
        Update the stack, and tell what happens while it happens. An empty
        event comes whenever nothing has happened for a moment, so that who
        iterates can look elsewhere. Who closes the iterator cancels the
        update: Pulumi finishes what it has begun.

        Args:
            targets: URNs of the resources to update; all if there are none.

        Raises:
            SpecError: At the end, if the update has failed; its *problems*
                are all errors. At the beginning, if Pulumi is not there or
                cannot start.
        """
        words = ("up", "--yes", "--skip-preview", *_named(targets))

        return self._events(*words)

    def refresh(self, targets: Iterable[str]) -> None:
        """
        Let the state be what the cluster has.

        Args:
            targets: URNs of the resources that it is about.

        Raises:
            SpecError: If Pulumi fails.
        """
        self.ask("refresh", "--yes", "--skip-preview", *_named(targets))

    def outputs(self) -> Mapping[str, Any]:
        """
        What the program of the stack has exported, secrets hidden.

        Raises:
            SpecError: If Pulumi is not there or knows no such stack.
        """
        found: Mapping[str, Any] = json.loads(
            self.ask("stack", "output", "--json")
        )
        return found

    def state(self) -> Any:
        """
        What Pulumi knows of the stack, secrets encrypted.

        Raises:
            SpecError: If Pulumi is not there or knows no such stack.
        """
        return json.loads(self.ask("stack", "export"))

    def put_state(self, state: Any) -> None:
        """
        Put *state* in the place of what Pulumi knows of the stack.

        Raises:
            SpecError: If Pulumi refuses it.
        """
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            json.dump(state, file)
            file.flush()
            self.ask("stack", "import", "--file", file.name)

    def ask(self, *arguments: str) -> str:
        """
        What ``pulumi`` prints.

        Raises:
            SpecError: If it fails or is not there.
        """
        with self._running(arguments) as run:
            if run.process.wait():
                raise self._failure(arguments, run.said)
            return run.printed.read_text(encoding="utf-8")

    def _previewed(self, *arguments: str) -> tuple[Event, ...]:
        found: list[Event] = []
        try:
            for event in filter(None, self._events(*arguments)):
                found.append(event)  # noqa: PERF402 - kept when it fails
        except SpecError:
            if not any(map(error_of, found)):
                raise
        return tuple(found)

    def _events(self, *arguments: str) -> Generator[Event, None, None]:
        errors = []
        with self._running((*arguments, "--json")) as run:
            for line in run.lines():
                event = _parsed(line) or {}
                error = error_of(event)
                if error:
                    errors.append(error)
                if event or not line:
                    yield event
            if run.process.returncode:
                raise_problems(f"Stack {self.stack!r} has failed", errors)
                raise self._failure(arguments, run.said)

    def _failure(self, arguments: tuple[str, ...], said: IO[str]) -> SpecError:
        said.seek(0)
        msg = f"pulumi {arguments[0]} failed: {_complaint(said.read())}"
        return SpecError(msg)

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        options = ["--stack", self.stack, "--non-interactive"]
        if self.config_file and arguments[0] in _READS_CONFIGURATION:
            options += ["--config-file", str(self.config_file)]
        return ["pulumi", *arguments, *options]

    @contextlib.contextmanager
    def _running(self, arguments: tuple[str, ...]) -> Iterator[_Run]:
        """
        A run of ``pulumi``. It is ended as by Ctrl-C where this block ends
        early.
        """
        inherited = (
            os.environ if self.environment is None else self.environment
        )
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as said,
            # Not a pipe, which nobody reads while it is being ended.
            tempfile.NamedTemporaryFile() as printed,
        ):
            try:
                process = subprocess.Popen(  # noqa: S603 - words, no shell
                    self._command(arguments),
                    cwd=self.root,
                    env={**inherited, **_VARIABLES},
                    stdin=subprocess.DEVNULL,
                    stdout=printed,
                    stderr=said,
                    # Ctrl-C of a terminal would come to it beside ours, and
                    # a second one stops it in the middle of an update.
                    start_new_session=arguments[0] == "up",
                )
            except FileNotFoundError:
                msg = "pulumi is not there. Install it and put it on PATH."
                raise SpecError(msg) from None
            with process:
                try:
                    yield _Run(
                        process=process,
                        printed=Path(printed.name),
                        said=said,
                    )
                except BaseException:
                    if process.poll() is None:
                        process.send_signal(signal.SIGINT)
                        process.wait()
                    raise
