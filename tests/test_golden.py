"""
The whole desired state of the example app in each stack, as stored text.

The build contexts are small ones beside the stored text, so that it pins how
content becomes tags, but does not change with the example app's sources.
"""

from collections import Counter

import attrs
import pytest
import yaml

from mizzen import compile_app, load_project


@pytest.fixture(name="contexts")
def _contexts(root):
    return root / "tests" / "golden" / "contexts"


@pytest.fixture(name="rendered", params=["dev", "prod"])
def _rendered(request, root, contexts):
    """
    Name of a stack and the desired state of the example app in it.
    """
    project = load_project(root)
    stack = project.stack(request.param)
    environment = project.environment(stack)

    return request.param, compile_app(
        project.app(), environment, attrs.evolve(stack, root=contexts)
    )


def test_golden(rendered, root, pytestconfig):
    """
    The example app is rendered as it was before.
    """
    stack, manifests = rendered
    path = root / "tests" / "golden" / f"{stack}.yaml"
    if pytestconfig.getoption("--regenerate"):
        path.write_text(manifests.to_yaml(), encoding="utf-8")

    assert path.read_text(encoding="utf-8") == manifests.to_yaml()


def test_readable(rendered):
    """
    Parsers read the objects that were compiled.
    """
    _, manifests = rendered

    assert [m.body for m in manifests] == list(
        yaml.safe_load_all(manifests.to_yaml())
    )
    assert {"apiVersion": "v1", "kind": "List"} == {
        key: value
        for key, value in yaml.safe_load(manifests.to_json()).items()
        if key != "items"
    }


def test_all_stacks(root):
    """
    Each stack of the example app has a stored text.
    """
    stored = {path.stem for path in (root / "tests/golden").glob("*.yaml")}

    assert stored == set(load_project(root).stacks())


def test_counts(root, shown):
    """
    The page shows how many objects of each kind there are; ``pytest
    --regenerate`` writes it anew.
    """
    counts = {
        name: Counter(
            body["kind"]
            for body in yaml.safe_load_all(
                (root / f"tests/golden/{name}.yaml").read_text("utf-8")
            )
        )
        for name in ("dev", "prod")
    }
    rows = [
        (kind, *(str(count[kind]) for count in counts.values()))
        for kind in sorted(set().union(*counts.values()))
    ]
    totals = ("all", *(str(count.total()) for count in counts.values()))
    table = "".join(
        f"| {' | '.join(row)} |\n"
        for row in [("Kind", *counts), ("---",) * 3, *rows, totals]
    )

    assert table == shown("objects", table)
