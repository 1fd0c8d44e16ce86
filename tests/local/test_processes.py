"""
No process but the cluster's own is ever signalled.
"""

import os
import subprocess
import sys
import time

import attrs
import pytest

from infra.local.processes import BOUND, Process


@pytest.fixture(name="child")
def _child():
    """
    A process that waits until its input ends.
    """
    with subprocess.Popen(
        [sys.executable, "-c", "input()"],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        yield process
        process.kill()


class TestProcess:
    def test_saved(self, child, tmp_path):
        """
        A saved process is found again, and is alive until it is killed.
        """
        Process.of(child.pid).save(tmp_path / "record")
        process = Process.load(tmp_path / "record")

        assert process.is_alive()

        process.kill()
        child.wait()

        assert not process.is_alive()

    @pytest.mark.parametrize(
        "changes", [{"start_time": 1}, {"boot_id": "another"}]
    )
    def test_other(self, child, changes):
        """
        A process that has the number of a former one, or had it before the
        machine was started again, is neither taken for it nor killed.
        """
        former = attrs.evolve(Process.of(child.pid), **changes)

        assert not former.is_alive()

        former.kill()

        assert child.poll() is None

    def test_zombie(self, child):
        """
        A process that has ended but is not buried yet is not alive.
        """
        process = Process.of(child.pid)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

        assert not process.is_alive()

    @pytest.mark.parametrize("content", [None, "", "{", "[]", '{"pid": 1}'])
    def test_unreadable(self, tmp_path, content):
        """
        A record that is missing or was cut off is no record.
        """
        if content is not None:
            (tmp_path / "record").write_text(content)

        assert Process.load(tmp_path / "record") is None

    def test_missing(self):
        """
        There is no process beyond the highest number.
        """
        with pytest.raises(ProcessLookupError):
            Process.of(2**22 + 1)

    def test_children(self, child):
        """
        A process knows whom it has started.
        """
        parent = Process.of(os.getpid())

        assert Process.of(child.pid) in parent.children()


@pytest.mark.skipif(not BOUND, reason="setpriv is not installed")
def test_bound():
    """
    What is bound to its parent ends with it, even if that is killed.
    """
    command = [*BOUND, "sh", "-c", "echo $$; exec sleep 60"]
    script = f"import subprocess; subprocess.run({command!r})"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    ) as parent:
        child = Process.of(int(parent.stdout.readline()))
        alive = child.is_alive()
        parent.kill()
    patience = time.monotonic() + 30
    while child.is_alive() and time.monotonic() < patience:
        pass
    outlived = child.is_alive()
    child.kill()

    assert alive
    assert not outlived
