"""
Images in a registry, as the OCI distribution specification serves them.
"""

import base64
import contextlib
import hashlib
import json
import os
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from collections.abc import Iterator, Mapping
from http import HTTPStatus
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


def platform_name(description: Mapping[str, Any]) -> str:
    """
    What users call the platform of an image.

    >>> platform_name({"os": "linux", "architecture": "arm", "variant": "v7"})
    'linux/arm/v7'
    """
    words = (description.get(k) for k in ("os", "architecture", "variant"))
    return "/".join(filter(None, words))


def _fits(wanted: str, built: str) -> bool:
    """
    Whether nodes of one platform run what is built for another name of it.

    >>> _fits("linux/arm64", "linux/arm64/v8"), _fits("linux/arm64/v8", "linux/arm64")
    (True, True)
    >>> _fits("linux/arm", "linux/arm64")
    False
    """
    default = "linux/arm64/v8"
    names = ("linux/arm64" if p == default else p for p in (wanted, built))
    node, image = names

    return f"{image}/".startswith(f"{node}/")


def _configured() -> dict[str, Any]:
    """
    What ``docker login`` has written.
    """
    folder = os.environ.get("DOCKER_CONFIG", "")
    path = Path(folder or Path.home() / ".docker") / "config.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
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


class _MissingError(SpecError):
    """
    A registry does not have what it is asked for.
    """


@attrs.frozen
class _Request:
    """
    What a registry is asked to do, and what one needs leave for.
    """

    path: str
    headers: Mapping[str, str]
    content: bytes | None = None

    @property
    def method(self) -> str:
        return "GET" if self.content is None else "PUT"

    @property
    def actions(self) -> str:
        return "pull" if self.content is None else "pull,push"


@attrs.define(eq=False)
class Repository:
    """
    The repository of an image, and leave to read and to write it.
    """

    image: ImageName
    _authorizations: dict[str, str | None] = attrs.field(
        factory=dict, init=False, repr=False
    )

    @property
    def name(self) -> str:
        """
        Registry and path, like ``"ghcr.io/acme/shop-web"``.
        """
        return f"{self.image.host}/{self.image.repository}"

    def _send(self, asked: _Request) -> IO[bytes]:
        request = urllib.request.Request(  # noqa: S310 - made from a host
            f"{self.image.url}/{asked.path}",
            data=asked.content,
            headers=dict(asked.headers),
            method=asked.method,
        )
        leave = self._authorizations.get(asked.actions)
        if leave:
            # Storage elsewhere refuses what is meant for the registry.
            request.add_unredirected_header("Authorization", leave)
        opened: IO[bytes] = urllib.request.urlopen(  # noqa: S310
            request, timeout=_TIMEOUT_SECONDS
        )
        return opened

    def _authorized(self, challenge: str, actions: str) -> str | None:
        """
        What a registry wants to see of those who want to do *actions*.
        """
        credentials = _credentials(self.image.host)
        asked: Mapping[str, str] = dict(_CHALLENGE.findall(challenge))
        if "realm" not in asked or challenge.lower().startswith("basic"):
            return credentials and _basic(credentials)
        query = {
            "service": asked.get("service", ""),
            "scope": f"repository:{self.image.repository}:{actions}",
        }
        url = f"{asked['realm']}?{urllib.parse.urlencode(query)}"
        headers = {"Authorization": _basic(credentials)} if credentials else {}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310
        with urllib.request.urlopen(  # noqa: S310 - the registry names it
            request, timeout=_TIMEOUT_SECONDS
        ) as answer:
            given = json.load(answer)
        return f"Bearer {given.get('token') or given['access_token']}"

    def _ask(self, asked: _Request) -> IO[bytes]:
        try:
            return self._send(asked)
        except urllib.error.HTTPError as error:
            known = self._authorizations.get(asked.actions)
            if error.code != HTTPStatus.UNAUTHORIZED or known:
                raise
            with error:
                challenge = error.headers.get("WWW-Authenticate", "")
            self._authorizations[asked.actions] = self._authorized(
                challenge, asked.actions
            )
        return self._send(asked)

    def _refusal(self, error: urllib.error.HTTPError) -> SpecError:
        msg = f"Registry {self.image.host!r} refuses {self.name}: {error}."
        if error.code == HTTPStatus.NOT_FOUND:
            return _MissingError(msg)
        if error.code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            msg += f" Log in: docker login {self.image.host}"
        return SpecError(msg)

    @contextlib.contextmanager
    def _asked(self, asked: _Request) -> Iterator[IO[bytes]]:
        try:
            with self._ask(asked) as answer:
                yield answer
        except urllib.error.HTTPError as error:
            error.close()
            raise self._refusal(error) from None
        except (OSError, ValueError, KeyError) as error:
            reason = getattr(error, "reason", error)
            msg = f"Registry {self.image.host!r} does not answer: {reason}."
            raise SpecError(msg) from None

    @contextlib.contextmanager
    def _manifest(self, wanted: str) -> Iterator[Any]:
        accept = {"Accept": ", ".join(MANIFEST_TYPES)}
        with self._asked(_Request(f"manifests/{wanted}", accept)) as answer:
            yield answer

    def manifest(self, wanted: str) -> dict[str, Any]:
        """
        The manifest or index of a tag or digest.

        Raises:
            SpecError: If the registry does not have it or does not answer.
        """
        with self._manifest(wanted) as answer:
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
        return self._asked(_Request(f"blobs/{digest}", {"Accept": "*/*"}))

    def digest(self, wanted: str) -> str | None:
        """
        Digest of the image with that tag or digest; `None` if there is none.

        Raises:
            SpecError: If the registry does not answer.
        """
        try:
            with self._manifest(wanted) as answer:
                return f"sha256:{hashlib.sha256(answer.read()).hexdigest()}"
        except _MissingError:
            return None

    def platforms(self, wanted: str) -> frozenset[str]:
        """
        Platforms of the image with that tag or digest, like
        ``"linux/amd64"``.

        Raises:
            SpecError: If the registry does not have it or does not answer.
        """
        manifest = self.manifest(wanted)
        if "manifests" not in manifest:
            with self.blob(manifest["config"]["digest"]) as file:
                return frozenset({platform_name(json.load(file))})
        # What attests to how an image was built is for no platform.
        return frozenset(
            platform_name(each["platform"])
            for each in manifest["manifests"]
            if each.get("platform", {}).get("os", "unknown") != "unknown"
        )

    def other_platforms(self, wanted: str, platform: str) -> str | None:
        """
        For which platforms the image with that tag or digest is instead of
        *platform*, in words; `None` if it is for that one.

        Raises:
            SpecError: If the registry does not have it or does not answer.
        """
        platforms = self.platforms(wanted)
        if any(_fits(platform, each) for each in platforms):
            return None
        return ", ".join(sorted(platforms)) or "no platform"

    def tag(self, digest: str, tag: str) -> None:
        """
        Let *tag* lead to the image with that *digest*.

        Raises:
            SpecError: If the registry does not have it or does not answer.
        """
        with self._manifest(digest) as answer:
            # Byte by byte, or it would have another digest.
            content = answer.read()
            kind = {"Content-Type": answer.headers["Content-Type"]}
        with self._asked(_Request(f"manifests/{tag}", kind, content)):
            pass
