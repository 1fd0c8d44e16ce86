"""
What a part may do in the cluster.
"""

import attrs
import pytest

from mizzen import (
    ALL_NAMESPACES,
    Allow,
    App,
    Cluster,
    Environment,
    Namespace,
    Stack,
    compile_app,
)
from mizzen.checks import check
from mizzen.environment import CLUSTERS

from .support import pod_template


class TestPermissions:
    def test_role(self, web, desired):
        """
        Permissions are a Role of the part's own, and its account has it.
        """
        web = attrs.evolve(
            web,
            permissions=[
                Allow("get", "list", on=["pods", "pods/log", "jobs.batch"]),
                Allow("update", on="configmaps", names="state"),
            ],
        )
        manifests = desired(web)
        binding = manifests.get("RoleBinding", "web")

        assert [
            {
                "apiGroups": [""],
                "resources": ["pods", "pods/log"],
                "verbs": ["get", "list"],
            },
            {
                "apiGroups": ["batch"],
                "resources": ["jobs"],
                "verbs": ["get", "list"],
            },
            {
                "apiGroups": [""],
                "resources": ["configmaps"],
                "verbs": ["update"],
                "resourceNames": ["state"],
            },
        ] == manifests.get("Role", "web")["rules"]
        assert {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "Role",
            "name": "web",
        } == binding["roleRef"]
        assert [
            {"kind": "ServiceAccount", "name": "web", "namespace": "shop-dev"}
        ] == binding["subjects"]

    @pytest.mark.parametrize(
        ("within", "kind", "namespace"),
        [
            (None, "Role", "shop-dev"),
            ("payments", "Role", "payments"),
            (ALL_NAMESPACES, "ClusterRole", None),
        ],
    )
    def test_within(self, web, desired, within, kind, namespace):
        """
        Rights elsewhere are given there, under a name that nobody else has.
        """
        allowed = Allow("get", on="pods", within=within)
        manifests = desired(attrs.evolve(web, permissions=[allowed]))
        name = "shop-dev.web" if within else "web"
        role = manifests.get(kind, name)
        binding = manifests.get(f"{kind}Binding", name)

        assert namespace == role["metadata"].get("namespace")
        assert namespace == binding["metadata"].get("namespace")
        assert kind == binding["roleRef"]["kind"]
        assert "shop-dev" == binding["subjects"][0]["namespace"]

    def test_unlike(self, web, desired):
        """
        Wherever the name of a namespace ends, no two parts of a cluster
        have a role of the same name.
        """
        allowed = Allow("get", on="nodes", within=ALL_NAMESPACES)
        roles = {
            manifest.name
            for place, name in (("dev", "api-web"), ("dev-api", "web"))
            for manifest in desired(
                attrs.evolve(web, name=name, permissions=[allowed]),
                environment=Environment("dev", namespace=Namespace(place)),
            )
            if manifest.kind == "ClusterRole"
        }

        assert {"dev.api-web", "dev-api.web"} == roles

    def test_several(self, web, desired):
        """
        Each place has a role of its own.
        """
        web = attrs.evolve(
            web,
            permissions=[
                Allow("get", on="pods"),
                Allow("list", on="nodes", within=ALL_NAMESPACES),
                Allow("get", on="pods", within="a"),
                Allow("get", on="pods", within="b"),
            ],
        )
        roles = {
            manifest.role
            for manifest in desired(web).of(web)
            if manifest.kind in {"Role", "ClusterRole"}
        }

        assert {"role", "cluster-role", "role-a", "role-b"} == roles
        assert "ALL_NAMESPACES" == repr(ALL_NAMESPACES)

    @pytest.mark.parametrize(
        ("allowed", "rights"),
        [
            (Allow("get", "list", on="secrets"), "get, list on secrets"),
            (Allow("create", on=["pods", "pods/log"]), "create on pods"),
            (
                Allow("bind", on="roles.rbac.authorization.k8s.io"),
                "bind on roles",
            ),
            (Allow("*", on="pods", wildcard=True), "* on pods"),
            *(
                (Allow(verb, on=kind), f"{verb} on {kind.partition('.')[0]}")
                for kind in (
                    "deployments.apps",
                    "daemonsets.apps",
                    "statefulsets.apps",
                    "replicasets.apps",
                    "jobs.batch",
                    "cronjobs.batch",
                    "pods",
                    "replicationcontrollers",
                )
                for verb in ("create", "update", "patch")
            ),
            *(
                (Allow(verb, on=kind), f"{verb} on {kind}")
                for kind, verbs in {
                    "pods/exec": ("get", "create"),
                    "pods/attach": ("get", "create"),
                    "pods/ephemeralcontainers": ("update", "patch"),
                }.items()
                for verb in verbs
            ),
            (
                Allow("get", "list", "watch", "delete", on="deployments.apps"),
                None,
            ),
            (Allow("patch", on="deployments.apps", names="web"), None),
            (Allow("create", on="deployments.example.com"), None),
            (Allow("get", on="secrets", names="site"), None),
            (Allow("get", on="pods"), None),
        ],
    )
    def test_strong(self, web, allowed, rights):
        """
        Rights that lead to others are told.
        """
        web = attrs.evolve(web, permissions=[allowed])
        app, dev = App("shop", edition="2026", parts=[web]), Environment("dev")
        stack = Stack("dev", environment="dev")
        found = check(app, dev, stack, compile_app(app, dev, stack))

        assert (
            [
                (
                    f"Role 'web': it allows {rights}, by which an account comes "
                    "to the rights of others (strong-rights). Name the objects, "
                    "like Allow('get', on='secrets', names='site'), or leave it "
                    "to a part of its own."
                )
            ]
            if rights
            else []
        ) == [str(each) for each in found if each.id == "strong-rights"]

    def test_token(self, web, beat, desired):
        """
        Who may ask has a token, and nobody else; roles come before pods.
        """
        web = attrs.evolve(web, permissions=[Allow("get", on="pods")])
        manifests = desired(web, beat)

        for part, asks in ((web, True), (beat, False)):
            spec = pod_template(manifests, part)["spec"]
            account = manifests.get("ServiceAccount", part.name)
            assert asks is spec["automountServiceAccountToken"]
            assert account["automountServiceAccountToken"] is False
        assert ["service-account", "role", "role-binding"] == [
            m.role for m in manifests.of(web)
        ][:3]

    def test_wildcard(self, web, desired):
        """
        Everything can be allowed when it is said.
        """
        everything = Allow("*", on="*", wildcard=True)
        manifests = desired(attrs.evolve(web, permissions=[everything]))

        assert [
            {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
        ] == manifests.get("Role", "web")["rules"]

    def test_override(self, web, desired):
        """
        An environment can take permissions away.
        """
        web = attrs.evolve(web, permissions=[Allow("get", on="pods")])
        environment = Environment(
            "dev", overrides=[web.override(permissions=[])]
        )

        assert not [
            m
            for m in desired(web, environment=environment)
            if m.kind in {"Role", "RoleBinding"}
        ]


class TestApiServers:
    @pytest.mark.parametrize("known", [True, False])
    def test_network(self, web, beat, known):
        """
        Who has permissions reaches the API servers; where nobody says where
        they are, that is a finding.
        """
        networks = ["192.0.2.0/28"] if known else []
        stack = Stack(
            "dev",
            environment="dev",
            cluster=Cluster("own", api_servers=networks),
        )
        web = attrs.evolve(web, permissions=[Allow("get", on=["pods"])])
        app = App("shop", edition="2026", parts=[web, beat])
        dev = Environment("dev")
        manifests = compile_app(app, dev, stack)
        (rule,) = manifests.get("NetworkPolicy", "web")["spec"]["egress"]
        found = [
            finding.subject
            for finding in check(app, dev, stack, manifests)
            if finding.id == "egress-to-api-servers"
        ]

        assert [443, 6443] == [port["port"] for port in rule["ports"]]
        assert known is (rule["to"] == [{"ipBlock": {"cidr": "192.0.2.0/28"}}])
        assert [] == manifests.get("NetworkPolicy", "beat")["spec"]["egress"]
        assert ([] if known else ["NetworkPolicy 'web'"]) == found

    def test_ports(self, web, desired):
        """
        The kind of cluster knows at which ports they answer.
        """
        stack = Stack("dev", environment="dev", cluster=CLUSTERS["minikube"])
        web = attrs.evolve(web, permissions=[Allow("get", on=["pods"])])
        found = desired(web, stack=stack).get("NetworkPolicy", "web")
        (rule,) = found["spec"]["egress"]

        assert [443, 8443] == [port["port"] for port in rule["ports"]]
