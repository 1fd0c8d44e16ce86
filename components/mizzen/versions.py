"""
Which versions of its parts a stack runs: recorded, changed, taken back.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from ._names import VERSION, part_of
from .changes import FieldChange, ObjectChange, StackChange
from .changes.masks import SECRET
from .changes.reasons import of_field
from .exceptions import SpecError, raise_problems
from .manifests import Manifests
from .releases import Releasable, releasable, unfit
from .spec import App
from .stack import Stack, Version
from .stack_file import edit


# How many rollbacks in a row there can be.
_REMEMBERED = 5


def successor(old: Version | None, version: Version) -> Version:
    """
    *version*, with what was recorded before it.

    >>> one, two = (Version(t, "sha256:" + 64 * t[1]) for t in ("v1", "v2"))
    >>> [v.tag for v in successor(successor(None, one), two).previous]
    ['v1']
    """
    if old is None:
        return version
    latest = attrs.evolve(old, previous=())
    if latest == version:
        return old
    former = (each for each in (latest, *old.previous) if each != version)

    return attrs.evolve(version, previous=tuple(former)[:_REMEMBERED])


def predecessor(name: str, stack: Stack) -> Version:
    """
    What was recorded for *name* before the version that is now.

    Raises:
        SpecError: If nothing was.
    """
    now = stack.versions.get(name)
    if now is None or not now.previous:
        what = f"version before {now.tag}" if now else "version"
        msg = (
            f"Stack {stack.name!r} records no {what} of {name!r}. Name the "
            f"one to go back to: mizzen rollout {name} VERSION --stack "
            f"{stack.name}"
        )
        raise SpecError(msg)
    former, *rest = now.previous

    return attrs.evolve(former, previous=tuple(rest))


def _owner(name: str, app: App, images: Iterable[Releasable]) -> Releasable:
    """
    The image whose version is recorded under *name*.
    """
    image = releasable(name, app, images)
    if name not in image.recorded:
        msg = (
            f"{name!r} runs the image of {image.name!r} and has no version "
            f"of its own. Name {image.name!r}; both change."
        )
        raise SpecError(msg)
    return image


def rolled_out(
    names: Iterable[str],
    version: str,
    app: App,
    images: Iterable[Releasable],
    stack: Stack,
) -> dict[str, Version]:
    """
    What to record so that *names* run *version*.

    Raises:
        SpecError: If a part is not in the app, or the registry has no such
            version of it.
    """
    images = tuple(images)
    problems: list[str] = []
    found: dict[str, Version] = {}
    for name in names:
        image = _owner(name, app, images)
        digest = image.repository.digest(version)
        if digest is None:
            problems.append(
                f"There is no {image.repository.name}:{version}. Release it "
                f"first: mizzen release {version} {image.name} --stack "
                f"{stack.name}"
            )
            continue
        problems.extend(unfit(image, digest, f"{version} of {name!r}"))
        found[name] = successor(
            stack.versions.get(name), Version(version, digest)
        )
    raise_problems(f"Version {version!r} cannot be rolled out", problems)

    return found


def rolled_back(
    names: Iterable[str],
    app: App,
    images: Iterable[Releasable],
    stack: Stack,
) -> dict[str, Version]:
    """
    What to record so that *names* run what they ran before.

    Raises:
        SpecError: If a part is not in the app, nothing was recorded before,
            or the registry does not have it any more.
    """
    images = tuple(images)
    problems: list[str] = []
    found: dict[str, Version] = {}
    for name in names:
        image = _owner(name, app, images)
        former = predecessor(name, stack)
        what = f"{former.tag} of {name!r}"
        problems.extend(unfit(image, former.digest, what))
        found[name] = former
    raise_problems("There is no way back", problems)

    return found


def _written(version: Version) -> dict[str, Any]:
    return {"tag": version.tag, "digest": version.digest}


def record(
    path: Path, key: tuple[str, ...], versions: Mapping[str, Version]
) -> None:
    """
    Write *versions* into the stack's file *path*, where *key* leads to all
    versions.

    Raises:
        SpecError: If the file cannot be edited.
    """
    values: dict[tuple[str, ...], Any] = {}
    for name, version in versions.items():
        for field, value in _written(version).items():
            values[(*key, name, field)] = value
        former = [_written(each) for each in version.previous]
        values[(*key, name, "previous")] = former or None
    edit(path, values)


def _runs(value: Any, references: frozenset[str]) -> bool:
    """
    Whether a container within *value* runs one of the images.
    """
    if isinstance(value, dict):
        image = value.get("image")
        return (isinstance(image, str) and image in references) or any(
            _runs(each, references) for each in value.values()
        )
    return isinstance(value, list) and any(
        _runs(each, references) for each in value
    )


def _parts(name: str, image: Releasable) -> Iterator[str]:
    """
    Parts that run the version which is recorded under *name*.
    """
    if name != image.name:
        yield name
        return
    for container in image.runs:
        if container == name or container not in image.recorded:
            yield part_of(container)


def targets(
    names: Iterable[str],
    images: Iterable[Releasable],
    manifests: Manifests,
    *,
    whole: bool = False,
) -> Iterator[str]:
    """
    Patterns of the Pulumi resources that run the versions recorded for
    *names*; with *whole* those of everything that their parts consist of.
    """
    images = tuple(images)
    for name in names:
        image = next(each for each in images if name in each.recorded)
        references = frozenset({manifests.images[name]})
        for part in _parts(name, image):
            for manifest in manifests.of(part):
                if whole or _runs(manifest.body, references):
                    yield f"**$kubernetes:**::{part}-{manifest.role}"


# What a pod has because of its image.
_FOLLOWS = ("imagePullPolicy", VERSION)


def _is_of_version(
    field: FieldChange, change: ObjectChange, references: Collection[str]
) -> bool:
    """
    Whether *field* differs because another version runs.
    """
    last = field.path[-1:]
    if last == ("image",):
        # Where a secret is among them, Pulumi hides all values.
        return field.new in {SECRET, *references}
    # The name of a job tells its content.
    return (change.kind == "Job" and field.path == ("metadata", "name")) or (
        bool(last) and last[0] in _FOLLOWS
    )


def other_edits(
    change: StackChange, references: Collection[str]
) -> Iterator[str]:
    """
    What *change* would deploy beside the images called *references*.
    """
    for part in change.parts:
        for each in part.objects:
            for field in each.fields if each.old and each.new else ():
                if not _is_of_version(field, each, references):
                    yield f"{part.part}: {each.kind} {of_field(field)}"
