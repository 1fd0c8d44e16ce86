"""
Writes ``docs/vocabulary.md`` from what compiling each line of
``tools/sayings/`` gives: ``python -m tools.vocabulary``.
"""

import functools
import re

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs

import mizzen

from mizzen import (
    App,
    Environment,
    Ingress,
    Manifests,
    Stack,
    compile_app,
)
from mizzen._hatches import differences
from mizzen.pulumi._plan import KEPT
from mizzen.spec import Override, Part, uses_of

from .sayings import PRELUDE, SAYINGS


ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "vocabulary.md"

_HEAD = """\
# Vocabulary

Everything that can be said, the line of Python that says it, and the Kubernetes objects that it becomes.
This page is made by `python -m tools.vocabulary`, which compiles each line; its tests fail when it is not up to date.
The [guide](guide.md) tells what to use when, the [reference](reference.md) has every argument.

Each line is about this app:

```python
from mizzen import *

{prelude}```

A part takes the place of the one of its name.
What stacks say stands in their files, whose keys the [guide](guide.md#choose-what-differs) has; a line shows the `Stack` that is read from one.
Where a line says several things, the last one is what it is about, and is added to the others.
A name alone is a new object; `Deployment: …` are the fields of an object that change, where *pod* and *container* stand for `spec.template.spec` and its first container.
"""
_SHORT = (
    (
        re.compile(
            r"^spec\.(?:jobTemplate\.spec\.)?template\.spec\.containers\[0\]\."
        ),
        "container ",
    ),
    (re.compile(r"^spec\.(?:jobTemplate\.spec\.)?template\.spec\."), "pod "),
)
_MOST_FIELDS = 5


@attrs.frozen
class Deployed:
    """
    An app, its policy and its addresses.
    """

    app: App
    environment: Environment
    stack: Stack

    @property
    def builder(self) -> mizzen.Docker | mizzen.DockerBuild:
        """
        What builds its images.
        """
        return self.stack.cluster.builder or self.environment.builder

    def compiled(self) -> Manifests:
        """
        The desired state.
        """
        return compile_app(self.app, self.environment, self.stack)


def words() -> dict[str, Any]:
    """
    Everything that a line can name.
    """
    known = {name: getattr(mizzen, name) for name in mizzen.__all__}
    exec(PRELUDE, known)  # noqa: S102 - our own lines
    return known


def _needed(part: Part) -> Iterator[Part]:
    for use in uses_of(part):
        if not isinstance(use.part, mizzen.ExternalService):
            yield from _needed(use.part)
            yield use.part


def _with_part(base: Deployed, part: Part) -> Deployed:
    known = {old.name: old for old in base.app.parts}
    added = {new.name: new for new in (*_needed(part), part)}
    parts = {**known, **added}

    return attrs.evolve(
        base, app=attrs.evolve(base.app, parts=tuple(parts.values()))
    )


def _in_environment(field: str, *, many: bool = False) -> Callable[..., Any]:
    def said(base: Deployed, value: Any) -> Deployed:
        held = getattr(base.environment, field)
        given = [*held, value] if many else value
        environment = attrs.evolve(base.environment, **{field: given})
        return attrs.evolve(base, environment=environment)

    return said


def _from_outside(field: str) -> Callable[..., Any]:
    def said(base: Deployed, value: Any) -> Deployed:
        return attrs.evolve(
            base,
            app=attrs.evolve(base.app, **{field: [value]}),
            environment=attrs.evolve(base.environment, exposure=Ingress()),
        )

    return said


# The first class that fits tells where something is said.
_SAID: tuple[tuple[Any, Callable[[Deployed, Any], Deployed]], ...] = (
    (Part, _with_part),
    (mizzen.Route, _from_outside("routes")),
    (mizzen.Expose, _from_outside("exposes")),
    (Environment, lambda base, said: attrs.evolve(base, environment=said)),
    (
        Stack,
        lambda base, said: attrs.evolve(
            base, stack=attrs.evolve(said, root=ROOT)
        ),
    ),
    (App, lambda base, said: attrs.evolve(base, app=said)),
    (
        mizzen.Cluster,
        lambda base, said: attrs.evolve(
            base, stack=attrs.evolve(base.stack, cluster=said)
        ),
    ),
    (Override, _in_environment("overrides", many=True)),
    (mizzen.Patch, _in_environment("patches", many=True)),
    (mizzen.Transform, _in_environment("transforms", many=True)),
    (
        (mizzen.Raw, mizzen.RawFile, mizzen.HelmChart, mizzen.Definitions),
        _in_environment("extras", many=True),
    ),
    (mizzen.Defaults, _in_environment("defaults")),
    (mizzen.Conventions, _in_environment("conventions")),
    (mizzen.Namespace, _in_environment("namespace")),
    ((mizzen.Isolation, type(mizzen.OFF)), _in_environment("isolation")),
)


