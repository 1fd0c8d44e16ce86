"""
Registries are asked as they want to be asked.
"""

import base64
import http.server
import json
import os
import threading
import urllib.parse

import pytest

from mizzen import SpecError
from mizzen.registry import ImageName, Repository


DIGEST = f"sha256:{'5eed' * 16}"


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("redis", ("docker.io", "library/redis", None, None)),
        ("redis:8", ("docker.io", "library/redis", "8", None)),
        ("acme/api:v5", ("docker.io", "acme/api", "v5", None)),
        ("localhost/api:v5", ("localhost", "api", "v5", None)),
        ("localhost:5000/api", ("localhost:5000", "api", None, None)),
        (
            f"ghcr.io/acme/api:v5@{DIGEST}",
            ("ghcr.io", "acme/api", "v5", DIGEST),
        ),
    ],
)
def test_name(reference, parts):
    """
    References are taken apart as Docker does it.
    """
    assert ImageName(*parts) == ImageName.of(reference)


@pytest.mark.parametrize(
    ("reference", "wanted", "url"),
    [
        (
            "redis",
            "latest",
            "https://registry-1.docker.io/v2/library/redis",
        ),
        ("localhost:5000/api:v5", "v5", "http://localhost:5000/v2/api"),
        (f"ghcr.io/a/b:v5@{DIGEST}", DIGEST, "https://ghcr.io/v2/a/b"),
    ],
)
def test_asked_for(reference, wanted, url):
    """
    A digest says more than a tag; only the own machine is asked without
    encryption.
    """
    name = ImageName.of(reference)

    assert (wanted, url) == (name.wanted, name.url)


class Server(http.server.BaseHTTPRequestHandler):
    """
    A registry that answers as its server's *answers* say.
    """

    def do_GET(self):
        """
        Note what was asked, and answer.
        """
        path, _, query = self.path.partition("?")
        authorization = self.headers.get("Authorization")
        self.server.asked.append((path, authorization, query))
        code, headers, body = self.server.answer(path, authorization)
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """
        Say nothing.
        """


@pytest.fixture(name="server")
def _server(tmp_path, monkeypatch):
    """
    A registry without anybody's credentials.
    """
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        server.asked = []
        server.host = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(name="repository")
def _repository(server):
    return Repository(ImageName.of(f"{server.host}/shop/api:v5"))


def log_in(folder, server, **config):
    """
    Write what ``docker login`` writes.
    """
    content = {key: {server.host: value} for key, value in config.items()}
    (folder / "config.json").write_text(json.dumps(content))


def secured(server, challenge, right):
    """
    A registry that wants *right* as authorization.
    """

    def answer(path, authorization):
        if path == "/token":
            return 200, {}, server.given
        if authorization != right:
            return 401, {"WWW-Authenticate": challenge}, b""
        return 200, {}, b'{"layers": []}'

    return answer


USER = base64.b64encode(b"ann:hunter2").decode()


class TestOpen:
    def test_manifest(self, server, repository):
        """
        Who asks for nothing is told nothing.
        """
        server.answer = lambda *_: (200, {}, b'{"layers": [1]}')

        assert {"layers": [1]} == repository.manifest("v5")
        assert [("/v2/shop/api/manifests/v5", None, "")] == server.asked

    def test_blob(self, server, repository):
        """
        Blobs are read as they are.
        """
        server.answer = lambda *_: (200, {}, b"blob")

        with repository.blob(DIGEST) as file:
            assert b"blob" == file.read()


class TestToken:
    @pytest.fixture(name="secured")
    def _secured(self, server):
        """
        A registry that wants a token.
        """
        server.given = b'{"token": "leave"}'
        challenge = f'Bearer realm="http://{server.host}/token",service="it"'
        server.answer = secured(server, challenge, "Bearer leave")

        return server

    @pytest.mark.parametrize("name", ["token", "access_token"])
    def test_anybody(self, secured, repository, name):
        """
        A token is asked for once, for reading this repository.
        """
        secured.given = json.dumps({name: "leave"}).encode()
        repository.manifest("v5")
        repository.manifest("v5")
        query = urllib.parse.parse_qs(secured.asked[1][2])

        assert {
            "service": ["it"],
            "scope": ["repository:shop/api:pull"],
        } == query
        assert [None, None, "Bearer leave", "Bearer leave"] == [
            authorization for _, authorization, _ in secured.asked
        ]

    def test_logged_in(self, secured, repository, tmp_path):
        """
        Who is logged in says so to whom gives tokens alone.
        """
        log_in(tmp_path, secured, auths={"auth": USER})
        repository.manifest("v5")

        assert [None, f"Basic {USER}", "Bearer leave"] == [
            authorization for _, authorization, _ in secured.asked
        ]

    def test_refused(self, secured, repository):
        """
        A token that does not help is not asked for again.
        """
        secured.given = b'{"token": "other"}'

        with pytest.raises(SpecError) as ei:
            repository.manifest("v5")

        assert (
            f"Registry '{secured.host}' refuses {secured.host}/shop/api: "
            "HTTP Error 401: Unauthorized. Log in: docker login "
            f"{secured.host}"
        ) == str(ei.value)
        assert 3 == len(secured.asked)

    def test_no_token(self, secured, repository):
        """
        An answer without a token is told.
        """
        secured.given = b"{}"

        with pytest.raises(SpecError, match="does not answer: "):
            repository.manifest("v5")


