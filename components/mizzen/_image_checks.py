"""
What is wrong with images and whom they run as.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ._image_references import tells_version
from ._pod_security_checks import context_of, enforced
from ._scene import Problem, Scene, Workload, listed
from .images import Stage
from .manifests import Manifest


def _images(
    scene: Scene,
) -> Iterator[tuple[Workload, Mapping[str, Any], str]]:
    for workload in scene.workloads:
        for container in workload.containers:
            if "image" in container:
                yield workload, container, str(container["image"])


def image_latest(scene: Scene) -> Iterator[Problem]:
    """
    A tag says nothing about what runs.
    """
    for workload, container, image in _images(scene):
        if not tells_version(image):
            yield Problem(
                workload.manifest,
                f"image {image!r} of container {container['name']!r} does "
                "not tell which version runs",
                f"Give the image of {scene.owner(workload.manifest)} the tag "
                "of a version.",
            )


def image_digest(scene: Scene) -> Iterator[Problem]:
    """
    Somebody else can exchange what a tag stands for.
    """
    for workload, container, image in _images(scene):
        if "@" not in image and image not in scene.lineages:
            yield Problem(
                workload.manifest,
                f"image {image!r} of container {container['name']!r} is "
                "pinned by a tag, which its publisher can move",
                f"Give the image a digest, like '{image}@sha256:…'."
                if workload.manifest.extra
                else f"Record its digest: mizzen pin {image} --stack "
                f"{scene.stack.name}",
            )


def _built(
    scene: Scene,
) -> Iterator[tuple[Workload, Mapping[str, Any], tuple[Stage, ...]]]:
    for workload, container, image in _images(scene):
        if image in scene.lineages:
            yield workload, container, scene.lineages[image]


def configured_user(
    workload: Workload, container: Mapping[str, Any]
) -> int | None:
    """
    User that the manifest sets; `None` leaves it to the image.
    """
    user: int | None = context_of(workload, container).get("runAsUser")
    return user


def _other_user(scene: Scene, manifest: Manifest) -> str:
    """
    Where somebody has said that the pods of *manifest* run as root.
    """
    owner = scene.owner(manifest)
    for hatch in scene.hatches(manifest):
        if any("securityContext" in field for field in hatch.fields):
            return f"Take it out of the {hatch.by} of {owner}."
    return f"Set user on {owner}, like user=10001."


def runs_as_root(scene: Scene) -> Iterator[Problem]:
    """
    A container runs as root, or cannot be told from one that does.
    """
    for workload, container, _ in _images(scene):
        if configured_user(workload, container) == 0:
            yield Problem(
                workload.manifest,
                f"container {container['name']!r} runs as root",
                _other_user(scene, workload.manifest),
            )
    yield from _maybe_root(scene)
    for workload, container, lineage in _built(scene):
        user = image_user_of(lineage)
        if configured_user(workload, container) is not None or user is None:
            continue
        name, _, _ = user.partition(":")
        if "$" not in name and (not name.isdigit() or int(name) == 0):
            yield Problem(
                workload.manifest,
                f"container {container['name']!r} runs as the image's user "
                f"{name!r}, and Kubernetes starts only numbers other than 0",
                "Set USER in the Dockerfile to a number, like USER 10001.",
            )


def _maybe_root(scene: Scene) -> Iterator[Problem]:
    """
    Who runs as whatever user an image of others has, though nobody demands
    that it is not root.
    """
    for workload, container, image in _images(scene):
        context = context_of(workload, container)
        if (
            image not in scene.lineages
            and "runAsUser" not in context
            and not context.get("runAsNonRoot")
            # No such pod starts there.
            and enforced(scene, workload) != "restricted"
        ):
            by_hand = "Set runAsUser in its securityContext, or runAsNonRoot."
            part = scene.part(workload.manifest)
            yield Problem(
                workload.manifest,
                f"container {container['name']!r} runs as whatever user "
                f"{image!r} has, which may be root",
                _other_user(scene, workload.manifest) if part else by_hand,
            )


def image_user_of(lineage: tuple[Stage, ...]) -> str | None:
    return next((stage.user for stage in lineage if stage.user), None)


def image_user(scene: Scene) -> Iterator[Problem]:
    """
    Whom a container runs as is left to its base image.
    """
    for workload, container, lineage in _built(scene):
        if (
            configured_user(workload, container) is None
            and image_user_of(lineage) is None
        ):
            yield Problem(
                workload.manifest,
                f"container {container['name']!r} runs as whatever user "
                f"{lineage[-1].base!r} has, because its Dockerfile sets none",
                "Set USER in the Dockerfile to a number, like USER 10001.",
            )


def _exposed(words: tuple[str, ...]) -> set[tuple[int, str]] | None:
    """
    Ports that ``EXPOSE`` names; `None` if arguments decide about them.
    """
    ports: set[tuple[int, str]] = set()
    for word in words:
        numbers, _, protocol = word.partition("/")
        first, _, last = numbers.partition("-")
        if not first.isdigit() or not (last or first).isdigit():
            return None
        for number in range(int(first), int(last or first) + 1):
            ports.add((number, protocol.upper() or "TCP"))

    return ports


def dockerfile_port(scene: Scene) -> Iterator[Problem]:
    """
    An image exposes other ports than its part listens on.
    """
    for workload, container, lineage in _built(scene):
        words = tuple(word for stage in lineage for word in stage.exposed)
        exposed = _exposed(words)
        if not exposed:
            continue
        others = [
            port["containerPort"]
            for port in container.get("ports", ())
            if (port["containerPort"], port.get("protocol", "TCP"))
            not in exposed
        ]
        if others:
            numbers = listed(sorted(number for number, _ in exposed))
            yield Problem(
                workload.manifest,
                f"container {container['name']!r} is said to listen on "
                f"{listed(others)}, but its Dockerfile exposes {numbers}",
                f"Set the ports of {scene.owner(workload.manifest)} or "
                "EXPOSE so that they agree.",
            )
