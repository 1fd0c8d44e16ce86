"""
What is said in Kubernetes' words, so that every reader learns of it.
"""

from collections.abc import Iterator

from ._scene import Problem, Scene, chart_manifest, listed


def escape_hatch(scene: Scene) -> Iterator[Problem]:
    """
    A patch or a transform changes fields of an object.
    """
    for hatch in scene.manifests.hatches:
        yield Problem(
            hatch.manifest,
            f"a {hatch.by} changes {listed(hatch.fields)}",
            "Look at it again when mizzen is updated.",
        )


def raw_object(scene: Scene) -> Iterator[Problem]:
    """
    An object is written by hand, or comes from a chart.
    """
    for manifest in scene.manifests:
        if manifest.extra:
            yield Problem(
                manifest,
                "it is written by hand",
                "Policies and start-up order know only what it says itself.",
            )
    for chart in scene.manifests.charts.values():
        yield Problem(
            chart_manifest(chart),
            f"its objects come from {chart.chart} {chart.version}",
            "Nothing checks them before the deployment.",
        )