class TestPassword:
    @pytest.fixture(name="secured")
    def _secured(self, server):
        """
        A registry that wants a password.
        """
        server.answer = secured(server, 'Basic realm="it"', f"Basic {USER}")

        return server

    def test_known(self, secured, repository, tmp_path):
        """
        The password of ``docker login`` is used.
        """
        log_in(tmp_path, secured, auths={"auth": USER})

        assert {"layers": []} == repository.manifest("v5")

    @pytest.mark.usefixtures("secured")
    @pytest.mark.parametrize("content", ["", "{}", '{"auths": {}}'])
    def test_unknown(self, repository, tmp_path, content):
        """
        Without one the registry refuses.
        """
        (tmp_path / "config.json").write_text(content)

        with pytest.raises(SpecError, match="401: Unauthorized"):
            repository.manifest("v5")

    def test_helper(self, secured, repository, tmp_path, monkeypatch):
        """
        A credential helper is asked for it.
        """
        program = tmp_path / "docker-credential-test"
        program.write_text(
            f'#!/bin/sh\nread host; [ "$1 $host" = "get {secured.host}" ] && '
            """echo '{"Username": "ann", "Secret": "hunter2"}'\n"""
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin:/bin")
        log_in(tmp_path, secured, credHelpers="test")

        assert {"layers": []} == repository.manifest("v5")

    @pytest.mark.parametrize("helper", ["#!/bin/sh\nexit 1\n", None])
    def test_helpless(
        self, secured, repository, tmp_path, monkeypatch, helper
    ):
        """
        A helper that knows nothing, or is not there, is no reason to end.
        """
        program = tmp_path / "docker-credential-test"
        if helper:
            program.write_text(helper)
            program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin:/bin")
        log_in(tmp_path, secured, credHelpers="test")

        with pytest.raises(SpecError, match="401: Unauthorized"):
            repository.manifest("v5")


class TestTrouble:
    def test_missing(self, server, repository):
        """
        What is not there is refused by name.
        """
        server.answer = lambda *_: (404, {}, b"")

        with pytest.raises(SpecError) as ei:
            repository.manifest("v5")

        assert (
            f"Registry '{server.host}' refuses {server.host}/shop/api: HTTP "
            "Error 404: Not Found."
        ) == str(ei.value)

    def test_busy(self, server, repository):
        """
        Why a registry refuses is told.
        """
        server.answer = lambda *_: (429, {}, b"")

        with pytest.raises(SpecError, match=r"429: Too Many Requests\.$"):
            repository.digest("v5")

    def test_nobody(self):
        """
        A registry that is not there is named.
        """
        repository = Repository(ImageName.of("localhost:1/shop/api:v5"))

        with pytest.raises(SpecError) as ei:
            repository.manifest("v5")

        assert (
            "Registry 'localhost:1' does not answer: [Errno 111] Connection "
            "refused."
        ) == str(ei.value)

    def test_storage_elsewhere(self, server, tmp_path):
        """
        Where blobs lie elsewhere, nobody there learns the password.
        """
        log_in(tmp_path, server, auths={"auth": USER})
        repository = Repository(ImageName.of(f"{server.host}/shop/api:v5"))
        away = f"http://{server.host}/storage"

        def answer(path, authorization):
            if path == "/storage":
                return 200, {}, b"blob"
            if authorization is None:
                return 401, {"WWW-Authenticate": "Basic"}, b""
            return 307, {"Location": away}, b""

        server.answer = answer
        with repository.blob(DIGEST) as file:
            found = file.read()

        assert b"blob" == found
        assert ("/storage", None, "") == server.asked[-1]
