"""
Charts of others, rendered by helm.
"""

import json
import shutil
import subprocess

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .._definitions import definitions, group_kind, is_clustered
from .._extras import placed
from .._lenient import Lenient
from .._raw_files import documents
from ..exceptions import SpecError
from ..manifests import Manifest
from ..spec import HelmChart, Raw


_HOOK, _WEIGHT = "helm.sh/hook", "helm.sh/hook-weight"
# What other objects of a chart need.
_PREREQUISITES = ("Namespace", "CustomResourceDefinition")
_BEFORE = ("pre-install", "pre-upgrade", "crd-install")
_AFTER = ("post-install", "post-upgrade")

_Stage = tuple[int, int]


def _template(chart: HelmChart, namespace: str, root: Path) -> str:
    helm = shutil.which("helm")
    if helm is None:
        msg = f"{chart!r} is rendered by helm, which is not on the PATH."
        raise SpecError(msg)
    command = [helm, "template", chart.name, chart.chart]
    command += ["--version", chart.version, "--namespace", namespace]
    command += ["--include-crds", "--skip-tests", "--values", "-"]
    if chart.repository:
        command += ["--repo", chart.repository]
    ran = subprocess.run(  # noqa: S603 - the user names the chart
        command,
        capture_output=True,
        check=False,
        cwd=root,
        # YAML contains JSON.
        input=json.dumps(chart.values),
        text=True,
    )
    if ran.returncode:
        msg = f"{chart!r} cannot be rendered: {ran.stderr.strip()}"
        raise SpecError(msg)

    return ran.stdout


def _bodies(
    chart: HelmChart, namespace: str, root: Path
) -> Iterator[dict[str, Any]]:
    if chart.create_namespace:
        metadata = {"name": namespace}
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    text = _template(chart, namespace, root)
    try:
        for body in documents(text):
            yield dict(Raw(body).body)
    except ValueError as error:
        msg = f"{chart!r} cannot be rendered: {error}"
        raise SpecError(msg) from None


def _stage(body: Mapping[str, Any]) -> _Stage | None:
    """
    When *body* is made, compared with other objects of its chart; `None` for
    a hook that neither an installation nor an upgrade runs.

    >>> _stage({"kind": "Deployment"})
    (2, 0)
    """
    if body["kind"] in _PREREQUISITES:
        return 0, 0
    annotations = Lenient(body)["metadata"]["annotations"]
    hooks = [word.strip() for word in annotations[_HOOK].text.split(",")]
    if not any(hooks):
        return 2, 0
    weight = annotations[_WEIGHT].text
    ordered = int(weight) if weight.lstrip("+-").isdecimal() else 0
    if any(hook in _BEFORE for hook in hooks):
        return 1, ordered
    return (3, ordered) if any(hook in _AFTER for hook in hooks) else None


def _objects(
    chart: HelmChart, bodies: list[dict[str, Any]], namespace: str
) -> Iterator[Manifest]:
    """
    *bodies* with roles, in which all that tells some of them apart stands.
    """
    known = definitions(bodies)
    seen: set[str] = set()
    for body in bodies:
        group, kind = group_kind(body)
        role = f"{chart.name}-{kind}-{body['metadata']['name']}".lower()
        if not is_clustered(body, known):
            body = placed(body, namespace)  # noqa: PLW2901 - the same object
            place = body["metadata"]["namespace"]
            role = role if place == namespace else f"{role}-{place}"
        role = f"{role}-{group}" if role in seen else role
        seen.add(role)
        yield Manifest(None, role, body, extra=chart.name)


def rendered(
    chart: HelmChart, namespace: str, root: Path
) -> list[list[Manifest]]:
    """
    The objects of *chart* in stages, each of which needs those before it.
    Hooks are made once, like other objects, before or after all those that
    are none.

    Raises:
        SpecError: If there is no ``helm``, or it refuses the chart.
    """
    place = chart.namespace or namespace
    bodies = [*_bodies(chart, place, root)]
    stages: dict[_Stage, list[Manifest]] = {}
    for manifest in _objects(chart, bodies, place):
        stage = _stage(manifest.body)
        if stage is not None:
            stages.setdefault(stage, []).append(manifest)

    return [stages[stage] for stage in sorted(stages)]
