"""
The machine is left as it was found.
"""

import pytest

from infra.local import cgroups, node, paths, traces


@pytest.fixture(name="machine")
def _machine(home, monkeypatch):
    """
    A machine that has a /var/log, and nothing else to mount on.
    """
    (home / "cgroup").mkdir()
    (home / "var" / "log").mkdir(parents=True)
    mounted = tuple(
        str(home / target) for target in ("var/lib/cni", "var/log/pods")
    )
    monkeypatch.setattr(cgroups, "_ROOT", home / "cgroup")
    monkeypatch.setattr(node, "MOUNTED", mounted)
    paths.data().mkdir(parents=True)

    return home


def _folders(machine):
    return sorted(
        str(path.relative_to(machine)) for path in machine.glob("var/**/*")
    )


class TestRemove:
    def test_made(self, machine):
        """
        Only folders that were made are removed, however often the cluster
        was started in between.
        """
        traces.leave()
        traces.leave()
        left = _folders(machine)
        traces.remove()

        assert ["var/lib", "var/lib/cni", "var/log", "var/log/pods"] == left
        assert ["var/log"] == _folders(machine)

    def test_used(self, machine):
        """
        A folder that somebody else has begun to use stays.
        """
        traces.leave()
        (machine / "var" / "lib" / "other").mkdir()
        traces.remove()

        assert ["var/lib", "var/lib/other", "var/log"] == _folders(machine)

    def test_nothing(self, machine):
        """
        Without a record, nothing is removed.
        """
        traces.remove()

        assert ["var/log"] == _folders(machine)
