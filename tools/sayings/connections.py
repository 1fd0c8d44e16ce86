"""
What can be said of who reaches whom, and of ports and health.
"""

CONNECTIONS: dict[str, list[tuple[str, str]]] = {
    "Connections": [
        (
            "a part uses a store",
            'Service("web", image=image, port=8080, health="/healthz", uses=[db])',
        ),
        (
            "other names of variables",
            'Worker("worker", image=image, uses=[Use(db, prefix="SQL")])',
        ),
        (
            "one variable of one's own",
            'Worker("worker", image=image, uses=[Use(db, env={"DSN": db.url})])',
        ),
        (
            "variables of libpq about certificates",
            'Worker("worker", image=image, uses=[Use(db, env={"PGSSLMODE": db.tls_mode, "PGSSLROOTCERT": db.tls_ca})])',
        ),
        (
            "where the certificate of the authority of a Redis is",
            'Worker("worker", image=image, uses=[Use(cache, env={"REDIS_CA": cache.tls_ca})])',
        ),
        (
            "settings as files",
            'Worker("worker", image=image, uses=[Use(db, files="/run/db")])',
        ),
        (
            "open the network alone",
            'Worker("worker", image=image, uses=[Use(db, env={})])',
        ),
        (
            "a service that somebody else runs",
            'Worker("worker", image=image, uses=[ExternalService("billing", host="billing.example.com", port=443, application="https")])',
        ),
        (
            "a part of another app in the cluster",
            'Worker("worker", image=image, uses=[ExternalService("billing", app="billing", part="api", port=8000)])',
        ),
        (
            "the same, which is elsewhere in one environment",
            'Worker("worker", image=image, uses=[billing]), billing.override(namespace="billing-stable")',
        ),
        (
            "a port of another app that speaks UDP",
            'Worker("worker", image=image, uses=[ExternalService("statsd", app="metrics", part="statsd", port=8125, protocol="UDP")])',
        ),
        (
            "a service that other apps use",
            'Service("web", image=image, port=8080, health="/healthz", clients=[Client("reports", namespace="reports", part="collector")])',
        ),
        (
            "a client whose app conventions put into names",
            'Service("web", image=image, port=8080, health="/healthz", clients=[Client("jobs", namespace="reports", app="reports", part="jobs")])',
        ),
        (
            "reach all of the internet",
            'Worker("worker", image=image, reaches=[Internet()])',
        ),
        (
            "the same, at some ports",
            'Worker("worker", image=image, reaches=[Internet([80, 443])])',
        ),
        (
            "pods of this cluster that no app of mizzen has",
            'Worker("worker", image=image, uses=[ExternalService("otel", host="otel.monitoring.svc", port=4317, namespace="monitoring", labels={"app": "otel"})])',
        ),
        (
            "pods that may use a service, by their labels",
            'Service("web", image=image, port=8080, health="/healthz", clients=[Client("reports", namespace="reports", labels={"app": "reports"})])',
        ),
        (
            "reach one network outside",
            'Worker("worker", image=image, reaches=[Address("10.0.0.0/8", 5432)])',
        ),
        (
            "networks that its name leads to",
            'Worker("worker", image=image, uses=[ExternalService("billing", host="billing.example.com", port=443, application="https", cidrs=["203.0.113.0/24"])])',
        ),
        (
            "a part of another app, in a namespace of its own name",
            'Worker("worker", image=image, uses=[ExternalService("billing", app="billing", part="api", port=8000, namespace="payments")])',
        ),
        (
            "reach one name outside by UDP",
            'Worker("worker", image=image, reaches=[Address("ntp.example.com", 123, protocol="UDP", cidrs=["203.0.113.0/24"])])',
        ),
    ],
    "Ports and health": [
        (
            "several ports",
            'Service("web", image=image, port=8080, health="/healthz", ports=[Port("metrics", 9090)])',
        ),
        (
            "metrics for Prometheus",
            'Worker("worker", image=image, metrics=9090)',
        ),
        (
            "metrics of every node",
            'DaemonSet("agent", image=image, metrics=9100)',
        ),
        (
            "metrics at another path",
            'Service("web", image=image, port=8080, health="/healthz", metrics=Metrics(8080, path="/stats"))',
        ),
        (
            "gRPC",
            'Service("grpc", image=image, ports=[Port("grpc", 9000, application="grpc")])',
        ),
        (
            "a part that speaks HTTPS itself",
            'Service("vault", image=image, ports=[Port("https", 8443, application="https")], health="/healthz")',
        ),
        (
            "health by gRPC",
            'Service("grpc", image=image, ports=[Port("grpc", 9000, application="grpc")], health=GrpcHealth("acme.Api", port="grpc"))',
        ),
        (
            "health at another port",
            'Service("web", image=image, port=8080, ports=[Port("admin", 9090)], health=HttpHealth("/healthz", port="admin"))',
        ),
        (
            "a slow answer to a question about health",
            'Service("web", image=image, port=8080, health=HttpHealth("/healthz", timeout_seconds=10, period_seconds=30))',
        ),
        (
            "a slow answer about health by gRPC",
            'Service("grpc", image=image, ports=[Port("grpc", 9000, application="grpc")], health=GrpcHealth(timeout_seconds=10, period_seconds=30))',
        ),
        (
            "a health command that takes its time",
            'Worker("worker", image=image, health=CommandHealth(["celery", "inspect", "ping"], timeout_seconds=20, period_seconds=60))',
        ),
        (
            "readiness apart from health",
            'Service("web", image=image, port=8080, health="/healthz", ready="/ready")',
        ),
        (
            "a port for UDP",
            'Service("web", image=image, port=8080, health="/healthz", ports=[Port("dns", 5353, protocol="UDP")])',
        ),
        (
            "readiness of a worker apart from health",
            'Worker("worker", image=image, health=["alive"], ready=["ready"])',
        ),
        (
            "health of a process on each node",
            'DaemonSet("agent", image=image, health=["alive"], ready=["ready"])',
        ),
        (
            "time to start",
            "web.override(startup_seconds=300)",
        ),
        (
            "time for a worker to start",
            'Worker("worker", image=image, health=["alive"], startup_seconds=300)',
        ),
        (
            "time to start on each node",
            'DaemonSet("agent", image=image, health=["alive"], startup_seconds=300)',
        ),
        ("requests go on while it stops", "web.override(pause_seconds=15)"),
    ],
}
