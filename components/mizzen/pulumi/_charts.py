"""
Charts of others, rendered by helm.
"""

import json
import shutil
import subprocess

from typing import Any

from .._extras import clustered_kinds, documents, placed
from ..exceptions import SpecError
from ..manifests import Manifest
from ..spec import HelmChart


# What other objects of a chart need.
PREREQUISITES = ("Namespace", "CustomResourceDefinition")


def _template(chart: HelmChart, namespace: str) -> str:
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
        # YAML contains JSON.
        input=json.dumps(chart.values),
        text=True,
    )
    if ran.returncode:
        msg = f"{chart!r} cannot be rendered: {ran.stderr.strip()}"
        raise SpecError(msg)

    return ran.stdout


def rendered(chart: HelmChart, namespace: str) -> list[Manifest]:
    """
    The objects of *chart*, those that others need first.

    Raises:
        SpecError: If there is no ``helm``, or it refuses the chart.
    """
    place = chart.namespace or namespace
    bodies: list[dict[str, Any]] = documents(_template(chart, place))
    clustered = clustered_kinds(bodies)
    found = []
    for body in sorted(
        bodies, key=lambda body: body["kind"] not in PREREQUISITES
    ):
        name = str(body["metadata"]["name"])
        role = f"{chart.name}-{body['kind']}-{name}".lower()
        if body["kind"] not in clustered:
            body = placed(body, place)  # noqa: PLW2901 - the same object
        found.append(Manifest(None, role, body))

    return found
