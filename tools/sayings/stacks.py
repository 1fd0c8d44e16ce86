"""
What stacks say: the addresses in their files, as the `Stack` that is read
from them.
"""

STACKS = {
    "Stacks": [
        (
            "host names of the app",
            'Route("/", web), Stack("dev", environment="dev", ingress_class="nginx", hosts=["a.example.com", "*.a.example.com"])',
        ),
        (
            "host names of single routes",
            'Route("/admin", web, hosts=["admin"]), Stack("dev", environment="dev", ingress_class="nginx", host_groups={"admin": ["ops.example.com"]})',
        ),
        (
            "another ingress controller",
            'Route("/", web), Stack("dev", environment="dev", hosts=["shop.example.com"], ingress_class="traefik")',
        ),
        (
            "where the ingress controller runs",
            'Route("/", web), Stack("dev", environment="dev", hosts=["shop.example.com"], ingress_class="nginx", ingress_namespace="edge")',
        ),
        (
            "where its requests come from, if it is no pod of the cluster",
            'Route("/", web), Stack("dev", environment="dev", hosts=["shop.example.com"], ingress_class="nginx", ingress_sources=["192.0.2.0/24"])',
        ),
        (
            "what serves internal routes",
            'Route("/admin", web, internal=True), Stack("dev", environment="dev", hosts=["shop.example.com"], ingress_class="nginx", internal_class="inside")',
        ),
        (
            "who issues certificates",
            'Route("/", web), Environment("dev", exposure=Ingress(tls=CertManager())), Stack("dev", environment="dev", hosts=["shop.example.com"], ingress_class="nginx", issuer="ca")',
        ),
        (
            "who issues those of internal routes",
            'Route("/admin", web, internal=True), Environment("dev", exposure=Ingress(tls=CertManager())), Stack("dev", environment="dev", hosts=["shop.example.com"], ingress_class="nginx", internal_class="nginx-internal", issuer="letsencrypt", internal_issuer="ca")',
        ),
        (
            "a class of Gateways",
            'Route("/", web), Environment("dev", exposure=Gateway()), Stack("dev", environment="dev", hosts=["shop.example.com"], gateway_class="cilium")',
        ),
        (
            "a Gateway of somebody else, which the app joins",
            'Route("/", web), Environment("dev", exposure=Gateway()), Stack("dev", environment="dev", hosts=["shop.example.com"], gateway="infra/shared/https")',
        ),
        (
            "what gives load balancers their addresses",
            'Environment("dev", exposure=LoadBalancer([web])), Stack("dev", environment="dev", load_balancer_class="tailscale")',
        ),
        (
            "a class of disks",
            'Stack("dev", environment="dev", storage_class="fast")',
        ),
        (
            "a class of disks that several nodes can mount",
            'Worker("worker", image=image, volumes={"/up": SharedDisk("uploads", "5Gi")}), Stack("dev", environment="dev", shared_class="nfs")',
        ),
        (
            "where External Secrets finds secrets",
            'Worker("worker", image=image, env={"KEY": FromExternalSecret("shop/key")}), Stack("dev", environment="dev", secret_store=SecretStore("own", kind="SecretStore"))',
        ),
        (
            "what reads metrics",
            'Worker("worker", image=image, metrics=9090), Stack("dev", environment="dev", monitoring=Monitoring("observability", kind="PodMonitor"))',
        ),
        (
            "where images are pushed to",
            'Worker("worker", image=Dockerfile("apps/worker")), Stack("dev", environment="dev", registry=Registry("ghcr.io/acme"))',
        ),
        (
            "a recorded version in place of a build",
            'Worker("worker", image=Dockerfile("apps/worker")), Stack("dev", environment="dev", registry=Registry("ghcr.io/acme"), versions={"worker": Version("v5", "sha256:" + 64 * "0")})',
        ),
        (
            "a recorded digest of an image of others",
            'Stack("dev", environment="dev", digests={"postgres:17": "sha256:" + 64 * "0"})',
        ),
        (
            "images that are pulled by a Secret",
            'Stack("dev", environment="dev", pull_secrets=["registry"])',
        ),
        (
            "the same, by one that is made with the namespace",
            'Stack("dev", environment="dev", pull_secrets=[PullSecret("registry", FromConfig("registryAuth", secret=True))])',
        ),
    ],
}
