"""
Pictures of an app: who uses whom, and what the world outside reaches.
"""

import re
import shutil
import subprocess
import sys

from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from .environment import ROUTED
from .graph import Graph
from .spec import (
    CronJob,
    DaemonSet,
    ExternalService,
    Job,
    Part,
    Placed,
    Service,
    Store,
    run_by_others,
    uses_of,
)


OUTSIDE = "outside"
_INSIDE = "inside"


@attrs.frozen
class _Node:
    id: str
    kind: str
    labels: tuple[str, ...]


@attrs.frozen
class _Edge:
    source: str
    target: str
    kind: str
    labels: tuple[str, ...] = ()


def _id(part: Part | Placed | ExternalService) -> str:
    # Names have no underscores, so that no two parts share an id.
    return f"part_{part.name.replace('-', '_')}"


def _node(part: Part) -> _Node:
    kind = detail = type(part).__name__.lower()
    if isinstance(part, Service):
        detail = " ".join(f":{port.number}" for port in part.listens)
    elif isinstance(part, CronJob):
        kind, detail = "job", part.schedule
    elif isinstance(part, DaemonSet):
        ports = [f":{port.number}" for port in part.listens]
        kind, detail = "worker", " ".join([*ports, "on each node"])
    elif isinstance(part, Store):
        product = part.product or type(part).__name__
        kind, detail = "store", f"{product} {part.version}"

    return _Node(_id(part), kind, tuple(dict.fromkeys([part.name, detail])))


def _entrances(graph: Graph) -> Iterator[_Edge]:
    """
    Under which ports and paths the world outside finds services.
    """
    routed = isinstance(graph.environment.exposure, ROUTED)
    paths: dict[tuple[str, bool], list[str]] = {}
    for route in graph.app.routes:
        key = (route.service.name, route.internal)
        paths.setdefault(key, []).append(route.path)
    for service in graph.exposed:
        labels = paths.get((service.name, False), [])
        ports = [opening.label for opening in graph.openings(service)]
        labels = [*labels, *ports] if routed else [*ports, *labels]
        yield _Edge(OUTSIDE, _id(service), "enters", tuple(labels))
    for service in graph.internal:
        labels = paths[service.name, True]
        yield _Edge(_INSIDE, _id(service), "enters", tuple(labels))


def _numbered(kind: str, names: Iterable[str]) -> dict[str, str]:
    """
    Ids of *names*, each once.
    """
    return {
        name: f"{kind}_{number}"
        for number, name in enumerate(dict.fromkeys(names), 1)
    }


def _outsides(graph: Graph) -> dict[str, str]:
    """
    Ids of what parts reach outside of the app, by what it is called.
    """
    reached = (
        str(outside)
        for part in graph.app.parts
        for outside in graph.reaches_outside(part)
    )
    return _numbered(OUTSIDE, reached)


def _clients(graph: Graph) -> dict[str, str]:
    """
    Ids of those in other apps who use parts, by where they are.
    """
    places = (
        client.place
        for part in graph.app.parts
        for client in graph.clients(part)
    )
    return _numbered("client", places)


def _worlds(graph: Graph) -> Iterator[tuple[str, str]]:
    """
    Id and name of all that is not the app.
    """
    if graph.exposed:
        yield OUTSIDE, "world outside"
    if graph.internal:
        yield _INSIDE, "internal network"
    for name, identity in _outsides(graph).items():
        yield identity, name
    for other in run_by_others(graph.app.parts):
        yield _id(other), other.name
    for place, identity in _clients(graph).items():
        yield identity, place


def _exits(graph: Graph) -> Iterator[_Edge]:
    ids = _outsides(graph)
    for part in graph.app.parts:
        for outside in graph.reaches_outside(part):
            yield _Edge(_id(part), ids[str(outside)], "uses")


def _visits(graph: Graph) -> Iterator[_Edge]:
    ids = _clients(graph)
    for part in graph.app.parts:
        for client in graph.clients(part):
            yield _Edge(ids[client.place], _id(part), "uses")


def _edges(graph: Graph) -> Iterator[_Edge]:
    yield from _entrances(graph)
    yield from _exits(graph)
    yield from _visits(graph)
    for part in graph.app.parts:
        for use in uses_of(part):
            yield _Edge(_id(part), _id(use.part), "uses")
        if isinstance(part, Job):
            for later in part.before:
                yield _Edge(_id(part), _id(later), "before", ("before",))
            for earlier in part.after:
                yield _Edge(_id(earlier), _id(part), "before", ("before",))


_MERMAID_SHAPES = {
    "service": ("(", ")"),
    "worker": ("{{", "}}"),
    "job": ("[[", "]]"),
    "store": ("[(", ")]"),
}
_MERMAID_ARROWS = {"enters": "==>", "uses": "-->", "before": "-.->"}

# Fill, line: white text is readable on each, on light and dark pages.
_COLOURS = {
    "service": ("#2563eb", "#1d4ed8"),
    "worker": ("#7c3aed", "#6d28d9"),
    "job": ("#b45309", "#92400e"),
    "store": ("#047857", "#065f46"),
}


def _mermaid_text(*lines: str) -> str:
    escaped = [
        re.sub(r"[^A-Za-z0-9 ./:_-]", lambda m: f"#{ord(m[0])};", line)
        for line in lines
    ]
    return '"{}"'.format("<br/>".join(escaped))


