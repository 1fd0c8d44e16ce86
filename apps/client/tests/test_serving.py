"""
The page's server: nginx with our configuration and our start script.
"""

import gzip
import http.server
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from pathlib import Path

import httpx
import pytest


CLIENT = Path(__file__).parents[1]
# The user id that the container has, where tests may choose one.
USER = 10001 if os.geteuid() == 0 else None
CLUSTER = """\
search shop.svc.cluster.local svc.cluster.local cluster.local
nameserver 127.0.0.1
nameserver fd00::10
options ndots:5
"""


class Api(http.server.BaseHTTPRequestHandler):
    """
    Stands for the API: it tells what it was asked.
    """

    def do_GET(self):
        """
        Answer a GET request.
        """
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps(
            {
                "path": self.path,
                "headers": dict(self.headers),
                "pad": "x" * 999,
            }
        ).encode()
        self.send_response(int(self.headers.get("X-Wanted-Status", "200")))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 -- as http.server wants it

    def log_message(self, *_):
        """
        Write nothing.
        """


@pytest.fixture(name="api_port")
def _api_port(free_port):
    return free_port()


@pytest.fixture(name="api")
def _api(api_port):
    """
    Start the API when called.
    """
    servers = []

    def start():
        server = http.server.ThreadingHTTPServer(("127.0.0.1", api_port), Api)
        threading.Thread(target=server.serve_forever).start()
        servers.append(server)

    yield start

    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(name="folder")
def _folder(port):
    """
    What the image holds, with other paths and another port.
    """
    folder = Path(tempfile.mkdtemp(prefix="app-client-"))
    folder.chmod(0o755)
    (folder / "site/assets").mkdir(parents=True)
    (folder / "site/index.html").write_text("<title>Fibonacci</title>")
    (folder / "site/assets/index-1a2b.js").write_text("1;" * 1_000)
    (folder / "tmp").mkdir()
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    (folder / "log").touch()
    for name in ("nginx.conf", "start.sh"):
        text = (CLIENT / name).read_text()
        text = text.replace("/tmp/nginx", f"{folder}/tmp")
        text = text.replace("/etc/resolv.conf", f"{folder}/resolv.conf")
        text = text.replace("/dev/stdout", f"{folder}/log")
        text = text.replace("listen 8080", f"listen 127.0.0.1:{port}")
        (folder / name).write_text(text)
    if USER:
        for name in ("tmp", "log"):
            os.chown(folder / name, USER, USER)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(name="port")
def _port(free_port):
    return free_port()


