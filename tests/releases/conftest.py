"""
A registry and a BuildKit of one's own, and a shop in a repository.
"""

import contextlib
import json
import os
import subprocess
import sys

import attrs
import httpx
import pytest
import yaml

from apps.conftest import Server, free_port, program
from infra.local.errors import LocalClusterError
from infra.local.tools import BUILDKIT

from mizzen import (
    App,
    Dockerfile,
    Environment,
    Image,
    Job,
    Postgres,
    Registry,
    Service,
    Stack,
    Worker,
)


# Of "open sesame", as the user "somebody".
_HASH = "$2b$04$TwAU6Jvnlv2XcHqGNIOmc.ET0fXaQjUwTwumoQJvYgTBooNKbsA6e"


@contextlib.contextmanager
def _registry(folder, **further):
    """
    The address of a registry that keeps everything in *folder*.
    """
    host = f"localhost:{free_port()}"
    content = {
        "version": "0.1",
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(folder / "registry")},
            "delete": {"enabled": True},
        },
        "http": {"addr": host},
        **further,
    }
    path = folder / "registry.yaml"
    path.write_text(yaml.safe_dump(content))
    server = Server(
        command=[
            program("docker-registry", "docker-registry"),
            *("serve", str(path)),
        ],
        url=f"http://{host}/v2/",
        ready=lambda: httpx.get(f"http://{host}/v2/").status_code,
    )
    server.start()
    try:
        yield host
    finally:
        server.stop()


@pytest.fixture(name="registry", scope="session")
def _open_registry(tmp_path_factory):
    """
    The address of a registry that everybody may use.
    """
    with _registry(tmp_path_factory.mktemp("registry")) as host:
        yield host


@pytest.fixture(name="closed_registry", scope="session")
def _closed_registry(tmp_path_factory):
    """
    The address of a registry that asks for a password.
    """
    folder = tmp_path_factory.mktemp("closed")
    (folder / "users").write_text(f"somebody:{_HASH}\n")
    users = {"realm": "shop", "path": str(folder / "users")}
    with _registry(folder, auth={"htpasswd": users}) as host:
        yield host


@pytest.fixture(name="buildkit", scope="session")
def _buildkit(registry, tmp_path_factory):
    """
    The environment in which buildctl reaches a BuildKit.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("BuildKit needs Linux and root")
    try:
        tools = BUILDKIT.build()
    except LocalClusterError as error:
        pytest.skip(f"BuildKit cannot be had here: {error}")
    folder = tmp_path_factory.mktemp("buildkit")
    address = f"unix://{folder / 'socket'}"
    path = folder / "buildkitd.toml"
    path.write_text(
        f'root = "{folder / "root"}"\n'
        f'[grpc]\naddress = ["{address}"]\n'
        "[worker.containerd]\nenabled = false\n"
        f'[registry."{registry}"]\nhttp = true\n'
    )
    environment = {
        "BUILDKIT_HOST": address,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
    }
    server = Server(
        command=[str(tools / "buildkitd"), f"--config={path}"],
        url=address,
        ready=lambda: subprocess.run(
            ["buildctl", "debug", "workers"],
            check=True,
            capture_output=True,
            env={**os.environ, **environment},
        ),
    )
    server.start()
    yield environment
    server.stop()


@pytest.fixture(name="builder")
def _builder(buildkit, monkeypatch):
    """
    A process that builds by BuildKit.
    """
    for name, value in buildkit.items():
        monkeypatch.setenv(name, value)


def git(folder, *words):
    """
    Run git in *folder* as somebody.
    """
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
    subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True
    )


def commit(folder):
    """
    Commit all that is in *folder*.
    """
    git(folder, "add", "--all")
    git(folder, "commit", "--message", "Change", "--allow-empty")


def write(folder, name, text):
    """
    A build context with nothing but *text*, which is what its image has.
    """
    context = folder / "apps" / name
    context.mkdir(parents=True, exist_ok=True)
    (context / "Dockerfile").write_text("FROM scratch\nCOPY text /\n")
    (context / "text").write_text(text)


@attrs.frozen(kw_only=True)
class Shop:
    """
    An app of several images, in a repository of its own.
    """

    app: App
    environment: Environment
    stack: Stack

    @property
    def root(self):
        """
        Folder of the repository.
        """
        return self.stack.root

    def change(self, name, text):
        """
        Change what the image of *name* is built from, and commit it.
        """
        write(self.root, name, text)
        commit(self.root)


@pytest.fixture(name="shop")
def _shop(registry, tmp_path):
    """
    A shop whose images are pushed to a path that no other test uses.
    """
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "--quiet")
    for name in ("web", "api"):
        write(root, name, f"{name} one")
    commit(root)
    api = Service("api", image=Dockerfile("apps/api"), port=8000)
    app = App(
        "shop",
        edition="2026",
        parts=[
            Service("web", image=Dockerfile("apps/web"), port=8080),
            api,
            Worker("mailer", image=api.image, health=["true"]),
            Job("migrate", image=api.image, args=["migrate"], before=[api]),
            Worker("clock", image=Image("acme/clock:v1"), health=["true"]),
            Postgres("db", version=17, disk="1Gi"),
        ],
    )
    prefix = f"{registry}/{tmp_path.name.replace('_', '-').lower()}"
    stack = Stack(
        "prod",
        environment="prod",
        registry=Registry(prefix.rstrip("-")),
        root=root,
    )
    return Shop(app=app, environment=Environment("prod"), stack=stack)


@pytest.fixture(name="push")
def _push(builder):
    """
    How an image is built and pushed by somebody else; its digest is told.
    """

    def push(shop, name, platforms, *options):
        context = shop.root / "apps" / name
        metadata = shop.root.parent / "metadata.json"
        reference = f"{shop.stack.registry.prefix}/shop-{name}"
        subprocess.run(
            [
                *("buildctl", "build", "--frontend=dockerfile.v0"),
                f"--local=context={context}",
                f"--local=dockerfile={context}",
                f"--opt=platform={platforms}",
                *options,
                f"--output=type=image,name={reference}:latest,push=true",
                f"--metadata-file={metadata}",
            ],
            check=True,
            capture_output=True,
        )
        return json.loads(metadata.read_text())["containerimage.digest"]

    return push
