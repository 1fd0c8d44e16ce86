"""
Who a part is to the cluster and to its cloud, and what it may do.
"""

import attrs
import pytest

from mizzen import (
    ALL_NAMESPACES,
    OFF,
    Address,
    Allow,
    App,
    AwsRole,
    AzureClient,
    Cluster,
    Environment,
    FromConfig,
    FromStack,
    GcpAccount,
    Namespace,
    SpecError,
    Stack,
    compile_app,
)
from mizzen.checks import check
from mizzen.environment import CLUSTERS


ROLE = AwsRole("arn:aws:iam::123456789012:role/api")
NAMED = [("dns", 53), ("0.0.0.0/0", 443)]
CLIENT = AzureClient("01234567-89ab-cdef-0123-456789abcdef")
ACCOUNT = GcpAccount("api-dev@shop-123.iam.gserviceaccount.com")


def pod_template(manifests, part):
    """
    The pods of a part.
    """
    return manifests.get("Deployment", part.name)["spec"]["template"]


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


class TestIdentity:
    @pytest.mark.parametrize(
        ("identity", "annotations"),
        [
            (ROLE, {"eks.amazonaws.com/role-arn": ROLE.arn}),
            (ACCOUNT, {"iam.gke.io/gcp-service-account": ACCOUNT.email}),
            (CLIENT, {"azure.workload.identity/client-id": CLIENT.id}),
            (
                AwsRole(FromStack("acme/iam/prod", "api")),
                {"eks.amazonaws.com/role-arn": "‹stack: acme/iam/prod api›"},
            ),
        ],
    )
    def test_annotation(self, web, desired, identity, annotations):
        """
        The cloud is told by the part's account, which has no token.
        """
        manifests = desired(attrs.evolve(web, identity=identity))
        account = manifests.get("ServiceAccount", "web")
        spec = pod_template(manifests, web)["spec"]

        assert annotations == account["metadata"]["annotations"]
        assert spec["automountServiceAccountToken"] is False

    def test_label(self, web, desired):
        """
        Azure finds pods by a label.
        """
        label = "azure.workload.identity/use"
        for identity, use in ((CLIENT, "true"), (ROLE, None), (OFF, None)):
            part = attrs.evolve(web, identity=identity)
            labels = pod_template(desired(part), part)["metadata"]["labels"]
            assert use == labels.get(label)

    def test_override(self, web, desired):
        """
        Each environment has an identity of its own, or none.
        """
        web = attrs.evolve(web, identity=ROLE)
        for identity in (OFF, ACCOUNT):
            environment = Environment(
                "dev", overrides=[web.override(identity=identity)]
            )
            account = desired(web, environment=environment).get(
                "ServiceAccount", "web"
            )
            found = account["metadata"].get("annotations", {})
            assert (identity is OFF) is (not found)

    @pytest.mark.parametrize(
        ("cluster", "identity", "expected"),
        [
            ("eks", ROLE, NAMED),
            ("generic", ROLE, NAMED),
            ("aks", CLIENT, NAMED),
            (
                "gke",
                ACCOUNT,
                [
                    ("dns", 53),
                    ("169.254.169.252/32", 988),
                    ("169.254.169.254/32", 80),
                ],
            ),
            ("generic", ACCOUNT, [("dns", 53)]),
            ("eks", OFF, []),
        ],
    )
    def test_cloud(self, web, desired, cluster, identity, expected):
        """
        Each cloud is asked by name where it gives out credentials, also at
        its metadata server.
        """
        stack = Stack("dev", environment="dev", cluster=CLUSTERS[cluster])
        web = attrs.evolve(web, identity=identity)
        spec = desired(web, stack=stack).get("NetworkPolicy", "web")["spec"]

        assert expected == [
            (
                rule["to"][0].get("ipBlock", {}).get("cidr", "dns"),
                rule["ports"][0]["port"],
            )
            for rule in spec["egress"]
        ]

    @pytest.mark.parametrize(
        ("cluster", "identity", "served"),
        [
            ("eks", ACCOUNT, "AwsRole"),
            ("aks", ROLE, "AzureClient"),
            ("gke", ROLE, "GcpAccount"),
        ],
    )
    def test_other_cloud(self, web, desired, cluster, identity, served):
        """
        A cluster of one cloud gives nobody credentials of another.
        """
        stack = Stack("dev", environment="dev", cluster=CLUSTERS[cluster])
        kind = type(identity).__name__
        with pytest.raises(SpecError) as ei:
            desired(attrs.evolve(web, identity=identity), stack=stack)

        assert (
            (
                f"Service 'web': identity must be {served}(…) on a cluster of "
                f"kind {cluster!r}, as stack 'dev' has it (got {kind}). "
                "Override it by environment, or deploy to a Cluster(…, "
                f"identity_endpoints={{{kind}: […]}})."
            ),
        ) == ei.value.problems

    @pytest.mark.parametrize(
        ("cluster", "identity", "count"),
        [("generic", ROLE, 1), ("generic", OFF, 0), ("eks", ROLE, 0)],
    )
    def test_unknown(self, web, beat, cluster, identity, count):
        """
        Where nobody says whom the cluster gives credentials, it is told.
        """
        stack = Stack("dev", environment="dev", cluster=CLUSTERS[cluster])
        web = attrs.evolve(web, identity=identity)
        app = App("shop", edition="2026", parts=[web, beat])
        dev = Environment("dev")

        assert [
            (
                "ServiceAccount 'web': whether a cluster of kind 'generic' "
                "gives AwsRole its credentials is not known "
                "(identity-unknown). Set cluster in the file of stack 'dev', "
                "to a kind that does or to your own Cluster(…, "
                "identity_endpoints={AwsRole: […]})."
            )
        ] * count == [
            str(finding)
            for finding in check(app, dev, stack, compile_app(app, dev, stack))
            if finding.id == "identity-unknown"
        ]

    def test_once(self, web, desired):
        """
        What a part reaches anyway is opened once.
        """
        reaches = [Address("sts.amazonaws.com", 443)]
        web = attrs.evolve(web, identity=ROLE, reaches=reaches)
        policy = desired(web).get("NetworkPolicy", "web")

        assert 2 == len(policy["spec"]["egress"])

    @pytest.mark.parametrize("known", [True, False])
    def test_finding(self, web, known):
        """
        A name opens its port to all addresses, which is a finding.
        """
        where = Address("sts.amazonaws.com", 443, cidrs=["192.0.2.0/24"])
        endpoints = {AwsRole: [where]} if known else {}
        cluster = Cluster("own", identity_endpoints=endpoints)
        stack = Stack("dev", environment="dev", cluster=cluster)
        web = attrs.evolve(web, identity=ROLE)
        app, dev = App("shop", edition="2026", parts=[web]), Environment("dev")
        manifests = compile_app(app, dev, stack)

        assert (
            []
            if known
            else [
                (
                    "NetworkPolicy 'web': it opens the ports of "
                    "sts.amazonaws.com:443, which gives AwsRole its "
                    "credentials, to all addresses, because policies know no "
                    "names (egress-by-name). Name in the stack's file a "
                    "Cluster(…, identity_endpoints={AwsRole: "
                    "[Address('sts.amazonaws.com', 443, "
                    "cidrs=['192.0.2.0/24'])]})."
                )
            ]
        ) == [
            str(finding)
            for finding in check(app, dev, stack, manifests)
            if finding.id == "egress-by-name"
        ]

    @pytest.mark.parametrize(
        ("endpoints", "rule"),
        [
            (
                {"aws": []},
                "have the keys AwsRole, GcpAccount or AzureClient (got 'aws')",
            ),
            (
                {AwsRole: ["sts.amazonaws.com"]},
                (
                    "hold addresses, like Address('sts.amazonaws.com', 443) "
                    "(got 'sts.amazonaws.com')"
                ),
            ),
        ],
    )
    def test_endpoints(self, endpoints, rule):
        """
        Where credentials come from is said by the kind of identity.
        """
        assert f"Cluster 'own': identity_endpoints must {rule}." == message(
            Cluster, "own", identity_endpoints=endpoints
        )

    def test_network(self, web, beat, desired):
        """
        Who has an identity reaches where it asks for its credentials.
        """
        cluster = Cluster(
            "own",
            identity_endpoints={
                AwsRole: [Address("169.254.170.23/32", 80)],
            },
        )
        web = attrs.evolve(web, identity=ROLE)
        manifests = desired(
            web, beat, stack=Stack("dev", environment="dev", cluster=cluster)
        )

        assert [
            {
                "to": [{"ipBlock": {"cidr": "169.254.170.23/32"}}],
                "ports": [{"protocol": "TCP", "port": 80}],
            }
        ] == manifests.get("NetworkPolicy", "web")["spec"]["egress"]
        assert [] == manifests.get("NetworkPolicy", "beat")["spec"]["egress"]


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


