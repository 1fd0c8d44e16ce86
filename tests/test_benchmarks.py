"""
Benchmarks compare what makes the same objects.
"""

import json

from pathlib import Path

from benchmarks import preview, render


def test_a_chart_makes_what_mizzen_renders(tmp_path: Path) -> None:
    """
    The services of the chart become the same Kubernetes objects.
    """
    helm, mizzen = render.commands(tmp_path, 3)

    rendered = render.objects(mizzen.output())

    assert render.objects(helm.output()) == rendered
    assert ("Deployment", "part-2") in rendered


def test_a_program_by_hand_registers_what_mizzen_does(tmp_path: Path) -> None:
    """
    Both programs register the same resources.
    """
    hand, mizzen = preview.write(tmp_path, 3)

    (_, expected), (_, actual) = preview.process(hand), preview.process(mizzen)

    assert json.loads(actual) == json.loads(expected)
    assert ["kubernetes:apps/v1:Deployment", "part-2-deployment"] in (
        json.loads(actual)
    )
