"""
Image builds: two builders behind one seam.
"""

import os

import pulumi

from ..builds import named_contexts, staged
from ..environment import Builder, DockerBuild
from ..exceptions import SpecError, choices
from ..manifests import ImageBuild
from ..stack import Stack


def register_build(
    name: str,
    build: ImageBuild,
    builder: Builder,
    stack: Stack,
    opts: pulumi.ResourceOptions,
) -> pulumi.CustomResource:
    """
    The resource *name* that builds *build* when its tag changes.

    Raises:
        SpecError: If *builder* cannot build for the platform.
    """
    if isinstance(builder, DockerBuild):
        return _docker_build(name, build, builder, stack, opts)
    return _docker(name, build, stack, opts)


def _folder(build: ImageBuild, stack: Stack) -> str:
    """
    The staged copy, by a path that is the same on every machine.
    """
    return os.path.relpath(staged(build, stack))


def _docker(
    name: str, build: ImageBuild, stack: Stack, opts: pulumi.ResourceOptions
) -> pulumi.CustomResource:
    import pulumi_docker as docker  # noqa: PLC0415 - one of the two is needed

    folder = _folder(build, stack)

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
    stack: Stack,
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
    folder = _folder(build, stack)
    named = {
        word: docker_build.ContextArgs(location=image)
        for word, image in named_contexts(build, stack).items()
    }

    return docker_build.Image(
        name,
        context=docker_build.BuildContextArgs(
            location=f"{folder}/context", named=named or None
        ),
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
