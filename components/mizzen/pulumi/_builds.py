"""
Image builds: two builders behind one seam.
"""

import os

from pathlib import Path
from typing import Any

import pulumi

from ..environment import Builder, DockerBuild
from ..images import stage_copy
from ..manifests import ImageBuild


STAGING_FOLDER = Path(".mizzen") / "build"


def _staged(build: ImageBuild, root: Path) -> str:
    """
    A copy of exactly what the tag was computed from, by a path that is the
    same on every machine.
    """
    repository = build.reference.rpartition("/")[2].partition(":")[0]
    target = root / STAGING_FOLDER / repository
    stage_copy(root, build.dockerfile, target)

    return os.path.relpath(target)


def register_build(
    build: ImageBuild,
    builder: Builder,
    root: Path,
    opts: pulumi.ResourceOptions,
) -> pulumi.CustomResource:
    """
    The resource that builds *build* when its tag changes.
    """
    folder = _staged(build, root)
    name = f"{build.part}-image"
    if isinstance(builder, DockerBuild):
        return _docker_build(name, build, builder, folder, opts)
    return _docker(name, build, folder, opts)


def _docker(
    name: str, build: ImageBuild, folder: str, opts: pulumi.ResourceOptions
) -> pulumi.CustomResource:
    import pulumi_docker  # noqa: PLC0415 - only one of the two is needed

    return pulumi_docker.Image(
        name,
        image_name=build.reference,
        build=pulumi_docker.DockerBuildArgs(
            context=f"{folder}/context",
            dockerfile=f"{folder}/Dockerfile",
            platform=build.platform,
            args=dict(build.dockerfile.args),
            target=build.dockerfile.target,
        ),
        skip_push=not build.push,
        opts=opts,
    )


def _docker_build(
    name: str,
    build: ImageBuild,
    builder: DockerBuild,
    folder: str,
    opts: pulumi.ResourceOptions,
) -> pulumi.CustomResource:
    import pulumi_docker_build  # noqa: PLC0415 - only one of the two is needed

    chosen: dict[str, Any] = (
        {"builder": {"name": builder.builder}} if builder.builder else {}
    )
    return pulumi_docker_build.Image(
        name,
        context={"location": f"{folder}/context"},
        dockerfile={"location": f"{folder}/Dockerfile"},
        build_args=dict(build.dockerfile.args),
        target=build.dockerfile.target,
        platforms=[build.platform],
        tags=[build.reference],
        push=build.push,
        load=not build.push,
        build_on_preview=False,
        **chosen,
        opts=opts,
    )
