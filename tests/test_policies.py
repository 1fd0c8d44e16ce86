"""
NetworkPolicies and selectors, as Kubernetes reads them.
"""

import pytest

from mizzen import Manifest
from mizzen._policies import directions, selects
from mizzen.changes.reach import Reach


LABELS = {"app": "web", "empty": ""}


class TestDirections:
    @pytest.mark.parametrize(
        ("spec", "closed"),
        [
            ({}, ("Ingress",)),
            ({"policyTypes": None, "egress": []}, ("Ingress",)),
            ({"egress": [{}]}, ("Ingress", "Egress")),
            ({"egress": [{}], "policyTypes": ["Egress"]}, ("Egress",)),
        ],
    )
    def test_default(self, spec, closed):
        """
        A policy is about what comes in, and about what goes out if it has
        rules for that, unless it says.
        """
        assert closed == directions(spec)


class TestSelects:
    @pytest.mark.parametrize(
        ("key", "operator", "values", "hit"),
        [
            ("app", "In", ["web"], True),
            ("app", "In", ["api"], False),
            ("app", "NotIn", ["web"], False),
            ("none", "NotIn", ["web"], True),
            ("empty", "Exists", None, True),
            ("none", "Exists", None, False),
            ("none", "DoesNotExist", None, True),
            ("empty", "DoesNotExist", None, False),
        ],
    )
    def test_expressions(self, key, operator, values, hit):
        """
        Expressions find what Kubernetes finds by them, also labels without
        text.
        """
        term = {"key": key, "operator": operator, "values": values}

        assert hit is selects({"matchExpressions": [term]}, LABELS)

    @pytest.mark.parametrize(
        ("selector", "hit"),
        [
            ({}, True),
            ({"matchLabels": None, "matchExpressions": None}, True),
            ({"matchLabels": {"app": "web"}}, True),
            ({"matchLabels": {"app": "api"}}, False),
        ],
    )
    def test_labels(self, selector, hit):
        """
        Labels have to be equal, and no words find all pods.
        """
        assert hit is selects(selector, LABELS)


def test_reach():
    """
    Changes of connections follow the same rules: what is told to be selected
    is selected, and rules for what goes out close the rest.
    """
    name = "app.kubernetes.io/name"
    template = {
        "metadata": {"labels": {name: "web"}},
        "spec": {"containers": []},
    }
    pods = Manifest(
        "web",
        "deployment",
        {
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": {"template": template},
        },
    )

    def sources(operator):
        term = {"key": name, "operator": operator, "values": ["web"]}
        selector = {"matchExpressions": [term], "matchLabels": {name: "web"}}
        policy = {
            "kind": "NetworkPolicy",
            "metadata": {"name": "web"},
            "spec": {"podSelector": selector, "egress": [{}]},
        }
        edges = Reach([pods, Manifest("web", "policy", policy)])._allowed(
            "Egress", "to"
        )
        return {edge.source for edge in edges}

    assert sources("In") == {"web"}
    assert sources("NotIn") == {
        f"pods with {name}=web and {name} NotIn web",
    }
