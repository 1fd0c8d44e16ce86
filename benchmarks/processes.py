"""
What processes that are measured have in common.
"""

import os

from pathlib import Path


def environment(folder: Path) -> dict[str, str]:
    """
    Python with compiled modules, as every installer leaves them.
    """
    variables = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)

    return variables