@pytest.fixture(name="serve")
def _serve(folder, port, api_port, patiently):
    """
    Start the server; gives the process.
    """
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed (Debian's package nginx-light)")
    processes = []

    def serve(api_url=f"http://127.0.0.1:{api_port}"):
        process = subprocess.Popen(
            ["sh", folder / "start.sh"],
            env={"PATH": os.environ["PATH"], "API_URL": api_url},
            user=USER,
            group=USER,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        patiently(
            lambda: httpx.get(f"http://127.0.0.1:{port}/healthz").is_success
        )

        return process

    yield serve

    for process in processes:
        if process.poll() is None:
            # Straight to nginx: our script would wait for others.
            nginx = int((folder / "tmp/nginx.pid").read_text())
            os.kill(nginx, signal.SIGQUIT)
        process.communicate(timeout=20)


@pytest.fixture(name="client")
def _client(serve, port):
    """
    A client of the running server.
    """
    serve()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


class TestPage:
    def test_index(self, client):
        """
        The page is served and always asked for again.
        """
        answer = client.get("/")

        assert "<title>Fibonacci</title>" == answer.text
        assert "no-cache" == answer.headers["cache-control"]

    def test_assets(self, client):
        """
        Files with a hash in their names are kept for ever and compressed.
        """
        answer = client.get("/assets/index-1a2b.js")

        assert "immutable" in answer.headers["cache-control"]
        assert "gzip" == answer.headers["content-encoding"]

    @pytest.mark.parametrize("path", ["/none", "/assets/none.js"])
    def test_unknown(self, client, path):
        """
        What doesn't exist is not found, and that is not kept.
        """
        answer = client.get(path)

        assert 404 == answer.status_code
        assert "cache-control" not in answer.headers

    @pytest.mark.parametrize("path", ["/", "/none", "/healthz", "/api/values"])
    def test_security(self, client, path):
        """
        Every answer has the security headers and hides the version.
        """
        headers = client.get(path).headers

        assert headers["content-security-policy"].startswith(
            "default-src 'none'; script-src 'self';"
        )
        assert "nosniff" == headers["x-content-type-options"]
        assert "no-referrer" == headers["referrer-policy"]
        assert "nginx" == headers["server"]


class TestApi:
    def test_unstripped(self, client, api):
        """
        The path and the query reach the API as they are, with an id that
        the log has, too.
        """
        api()
        received = client.get("/api/values?limit=5&x=%2F").json()

        assert "/api/values?limit=5&x=%2F" == received["path"]
        assert 32 == len(received["headers"]["X-Request-Id"])

    @pytest.mark.parametrize("status", [202, 404, 422, 500, 502, 503])
    def test_status(self, client, api, status):
        """
        What the API answers is passed on, also when it is an error.
        """
        api()
        answer = client.post(
            "/api/values",
            json={"index": 1},
            headers={"X-Wanted-Status": str(status)},
        )

        assert status == answer.status_code
        assert "/api/values" == answer.json()["path"]

    def test_compressed(self, client, api):
        """
        Values are compressed for those who can read that.
        """
        api()
        with client.stream("GET", "/api/values") as answer:
            raw = b"".join(answer.iter_raw())

        assert "/api/values" == json.loads(gzip.decompress(raw))["path"]

    def test_away(self, client, api):
        """
        Without the API the page is served, and requests get 503 with the
        reason, until it is there.
        """
        answer = client.get("/api/values")

        assert 200 == client.get("/").status_code
        assert 503 == answer.status_code
        assert {
            "detail": "The API cannot be reached at the moment."
        } == answer.json()

        api()

        assert 200 == client.get("/api/values").status_code

    def test_no_such_name(self, serve, port):
        """
        The server starts also when the API's name does not exist.
        """
        serve("http://api.shop.svc.cluster.local:8000")

        assert 503 == httpx.get(f"http://127.0.0.1:{port}/api/x").status_code

    @pytest.mark.parametrize(
        ("resolv_conf", "api_url", "expected"),
        [
            (
                CLUSTER,
                "http://api:8000",
                "http://api.shop.svc.cluster.local:8000",
            ),
            (CLUSTER, "http://api", "http://api.shop.svc.cluster.local"),
            (CLUSTER, "http://api.other:80", "http://api.other:80"),
            (CLUSTER, "http://10.96.0.7:8000", "http://10.96.0.7:8000"),
            (
                "search example.com\nnameserver 127.0.0.1\n",
                "http://api:8000",
                "http://api:8000",
            ),
        ],
    )
    def test_name(self, serve, folder, resolv_conf, api_url, expected):
        """
        In a cluster the name of a Service is completed with the namespace's
        domain, and only there.
        """
        (folder / "resolv.conf").write_text(resolv_conf)
        serve(api_url)
        written = (folder / "tmp/api.conf").read_text()

        assert f"set $api {expected};" == written.splitlines()[-1]

    def test_name_servers(self, serve, folder):
        """
        All name servers are asked, with IPv6 addresses in brackets.
        """
        (folder / "resolv.conf").write_text(CLUSTER)
        serve()
        written = (folder / "tmp/api.conf").read_text()

        assert (
            "resolver 127.0.0.1 [fd00::10]  valid=10s;"
            == (written.splitlines()[0])
        )


class TestProcess:
    def test_drains(self, serve, port):
        """
        After SIGTERM it still serves for a while and then ends well.
        """
        process = serve()
        process.terminate()
        time.sleep(1)

        assert httpx.get(f"http://127.0.0.1:{port}/").is_success

        _, errors = process.communicate(timeout=20)

        assert 0 == process.returncode
        assert "" == errors

    def test_log(self, client, folder, patiently):
        """
        Requests are logged as JSON, those of the health probe are not.
        """
        client.get("/healthz")
        client.get('/a"b')
        patiently((folder / "log").read_text)
        lines = (folder / "log").read_text().splitlines()

        assert ['/a"b'] == [json.loads(line)["path"] for line in lines]
