"""
Packages are installed only for programs that are missing.
"""

import pytest

from infra.local import packages


@pytest.fixture(name="programs")
def _programs(tmp_path, monkeypatch):
    """
    A machine with no program of interest.
    """
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(packages, "_SYSTEM_FOLDERS", "/nonexistent")
    monkeypatch.setattr(packages, "CNI_FOLDERS", (tmp_path / "cni",))
    (tmp_path / "bin").mkdir()
    (tmp_path / "cni").mkdir()

    return tmp_path


class TestMissing:
    def test_program(self, programs):
        """
        A program that is there in any version needs no package, as where
        another vendor's package has brought it.
        """
        (programs / "bin" / "containerd").touch(mode=0o755)

        missing = packages.missing()

        assert "containerd" not in missing
        assert {"runc", "slirp4netns"} < set(missing)

    def test_plugins(self, programs):
        """
        The network plugins are known by their folder.
        """
        before = packages.missing()
        (programs / "cni" / "ptp").touch()

        assert {"containernetworking-plugins"} == set(before) - set(
            packages.missing()
        )
