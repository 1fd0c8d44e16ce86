"""
Routes by the Gateway API.
"""

import pytest

from mizzen import App, Environment, Image, Port, Service, Stack


@pytest.fixture(name="rpc")
def _rpc():
    """
    A service that speaks gRPC.
    """
    ports = [Port("grpc", 9000, application="grpc")]

    return Service("rpc", image=Image("acme/rpc:v5"), ports=ports)


@pytest.fixture(name="served")
def _served(desired):
    """
    The objects of an app of some routes.
    """

    def served(exposure, *routes, **addresses):
        parts = {route.service.name: route.service for route in routes}
        app = App("shop", edition="2026", parts=parts.values(), routes=routes)
        given = {"hosts": ["a.example.com"], "gateway_class": "istio"}
        stack = Stack("dev", environment="dev", **{**given, **addresses})

        return desired(
            app,
            environment=Environment("dev", exposure=exposure),
            stack=stack,
        )

    return served
