"""
Findings about Gateways and their certificates.
"""

import pytest

from mizzen import (
    OFF,
    CertManager,
    Environment,
    Gateway,
    Ingress,
    Stack,
    TlsSecret,
)


@pytest.fixture(name="check_in")
def _check_in(shop, desired, found):
    """
    What a check finds about the shop behind a Gateway.
    """

    def check_in(exposure, gateway, name):
        environment = Environment("dev", exposure=exposure)
        stack = Stack(
            "dev",
            environment="dev",
            hosts=["a.example.com"],
            gateway=gateway,
            gateway_class="istio",
        )
        made = desired(shop, environment=environment, stack=stack)

        return found(name, made, environment=environment, stack=stack)

    return check_in


class TestReach:
    @pytest.mark.parametrize(
        ("tls", "expected"),
        [
            (
                OFF,
                [
                    (
                        "Gateway 'shop': it answers under '*' without "
                        "encryption (gateway-tls). Set tls in the "
                        "environment, like Gateway(tls=CertManager())."
                    )
                ],
            ),
            (TlsSecret("wildcard"), []),
        ],
    )
    def test_gateway(self, shop, desired, found, tls, expected):
        """
        Each host of a Gateway wants a certificate.
        """
        environment = Environment("dev", exposure=Gateway(tls=tls))
        stack = Stack(
            "dev",
            environment="dev",
            hosts=["a.example.com"],
            gateway_class="istio",
        )
        made = desired(shop, environment=environment, stack=stack)

        assert expected == found("gateway-tls", made)

    @pytest.mark.parametrize(
        ("tls", "gateway", "count"),
        [
            (CertManager(), "infra/shared", 1),
            (CertManager(), "infra/shared/https", 0),
            (OFF, "infra/shared", 1),
            (OFF, "infra/shared/https", 0),
            (OFF, None, 0),
        ],
    )
    def test_joined_gateway(self, check_in, tls, gateway, count):
        """
        What hangs on all listeners of somebody else's Gateway is served
        without encryption, too.
        """
        findings = [
            finding
            for finding in check_in(Gateway(tls=tls), gateway, "gateway-tls")
            if finding.startswith("HTTPRoute")
        ]

        assert [
            (
                "HTTPRoute 'shop': it hangs on all listeners of Gateway 'shared', "
                "so that those of plain HTTP serve it without encryption "
                "(gateway-tls). Name one in the file of stack 'dev', like "
                "'gateway: infra/shared/https'."
            )
        ] * count == findings

    @pytest.mark.parametrize(
        ("host", "count"),
        [("b.example.com", 1), ("a.example.com", 0), ("admin", 0)],
    )
    def test_certificate_of_other_host(
        self, shop, desired, found, host, count
    ):
        """
        A host under which nothing is served needs no certificate.
        """
        stack = Stack(
            "dev",
            environment="dev",
            hosts=["a.example.com"],
            host_groups={"admin": ["a.example.com"]},
        )
        exposure = Ingress(tls=TlsSecret("mine", hosts={host: "other"}))
        environment = Environment("dev", exposure=exposure)
        made = desired(shop, environment=environment, stack=stack)

        assert [
            (
                "Stack 'dev': Secret 'other' is read by nobody, because no "
                "route of app 'shop' is under 'b.example.com' "
                "(unused-certificate). Add 'b.example.com' to the hosts of a "
                "route or of the stack's file, or leave it out of "
                "TlsSecret('mine', hosts=…)."
            )
        ] * count == found(
            "unused-certificate", made, environment=environment, stack=stack
        )

    @pytest.mark.parametrize(
        ("gateway", "count"), [("infra/shared/https", 1), (None, 0)]
    )
    def test_unused_certificate(self, check_in, gateway, count):
        """
        A Gateway that is joined reads no certificate of the app.
        """
        exposure = Gateway(tls=TlsSecret("mine"))

        assert [
            (
                "Stack 'dev': Secret 'mine' is read by nobody, because Gateway "
                "'infra/shared/https' has certificates of its own "
                "(unused-certificate). Give the certificate to that Gateway, and "
                "say Gateway(tls=CertManager()) or leave gateway out of the "
                "stack's file."
            )
        ] * count == check_in(exposure, gateway, "unused-certificate")
