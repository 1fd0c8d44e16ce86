"""
Findings about what accounts may do that is written by hand.
"""

import attrs
import pytest

from mizzen import Raw


ADMISSION = "admissionregistration.k8s.io"


def role(groups, resources, verbs):
    """
    A ClusterRole with one rule.
    """
    rule = {"apiGroups": groups, "resources": resources, "verbs": verbs}
    return Raw(
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "x"},
            "rules": [rule],
        }
    )


class TestStrongRights:
    @pytest.mark.parametrize(
        ("rule", "words"),
        [
            ((["*"], ["secrets"], ["get"]), "get on secrets"),
            ((["*"], ["deployments"], ["patch"]), "patch on deployments"),
            (([""], ["*/exec"], ["create"]), "create on */exec"),
            (
                (
                    ["certificates.k8s.io"],
                    ["certificatesigningrequests/approval"],
                    ["update", "get"],
                ),
                "update on certificatesigningrequests/approval",
            ),
            (
                (
                    ["certificates.k8s.io"],
                    ["certificatesigningrequests"],
                    ["create", "get"],
                ),
                "create on certificatesigningrequests",
            ),
            *(
                (
                    ([ADMISSION], [f"{kind}webhookconfigurations"], [verb]),
                    f"{verb} on {kind}webhookconfigurations",
                )
                for kind in ("mutating", "validating")
                for verb in ("create", "update", "patch")
            ),
            (([""], ["nodes/proxy"], ["get"]), "get on nodes/proxy"),
            ((["x.example"], ["*"], ["get"]), "get on *"),
        ],
    )
    def test_found(self, desired, shop, found, rule, words):
        """
        What is allowed of all groups or resources is allowed of strong ones.
        """
        extras = [role(*rule)]
        (finding,) = found(
            "strong-rights", desired(attrs.evolve(shop, extras=extras))
        )

        assert f"it allows {words}, by which" in finding

    @pytest.mark.parametrize(
        "rule",
        [
            (["apps"], ["pods"], ["create"]),
            ([""], ["*/log"], ["get"]),
            ([""], ["*"], []),
            ([], ["secrets"], ["get"]),
        ],
    )
    def test_harmless(self, desired, shop, found, rule):
        """
        Others lead nowhere.
        """
        extras = [role(*rule)]
        made = desired(attrs.evolve(shop, extras=extras))

        assert [] == found("strong-rights", made)