def _said(base: Deployed, value: Any) -> Deployed:
    for classes, say in _SAID:
        if isinstance(value, classes):
            return say(base, value)
    return _in_environment("exposure")(base, value)


def _before(base: Deployed, value: Any) -> Deployed:
    """
    What *value* is compared with: routes are seen where they are exposed.
    """
    exposure = getattr(value, "exposure", None)
    if isinstance(exposure, (Ingress, mizzen.Gateway)):
        routes = [mizzen.Route("/", base.app["web"])]
        routed = attrs.evolve(base.app, routes=routes)
        return attrs.evolve(
            base,
            app=routed,
            environment=attrs.evolve(base.environment, exposure=Ingress()),
        )
    return base


def _by_place(manifests: Manifests) -> dict[tuple[Any, ...], Any]:
    return {(m.part, m.role, m.extra): m.body for m in manifests}


def _short(path: str) -> str:
    for pattern, word in _SHORT:
        path = pattern.sub(word, path)
    return path


def _fields(paths: Iterable[str]) -> str:
    found = list(dict.fromkeys(_short(path) for path in paths))
    shown = [
        re.sub(r"^(\w+) (.+)$", r"*\1* `\2`", path)
        if " " in path
        else f"`{path}`"
        for path in found[:_MOST_FIELDS]
    ]
    more = len(found) - _MOST_FIELDS

    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _becomes(before: Manifests, after: Manifests) -> Iterator[str]:
    """
    What is new, what has other fields now, and what is gone.
    """
    old, new = _by_place(before), _by_place(after)
    kinds = [new[place]["kind"] for place in new if place not in old]
    if kinds:
        yield ", ".join(f"`{kind}`" for kind in dict.fromkeys(kinds))
    if after.builds and not before.builds:
        yield "an image that is built"
    for chart in after.charts.values():
        yield f"the objects of chart `{chart.name}`, at deployment"
    changed: dict[str, list[str]] = {}
    for place, body in new.items():
        found = [*differences(old.get(place, body), body)]
        if found:
            changed.setdefault(body["kind"], []).extend(found)
    for kind, paths in changed.items():
        yield f"`{kind}`: {_fields(paths)}"
    gone = [old[place]["kind"] for place in old if place not in new]
    if gone:
        names = ", ".join(f"`{kind}`" for kind in dict.fromkeys(gone))
        yield f"no {names}"


def _waits(before: Manifests, after: Manifests) -> Iterator[str]:
    for later, names in after.waits_for.items():
        known = before.waits_for.get(later, ())
        new = [f"`{name}`" for name in names if name not in known]
        if new:
            yield f"`{later}` waits for {', '.join(new)}"


def _at_deployment(before: Deployed, after: Deployed) -> Iterator[str]:
    """
    What no object shows, but Pulumi does with it.
    """
    if after.environment.protect:
        kinds = ", ".join(f"`{kind}`" for kind in sorted(KEPT))
        yield f"{kinds} protected and retained by Pulumi"
    if after.builder != before.builder:
        yield "`docker-build:index:Image` for each image that is built"
    formerly = {name for part in after.app.parts for name in part.formerly}
    yield from (f"aliases of `{name}` in Pulumi" for name in sorted(formerly))


def becomes(code: str) -> str:
    """
    The objects that a line of Python becomes.

    Raises:
        ValueError: If it cannot be deployed, or changes nothing.
    """
    known = words()
    stack = attrs.evolve(known["stack"], root=ROOT)
    base = Deployed(known["app"], known["dev"], stack)
    value = eval(code, known)  # noqa: S307 - our own lines
    values = value if isinstance(value, tuple) else (value,)
    *earlier, last = values
    before = functools.reduce(_said, earlier, _before(base, values[0]))
    after = _said(before, last)
    compiled = before.compiled(), after.compiled()
    found = "; ".join(
        [
            *_becomes(*compiled),
            *_waits(*compiled),
            *_at_deployment(before, after),
        ]
    )
    if not found:
        msg = f"{code} becomes nothing."
        raise ValueError(msg)

    return found


def _rows() -> Iterator[str]:
    for section, sayings in SAYINGS.items():
        yield f"\n\n## {section}\n\n"
        yield "| To say | Write | It becomes |\n|---|---|---|\n"
        for want, code in sayings:
            escaped = code.replace("|", "\\|")
            yield f"| {want} | `{escaped}` | {becomes(code)} |\n"


def vocabulary() -> str:
    """
    The whole page.
    """
    return _HEAD.format(prelude=PRELUDE) + "".join(_rows())


if __name__ == "__main__":
    PAGE.write_text(vocabulary(), encoding="utf-8")
