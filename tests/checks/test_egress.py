"""
Findings about policies that let pods out to more than what was meant.
"""

import attrs
import pytest

from mizzen import (
    Address,
    App,
    Environment,
    ExternalService,
    GcpAccount,
    Internet,
    Isolation,
    Stack,
)
from mizzen.environment import CLUSTERS

from .support import LONE, blocks, raw, with_raw


class TestReach:
    @pytest.mark.parametrize(
        ("reaches", "isolation", "expected"),
        [
            (
                [
                    Address("api.example.com", 443),
                    Address("b.example.com", 25),
                ],
                Isolation.FULL,
                [
                    (
                        "NetworkPolicy 'beat': it opens the ports of "
                        "api.example.com:443, b.example.com:25 to all addresses, "
                        "because policies know no names (egress-by-name). Say "
                        "where the names lead, like Address('api.example.com', "
                        "443, cidrs=['192.0.2.0/24']) or External(…, "
                        "cidrs=['192.0.2.0/24'])."
                    )
                ],
            ),
            ([Address("api.example.com", 443)], Isolation.INGRESS, []),
            ([Address("10.0.0.0/8", 443), Internet()], Isolation.FULL, []),
            (
                [Address("a.example.com", 443, cidrs=["192.0.2.0/24"])],
                Isolation.FULL,
                [],
            ),
        ],
    )
    def test_names(  # noqa: PLR0917 - three of them are fixtures
        self, beat, desired, found, reaches, isolation, expected
    ):
        """
        Host names are wide where policies hold what goes out.
        """
        beat = attrs.evolve(beat, reaches=reaches)
        app = App("shop", edition="2026", parts=[beat])
        environment = Environment("dev", isolation=isolation)
        made = desired(app, environment=environment)

        assert expected == found("egress-by-name", made, app, environment)

    @pytest.mark.parametrize(
        ("host", "count"),
        [
            ("169.254.169.254", 1),
            ("168.63.129.16", 1),
            ("0.0.0.0/0", 0),
            ("api.example.com", 0),
        ],
    )
    def test_metadata(self, desired, found, host, count):
        """
        What a cloud tells its nodes is nothing that a part reaches unnoticed.
        """
        lone = attrs.evolve(LONE, reaches=[Internet(), Address(host, 80)])
        app = App("shop", edition="2026", parts=[lone])
        dev = Environment("dev")
        made = desired(app, environment=dev)

        assert [
            (
                f"NetworkPolicy 'lone': it opens {host}:80, where clouds tell "
                "of the node and give out its credentials "
                "(egress-to-metadata). Leave it out, and give the part an "
                "identity of its own, like identity=AwsRole(…)."
            )
        ] * count == found("egress-to-metadata", made, app, dev)

    def test_metadata_used(self, desired, found):
        """
        It is the same by another name.
        """
        meta = ExternalService("meta", host="169.254.169.254", port=80)
        lone = attrs.evolve(LONE, uses=[meta])
        app = App("shop", edition="2026", parts=[lone])
        (finding,) = found("egress-to-metadata", desired(app), app)

        assert "it opens 169.254.169.254:80, where clouds tell" in finding

    @pytest.mark.parametrize(
        ("rule", "opened"),
        [
            ({"to": blocks("169.254.169.254/32")}, "169.254.169.254"),
            (
                {
                    "to": blocks("169.254.0.0/16", "fd00:ec2::254/128"),
                    "ports": [{"port": 80}, {"port": "http"}],
                },
                (
                    "169.254.0.0/16:80, 169.254.0.0/16:http, "
                    "[fd00:ec2::254]:80, [fd00:ec2::254]:http"
                ),
            ),
            (
                {
                    "to": blocks("168.63.129.16/32"),
                    "ports": [{"port": 53}, {"port": 80, "endPort": 90}],
                },
                "168.63.129.16:80-90",
            ),
            (
                {"to": blocks("0.0.0.0/0"), "ports": [{"port": 80}]},
                "0.0.0.0/0:80",
            ),
            ({"to": blocks("168.0.0.0/6")}, "168.0.0.0/6"),
            (
                {"to": blocks("0.0.0.0/0", left_out=["10.0.0.0/8", "x"])},
                "0.0.0.0/0",
            ),
            (
                {"to": blocks("0.0.0.0/0"), "ports": [{"protocol": "TCP"}]},
                "0.0.0.0/0",
            ),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("patched", [True, False])
    def test_metadata_by_hand(self, desired, found, rule, opened, patched):
        """
        So it is in policies that are patched, or written by hand.
        """
        egress = {"policyTypes": ["Egress"], "egress": [rule]}
        app = App("shop", edition="2026", parts=[LONE])
        if patched:
            patch = LONE.patch("NetworkPolicy", {"spec": egress})
            app = attrs.evolve(app, patches=[patch])
            made = desired(app)
        else:
            made = with_raw(desired(app), raw("NetworkPolicy", "x", egress))
        (finding,) = found("egress-to-metadata", made, app)

        assert f"it opens {opened}, where clouds tell" in finding

    @pytest.mark.parametrize(
        "rule",
        [
            {"to": blocks("0.0.0.0/0", left_out=["169.254.169.254/32"])},
            {"to": blocks("0.0.0.0/0"), "ports": [{"port": 443}]},
            {"to": blocks("169.254.20.10/32"), "ports": [{"port": 53}]},
            {"to": blocks("metadata", "10.0.0.0/8", "::/1")},
            {"to": [{"podSelector": {}}]},
        ],
        ids=str,
    )
    def test_no_metadata(self, desired, found, rule):
        """
        Name servers may be there, and no others are.
        """
        egress = {"policyTypes": ["Egress"], "egress": [rule]}
        app = App("shop", edition="2026", parts=[LONE])
        made = with_raw(desired(app), raw("NetworkPolicy", "x", egress))

        assert [] == found("egress-to-metadata", made, app)

    @pytest.mark.parametrize("cluster", ["gke", "gke-autopilot"])
    def test_identity(self, desired, found, cluster):
        """
        Nor is an identity that is declared told where it gets its
        credentials.
        """
        account = GcpAccount("api-dev@shop-123.iam.gserviceaccount.com")
        lone = attrs.evolve(LONE, identity=account, uses=[])
        app = App("shop", edition="2026", parts=[lone])
        stack = Stack("dev", environment="dev", cluster=CLUSTERS[cluster])
        made = desired(app, stack=stack)

        assert "169.254.169.254" in str(
            made.get("NetworkPolicy", "lone")["spec"]["egress"]
        )
        assert [] == found("egress-to-metadata", made, app, stack=stack)
