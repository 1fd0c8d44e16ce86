"""
Policy: every difference between stacks is here or in the stack's file.
"""

from infra.app import api, client, worker

from mizzen import (
    Autoscale,
    CertManager,
    Defaults,
    Environment,
    Ingress,
    NodePort,
)


DEV = Environment(
    "dev",
    exposure=NodePort({client: 30080}),
    defaults=Defaults(replicas=1, memory="128Mi"),
)
PROD = Environment(
    "prod",
    exposure=Ingress(tls=CertManager()),
    # Ingress controllers take some seconds to learn that a pod ends.
    defaults=Defaults(replicas=2, memory="256Mi", pause_seconds=10),
    overrides=[
        api.override(replicas=3, memory="512Mi"),
        worker.override(scale=Autoscale(2, 20, cpu=70)),
    ],
    protect=True,
)
