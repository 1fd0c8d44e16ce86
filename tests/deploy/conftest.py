"""
Pulumi, as the embedded cluster brings it.
"""

import pytest

from infra import local


@pytest.fixture(name="toolchain", scope="session")
def _toolchain():
    try:
        return local.pulumi_environment()
    except local.LocalClusterError as error:
        pytest.skip(f"no Pulumi can be had here: {error}")
