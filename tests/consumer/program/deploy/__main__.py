"""
What another team writes by hand, around one service that mizzen makes.
"""

import pulumi

from billing import billing, billing_policy
from pulumi_kubernetes import Provider
from pulumi_kubernetes.core.v1 import ConfigMap, Namespace
from pulumi_kubernetes.networking.v1 import Ingress

from mizzen.pulumi import ServiceComponent


cluster = pulumi.ResourceOptions(provider=Provider("cluster", context="team"))
payments = Namespace("payments", metadata={"name": "payments"}, opts=cluster)
ledger = ConfigMap(
    "ledger",
    metadata={"name": "ledger", "namespace": payments.metadata.name},
    data={"currency": "EUR"},
    opts=cluster,
)
component = ServiceComponent(
    "billing",
    billing,
    environment=billing_policy,
    bind={
        "ledger": ledger.metadata.name,
        "ledger-id": ledger.id,
        "token": pulumi.Output.secret(ledger.id),
    },
    opts=pulumi.ResourceOptions(
        provider=cluster.provider, depends_on=[payments]
    ),
)
addresses = ConfigMap(
    "addresses",
    metadata={"name": "addresses", "namespace": component.namespace},
    data={
        "billing": component.url,
        "labels": pulumi.Output.json_dumps(component.service.metadata.labels),
    },
    opts=cluster,
)
Ingress(
    "public",
    metadata={"name": "public", "namespace": component.namespace},
    spec={
        "default_backend": {
            "service": {
                "name": component.service.metadata.name,
                "port": {"number": component.service.spec.ports[0].port},
            }
        }
    },
    opts=cluster,
)

pulumi.export("url", component.url)
pulumi.export("image", component.image)
