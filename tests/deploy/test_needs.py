"""
Which add-ons of the embedded cluster a stack's objects ask for.
"""

import pytest

from infra.deploy.needs import Needs

from mizzen import (
    App,
    Autoscale,
    CertManager,
    Environment,
    Image,
    Ingress,
    LoadBalancer,
    NodePort,
    Route,
    Service,
    Stack,
    compile_app,
)


WEB = Service("web", image=Image("acme/web:v5"), port=8080)
APP = App("shop", edition="2026", parts=[WEB], routes=[Route("/", WEB)])


def _needs(environment, **addresses):
    stack = Stack("prod", environment="prod", **addresses)
    manifests = compile_app(APP, environment, stack)

    return Needs.of(each.body for each in manifests.objects)


class TestNeeds:
    @pytest.mark.parametrize(
        ("exposure", "addons"),
        [
            (None, ()),
            (NodePort([WEB]), ()),
            (LoadBalancer([WEB]), ("metallb",)),
            (Ingress(), ("traefik",)),
        ],
    )
    def test_exposure(self, exposure, addons):
        """
        A way in asks for what serves it, and for nothing else.
        """
        environment = Environment("prod", exposure=exposure)
        needs = _needs(environment, hosts=["shop.example.com"])

        assert Needs(addons=addons, issuers=()) == needs

    def test_other_class(self):
        """
        An Ingress of another class is another controller's affair.
        """
        environment = Environment("prod", exposure=Ingress())
        needs = _needs(
            environment, hosts=["shop.example.com"], ingress_class="nginx"
        )

        assert () == needs.addons

    def test_issuer(self):
        """
        A certificate asks for cert-manager and for the issuer that the stack
        names.
        """
        environment = Environment("prod", exposure=Ingress(tls=CertManager()))
        needs = _needs(
            environment,
            hosts=["shop.example.com"],
            ingress_class="traefik",
            issuer="letsencrypt",
        )

        assert ("cert-manager", "traefik") == needs.addons
        assert ("letsencrypt",) == needs.issuers

    def test_autoscaler(self):
        """
        An autoscaler asks for metrics.
        """
        environment = Environment(
            "prod", overrides=[WEB.override(scale=Autoscale(2, 4, cpu=70))]
        )

        assert ("metrics-server",) == _needs(environment).addons
