"""
A Docker engine tells the same of an image.
"""

import json
import shutil
import subprocess

import pytest

from mizzen.built.images import built_image
from mizzen.built.stored import stored_image

from .docker_engine import running, unpacked
from .handmade import docker_archive, layer


TAG = "mizzen.test/wasteful:1"
SAME = layer(("srv/", b""))
LAYERS = [
    layer(("a", b"x" * 5000), ("b/", b""), ("b/c", b"1")),
    SAME,
    layer(("a", None), ("b", None)),
    SAME,
]


def docker(*arguments):
    """
    What Docker prints.
    """
    return subprocess.run(
        ["docker", *arguments], capture_output=True, check=True, text=True
    ).stdout


@pytest.fixture(name="address")
def _address(tmp_path, monkeypatch):
    """
    An engine answers.
    """
    if not shutil.which("docker"):
        pytest.skip("docker, the client, is not installed")
    program = unpacked(tmp_path)
    if program is None:
        pytest.skip("the package docker.io cannot be had")
    with running(program, tmp_path) as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        yield


@pytest.fixture(name="engine")
def _engine(address, tmp_path):
    """
    An engine that knows the image; its inspection of it.
    """
    archive = docker_archive(
        tmp_path / "image.tar",
        LAYERS,
        User="10001",
        Env=["A=1"],
        Entrypoint=["/a"],
        ExposedPorts={"80/tcp": {}},
        WorkingDir="/srv",
    )
    loaded = docker("load", "--quiet", "--input", str(archive))
    identity = loaded.partition("ID: ")[2].strip()
    docker("tag", identity, TAG)
    return json.loads(docker("image", "inspect", TAG))[0]


def test_same(engine):
    """
    Size, layers and settings are those that ``docker image inspect`` tells,
    also where layers are the same.
    """
    with stored_image(TAG, platform=None, in_engine=True) as stored:
        found = built_image(stored, root=None, dockerfile=None)
    told = engine["Config"]

    assert found.size == engine["Size"]
    assert [each.digest for each in found.layers] == (
        engine["RootFS"]["Layers"]
    )
    assert [
        told["User"],
        told["Entrypoint"],
        told["WorkingDir"],
        [*told["ExposedPorts"]],
        told["Env"],
    ] == [
        found.user,
        [*found.entrypoint],
        found.folder,
        [*found.ports],
        [f"{name}={value}" for name, value in found.environment.items()],
    ]
