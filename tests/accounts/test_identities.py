"""
Who a part is to its cloud.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Address,
    App,
    AwsRole,
    AzureClient,
    Cluster,
    Environment,
    FromStack,
    GcpAccount,
    SpecError,
    Stack,
    compile_app,
)
from mizzen.checks import check
from mizzen.environment import CLUSTERS

from .support import message, pod_template


ROLE = AwsRole("arn:aws:iam::123456789012:role/api")
NAMED = [("dns", 53), ("0.0.0.0/0", 443)]
CLIENT = AzureClient("01234567-89ab-cdef-0123-456789abcdef")
ACCOUNT = GcpAccount("api-dev@shop-123.iam.gserviceaccount.com")


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
