"""
Repositories of real registries, and of one that hands out tokens.
"""

import base64
import contextlib
import hashlib
import json
import threading

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from mizzen import SpecError
from mizzen.registry import ImageName, Repository


PASSWORD = base64.b64encode(b"somebody:open sesame").decode()


@pytest.fixture(name="log_in")
def _log_in(tmp_path, monkeypatch):
    """
    How Docker's configuration is written.
    """
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))

    def log_in(**content):
        (tmp_path / "config.json").write_text(json.dumps(content))

    return log_in


def at(name):
    """
    The repository called *name*.
    """
    return Repository(ImageName.of(name))


def refusal(repository, reference="v1"):
    """
    What is said when *repository* cannot be asked.
    """
    with pytest.raises(SpecError) as ei:
        repository.digest(reference)

    return str(ei.value)


class TestPassword:
    @pytest.mark.usefixtures("log_in")
    def test_nobody(self, closed_registry):
        """
        Who has not logged in is told how to.
        """
        assert refusal(at(f"{closed_registry}/shop-web")) == (
            f"Registry {closed_registry!r} refuses {closed_registry}/"
            "shop-web: HTTP Error 401: Unauthorized. Log in: docker login "
            f"{closed_registry}"
        )

    def test_wrong(self, closed_registry, log_in):
        """
        A wrong password is refused, and never shown.
        """
        wrong = base64.b64encode(b"somebody:wrong").decode()
        log_in(auths={closed_registry: {"auth": wrong}})
        text = refusal(at(f"{closed_registry}/shop-web"))

        assert "docker login" in text
        assert "wrong" not in text

    def test_written(self, closed_registry, log_in):
        """
        A password in Docker's configuration opens the registry.
        """
        log_in(auths={closed_registry: {"auth": PASSWORD}})

        assert at(f"{closed_registry}/shop-web").digest("v1") is None


class _TokenRegistry(BaseHTTPRequestHandler):
    """
    A registry that wants tokens, as those of the large clouds do: one for
    each scope.
    """

    protocol_version = "HTTP/1.1"

    def _answer(self, code, content=b"", **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _allowed(self, scope):
        if self.headers.get("Authorization") == f"Bearer for {scope}":
            return True
        realm = f"http://{self.headers['Host']}/token"
        challenge = f'Bearer realm="{realm}",service="shop",scope="{scope}"'
        self._answer(401, WWW_Authenticate=challenge)
        return False

    def do_GET(self):
        """
        Hand out a token, or the manifest.
        """
        url = httpx.URL(self.path)
        if url.path == "/token":
            known = self.headers.get("Authorization") == f"Basic {PASSWORD}"
            scope = url.params["scope"]
            if known and url.params["service"] == "shop":
                token = {"access_token": f"for {scope}"}
                self._answer(200, json.dumps(token).encode())
            else:
                self._answer(401)
        elif self._allowed("repository:web:pull"):
            self._answer(
                200, self.server.manifest, Content_Type="application/json"
            )

    def do_PUT(self):
        """
        Take a manifest.
        """
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self._allowed("repository:web:pull,push"):
            self.server.taken = (
                self.path,
                self.headers["Content-Type"],
                content,
            )
            self._answer(201)

    def log_message(self, format, *args):  # noqa: A002 - inherited
        """
        Say nothing.
        """


@contextlib.contextmanager
def serving(handler):
    """
    A server with *handler* on a port of its own.
    """
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(name="server")
def _server():
    with serving(_TokenRegistry) as server:
        # Not as a library would write it: its digest is that of its bytes.
        server.manifest = b'{"schemaVersion" : 2 }\n'
        server.host = f"127.0.0.1:{server.server_port}"
        yield server


class TestToken:
    def test_read_and_written(self, server, log_in):
        """
        Who has logged in gets a token to read and another one to write, and
        what is written is what was read, byte by byte.
        """
        log_in(auths={server.host: {"auth": PASSWORD}})
        repository = at(f"{server.host}/web")
        digest = repository.digest("latest")
        repository.tag(digest, "v1")

        sha = hashlib.sha256(server.manifest).hexdigest()
        assert digest == f"sha256:{sha}"
        assert server.taken == (
            "/v2/web/manifests/v1",
            "application/json",
            server.manifest,
        )

    @pytest.mark.usefixtures("log_in")
    def test_nobody(self, server):
        """
        Without a token there is no access.
        """
        repository = at(f"{server.host}/web")

        assert "docker login" in refusal(repository)


class TestPlatforms:
    def test_attested(self, shop, push):
        """
        What attests to a build is for no platform.
        """
        digest = push(
            shop, "web", "linux/arm64", "--opt=attest:provenance=mode=min"
        )
        repository = at(f"{shop.stack.registry.prefix}/shop-web")

        assert repository.platforms(digest) == {"linux/arm64"}
