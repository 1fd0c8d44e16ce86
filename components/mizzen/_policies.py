"""
What NetworkPolicies and selectors say, as Kubernetes reads them.
"""

from collections.abc import Mapping
from typing import Any


def directions(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """
    The directions that a NetworkPolicy with this *spec* closes: what comes
    in, and what goes out if it has rules about that, unless it says.

    >>> directions({}), directions({"egress": [{}]})
    (('Ingress',), ('Ingress', 'Egress'))
    """
    said = spec.get("policyTypes")
    if said:
        return tuple(said)
    return ("Ingress", "Egress") if spec.get("egress") else ("Ingress",)


def selects(selector: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    """
    Whether a label selector finds a pod with *labels*.

    >>> selects({"matchLabels": {"a": "b"}}, {"a": "b", "c": "d"})
    True
    """
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for term in selector.get("matchExpressions") or ():
        found = labels.get(term["key"])
        operator = term["operator"]
        values = term.get("values") or ()
        hit = found in values if "In" in operator else found is not None
        if hit is not (operator in ("In", "Exists")):
            return False
    return True
