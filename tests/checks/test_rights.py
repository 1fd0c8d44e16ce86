"""
Findings about what accounts may do that is written by hand.
"""

import attrs
import pytest

from mizzen import ALL_NAMESPACES, Allow, App, Raw


ADMISSION = "admissionregistration.k8s.io"


RBAC = "rbac.authorization.k8s.io"


def role(groups, resources, verbs, names=()):
    """
    A ClusterRole with one rule.
    """
    rule = {"apiGroups": groups, "resources": resources, "verbs": verbs}
    if names:
        rule["resourceNames"] = [*names]
    return Raw(
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "x"},
            "rules": [rule],
        }
    )


def binding(kind, role_kind, name):
    """
    What gives somebody a role of others.
    """
    account = {"kind": "ServiceAccount", "name": "x", "namespace": "shop-dev"}
    return Raw(
        {
            "apiVersion": f"{RBAC}/v1",
            "kind": kind,
            "metadata": {"name": "x"},
            "roleRef": {"apiGroup": RBAC, "kind": role_kind, "name": name},
            "subjects": [account],
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
            (
                ([ADMISSION], ["mutatingadmissionpolicies"], ["create"]),
                "create on mutatingadmissionpolicies",
            ),
            (([""], ["namespaces"], ["get", "patch"]), "patch on namespaces"),
            (([""], ["namespaces"], ["update"]), "update on namespaces"),
            (
                ([""], ["persistentvolumes"], ["create"]),
                "create on persistentvolumes",
            ),
            *(
                (
                    ([RBAC], ["clusterroles"], [verb], ["view"]),
                    f"{verb} on clusterroles",
                )
                for verb in ("bind", "escalate")
            ),
            (
                ([""], ["groups"], ["impersonate"], ["system:masters"]),
                "impersonate on groups",
            ),
            (
                ([""], ["groups"], ["get", "impersonate"], ["x"]),
                "impersonate on groups",
            ),
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
            ([""], ["namespaces"], ["create", "get"]),
            ([""], ["persistentvolumes"], ["get", "patch"]),
            ([""], ["secrets"], ["get"], ["site"]),
        ],
    )
    def test_harmless(self, desired, shop, found, rule):
        """
        Others lead nowhere.
        """
        extras = [role(*rule)]
        made = desired(attrs.evolve(shop, extras=extras))

        assert [] == found("strong-rights", made)

    @pytest.mark.parametrize(
        "allowed",
        [
            Allow("patch", on="namespaces", within=ALL_NAMESPACES),
            Allow("create", on="persistentvolumes", within=ALL_NAMESPACES),
            Allow(
                "impersonate",
                on="groups",
                names="system:masters",
                within=ALL_NAMESPACES,
            ),
        ],
    )
    def test_own_words(self, desired, worker, found, allowed):
        """
        It is the same in mizzen's own words.
        """
        part = attrs.evolve(worker, uses=[], permissions=[allowed])
        app = App("shop", edition="2026", parts=[part])
        (finding,) = found("strong-rights", desired(app), app)

        assert f"it allows {allowed.verbs[0]} on {allowed.on[0]}" in finding


class TestBindings:
    @pytest.mark.parametrize("kind", ["RoleBinding", "ClusterRoleBinding"])
    @pytest.mark.parametrize("name", ["cluster-admin", "admin", "edit"])
    def test_found(self, desired, shop, found, kind, name):
        """
        Roles that every cluster has are known, whoever gives them.
        """
        extras = [binding(kind, "ClusterRole", name)]
        made = desired(attrs.evolve(shop, extras=extras))

        assert [
            (
                f"{kind} 'x': it gives what ClusterRole {name!r} allows, by "
                "which an account comes to the rights of others "
                "(strong-rights). Bind a role that names what is needed, "
                "like permissions=[Allow('get', on='pods')]."
            )
        ] == found("strong-rights", made)

    @pytest.mark.parametrize(
        ("kind", "name"),
        [("ClusterRole", "view"), ("Role", "edit"), ("ClusterRole", 5)],
    )
    def test_harmless(self, desired, shop, found, kind, name):
        """
        Others are theirs who made them.
        """
        extras = [binding("RoleBinding", kind, name)]
        made = desired(attrs.evolve(shop, extras=extras))

        assert [] == found("strong-rights", made)

    def test_patch(self, desired, worker, found):
        """
        A patch may give another role than the part's own.
        """
        part = attrs.evolve(
            worker, uses=[], permissions=[Allow("get", on="pods")]
        )
        role = {"kind": "ClusterRole", "name": "cluster-admin"}
        patch = part.patch("RoleBinding", {"roleRef": role})
        app = App("shop", edition="2026", parts=[part], patches=[patch])
        (finding,) = found("strong-rights", desired(app), app)

        assert "it gives what ClusterRole 'cluster-admin' allows" in finding
