"""
What the node's first process runs, it keeps running.
"""

import json
import subprocess
import sys

from pathlib import Path

from infra.local.supervisor import Node, Service


_SCRIPT = """
import sys

from pathlib import Path

from infra.local import inside

inside._RESTART_SECONDS = 0.01
inside._supervise(inside.Node.load(Path(sys.argv[1])), connection=-1)
"""
_ROOT = Path(__file__).parents[2]


def _lines(path):
    return path.read_text().splitlines() if path.exists() else []


class TestSupervise:
    def test_together(self, tmp_path):
        """
        Services that end are started again, also when they end at the same
        time, and in spite of one whose program is missing.
        """
        services = [
            Service(
                name=name,
                command=("sh", "-c", f"echo >>{tmp_path}/{name}"),
                inside=False,
            )
            for name in "abcdef"
        ]
        missing = Service(
            name="missing", command=("/nonexistent",), inside=False
        )
        Node(
            services=(*services, missing), mounts={}, logs=str(tmp_path)
        ).save(tmp_path / "node.json")

        with subprocess.Popen(
            [sys.executable, "-c", _SCRIPT, tmp_path / "node.json"],
            cwd=_ROOT,
            stdout=subprocess.DEVNULL,
        ) as supervisor:
            while supervisor.poll() is None and not all(
                len(_lines(tmp_path / service.name)) > 9
                for service in services
            ):
                pass
            running = supervisor.poll() is None
            supervisor.kill()

        assert running
        assert "/nonexistent" in (tmp_path / "missing.log").read_text()


class TestNode:
    def test_saved(self, tmp_path):
        """
        What the supervisor reads is what was written for it.
        """
        node = Node(
            services=(Service(name="etcd", command=("etcd", "--flag")),),
            mounts={"/var/lib/cni": "/data/cni"},
            logs="/data/logs",
        )
        node.save(tmp_path / "node.json")

        assert node == Node.load(tmp_path / "node.json")
        assert json.loads((tmp_path / "node.json").read_text())
