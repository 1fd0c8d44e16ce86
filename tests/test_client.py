"""
The example app's page passes its own tests, type checker and build.
"""

import shutil
import subprocess

import pytest


@pytest.fixture(name="npm", scope="module")
def _npm(root):
    """
    Runs npm in the page's folder, its packages installed as locked.
    """
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")

    def npm(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["npm", *arguments],
            capture_output=True,
            cwd=root / "apps" / "client",
            stdin=subprocess.DEVNULL,
            text=True,
        )

    installed = npm("ci", "--no-audit", "--no-fund")
    assert 0 == installed.returncode, installed.stderr

    return npm


class TestPage:
    @pytest.mark.parametrize("script", ["typecheck", "test", "build"])
    def test_script(self, npm, script):
        """
        The script of its package.json succeeds.
        """
        ran = npm("run", script)

        assert 0 == ran.returncode, f"{ran.stdout}\n{ran.stderr}"
