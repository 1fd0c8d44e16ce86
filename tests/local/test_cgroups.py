"""
The cluster's control groups go without a trace.
"""

import pytest

from infra.local import cgroups


@pytest.fixture(name="root")
def _root(tmp_path, monkeypatch):
    """
    A stand-in for the tree of control groups.
    """
    monkeypatch.setattr(cgroups, "_ROOT", tmp_path)

    return tmp_path


def _tree(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*/"))


class TestRemove:
    def test_version_1(self, root):
        """
        In version 1, every controller's tree has a group, and others' groups
        stay.
        """
        for controller in ("cpu", "memory"):
            (root / controller / "docker").mkdir(parents=True)
            (root / controller / "cgroup.procs").touch()
        before = _tree(root)
        cgroups.create([])
        created = _tree(root)
        (root / "cpu" / "mizzen" / "kubepods" / "pod").mkdir(parents=True)

        assert set(created) - set(before) == {"cpu/mizzen", "memory/mizzen"}
        assert [] == cgroups.switched_off()
        assert [] == cgroups.remove([])
        assert before == _tree(root)

    def test_version_2(self, root):
        """
        In version 2 there is one tree, and controllers that are not handed
        down to groups are known.
        """
        (root / "cgroup.controllers").write_text("cpuset cpu memory\n")
        (root / "cgroup.subtree_control").write_text("cpu\n")
        (root / "system.slice").mkdir()
        off = cgroups.switched_off()
        cgroups.create(off)
        created = _tree(root)
        cgroups.remove(off)

        assert ["cpuset", "memory"] == off
        assert ["mizzen", "system.slice"] == created
        assert ["system.slice"] == _tree(root)

    def test_in_use(self, root, monkeypatch):
        """
        A group that cannot be removed is named.
        """
        monkeypatch.setattr(cgroups, "_PATIENCE_SECONDS", 0.0)
        (root / "cgroup.controllers").touch()
        cgroups.create([])
        (root / "mizzen" / "task").touch()

        assert [root / "mizzen"] == cgroups.remove([])
