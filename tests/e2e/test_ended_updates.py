"""
Updates that cannot succeed: they end by themselves, and say why, while the
version before answers.
"""

import contextlib
import json
import re

import pytest

from .deployments import attempted_up
from .load import Target, got, loaded


RATE = 5
ASKED = [got("/"), got("/api/values?limit=5")]


@pytest.fixture(name="broken")
def _broken(deployment):
    """
    The app with a piece of its description replaced, as long as the block
    lasts.
    """
    path = deployment.folder / "infra" / "app.py"
    good = path.read_text()

    @contextlib.contextmanager
    def broken(old, new):
        assert old in good
        path.write_text(good.replace(old, new))
        try:
            yield
        finally:
            path.write_text(good)

    return broken


@pytest.fixture(name="status")
def _status(deployment):
    """
    What `mizzen status` knows, by part.
    """

    def status():
        ran = deployment.mizzen("status", deployment.stack, "--format=json")
        rows = json.loads(ran.stdout)["parts"]
        return {row["part"]: row for row in rows}, ran.returncode

    return status


def test_crash(deployment, broken, status, tmp_path):
    """
    A program that ends at once ends the update, with its exit code and what
    it has written. No request fails meanwhile, and the change that is undone
    makes everything as it was.
    """
    before = deployment.pods()["api"]
    target = Target(url=deployment.url, kept=False)
    with loaded(target, tmp_path, rate=RATE, requests=ASKED) as outcomes:
        with broken("port=8000,", 'port=8000, args=["nosuch"],'):
            ran = attempted_up(deployment.folder, deployment.stack)
            during, code = status()
        back = deployment.up()
    after, well = status()

    assert ran.returncode
    assert re.search(
        r"api: pod api-\S+: container 'api' ended with exit code 2, \d times",
        ran.stdout,
    )
    assert "    | api: error: argument command: invalid choice" in ran.stdout
    assert "  The version before goes on: 1 pod of " in ran.stdout
    assert "The update was ended: waiting does not help." in ran.stdout
    assert (1, "rolling out") == (code, during["api"]["state"])
    assert ["crash"] == [d["cause"] for d in during["api"]["diagnoses"]]
    assert (0, "ready") == (well, after["api"]["state"])
    assert deployment.url == back.splitlines()[-1]
    assert before == deployment.pods()["api"]
    assert outcomes.sent
    assert {} == outcomes.lost


def test_failed_job(deployment, broken, status):
    """
    A migration that has failed is tried again by an update that wants the
    same one, and succeeds when what was in its way is gone.
    """
    before = deployment.pods()["api"]
    database = "statefulset/postgres"
    with broken(
        'args=["migrate"]', 'args=["migrate"], retries=0, env={"T": "1"}'
    ):
        deployment.kubectl("scale", database, "--replicas=0")
        deployment.kubectl("wait", "pod/postgres-0", "--for=delete")
        ran = attempted_up(deployment.folder, deployment.stack)
        _, code = status()
        deployment.kubectl("scale", database, "--replicas=1")
        deployment.kubectl("rollout", "status", database)
        again = deployment.up()
        after, well = status()
    deployment.up()

    assert ran.returncode
    assert "migrate: Job migrate-" in ran.stdout
    assert "  The next `mizzen up` tries it again." in ran.stdout
    assert code == 1
    assert "has failed before and is tried again" in again
    assert (0, "done") == (well, after["migrate"]["state"])
    assert before == deployment.pods()["api"]


def test_missing_image(deployment, broken, status):
    """
    A migration whose image is not there ends the update before the API is
    touched; the change that is undone is as if it had never been.
    """
    before = deployment.pods()
    image = '__import__("mizzen").Image("localhost:5000/multi-api:nosuch")'
    with broken('"migrate", image=api.image', f'"migrate", image={image}'):
        ran = attempted_up(deployment.folder, deployment.stack)
    during = deployment.pods()
    deployment.up()
    after, well = status()

    assert ran.returncode
    assert (
        "cannot pull image 'localhost:5000/multi-api:nosuch': its registry "
        "has no such image (not found)."
    ) in ran.stdout
    assert before["api"] == during["api"] == deployment.pods()["api"]
    assert (0, "done") == (well, after["migrate"]["state"])
