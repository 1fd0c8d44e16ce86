"""
Images are found wherever they are stored.
"""

import json
import os

import pytest

from mizzen import SpecError
from mizzen.built.images import built_image
from mizzen.built.stored import stored_image

from .handmade import Layout, docker_archive, layer


LAYERS = [layer(("a", b"1234")), layer(("b", b"1"))]
AMD = {"os": "linux", "architecture": "amd64"}
ARM = {"os": "linux", "architecture": "arm64", "variant": "v8"}
# What BuildKit says about how an image was built.
PROOF = {"os": "unknown", "architecture": "unknown"}


def size(location, platform="linux/amd64", *, in_engine=False):
    """
    Bytes of the image at *location*.
    """
    with stored_image(
        str(location), platform=platform, in_engine=in_engine
    ) as stored:
        found = built_image(stored, root=None, dockerfile=None)
    return found.size


@pytest.fixture(name="layout")
def _layout():
    """
    One image for each of two platforms, the second one an index deeper.
    """
    layout = Layout()
    deep = layout.blob(
        {
            "manifests": [
                {**layout.image(LAYERS[1:], platform="linux/arm64")}
                | {"platform": ARM}
            ]
        }
    )
    return layout.index(
        {**layout.image(LAYERS[:1]), "platform": PROOF},
        {**layout.image(LAYERS), "platform": AMD},
        {**deep, "platform": ARM},
    )


class TestLayout:
    @pytest.mark.parametrize(
        ("platform", "expected"),
        [
            ("linux/amd64", 5),
            ("linux/arm64", 1),
            ("linux/arm64/v8", 1),
            (None, 5),
        ],
    )
    def test_platform(self, layout, tmp_path, platform, expected):
        """
        The image of the platform is read, without one the first that is an
        image at all, from a folder and from an archive.
        """
        folder = layout.write(tmp_path / "layout")
        archive = layout.archive(tmp_path / "layout.tar")

        assert [expected] * 2 == [
            size(folder, platform),
            size(archive, platform),
        ]

    def test_single(self, tmp_path):
        """
        One image that names no platform is the one.
        """
        layout = Layout()
        layout.index(layout.image(LAYERS))

        assert 5 == size(layout.write(tmp_path))

    def test_other_platform(self, layout, tmp_path):
        """
        A platform that there is no image for is named.
        """
        path = layout.archive(tmp_path / "image.tar")

        with pytest.raises(SpecError) as ei:
            size(path, "linux/s390x")

        assert f"{path} has no image for linux/s390x." == str(ei.value)

    def test_no_image(self, tmp_path):
        """
        A folder and a file that hold no image are named.
        """
        (tmp_path / "text").write_text("text")
        for path in (tmp_path, tmp_path / "text"):
            with pytest.raises(
                SpecError,
                match=rf"^{path} is no image in an OCI layout or a Docker "
                r"archive \(",
            ):
                size(path)

    def test_missing_layer(self, layout, tmp_path):
        """
        So is an image whose layer is missing.
        """
        folder = layout.write(tmp_path / "layout")
        (folder / "index.json").write_text(
            json.dumps({"manifests": [{"digest": "sha256:gone", "size": 1}]})
        )

        with pytest.raises(SpecError, match="is no image in an OCI layout"):
            size(folder)

    def test_folder_for_a_file(self, tmp_path):
        """
        So is an archive with a folder where a file should be.
        """
        path = tmp_path / "image.tar"
        path.write_bytes(layer(("index.json/", b"")))

        with pytest.raises(SpecError, match=r"index\.json is no file"):
            size(path)


class TestDocker:
    def test_archive(self, tmp_path):
        """
        An archive of Docker is read.
        """
        assert 5 == size(docker_archive(tmp_path / "image.tar", LAYERS))

    def test_engine(self, tmp_path, monkeypatch):
        """
        An image that is in no registry is saved by the local engine.
        """
        docker_archive(tmp_path / "saved", LAYERS)
        program = tmp_path / "docker"
        program.write_text(
            f'#!/bin/sh\n[ "$4" = multi-api:v5 ] && cp {tmp_path}/saved '
            '"${3#--output=}"\n'
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin:/bin")

        assert 5 == size("multi-api:v5", in_engine=True)

    def test_engine_without_it(self, tmp_path, monkeypatch):
        """
        What the engine says is handed on.
        """
        program = tmp_path / "docker"
        program.write_text("#!/bin/sh\necho no such image >&2\nexit 1\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin:/bin")

        with pytest.raises(SpecError) as ei:
            size("multi-api:v5", in_engine=True)

        assert "docker image save failed: no such image" == str(ei.value)

    def test_no_engine(self, tmp_path, monkeypatch):
        """
        Without an engine it is said what else helps.
        """
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(SpecError) as ei:
            size("multi-api:v5", in_engine=True)

        assert (
            "Image 'multi-api:v5' is in no registry, and docker is not "
            "there. Name an archive by --image, or a stack that has a "
            "registry."
        ) == str(ei.value)
