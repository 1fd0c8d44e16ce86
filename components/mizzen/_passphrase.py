"""
What the shell tells about the passphrase of a Pulumi stack.
"""

import os

from collections.abc import Mapping
from pathlib import Path


def is_empty(variables: Mapping[str, str] = os.environ) -> bool:
    """
    Whether the passphrase is known to be empty.

    >>> is_empty({"PULUMI_CONFIG_PASSPHRASE": ""})
    True
    """
    # Pulumi looks for the file only where the variable is not there at all.
    given = variables.get("PULUMI_CONFIG_PASSPHRASE")
    if given is not None:
        return not given
    path = variables.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    try:
        return bool(path) and not Path(str(path)).read_bytes().strip()
    except OSError:
        return False
