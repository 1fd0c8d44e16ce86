"""
Apps that have the same conventions and know each other.
"""

import pytest

from mizzen import (
    App,
    Client,
    Conventions,
    Environment,
    ExternalService,
    Image,
    Namespace,
    Service,
    SpecError,
    Stack,
    Worker,
    compile_app,
)


class TestOtherApps:
    @pytest.fixture(name="policies")
    def _policies(self):
        """
        The NetworkPolicies of two apps in one namespace that have the same
        conventions, and what one of them is told of the other.
        """
        team = Environment(
            "prod",
            namespace=Namespace("team", create=False),
            conventions=Conventions(name="{app}-{part}"),
        )
        image = Image("acme/api:v5")
        client = Client("shop", namespace="team", part="worker")
        named = Client("b", namespace="team", app="book", part="worker")
        api = Service("api", image=image, port=80, clients=[client, named])
        other = ExternalService(
            "billing", app="billing", part="api", port=80, namespace="team"
        )
        worker = Worker("worker", image=image, uses=[other])
        stack = Stack("prod", environment="prod")
        billing, shop = (
            compile_app(App(name, edition="2026", parts=[part]), team, stack)
            for name, part in (("billing", api), ("shop", worker))
        )
        pod = shop.get("Deployment", "shop-worker")["spec"]["template"]
        (container,) = pod["spec"]["containers"]

        return (
            billing.get("NetworkPolicy", "billing-api")["spec"],
            shop.get("NetworkPolicy", "shop-worker")["spec"],
            {entry["name"]: entry["value"] for entry in container["env"]},
        )

    def test_used(self, policies):
        """
        What another app runs is found under the name of its objects.
        """
        _, ours, told = policies
        peer = ours["egress"][1]["to"][0]["podSelector"]["matchLabels"]

        assert peer["app.kubernetes.io/name"] == "billing-api"
        assert told["BILLING_HOST"] == "billing-api.team.svc"

    def test_clients(self, policies):
        """
        So are those who use a part.
        """
        theirs, _, _ = policies

        assert ["shop-worker", "book-worker"] == [
            peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
            for rule in theirs["ingress"]
            for peer in rule["from"]
        ]

    def test_app_alone(self):
        """
        An app says nothing without its part.
        """
        with pytest.raises(SpecError) as ei:
            Client("b", namespace="team", app="book")

        assert "Client 'b': app must come with part (got 'book')." == str(
            ei.value
        )
