"""
What the shell tells about the passphrase of a Pulumi stack.
"""

import os

from collections.abc import Mapping


def is_empty(variables: Mapping[str, str] = os.environ) -> bool:
    """
    Whether the passphrase is known to be empty.

    >>> is_empty({"PULUMI_CONFIG_PASSPHRASE": ""})
    True
    """
    return (
        not variables.get("PULUMI_CONFIG_PASSPHRASE_FILE")
        and variables.get("PULUMI_CONFIG_PASSPHRASE") == ""
    )
