"""
The service, as its developers describe it.
"""

from mizzen import (
    Defaults,
    Environment,
    FromProgram,
    Image,
    Namespace,
    Service,
)


billing = Service(
    "billing",
    image=Image("registry.example.com/billing:v5"),
    port=8080,
    health="/healthz",
    env={
        "LEDGER": FromProgram("ledger"),
        "LEDGER_ID": FromProgram("ledger-id"),
        "TOKEN": FromProgram("token", secret=True),
    },
)
billing_policy = Environment(
    "payments",
    defaults=Defaults(replicas=2),
    namespace=Namespace("payments", create=False),
)
