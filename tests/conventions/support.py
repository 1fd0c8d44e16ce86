"""
Conventions, and a stack for them.
"""

from mizzen import CertManager, Conventions, Environment, Ingress, Stack


STACK = Stack(
    "dev", environment="dev", hosts=["shop.example.com"], issuer="letsencrypt"
)


def environment(**rules):
    """
    An environment with conventions, which exposes routes.
    """
    return Environment(
        "dev",
        exposure=Ingress(tls=CertManager()),
        conventions=Conventions(**rules),
    )
