"""
Image builds: two builders behind one seam.
"""

import os

import pulumi

from ..builds import staged
from ..environment import Builder, DockerBuild
from ..exceptions import SpecError, choices
from ..manifests import ImageBuild
from ..stack import Stack


def register_build(
    build: ImageBuild,
    builder: Builder,
    stack: Stack,
    opts: pulumi.ResourceOptions,
) -> pulumi.CustomResource:
    """
    The resource that builds *build* when its tag changes.

    Raises:
        SpecError: If *builder* cannot build for the platform.
    """
    # By a path that is the same on every machine.
    folder = os.path.relpath(staged(build, stack))
    name = f"{build.part}-image"
    if isinstance(builder, DockerBuild):
        return _docker_build(name, build, builder, folder, opts)
    return _docker(name, build, folder, opts)


def _docker(
    name: str, build: ImageBuild, folder: str, opts: pulumi.ResourceOptions
) -> pulumi.CustomResource:
    import pulumi_docker as docker  # noqa: PLC0415 - one of the two is needed

    return docker.Image(
        name,
        image_name=build.reference,
        build=docker.DockerBuildArgs(
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
    import pulumi_docker_build as docker_build  # noqa: PLC0415 - see above

    try:
        platform = docker_build.Platform(build.platform)
    except ValueError:
        known = [platform.value for platform in docker_build.Platform]
        msg = (
            f"Docker Build cannot build for platform {build.platform!r}; "
            f"{choices(build.platform, known)}."
        )
        raise SpecError(msg) from None

    return docker_build.Image(
        name,
        context=docker_build.BuildContextArgs(location=f"{folder}/context"),
        dockerfile=docker_build.DockerfileArgs(
            location=f"{folder}/Dockerfile"
        ),
        build_args=dict(build.dockerfile.args),
        target=build.dockerfile.target,
        platforms=[platform],
        tags=[build.reference],
        builder=docker_build.BuilderConfigArgs(name=builder.builder)
        if builder.builder
        else None,
        push=build.push,
        load=not build.push,
        build_on_preview=False,
        opts=opts,
    )
