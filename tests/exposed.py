"""
The shop, exposed somehow.
"""

import pytest

from mizzen import Environment, Stack, TlsSecret


HTTPS = TlsSecret("wildcard")
SSL_REDIRECT = "nginx.ingress.kubernetes.io/ssl-redirect"
MIDDLEWARES = "traefik.ingress.kubernetes.io/router.middlewares"


@pytest.fixture(name="served")
def served_fixture(shop, desired):
    """
    The objects of the shop for some exposure and addresses.
    """

    def served(exposure, app=shop, **addresses):
        stack = Stack(
            "dev",
            environment="dev",
            **{"hosts": ["a.example.com"], **addresses},
        )
        environment = Environment("dev", exposure=exposure)

        return desired(app, environment=environment, stack=stack)

    return served
