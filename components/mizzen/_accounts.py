"""
Who a part is to the cluster.
"""

from typing import Any

from ._scope import Scope
from .spec import Part


def service_account(part: Part, scope: Scope) -> dict[str, Any]:
    """
    An identity of the part's own, without a token.
    """
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": scope.metadata(part, part.name),
        "automountServiceAccountToken": False,
    }
