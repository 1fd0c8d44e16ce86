"""
What the commands have in common that record versions.
"""

import contextlib

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

import attrs
import click

from ..changes import preview_change
from ..engine import Engine
from ..exceptions import SpecError, raise_problems
from ..releases import Releasable, releasables
from ..stack import Version
from ..versions import other_edits, record, targets
from ._engine import engine_of, runs_pulumi
from ._options import app_option, context_option, stack_option
from ._target import Target, context_of
from ._update import update


def changes_versions(command: Callable[..., int]) -> Callable[..., int]:
    """
    The options of all commands that record versions.
    """
    command = app_option(command)
    command = stack_option(command)

    return runs_pulumi(command)


def _tag(ctx: click.Context, param: click.Parameter, value: str) -> str:
    # It refuses what is no tag.
    return Version(value, f"sha256:{0:064}").tag


version_argument = click.argument("version", callback=_tag)


def refuse_shared_file(target: Target) -> None:
    """
    Refuse to record what a stack runs where no file is its own.

    Raises:
        SpecError: If it shares its file with other stacks.
    """
    name = target.stack.name
    file = target.project.stack_file(name).name
    if file != f"Pulumi.{name}.yaml":
        msg = (
            f"Stack {name!r} has no file of its own that could record a "
            f"version, but shares {file} with others. Make one: "
            f"Pulumi.{name}.yaml"
        )
        raise SpecError(msg)


def images_of(target: Target) -> tuple[Releasable, ...]:
    """
    The images that can have versions in the stack of *target*.

    Raises:
        SpecError: If it shares its file with other stacks, or has no
            registry, or cannot be compiled.
    """
    refuse_shared_file(target)

    return releasables(target.app, target.environment, target.stack)


def files(target: Target, config_file: Path | None) -> Iterator[Path]:
    """
    The files that record what a stack runs: its own, and the one that Pulumi
    reads.
    """
    own = target.project.stack_file(target.stack.name)
    yield own
    if config_file and not config_file.samefile(own):
        yield config_file


def record_all(
    target: Target, versions: Mapping[str, Version], config_file: Path | None
) -> None:
    """
    Write *versions* into the stack's file, and into the one that Pulumi reads.

    Raises:
        SpecError: If what they lead to contradicts itself; then nothing is
            written.
    """
    changed(target, versions).compile()
    key = ("config", target.project.config_key("versions"))
    recorded = {
        target.project.version_key(target.app, name): version
        for name, version in versions.items()
    }
    for path in files(target, config_file):
        record(path, key, recorded)


@contextlib.contextmanager
def _recorded(
    target: Target, versions: Mapping[str, Version], config_file: Path | None
) -> Iterator[None]:
    """
    Record *versions*, unless this block fails.
    """
    paths = tuple(files(target, config_file))
    before = [path.read_bytes() for path in paths]
    record_all(target, versions, config_file)
    try:
        yield
    except BaseException:
        for path, content in zip(paths, before, strict=True):
            path.write_bytes(content)
        raise


def _refuse_edits(
    target: Target,
    engine: Engine,
    names: tuple[str, ...],
    versions: Collection[str],
) -> None:
    """
    Refuse to deploy more than *versions* by the way.

    Raises:
        SpecError: If the resources called *names* would change otherwise
            too, or that cannot be found out.
    """
    stack = target.stack.name
    change = preview_change(stack, engine.preview(names))
    raise_problems(
        f"What stack {stack!r} would change is not known",
        change.problems if change.failed else (),
    )
    images = target.compile().images
    references = {images[name] for name in versions}
    raise_problems(
        f"More than the version of {', '.join(versions)} would be deployed. "
        "Put the rest aside, like by git stash, or deploy it too: "
        "--with-edits",
        other_edits(change, references),
    )


def changed(target: Target, versions: Mapping[str, Version]) -> Target:
    """
    *target* as it is when *versions* are recorded.
    """
    recorded = {**target.stack.versions, **versions}
    stack = attrs.evolve(target.stack, versions=recorded)

    return attrs.evolve(target, stack=stack)


def deploys_versions(command: Callable[..., int]) -> Callable[..., int]:
    """
    The options of all commands that record versions and deploy them.
    """
    command = click.option(
        "--with-edits",
        is_flag=True,
        help="Deploy what else has been changed of PARTS too.",
    )(command)
    command = context_option(command)

    return changes_versions(command)


def deploy(
    target: Target,
    versions: Mapping[str, Version],
    images: Iterable[Releasable],
    config_file: Path | None,
    context: str | None,
    *,
    with_edits: bool,
) -> int:
    """
    Record *versions*, and deploy what runs them; what else has been changed
    of it only *with_edits*.

    Returns:
        The exit code.

    Raises:
        SpecError: If there is more to deploy; then nothing is recorded.
    """
    # Nothing is recorded that cannot be watched.
    context_of(target, context)
    new = changed(target, versions)
    engine = engine_of(new, config_file)
    with _recorded(target, versions, config_file):
        named = tuple(
            targets(versions, images, new.compile(), whole=with_edits)
        )
        if not with_edits:
            _refuse_edits(new, engine, named, versions)
    for name, version in versions.items():
        old = target.stack.versions.get(name)
        before = old.tag if old else "what was built"
        click.echo(f"{name}: {before} → {version.tag}", err=True)

    return update(new, engine, parts=versions, targets=named, context=context)
