"""
Objects of Google's own are what their definitions want them to be.

The schemas keep out no fields that they do not know, but TypeScript does.
"""

import json
import shutil
import subprocess

from pathlib import Path

import pytest

from mizzen import (
    App,
    Environment,
    Gateway,
    GrpcHealth,
    HttpHealth,
    Image,
    Ingress,
    Port,
    Route,
    Service,
    Stack,
    TlsSecret,
    compile_app,
)


OWN = ("cloud.google.com/", "networking.gke.io/")
HERE = Path(__file__).parent
IMAGE = Image("acme/it:v5")
_TYPES = (
    *("--noEmit", "--strict", "--skipLibCheck"),
    *("--module", "nodenext", "objects.ts"),
)
WRONG = {
    "apiVersion": "networking.gke.io/v1",
    "kind": "GCPBackendPolicy",
    "spec": {
        "default": {"timeoutSecs": 5},
        "targetRef": {"group": "", "kind": "Service", "name": "web"},
    },
}
HEALTHS = {
    "encrypted": HttpHealth("/healthz", port="secure"),
    "none": None,
    "path": "/healthz",
    "http": HttpHealth("/", timeout_seconds=9, period_seconds=30),
    "grpc": GrpcHealth("acme.Api"),
    "server": GrpcHealth(),
}


def service(health):
    """
    A service that is asked for its *health*.
    """
    ports = [
        Port("http", 8000),
        Port("grpc", 9000, application="grpc"),
        Port("secure", 8443, application="https"),
    ]
    return Service("web", image=IMAGE, ports=ports, health=health)


def compiled(health, exposure, **addresses):
    """
    Objects of Google's own, for a route to what is asked for its *health*.
    """
    web = service(health)
    routes = [Route("/", web, timeout_seconds=90)]
    app = App("shop", edition="2026", parts=[web], routes=routes)
    stack = Stack(
        "dev", environment="dev", hosts=["a.example.com"], **addresses
    )
    desired = compile_app(app, Environment("dev", exposure=exposure), stack)

    return [
        manifest.body
        for manifest in desired
        if manifest.body["apiVersion"].startswith(OWN)
    ]


@pytest.fixture(name="objects", params=HEALTHS)
def _objects(request):
    """
    All kinds of them.
    """
    health = HEALTHS[request.param]
    by_ingress = Ingress(tls=TlsSecret("shop"))

    return [
        *compiled(health, by_ingress, ingress_class="gce"),
        *compiled(health, Gateway(), gateway_class="gke-l7-rilb"),
    ]


@pytest.fixture(name="run", scope="module")
def _run(tmp_path_factory):
    """
    Runs a program where the definitions are installed, as locked.
    """
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("google")
    for name in ("package.json", "package-lock.json", "validate.js"):
        shutil.copy(HERE / name, folder)

    def run(*command, text=""):
        return subprocess.run(
            command, capture_output=True, cwd=folder, input=text, text=True
        )

    installed = run("npm", "ci", "--ignore-scripts", "--no-audit")
    assert 0 == installed.returncode, installed.stderr

    return run


@pytest.fixture(name="typed")
def _typed(run):
    """
    What TypeScript says of objects of the types that they say they are of.
    """

    def typed(*objects):
        text = "\n".join(
            f"import {{ I{body['kind']} as T{number} }} from "
            f'"@kubernetes-models/gke/{body["apiVersion"]}";\n'
            f"export const o{number}: T{number} = {json.dumps(body)};"
            for number, body in enumerate(objects)
        )
        run("tee", "objects.ts", text=text)

        return run("npx", "tsc", *_TYPES).stdout

    return typed


def test_fields(typed, objects):
    """
    All kinds have no field that their definitions do not know.
    """
    kinds = {body["kind"] for body in objects}

    assert kinds == {
        "BackendConfig",
        "FrontendConfig",
        "GCPBackendPolicy",
        "HealthCheckPolicy",
    }
    assert "" == typed(*objects)


def test_values(run, objects):
    """
    What they have in their fields is what their definitions take.
    """
    said = run("node", "validate.js", text=json.dumps(objects))

    assert ("", "") == (said.stdout, said.stderr)


def test_unknown(run, typed):
    """
    A field that is misspelt is found, and so is text in place of a number.
    """
    text = {**WRONG, "spec": {**WRONG["spec"], "default": {"timeoutSec": "5"}}}
    said = run("node", "validate.js", text=json.dumps([text]))

    assert "'\"timeoutSecs\"' does not exist" in typed(WRONG)
    assert "timeoutSec must be integer" in said.stdout