def mermaid(graph: Graph) -> str:
    """
    The graph as a Mermaid flowchart, for pages that draw it.

    >>> from mizzen import App, Environment, Image, Worker, graph
    >>> worker = Worker("worker", image=Image("acme/worker:v5"))
    >>> app = App("shop", edition="2026", parts=[worker])
    >>> print(mermaid(graph(app, Environment("dev"))))
    flowchart LR
      subgraph app["shop"]
        part_worker{{"worker"}}:::worker
      end
      classDef worker fill:#7c3aed,stroke:#6d28d9,color:#fff
      style app fill:none,stroke:#8c959f
    <BLANKLINE>
    """
    nodes = [_node(part) for part in graph.app.parts]
    lines = ["flowchart LR"]
    for identity, name in _worlds(graph):
        lines.append(f"  {identity}([{_mermaid_text(name)}])")
    lines.append(f"  subgraph app[{_mermaid_text(graph.app.name)}]")
    for node in nodes:
        left, right = _MERMAID_SHAPES[node.kind]
        text = _mermaid_text(*node.labels)
        lines.append(f"    {node.id}{left}{text}{right}:::{node.kind}")
    lines.append("  end")
    for edge in _edges(graph):
        arrow = _MERMAID_ARROWS[edge.kind]
        label = f"|{_mermaid_text(*edge.labels)}|" if edge.labels else ""
        lines.append(f"  {edge.source} {arrow}{label} {edge.target}")
    for kind in sorted({node.kind for node in nodes}):
        fill, line = _COLOURS[kind]
        colours = f"fill:{fill},stroke:{line},color:#fff"
        lines.append(f"  classDef {kind} {colours}")

    lines.append("  style app fill:none,stroke:#8c959f")

    return "\n".join(lines) + "\n"


_DOT_SHAPES = {
    "service": 'shape=box style="rounded,filled"',
    "worker": 'shape=hexagon style=filled margin="0.05,0.1"',
    "job": 'shape=cds style=filled margin="0.3,0.14"',
    "store": "shape=cylinder style=filled",
}
_DOT_ARROWS = {
    "enters": "penwidth=2",
    "uses": "",
    "before": "style=dashed arrowhead=empty",
}
_DOT_HEAD = """\
  graph [rankdir=LR bgcolor=transparent pad=0.2 nodesep=0.4 ranksep=0.9]
  graph [fontname="Helvetica,Arial,sans-serif" fontsize=13]
  node [fontname="Helvetica,Arial,sans-serif" fontsize=13 margin="0.22,0.12"]
  edge [fontname="Helvetica,Arial,sans-serif" fontsize=11 arrowsize=0.7]
  edge [color="#57606a" fontcolor="#57606a"]
"""
_STYLE = """\
<style>
@media (prefers-color-scheme: dark) {
  .edge path, .cluster path, .outside path { stroke: #9198a1 }
  .edge polygon { stroke: #9198a1 }
  .edge polygon:not([fill=none]) { fill: #9198a1 }
  .edge text, .cluster text, .outside text { fill: #c9d1d9 }
}
</style>
"""


def _dot_text(*lines: str) -> str:
    escaped = [line.replace("\\", r"\\").replace('"', r"\"") for line in lines]
    return '"{}"'.format(r"\n".join(escaped))


def dot(graph: Graph) -> str:
    """
    The graph in Graphviz' language.
    """
    lines = []
    for identity, name in _worlds(graph):
        lines.append(
            f"  {identity} [label={_dot_text(name)} class={OUTSIDE} shape=box "
            'style="rounded,dashed" color="#57606a" fontcolor="#57606a"]'
        )
    lines.append("  subgraph cluster_app {")
    lines.append(f"    label={_dot_text(graph.app.name)}")
    lines.append('    style="rounded" color="#8c959f" fontcolor="#57606a"')
    lines.append("    margin=18 labeljust=l")
    for node in map(_node, graph.app.parts):
        fill, line = _COLOURS[node.kind]
        lines.append(
            f"    {node.id} [label={_dot_text(*node.labels)} "
            f"class={node.kind} {_DOT_SHAPES[node.kind]} "
            f'fillcolor="{fill}" color="{line}" fontcolor=white]'
        )
    lines.append("  }")
    for edge in _edges(graph):
        label = _dot_text(*edge.labels)
        arrow = f"[label={label} {_DOT_ARROWS[edge.kind]}]"
        lines.append(f"  {edge.source} -> {edge.target} {arrow}")

    return (
        f"digraph {_dot_text(graph.app.name)} {{\n"
        + _DOT_HEAD
        + "\n".join(lines)
        + "\n}\n"
    )


def _graphviz() -> str:
    # The environment that runs this need not be the active one.
    beside = str(Path(sys.executable).parent)
    for program in ("graphviz-pure", "dot"):
        for folders in (beside, None):
            found = shutil.which(program, path=folders)
            if found:
                return found
    msg = (
        "SVG is drawn by Graphviz, which is not there. Run: pip install "
        "'mizzen[svg]', or put Graphviz' dot on PATH."
    )
    raise FileNotFoundError(msg)


def svg(graph: Graph) -> str:
    """
    The graph as a picture that can be read on light and on dark pages.

    Raises:
        FileNotFoundError: If there is no Graphviz.
    """
    drawn = subprocess.run(  # noqa: S603 - our own text through a pipe
        [_graphviz(), "-Tsvg"],
        input=dot(graph),
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    head, bracket, body = drawn.partition(">\n<g ")

    return f"{head}>\n{_STYLE}{bracket[2:]}{body}"
