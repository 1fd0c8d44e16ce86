"""
Pods of parts, and what is said about mistakes.
"""

import pytest

from mizzen import SpecError


def pod_template(manifests, part):
    """
    The pods of a part.
    """
    return manifests.get("Deployment", part.name)["spec"]["template"]


def message(make, *args, **fields):
    """
    What is said about a mistake.
    """
    with pytest.raises(SpecError) as ei:
        make(*args, **fields)

    return str(ei.value)
