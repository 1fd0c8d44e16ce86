"""
A Docker engine, where there is one, tells the same of an image.
"""

import json
import shutil
import subprocess

import pytest

from mizzen.built.images import built_image
from mizzen.built.stored import stored_image

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
    What Docker prints; `None` if there is no engine or it refuses.
    """
    if not shutil.which("docker"):
        return None
    done = subprocess.run(
        ["docker", *arguments], capture_output=True, text=True
    )
    return None if done.returncode else done.stdout


@pytest.fixture(name="engine")
def _engine(tmp_path):
    """
    An engine that knows the image; its inspection of it.
    """
    if docker("version", "--format", "{{.Server.Version}}") is None:
        pytest.skip("no Docker engine answers")
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
    yield json.loads(docker("image", "inspect", TAG))[0]
    docker("image", "rm", "--force", identity)


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
