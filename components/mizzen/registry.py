"""
Images in a registry, as the OCI distribution specification serves them.
"""

import base64
import contextlib
import json
import os
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import attrs

from .exceptions import SpecError


MANIFEST_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_DOCKER_HUB = "docker.io"
_DOCKER_HUB_SERVER = "registry-1.docker.io"
_DOCKER_HUB_KEY = "https://index.docker.io/v1/"
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')
_TIMEOUT_SECONDS = 30
_UNAUTHORIZED = 401


@attrs.frozen
class ImageName:
    """
    An image reference, taken apart as Docker does it.

    Attributes:
        host: Registry, with its port if it has one.

        repository: Path of the repository in it.

        tag: Tag, if it has one.

        digest: Digest, if it has one.

    >>> ImageName.of("redis:8")
    ImageName(host='docker.io', repository='library/redis', tag='8', digest=None)
    """

    host: str
    repository: str
    tag: str | None
    digest: str | None

    @classmethod
    def of(cls, reference: str) -> "ImageName":
        """
        The parts of *reference*.
        """
        name, _, digest = reference.partition("@")
        folder, _, last = name.rpartition("/")
        last, _, tag = last.partition(":")
        path = f"{folder}/{last}" if folder else last
        host, slash, rest = path.partition("/")
        if not (slash and (set(".:") & set(host) or host == "localhost")):
            host, rest = _DOCKER_HUB, path
        if host == _DOCKER_HUB and "/" not in rest:
            rest = f"library/{rest}"

        return cls(host, rest, tag or None, digest or None)

    @property
    def wanted(self) -> str:
        """
        What is asked for: the digest, else the tag.
        """
        return self.digest or self.tag or "latest"

    @property
    def url(self) -> str:
        """
        Where the registry serves the repository.
        """
        bare = self.host.partition(":")[0]
        scheme = "http" if bare in ("localhost", "127.0.0.1") else "https"
        host = _DOCKER_HUB_SERVER if self.host == _DOCKER_HUB else self.host

        return f"{scheme}://{host}/v2/{self.repository}"


def _configured() -> dict[str, Any]:
    """
    What ``docker login`` has written.
    """
    folder = os.environ.get("DOCKER_CONFIG", "")
    path = Path(folder or Path.home() / ".docker") / "config.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}

    return found


def _from_helper(helper: str, key: str) -> str | None:
    try:
        ran = subprocess.run(  # noqa: S603 - words, no shell
            [f"docker-credential-{helper}", "get"],
            input=key,
            capture_output=True,
            check=False,
            text=True,
        )
    except OSError:
        return None
    if ran.returncode:
        return None
    found = json.loads(ran.stdout)

    return f"{found['Username']}:{found['Secret']}"


def _credentials(host: str) -> str | None:
    """
    User and password for *host*, with a colon between them, as Docker would
    find them.
    """
    key = _DOCKER_HUB_KEY if host == _DOCKER_HUB else host
    config = _configured()
    helper = config.get("credHelpers", {}).get(key) or config.get("credsStore")
    if helper:
        return _from_helper(helper, key)
    entry = config.get("auths", {}).get(key, {}).get("auth")

    return base64.b64decode(entry).decode() if entry else None


def _basic(credentials: str) -> str:
    return f"Basic {base64.b64encode(credentials.encode()).decode()}"


@attrs.define(eq=False)
class Repository:
    """
    The repository of an image, and leave to read it.
    """

    image: ImageName
    _authorization: str | None = attrs.field(default=None, repr=False)

    def _get(self, path: str, accept: str) -> IO[bytes]:
        request = urllib.request.Request(  # noqa: S310 - made from a host
            f"{self.image.url}/{path}", headers={"Accept": accept}
        )
        if self._authorization:
            # Storage elsewhere refuses what is meant for the registry.
            request.add_unredirected_header(
                "Authorization", self._authorization
            )
        opened: IO[bytes] = urllib.request.urlopen(  # noqa: S310
            request, timeout=_TIMEOUT_SECONDS
        )
        return opened

    def _authorize(self, challenge: str) -> None:
        """
        Do what a registry asks of those who want to read.
        """
        credentials = _credentials(self.image.host)
        asked: Mapping[str, str] = dict(_CHALLENGE.findall(challenge))
        if "realm" not in asked or challenge.lower().startswith("basic"):
            self._authorization = credentials and _basic(credentials)
            return
        query = {
            "service": asked.get("service", ""),
            "scope": f"repository:{self.image.repository}:pull",
        }
        url = f"{asked['realm']}?{urllib.parse.urlencode(query)}"
        headers = {"Authorization": _basic(credentials)} if credentials else {}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310
        with urllib.request.urlopen(  # noqa: S310 - the registry names it
            request, timeout=_TIMEOUT_SECONDS
        ) as answer:
            given = json.load(answer)
        self._authorization = (
            f"Bearer {given.get('token') or given['access_token']}"
        )

    def _ask(self, path: str, accept: str) -> IO[bytes]:
        try:
            return self._get(path, accept)
        except urllib.error.HTTPError as error:
            if error.code != _UNAUTHORIZED or self._authorization:
                raise
            with error:
                self._authorize(error.headers.get("WWW-Authenticate", ""))
        return self._get(path, accept)

    @contextlib.contextmanager
    def _asked(self, path: str, accept: str = "*/*") -> Iterator[IO[bytes]]:
        where = f"{self.image.host}/{self.image.repository}"
        try:
            with self._ask(path, accept) as answer:
                yield answer
        except urllib.error.HTTPError as error:
            error.close()
            msg = f"Registry {self.image.host!r} refuses {where}: {error}."
            raise SpecError(msg) from None
        except (OSError, ValueError, KeyError) as error:
            reason = getattr(error, "reason", error)
            msg = f"Registry {self.image.host!r} does not answer: {reason}."
            raise SpecError(msg) from None

    def manifest(self, wanted: str) -> dict[str, Any]:
        """
        The manifest or index of a tag or digest.

        Raises:
            SpecError: If the registry does not have it or does not answer.
        """
        accept = ", ".join(MANIFEST_TYPES)
        with self._asked(f"manifests/{wanted}", accept) as answer:
            found: dict[str, Any] = json.load(answer)

        return found

    def blob(
        self, digest: str
    ) -> contextlib.AbstractContextManager[IO[bytes]]:
        """
        The content behind *digest*, to be read once.

        Raises:
            SpecError: If the registry does not have it or does not answer.
        """
        return self._asked(f"blobs/{digest}")
