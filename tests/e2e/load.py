"""
Requests that arrive at a constant rate, whether or not answers come: the way
in which people load a service. Vegeta sends them.
"""

import base64
import collections
import contextlib
import json
import signal
import ssl
import subprocess
import time

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs
import httpx

from infra.local.tools import VEGETA


_PATIENCE_SECONDS = 60

# How long Vegeta may take to send its first request.
_START_SECONDS = 1


@attrs.frozen(kw_only=True)
class Target:
    """
    Where requests go.

    Args:
        url: Scheme, host and port that they ask for.

        place: Address and port that answer, if not those of *url*.

        authority:
            File with the certificate of the authority that the server's
            certificate is verified by.

        kept:
            Whether connections are kept for further requests, as an ingress
            controller allows; a connection that a pod itself answers may be
            closed by it at any time.
    """

    url: str
    place: str | None = None
    authority: Path | None = None
    kept: bool = True

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """
        Send one request.
        """
        asked = httpx.URL(self.url)
        answering = httpx.URL(
            f"{asked.scheme}://{self.place or asked.netloc.decode()}"
        )
        with httpx.Client(
            base_url=answering,
            headers={"Host": asked.host},
            verify=ssl.create_default_context(cafile=self.authority),
            timeout=_PATIENCE_SECONDS,
            trust_env=False,
        ) as client:
            return client.request(
                method,
                path,
                extensions={"sni_hostname": asked.host},
                **options,
            )

    def options(self) -> Iterator[str]:
        """
        Arguments for Vegeta.
        """
        asked = httpx.URL(self.url)
        yield f"-keepalive={json.dumps(self.kept)}"
        yield "-redirects=-1"
        yield f"-timeout={_PATIENCE_SECONDS}s"
        if self.place:
            port = asked.port or {"http": 80, "https": 443}[asked.scheme]
            yield f"-connect-to={asked.host}:{port}:{self.place}"
        if self.authority:
            yield f"-root-certs={self.authority}"


def got(path: str) -> dict[str, Any]:
    """
    A request for the page or for values.
    """
    return {"method": "GET", "url": path}


def posted(index: int) -> dict[str, Any]:
    """
    A request for the value of *index*.
    """
    body = json.dumps({"index": index}).encode()

    return {
        "method": "POST",
        "url": "/api/values",
        "body": base64.b64encode(body).decode(),
        "header": {"Content-Type": ["application/json"]},
    }


def _mixed() -> Iterator[dict[str, Any]]:
    for index in range(50):
        yield posted(index)
        for number in range(1, 10):
            yield got("/" if number % 2 else "/api/values?limit=5")


# Half of the requests ask for the page, four of ten for values, and one of
# ten for a value to be computed.
MIXED = tuple(_mixed())


@attrs.define
class Outcomes:
    """
    How many requests ended how: by status, or by the error.
    """

    counts: collections.Counter[str] = attrs.field(factory=collections.Counter)

    @property
    def sent(self) -> int:
        """
        How many requests were sent.
        """
        return self.counts.total()

    @property
    def lost(self) -> dict[str, int]:
        """
        Those that were not answered as they should have been.
        """
        return {
            outcome: count
            for outcome, count in self.counts.items()
            if outcome not in {"200", "202"}
        }

    def read(self, answers: Path) -> None:
        """
        Count what Vegeta has written.
        """
        lines = subprocess.run(
            [VEGETA.build() / "vegeta", "encode", "-to=json", answers],
            capture_output=True,
            check=True,
            text=True,
        ).stdout.splitlines()
        for answer in map(json.loads, lines):
            self.counts[str(answer["code"] or answer["error"])] += 1


@contextlib.contextmanager
def loaded(
    target: Target,
    folder: Path,
    *,
    rate: int,
    seconds: float = 0,
    requests: Iterable[dict[str, Any]] = MIXED,
) -> Iterator[Outcomes]:
    """
    A constant load, as long as the block lasts; its outcomes are known after
    that.

    Args:
        target: Where it goes.

        folder: Where to keep what is asked and answered.

        rate: Requests a second.

        seconds: How long it lasts at least.

        requests: What is asked for, over and over.
    """
    asked, answers = folder / "asked.json", folder / "answers"
    asked.write_text(
        "".join(
            f"{json.dumps({**each, 'url': target.url + each['url']})}\n"
            for each in requests
        )
    )
    outcomes = Outcomes()
    with subprocess.Popen(
        [
            *(VEGETA.build() / "vegeta", "attack", "-format=json"),
            *(f"-rate={rate}", "-max-body=0"),
            *(f"-targets={asked}", f"-output={answers}"),
            *target.options(),
        ]
    ) as attack:
        end = time.monotonic() + _START_SECONDS + seconds
        try:
            yield outcomes
            time.sleep(max(0, end - time.monotonic()))
        finally:
            attack.send_signal(signal.SIGINT)
    outcomes.read(answers)
