"""
The sign of life and the probe that looks at it.
"""

import os
import subprocess
import sys

import pytest

from worker.heartbeat import STALE_SECONDS, age, beat


@pytest.fixture(name="probe")
def _probe(tmp_path):
    """
    The probe as Kubernetes runs it, looking at *tmp_path*.
    """

    def run(*arguments):
        program = ["-X", "importtime", "-m", "worker.health"]
        return subprocess.run(
            [sys.executable, *program, *arguments],
            env={
                "TMPDIR": str(tmp_path),
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
            capture_output=True,
            text=True,
        )

    return run


class TestAge:
    def test_fresh(self, tmp_path):
        """
        Right after a sign of life its age is next to nothing.
        """
        path = tmp_path / "heartbeat"
        beat(path)

        assert 0 <= age(path) < STALE_SECONDS / 2

    @pytest.mark.parametrize("content", [None, "", "x"])
    def test_none(self, tmp_path, content):
        """
        Without a readable sign of life the age is infinite.
        """
        path = tmp_path / "heartbeat"
        if content is not None:
            path.write_text(content)

        assert float("inf") == age(path)


class TestHealth:
    def test_alive(self, probe, tmp_path):
        """
        The probe passes after a sign of life.
        """
        beat(tmp_path / "worker-heartbeat")

        assert 0 == probe().returncode

    def test_never(self, probe):
        """
        The probe fails before the first sign of life.
        """
        assert 1 == probe().returncode

    def test_stuck(self, probe, tmp_path):
        """
        The probe fails and says why once the last sign of life is old.
        """
        (tmp_path / "worker-heartbeat").write_text("-1000000")
        probed = probe()

        assert 1 == probed.returncode
        assert "The worker's loop gave no sign of life for" in probed.stderr

    def test_sooner(self, probe, tmp_path):
        """
        The probe fails sooner if it is told to.
        """
        beat(tmp_path / "worker-heartbeat")

        assert 1 == probe("0").returncode
        assert 0 == probe("3600").returncode

    def test_cheap(self, probe):
        """
        The probe imports neither Redis nor the logging library.
        """
        imported = probe().stderr

        assert "worker.heartbeat" in imported
        assert "redis" not in imported
        assert "structlog" not in imported
