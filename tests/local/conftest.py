"""
A home of its own for each test of the embedded cluster.
"""

import pytest


@pytest.fixture(name="home")
def _home(tmp_path, monkeypatch):
    """
    An empty home: no cache, no data, no Pulumi.
    """
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "PULUMI_HOME"):
        monkeypatch.delenv(variable, raising=False)

    return tmp_path
