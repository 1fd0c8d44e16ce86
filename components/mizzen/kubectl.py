"""
A namespace of a cluster, as kubectl reaches it.
"""

import json
import re
import shlex
import subprocess

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from ._cause import Log
from .exceptions import SpecError


if TYPE_CHECKING:
    from tenacity import RetryCallState, Retrying
    from tenacity.retry import retry_base

_LINES = 20
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"
)
_LONGEST_PAUSE_SECONDS = 10
# What a node says in place of a log that it has removed.
_GONE = "unable to retrieve container logs for "
# What kubectl says where the next try may be answered.
_PASSING = re.compile(
    r"connection refused|was refused|reset by peer|connection lost|\bEOF\b|"
    r"timeout|timed out|deadline exceeded|no route to host|unreachable|"
    r"no such host|too many requests|currently unable to handle|"
    r"sent GOAWAY|leader changed|"
    r"unable to connect to the server: (?!.*x509)",
    re.IGNORECASE,
)


def is_passing(said: object) -> bool:
    """
    Whether it is worth asking again after kubectl has *said* why it failed.

    >>> is_passing("dial tcp 10.0.0.1:443: connect: connection refused")
    True
    >>> is_passing("pods is forbidden")
    False
    """
    return _PASSING.search(str(said)) is not None


@attrs.define
class Progress:
    """
    How far the log of a container has been shown.

    Attributes:
        moment: When its last line was said; nothing before the first one.

        lines: How many lines of that moment were shown.
    """

    moment: str = ""
    lines: int = 0

    def new(self, lines: Iterable[str]) -> Iterator[str]:
        """
        What of *lines*, which begin with their moments, has not been shown.
        """
        last, again = self.moment, self.lines
        for line in lines:
            moment, _, text = line.partition(" ")
            if not _MOMENT.match(moment):
                # What the node says in place of a log.
                yield line
            elif last and _time(moment) < _time(last):
                continue
            elif moment == last and again:
                again -= 1
            else:
                same = moment == self.moment
                self.moment, self.lines = moment, 1 + same * self.lines
                yield text


def _last(state: "RetryCallState") -> Any:
    """
    The last answer; an error is raised.
    """
    return state.outcome.result() if state.outcome else None


def _time(moment: str) -> tuple[datetime, str]:
    """
    The second, and what came of the next: nodes tell nanoseconds.
    """
    found = _MOMENT.match(moment)
    part = (found and found[1]) or ""
    second = datetime.fromisoformat(moment.replace(part, "", 1))

    return second, (part or ".").ljust(10, "0")


@attrs.frozen(kw_only=True)
class Kubectl:
    """
    A namespace of a cluster, as kubectl reaches it.

    Attributes:
        context: Context of the kubeconfig.

        namespace: The namespace.

        environment: Environment variables of kubectl; `None` hands down
            those of this process.

        pause_seconds: How long it waits before it asks again.

        patience_seconds: For how long it goes on asking a cluster that does
            not answer.
    """

    context: str
    namespace: str
    environment: Mapping[str, str] | None = None
    pause_seconds: float = 1.0
    patience_seconds: float = 0

    def command(self, *arguments: str) -> str:
        """
        What people type to do the same.
        """
        return shlex.join(self._command(arguments))

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        where = ["--context", self.context, "--namespace", self.namespace]
        return ["kubectl", *where, *arguments]

    def ask(self, *arguments: str, given: str | None = None) -> str:
        """
        What kubectl prints; *given* is its standard input.

        Raises:
            SpecError: If it fails or is not there.
        """
        if not self.patience_seconds:
            return self._ask(arguments, given)
        import tenacity  # noqa: PLC0415 - few commands are patient

        again = self._patiently(tenacity.retry_if_exception(is_passing))

        return again(self._ask, arguments, given)

    def _patiently(self, retry: "retry_base") -> "Retrying":
        """
        What calls a function again as long as *retry* says so.
        """
        import tenacity  # noqa: PLC0415 - few commands are patient

        return tenacity.Retrying(
            retry=retry,
            stop=tenacity.stop_after_delay(self.patience_seconds),
            wait=tenacity.wait_exponential(
                self.pause_seconds, max=_LONGEST_PAUSE_SECONDS
            ),
            retry_error_callback=_last,
        )

    def _ask(self, arguments: tuple[str, ...], given: str | None) -> str:
        try:
            ran = subprocess.run(  # noqa: S603 - words, no shell
                self._command(arguments),
                input=given,
                env=self.environment,
                capture_output=True,
                check=False,
                text=True,
                # What containers say may be anything.
                errors="replace",
            )
        except FileNotFoundError:
            msg = "kubectl is not there. Install it and put it on PATH."
            raise SpecError(msg) from None
        if ran.returncode:
            said = ran.stderr.strip()
            msg = f"kubectl {arguments[0]} failed: {said}"
            raise SpecError(msg)

        return ran.stdout

    def get(self, kind: str, *, labels: Mapping[str, str]) -> list[Any]:
        """
        Objects of *kind* that have all of *labels*, the oldest first.
        """
        wanted = ",".join(f"{key}={value}" for key, value in labels.items())
        found = json.loads(self.ask("get", kind, "-l", wanted, "-o", "json"))

        return sorted(
            found["items"],
            key=lambda item: item["metadata"]["creationTimestamp"],
        )

    def listed(self, kind: str) -> list[Any]:
        """
        All objects of *kind*.
        """
        found = json.loads(self.ask("get", kind, "-o", "json"))
        items: list[Any] = found["items"]

        return items

    def show_log(self, log: Log, progress: Progress) -> str:
        """
        Print what a container says until it ends, without what has been
        shown before.

        Returns:
            Why there is no more to be had, where kubectl fails.
        """
        import tenacity  # noqa: PLC0415 - few commands are patient

        again = self._patiently(tenacity.retry_if_result(is_passing))

        return again(self._show_log, log, progress)

    def _show_log(self, log: Log, progress: Progress) -> str:
        options = ["--container", log.container, "--follow", "--timestamps"]
        if progress.moment:
            options += ["--since-time", progress.moment]
        with subprocess.Popen(  # noqa: S603 - words, no shell
            self._command(("logs", log.pod, *options)),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as process:
            assert process.stdout and process.stderr  # noqa: S101, PT018 - pipes
            for text in progress.new(process.stdout):
                print(text, end="", flush=True)  # noqa: T201
            said = process.stderr.read().strip()

        return said if process.returncode else ""

    def said(self, log: Log, lines: int = _LINES) -> tuple[str, ...]:
        """
        The last *lines* of what a container said; none if it is gone. It may
        have started again since it was looked at: if it has said nothing in
        the run of *log*, the other one tells.
        """
        other = attrs.evolve(log, previous=not log.previous)

        return self._lines(log, lines) or self._lines(other, lines)

    def _lines(self, log: Log, lines: int) -> tuple[str, ...]:
        options = ["--container", log.container, f"--tail={lines}"]
        if log.previous:
            options.append("--previous")
        try:
            said = self.ask("logs", log.pod, *options)
        except SpecError:
            return ()
        return () if said.startswith(_GONE) else tuple(said.splitlines())
