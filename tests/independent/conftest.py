"""
What the independent checkers are given: the example app for production, as
its preview shows it and as it is released, and its Dockerfiles.
"""

import shutil

from pathlib import Path

import attrs
import pytest

from infra.local.errors import LocalClusterError
from infra.local.tools import KUBE_SCORE
from tests.independent.checkers import PROGRAMS, reports

from mizzen import Job, Manifests, compile_app, load_project
from mizzen.pins import others_images
from mizzen.stack import Version


DIGEST = f"sha256:{'0123456789abcdef' * 4}"


def released(root: Path) -> Manifests:
    """
    The example app for production with a recorded version of each image
    that is built, and a digest of each other one, as a release and
    ``mizzen pin`` write them into its stack's file.
    """
    project = load_project(root)
    app = project.app()
    contexts = root / "tests" / "golden" / "contexts"
    stack = attrs.evolve(project.stack("prod"), root=contexts)
    environment = project.environment(stack)
    builds = compile_app(app, environment, stack).builds
    jobs = [part.name for part in app.parts if isinstance(part, Job)]
    versions = dict.fromkeys([*builds, *jobs], Version("v5", DIGEST))

    others = others_images(app, environment, stack)
    recorded = attrs.evolve(
        stack, versions=versions, digests=dict.fromkeys(others, DIGEST)
    )
    return compile_app(app, environment, recorded)


@pytest.fixture(name="judged", scope="session")
def _judged(root, tmp_path_factory):
    """
    The folder that is judged.
    """
    folder = tmp_path_factory.mktemp("judged")
    (folder / "manifests").mkdir()
    for name, text in (
        ("prod", (root / "tests/golden/prod.yaml").read_text("utf-8")),
        ("released", released(root).to_yaml()),
    ):
        path = folder / "manifests" / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
    for path in (root / "apps").glob("*/Dockerfile"):
        copy = folder / path.relative_to(root)
        copy.parent.mkdir(parents=True)
        shutil.copyfile(path, copy)

    return folder


@pytest.fixture(name="installed", scope="session")
def _installed():
    """
    Make sure that all checkers are here.
    """
    if not PROGRAMS.is_dir():
        pytest.skip("tools/checkers is not set up: run make checkers")
    try:
        KUBE_SCORE.build()
    except LocalClusterError as error:
        pytest.skip(f"kube-score cannot be built here: {error}")


@pytest.fixture(name="found", scope="session")
def _found(installed, judged):
    """
    What each checker says.
    """
    return dict(reports(judged))
