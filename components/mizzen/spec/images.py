"""
Where the image of a container comes from.
"""

import re

from collections.abc import Mapping

import attrs

from .._fields import typed
from .._validators import (
    binary_quantity,
    environment_texts,
    inside_project,
    instance_of,
    matching,
    refuse,
    texts_by_name,
)


_inside_project = inside_project("apps/api")

_REFERENCE = re.compile(
    r"([A-Za-z0-9.-]+(:[0-9]+)?/)?"
    r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*"
    r"(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?",
    re.ASCII,
)


def tag_of(reference: str) -> str:
    """
    The tag of an image reference; nothing if it has none.

    >>> tag_of("localhost:5000/postgres:17.2@sha256:" + 64 * "0")
    '17.2'
    """
    match = _REFERENCE.fullmatch(reference)
    return ((match and match[4]) or "").removeprefix(":")


def pinned(inst: object, attr: "attrs.Attribute[str]", value: str) -> None:
    """
    References of images that say which one.
    """
    match = isinstance(value, str) and _REFERENCE.fullmatch(value)
    if not match or not (match[4] or match[5]):
        rule = "be an image reference with a tag or a digest, like 'redis:8'"
        refuse(inst, attr.name, rule, value)


@attrs.frozen(eq=False, field_transformer=typed)
class Dockerfile:
    """
    An image that is built from a Dockerfile of this project.

    Its tag is a hash of all that the build reads, so it changes only with
    the content. Parts that share one object share one image.

    Args:
        context:
            Folder of the build context, relative to the project. What its
            ``.dockerignore`` excludes is neither read nor hashed.

        file: Path of the Dockerfile, relative to the context.

        target: Stage to build. The default `None` builds the last one.

        args: Build arguments. They end up in the image's history and are
            no place for secrets.

        max_size: Most that the files of all layers may take, as a binary
            quantity; ``mizzen image check`` holds it. The default `None`
            sets no limit.

        max_waste: Largest share of that which may be in several layers, as
            a percentage; ``mizzen image check`` holds it. The default
            `None` sets no limit.

    Raises:
        SpecError: If a path leaves the project, or a limit is not written
            like ``"150Mi"`` or ``"5%"``.

    >>> Dockerfile("apps/api", target="runtime", max_size="150Mi").context
    'apps/api'
    """

    context: str = attrs.field(validator=_inside_project)
    file: str = attrs.field(
        default="Dockerfile", kw_only=True, validator=_inside_project
    )
    target: str | None = attrs.field(
        default=None,
        kw_only=True,
        validator=instance_of("be the name of a stage", str, type(None)),
    )
    args: Mapping[str, str] = attrs.field(
        factory=dict,
        kw_only=True,
        converter=texts_by_name,
        validator=environment_texts,
    )
    max_size: str | None = attrs.field(
        default=None,
        kw_only=True,
        validator=attrs.validators.optional(binary_quantity),
    )
    max_waste: str | None = attrs.field(
        default=None,
        kw_only=True,
        validator=attrs.validators.optional(
            matching(
                r"(100|[1-9]?[0-9](\.[0-9]+)?)%",
                "be a percentage from 0% to 100%, like '5%'",
            )
        ),
    )


@attrs.frozen(eq=False, field_transformer=typed)
class Image:
    """
    An image that somebody else has built.

    Args:
        reference: Image reference with a tag or, better, a digest.

    Raises:
        SpecError: If it has neither.

    >>> Image("ghcr.io/acme/api:v5").reference
    'ghcr.io/acme/api:v5'
    """

    reference: str = attrs.field(validator=pinned)
