"""
What the commands have in common that record versions.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import attrs
import click

from ..exceptions import SpecError
from ..releases import Releasable, releasables
from ..stack import Version
from ..versions import record, targets
from ._engine import engine_of, runs_pulumi
from ._rollout import update
from ._target import Target, complete_stack, context_of


def changes_versions(command: Callable[..., int]) -> Callable[..., int]:
    """
    The options of all commands that record versions.
    """
    command = click.option(
        "--app", metavar="NAME", help="App, if the project has several."
    )(command)
    command = click.option(
        "--stack",
        required=True,
        metavar="STACK",
        shell_complete=complete_stack,
    )(command)

    return runs_pulumi(command)


def _tag(ctx: click.Context, param: click.Parameter, value: str) -> str:
    # It refuses what is no tag.
    return Version(value, f"sha256:{0:064}").tag


version_argument = click.argument("version", callback=_tag)


def images_of(target: Target) -> tuple[Releasable, ...]:
    """
    The images that can have versions in the stack of *target*.

    Raises:
        SpecError: If it shares its file with other stacks, or has no
            registry, or cannot be compiled.
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
    return releasables(target.app, target.environment, target.stack)


def _files(target: Target, config_file: Path | None) -> Iterator[Path]:
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
    for path in _files(target, config_file):
        record(path, key, versions)


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
        "--context",
        metavar="NAME",
        help="Context of the kubeconfig, if the stack's file names none.",
    )(command)

    return changes_versions(command)


def deploy(
    target: Target,
    versions: Mapping[str, Version],
    images: Iterable[Releasable],
    config_file: Path | None,
    context: str | None,
) -> int:
    """
    Record *versions*, and deploy what runs them and nothing else.

    Returns:
        The exit code.
    """
    # Nothing is recorded that cannot be watched.
    context_of(target, context)
    record_all(target, versions, config_file)
    for name, version in versions.items():
        old = target.stack.versions.get(name)
        before = old.tag if old else "what was built"
        click.echo(f"{name}: {before} → {version.tag}", err=True)
    new = changed(target, versions)

    return update(
        new,
        engine_of(new, config_file),
        parts=versions,
        targets=targets(versions, images, new.compile()),
        context=context,
    )