def message(make, *args, **fields):
    """
    What is said about a mistake.
    """
    with pytest.raises(SpecError) as ei:
        make(*args, **fields)

    return str(ei.value)


class TestMistakes:
    @pytest.mark.parametrize("field", ["verbs", "on"])
    def test_wildcard(self, field):
        """
        Everything is allowed by nobody who has not said so.
        """
        verb, on = ("*", "pods") if field == "verbs" else ("get", "*")

        assert (
            f"Allow: {field} must name each one, or be meant for all by "
            "wildcard=True (got '*')."
        ) == message(Allow, verb, on=on)

    def test_verb(self):
        """
        Unknown verbs are refused with the nearest one.
        """
        text = message(Allow, "gett", on="pods")

        assert text.startswith("Allow: verb 'gett' is unknown; choose one of:")
        assert "(nearest to 'gett': 'get')." in text

    def test_nothing(self):
        """
        To allow nothing is a mistake.
        """
        assert (
            "Allow: verbs must be given, like Allow('get', on='pods') (got "
            "())."
        ) == message(Allow, on="pods")
        assert "Allow: on must be given, like on='pods' (got ())." == message(
            Allow, "get", on=[]
        )

    def test_resource(self):
        """
        Resources are those of a namespace, and written as kubectl does.
        """
        assert (
            "Allow: on must name resources with their group, like 'pods', "
            "'pods/log' or 'deployments.apps' (got 'apps/Deployment')."
        ) == message(Allow, "get", on="apps/Deployment")
        assert (
            "Allow: on must name resources of a namespace, or come with "
            "within=ALL_NAMESPACES for those of the whole cluster (got "
            "'nodes')."
        ) == message(Allow, "get", on=["pods", "nodes"])

    @pytest.mark.parametrize(
        ("on", "hint"),
        [
            ("deployments", "; did you mean 'deployments.apps'?"),
            ("jobs", "; did you mean 'jobs.batch'?"),
            ("pod", "; did you mean 'pods'?"),
            (
                "ingresses.apps",
                "; did you mean 'ingresses.networking.k8s.io'?",
            ),
            ("xyz", "."),
        ],
    )
    def test_no_resource(self, on, hint):
        """
        What no cluster has is refused with what may be meant.
        """
        assert (
            f"Allow: on {on!r} is no resource of Kubernetes{hint}"
        ) == message(Allow, "get", on=on)

    def test_within(self):
        """
        Other namespaces are named as Kubernetes wants them.
        """
        assert message(Allow, "get", on="pods", within="A b").startswith(
            "Allow: within must be a DNS label"
        )

    def test_names(self):
        """
        Names restrict nothing that has none yet.
        """
        assert (
            "Allow: names must be left out with 'create', which no name "
            "restricts (got ('a',))."
        ) == message(Allow, "create", on="pods", names="a")

    @pytest.mark.parametrize("on", ["pods/exec", "serviceaccounts/token"])
    def test_names_below(self, on):
        """
        What is below an object is made under its name.
        """
        assert ("a",) == Allow("create", on=on, names="a").names

    def test_not_a_permission(self, web):
        """
        What is no permission, and no identity, is refused.
        """
        assert (
            "Service 'web': permissions must hold permissions, like "
            "Allow('get', on='pods') (got 'get')."
        ) == message(attrs.evolve, web, permissions=["get"])
        assert (
            "Service 'web': identity must be AwsRole(…), GcpAccount(…), "
            "AzureClient(…) or OFF (got 'arn')."
        ) == message(attrs.evolve, web, identity="arn")

    @pytest.mark.parametrize(
        ("kind", "field", "rule"),
        [
            (
                AwsRole,
                "arn",
                (
                    "be the ARN of a role, like "
                    "'arn:aws:iam::123456789012:role/api'"
                ),
            ),
            (
                GcpAccount,
                "email",
                (
                    "be the address of a service account, like "
                    "'api-dev@shop-123.iam.gserviceaccount.com'"
                ),
            ),
            (
                AzureClient,
                "id",
                "be a client id, like '01234567-89ab-cdef-0123-456789abcdef'",
            ),
        ],
    )
    def test_format(self, kind, field, rule):
        """
        What cannot be known to the cloud is refused.
        """
        name = kind.__name__
        secret = FromConfig("key", secret=True)

        assert f"{name} 'x': {field} must {rule} (got 'x')." == message(
            kind, "x"
        )
        assert (
            f"{name}: {field} must not be secret (got "
            "FromConfig(key='key', secret=True))."
        ) == message(kind, secret)

    def test_unbound(self, web, desired):
        """
        An identity that the configuration does not have is refused.
        """
        stack = Stack("dev", environment="dev", config_keys=())
        web = attrs.evolve(web, identity=AwsRole(FromConfig("role")))

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'web': identity comes from the configuration of "
            "stack 'dev', which has no 'role'. Run: pulumi config set role "
            "--stack dev"
        ) == message(desired, web, stack=stack)
