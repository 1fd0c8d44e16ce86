"""
Definitions of the custom resources that apps and add-ons are made of, from
the Go modules of those who define them.
"""

import json

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs
import yaml

from . import cache, gobuild, paths, progress
from .errors import LocalClusterError


_PINS = "custom-resources"
# What an API server asks of definitions in a group of Kubernetes' own.
_APPROVAL = "api-approved.kubernetes.io"


@attrs.frozen(kw_only=True)
class _Source:
    """
    Where the definitions of one project are.

    Args:
        module: Its Go module.

        files: Patterns of the files with the definitions.

        pins: Folder in ``go/`` that pins the module.
    """

    module: str = attrs.field(kw_only=False)
    files: tuple[str, ...]
    pins: str = _PINS


_SOURCES = {
    "cert-manager": _Source(
        "github.com/cert-manager/cert-manager",
        files=("deploy/crds/crd-*.yaml",),
        pins="cert-manager",
    ),
    "external-secrets": _Source(
        "github.com/external-secrets/external-secrets",
        files=("config/crds/bases/*_externalsecrets.yaml",),
    ),
    "gateway-api": _Source(
        "sigs.k8s.io/gateway-api", files=("config/crd/standard/*_*.yaml",)
    ),
    "keda": _Source(
        "github.com/kedacore/keda/v2",
        files=("config/crd/bases/keda.sh_*.yaml",),
    ),
    "metallb": _Source(
        "go.universe.tf/metallb",
        files=("config/crd/bases/metallb.io_*.yaml",),
        pins="metallb",
    ),
    "prometheus-operator": _Source(
        "github.com/prometheus-operator/prometheus-operator",
        files=("example/prometheus-operator-crd/*_podmonitors.yaml",),
    ),
    "traefik": _Source(
        "github.com/traefik/traefik/v3",
        files=("docs/**/kubernetes-crd-definition-v1.yml",),
        pins="traefik",
    ),
}
PROJECTS = tuple(_SOURCES)


def _manifest(content: dict[str, Any]) -> dict[str, Any]:
    metadata = content["metadata"]
    annotations = metadata.get("annotations", {})

    return {
        **{key: content[key] for key in ("apiVersion", "kind", "spec")},
        # All other metadata is for the package managers of those who define
        # it.
        "metadata": {
            "name": metadata["name"],
            "annotations": {
                key: value
                for key, value in annotations.items()
                if key == _APPROVAL
            },
        },
    }


def _read(source: _Source) -> list[dict[str, Any]]:
    root = gobuild.download(source.pins, source.module)

    return [
        _manifest(content)
        for pattern in source.files
        for path in sorted(root.glob(pattern))
        for content in yaml.load_all(path.read_text(), yaml.CSafeLoader)
        if content
    ]


def _make(folder: Path) -> None:
    for name, source in _SOURCES.items():
        (folder / f"{name}.json").write_text(json.dumps(_read(source)))


def _folder() -> Path:
    pins = sorted({source.pins for source in _SOURCES.values()})
    version = cache.key(
        *(cache.folder_key(gobuild.pins(name)) for name in pins),
        Path(__file__).read_bytes(),
    )
    target = paths.cache() / "tools" / f"{_PINS}-{version}"
    if target.is_dir():
        return target
    with progress.step("Reading custom resources from Go modules"):
        return cache.publish(target, _make)


def manifests(projects: Iterable[str] = PROJECTS) -> Iterator[dict[str, Any]]:
    """
    The CustomResourceDefinitions of *projects*.

    Raises:
        LocalClusterError: If a project is not among `PROJECTS`, Go is
            missing, or a download fails.
    """
    for name in projects:
        if name not in _SOURCES:
            msg = (
                f"There are no custom resources of {name!r} here. The "
                f"projects are: {', '.join(PROJECTS)}."
            )
            raise LocalClusterError(msg)
        yield from json.loads((_folder() / f"{name}.json").read_text())
