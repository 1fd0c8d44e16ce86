"""
Where images come from.
"""

import pytest

from mizzen import Dockerfile, Image, SpecError


DIGEST = f"sha256:{'0' * 64}"


class TestImage:
    @pytest.mark.parametrize(
        "reference",
        [
            "redis:8",
            "ghcr.io/acme/api:v1.2-rc_3",
            "localhost:5000/api:v5",
            f"api@{DIGEST}",
            f"localhost:5000/a/b:v5@{DIGEST}",
        ],
    )
    def test_pinned(self, reference):
        """
        References have a tag or a digest.
        """
        assert reference == Image(reference).reference

    @pytest.mark.parametrize(
        "reference",
        [
            "",
            "redis",
            "redis:",
            "redis: 8",
            "redis:8\n",
            "localhost:5000/redis",
            "Redis:8",
            "redis:8+x",
            "redis@sha256:0",
            "https://ghcr.io/acme/api:v5",
            5,
        ],
    )
    def test_wrong(self, reference):
        """
        Other references are refused.
        """
        with pytest.raises(SpecError) as ei:
            Image(reference)

        who = "Image" if reference == 5 else f"Image {reference!r}"
        assert (
            f"{who}: reference must be an image reference with a tag or a "
            f"digest, like 'redis:8' (got {reference!r})."
        ) == str(ei.value)


class TestDockerfile:
    @pytest.mark.parametrize(
        "file", ["/Dockerfile", "../Dockerfile", "a/../.."]
    )
    def test_file(self, file):
        """
        The Dockerfile belongs to the context.
        """
        with pytest.raises(SpecError) as ei:
            Dockerfile("api", file=file)

        assert (
            "Dockerfile 'api': file must be a relative path inside the "
            f"project, like 'apps/api' (got {file!r})."
        ) == str(ei.value)

    def test_target(self):
        """
        A target is a name.
        """
        with pytest.raises(SpecError) as ei:
            Dockerfile("api", target=1)

        assert (
            "Dockerfile 'api': target must be the name of a stage (got 1)."
        ) == str(ei.value)

    def test_root(self):
        """
        The project itself may be a context.
        """
        assert "." == Dockerfile(".").context
