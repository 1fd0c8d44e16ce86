"""
Images that BuildKit has built are told as programs of others tell them, and
one without a base image is built, deployed and looked into.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile

import httpx
import pytest

from infra.local.gobuild import go
from infra.local.node import BUILDKIT_SOCKET
from infra.local.tools import BUILDKIT, IMAGE_READERS

from .deployments import copy_tree, eventually, running


REGISTRY = "localhost:5000"
WASTEFUL = f"{REGISTRY}/tests/wasteful:1"


def output(*command, folder=None, **environment):
    """
    What a program prints.
    """
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        cwd=folder,
        env={**os.environ, **environment},
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"

    return done.stdout


def inspected(part, *arguments, folder):
    """
    What ``mizzen image inspect`` tells.
    """
    return json.loads(
        output(
            *(sys.executable, "-m", "mizzen.cli", "image", "inspect", part),
            *(*arguments, "--format", "json"),
            folder=folder,
        )
    )


@pytest.fixture(name="crane", scope="module")
def _crane(cluster):
    """
    How crane is asked.
    """
    program = IMAGE_READERS.build() / "crane"

    def crane(*arguments):
        return output(program, *arguments)

    return crane


@pytest.fixture(name="dive", scope="module")
def _dive(cluster, tmp_path_factory):
    """
    What dive makes of an archive.
    """
    program = IMAGE_READERS.build() / "dive"

    def dive(archive):
        report = tmp_path_factory.mktemp("dive") / "report.json"
        output(
            *(program, "--source", "docker-archive", archive),
            *("--json", report),
        )
        return json.loads(report.read_text())

    return dive


@pytest.fixture(name="scratch", scope="module")
def _scratch(cluster, root, tmp_path_factory):
    """
    The app that consists of one file, deployed.
    """
    folder = tmp_path_factory.mktemp("scratch")
    copy_tree(root, folder)
    scratch = folder / "tests" / "scratch"
    for name in ("app.py", "environments.py"):
        shutil.copyfile(scratch / name, folder / "infra" / name)
    stack_file = folder / "stacks" / "Pulumi.scratch.yaml"
    stack_file.write_text("config:\n  multi:environment: scratch\n")
    output(
        *(go(), "build", "-trimpath", "-ldflags=-s -w", "-o", "gate", "."),
        folder=scratch,
        CGO_ENABLED="0",
        GOFLAGS="",
    )
    with running(folder, "scratch") as deployment:
        yield deployment


@pytest.fixture(name="archives", scope="module")
def _archives(scratch, tmp_path_factory):
    """
    An image that wastes much, in all forms that BuildKit can write.
    """
    folder = tmp_path_factory.mktemp("archives")
    context = scratch.folder / "tests" / "scratch"
    # One after the other: BuildKit mixes up indexes of several exporters.
    for form in (
        f"type=docker,name=wasteful,dest={folder}/docker.tar",
        f"type=oci,dest={folder}/oci.tar",
        f"type=image,name={WASTEFUL},push=true",
    ):
        output(
            BUILDKIT.build() / "buildctl",
            f"--addr=unix://{BUILDKIT_SOCKET}",
            *("build", "--frontend=dockerfile.v0"),
            f"--local=context={context}",
            f"--local=dockerfile={context}",
            "--opt=filename=wasteful.dockerfile",
            f"--output={form}",
        )
    with tarfile.open(folder / "oci.tar") as archive:
        archive.extractall(folder / "oci", filter="data")

    return folder


@pytest.fixture(name="counted", scope="module")
def _counted(archives, dive):
    """
    What dive makes of it.
    """
    return dive(archives / "docker.tar")


def same_numbers(found, seen):
    """
    Whether mizzen's numbers are those of dive.
    """
    image = seen["image"]
    assert found["size"] == image["sizeBytes"]
    assert found["wasted"] == image["inefficientBytes"]
    assert found["efficiency"] == image["efficiencyScore"]
    assert [each["size"] for each in found["layers"]] == [
        each["sizeBytes"] for each in seen["layer"]
    ]
    assert {
        (each["path"], each["copies"], each["size"]) for each in found["waste"]
    } == {
        (each["file"], each["count"], each["sizeBytes"])
        for each in image["fileReference"]
    }


def same_settings(found, config, manifest):
    """
    Whether mizzen tells of an image what its configuration says.
    """
    told = config["config"]
    assert found["user"] == told.get("User", "")
    assert found["entrypoint"] == told.get("Entrypoint", [])
    assert found["command"] == (told.get("Cmd") or [])
    assert found["folder"] == told.get("WorkingDir", "")
    assert found["ports"] == [*told.get("ExposedPorts", {})]
    assert [
        f"{name}={value}"
        for name, value in found["environment"].items()
        if value != "[secret]"
    ] == [each for each in told["Env"] if "KEY=" not in each]
    assert found["platform"] == f"{config['os']}/{config['architecture']}"
    assert [each["digest"] for each in found["layers"]] == (
        config["rootfs"]["diff_ids"]
    )
    assert [each["stored"] for each in found["layers"]] == [
        each["size"] for each in manifest["layers"]
    ]


class TestWasteful:
    @pytest.mark.parametrize(
        "form", ["docker.tar", "oci.tar", "oci", WASTEFUL]
    )
    def test_dive(self, archives, scratch, counted, form):
        """
        dive counts the same bytes, whatever the image is read from.
        """
        place = form if form == WASTEFUL else str(archives / form)
        found = inspected("gate", "--image", place, folder=scratch.folder)

        same_numbers(found, counted)
        assert found["wasted"] > 3_000_000

    @pytest.mark.usefixtures("archives")
    def test_crane(self, scratch, crane):
        """
        crane reads the same settings, layers and sizes from the registry.
        """
        found = inspected("gate", "--image", WASTEFUL, folder=scratch.folder)

        same_settings(
            found,
            json.loads(crane("config", WASTEFUL)),
            json.loads(crane("manifest", WASTEFUL)),
        )
        assert ["serve", "now"] == found["command"]


class TestScratch:
    def test_answers(self, scratch):
        """
        A program without anything around it runs and answers.
        """
        assert "open\n" == eventually(lambda: httpx.get(scratch.url).text)

    def test_same(self, scratch, crane, dive, tmp_path):
        """
        The image that the cluster runs is told as others tell it, with the
        stage its file comes from.
        """
        (pod,) = scratch.objects("pods")
        reference = pod["spec"]["containers"][0]["image"]
        archive = tmp_path / "gate.tar"
        crane("pull", reference, archive)
        found = inspected(
            *("gate", "--stack", "scratch", "--registry", REGISTRY),
            folder=scratch.folder,
        )
        (layer,) = found["layers"]

        assert reference == found["image"]
        same_numbers(found, dive(archive))
        same_settings(
            found,
            json.loads(crane("config", reference)),
            json.loads(crane("manifest", reference)),
        )
        assert {
            "place": "tests/scratch/Dockerfile:5",
            "stage": "program",
        } == layer["origin"]
        assert ["/gate"] == [path for path, _ in layer["added"]["largest"]]

    def test_budget(self, scratch):
        """
        It keeps to its budget, and one that is too small is told.
        """
        path = scratch.folder / "infra" / "app.py"
        command = (
            *(sys.executable, "-m", "mizzen.cli", "image", "check", "gate"),
            *("--stack", "scratch", "--registry", REGISTRY, "--built"),
        )
        kept = output(*command, folder=scratch.folder)
        path.write_text(path.read_text().replace("20Mi", "1Mi"))
        exceeded = subprocess.run(
            command, capture_output=True, cwd=scratch.folder, text=True
        )

        assert "" == kept
        assert 1 == exceeded.returncode
        assert "more than its max_size of 1Mi (image-size)" in exceeded.stdout
