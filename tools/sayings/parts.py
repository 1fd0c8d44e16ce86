"""
What can be said of parts and of what they consist of.
"""

PARTS: dict[str, list[tuple[str, str]]] = {
    "Parts": [
        (
            "a server",
            'Service("api", image=image, port=8000, health="/healthz")',
        ),
        (
            "a process that listens on nothing",
            'Worker("mailer", image=image, health=["mailer", "alive"])',
        ),
        (
            "a command that runs before others start",
            'Job("seed", image=image, args=["seed"], uses=[db], before=[web])',
        ),
        (
            "a command that runs once a new version is up",
            'Job("smoke", image=image, args=["smoke"], uses=[web], after=[web])',
        ),
        (
            "a command that runs again and again",
            'CronJob("report", image=image, schedule="30 3 * * mon-fri", time_zone="Europe/Berlin")',
        ),
        (
            "a process on each node",
            'DaemonSet("sensor", image=image, tolerations=[Toleration()])',
        ),
        (
            "an agent on each node that other parts use",
            'DaemonSet("statsd", image=image, ports=[Port("statsd", 8125, protocol="UDP")])',
        ),
        (
            "a PostgreSQL database",
            'Postgres("orders", version=17, disk="10Gi")',
        ),
        ("a Redis server", 'Redis("queue", version=8, disk="1Gi")'),
        (
            "backups of a database",
            (
                'Postgres("db", version=17, disk="1Gi", '
                'backup=Backup("0 3 * * *", disk="5Gi"))'
            ),
        ),
        (
            "a store that is managed elsewhere",
            (
                'db.override(at=External(host="db.example.com", tls=Tls(), '
                'credentials=Credentials("shop", FromConfig("password", '
                "secret=True))))"
            ),
        ),
        (
            "the same, with credentials from a Secret that is there",
            (
                'db.override(at=External(host="db.example.com", '
                'credentials=Credentials(FromSecret("orders-db", "user"), '
                'FromSecret("orders-db", "password"), '
                'url=FromSecret("orders-db", "url"))))'
            ),
        ),
        (
            "a store that other apps use",
            (
                'Postgres("db", version=17, disk="1Gi", '
                'clients=[Client("reports", namespace="reports")])'
            ),
        ),
        (
            "a command that gives up sooner",
            'Job("migrate", image=image, retries=0, deadline_seconds=1800)',
        ),
        (
            "a schedule that replaces what still runs",
            'tidy.override(concurrency="Replace")',
        ),
        (
            "a schedule that skips what is late",
            "tidy.override(start_within_seconds=600)",
        ),
        (
            "how many ends of runs are kept",
            "tidy.override(successful_history=1, failed_history=5)",
        ),
        ("a schedule that rests", "tidy.override(suspend=True)"),
        (
            "a run that gives up sooner",
            "tidy.override(retries=0, deadline_seconds=1800)",
        ),
        (
            "a process on each node, exchanged on many at a time",
            'agent.override(update_strategy=Rollout(surge=0, unavailable="10%"))',
        ),
        (
            "a part that had another name",
            'Worker("worker", image=image, formerly="mailer")',
        ),
        (
            "a store that had another name",
            'Redis("cache", version=8, disk="1Gi", formerly="redis")',
        ),
        (
            "a store with more room",
            'db.override(memory="2Gi", cpu="1", disk="20Gi")',
        ),
        (
            "another image of a store",
            'db.override(image=Image("registry.example.com/postgres:17.2"))',
        ),
        (
            "another name of its database",
            'Postgres("db", version=17, disk="1Gi", database="shop")',
        ),
        (
            "settings of its server",
            'db.override(settings={"max_connections": "200"})',
        ),
        (
            "a password of one's own",
            'db.override(password_from=FromConfig("dbPassword", secret=True))',
        ),
        ("time for its shutdown", "db.override(grace_seconds=120)"),
        (
            "backups that are kept for longer",
            'Postgres("db", version=17, disk="1Gi", backup=Backup("0 3 * * *", disk="5Gi", keep=30, time_zone="Europe/Berlin"))',
        ),
        (
            "more room for making backups",
            'Postgres("db", version=17, disk="1Gi", backup=Backup("0 3 * * *", disk="5Gi", memory="1Gi", cpu="1"))',
        ),
        (
            "a store elsewhere, at another port and with a certificate",
            'db.override(at=External(host="db.example.com", port=6432, database="main", tls=Tls(mode="verify-full", ca=FromConfig("dbCa")), cidrs=["10.0.0.0/8"], credentials=Credentials("shop", FromConfig("password", secret=True))))',
        ),
        (
            "a store that another namespace of the cluster has",
            'db.override(at=External(host="db.data.svc", namespace="data", labels={"app": "db"}, tls=OFF, credentials=Credentials("shop", FromConfig("password", secret=True))))',
        ),
        (
            "a store that one part of another app uses",
            'Postgres("db", version=17, disk="1Gi", clients=[Client("reports", namespace="reports", part="api")])',
        ),
    ],
    "Images": [
        (
            "build from a Dockerfile",
            'Worker("worker", image=Dockerfile("apps/worker"))',
        ),
        (
            "a budget of an image",
            (
                'Worker("worker", image=Dockerfile("apps/worker", '
                'max_size="150Mi", max_waste="5%"))'
            ),
        ),
        (
            "pull by digest",
            f'Worker("worker", image=Image("acme/app@sha256:{"0" * 64}"))',
        ),
        (
            "another command",
            'Worker("worker", image=image, command=["app"], args=["work"])',
        ),
        (
            "one stage of a Dockerfile, with build arguments",
            'Worker("worker", image=Dockerfile("apps/api", file="Dockerfile", target="build", args={"PYTHON": "3.13"}))',
        ),
        (
            "what builds images",
            'Environment("dev", builder=DockerBuild(builder="remote"))',
        ),
    ],
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
            "a service that other apps use",
            'Service("web", image=image, port=8080, health="/healthz", clients=[Client("reports", namespace="reports", part="collector")])',
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
    "Configuration": [
        (
            "a variable",
            'Worker("worker", image=image, env={"LOG_LEVEL": "info"})',
        ),
        (
            "a value of the stack",
            'Worker("worker", image=image, env={"REGION": FromConfig("region")})',
        ),
        (
            "a secret of the stack",
            'Worker("worker", image=image, env={"KEY": FromConfig("key", secret=True)})',
        ),
        (
            "an output of another stack",
            'Worker("worker", image=image, env={"HOST": FromStack("acme/data/prod", "host")})',
        ),
        (
            "a value of the program around",
            'Worker("worker", image=image, env={"HOST": FromProgram("host")})',
        ),
        (
            "a key of a Secret that is there",
            'Worker("worker", image=image, env={"KEY": FromSecret("vendor", "key")})',
        ),
        (
            "a key of a ConfigMap that is there",
            'Worker("worker", image=image, env={"MODE": FromConfigMap("site", "mode")})',
        ),
        (
            "a secret of a vault, by External Secrets",
            'Worker("worker", image=image, env={"KEY": FromExternalSecret("vendor", property="key")})',
        ),
        (
            "a field of the pod",
            'Worker("worker", image=image, env={"NODE": FromField("spec.nodeName")})',
        ),
        (
            "a resource of the container",
            'Worker("worker", image=image, env={"MEMORY": FromResource("limits.memory")})',
        ),
        (
            "a file of text",
            'Worker("worker", image=image, files={"/etc/app.yaml": "debug: false"})',
        ),
        (
            "a file with a secret in it",
            'Worker("worker", image=image, files={"/run/token": FromConfig("token", secret=True)})',
        ),
        (
            "a file of the project",
            'Worker("worker", image=image, files={"/etc/quota": File("docs/examples/quota.yaml")})',
        ),
        (
            "all files of a folder",
            'Worker("worker", image=image, files={"/etc/app": Directory("docs/examples")})',
        ),
        (
            "text around settings",
            'Worker("worker", image=image, uses=[db], files={"/etc/db": Template("host = {host}", host=db.host)})',
        ),
        (
            "a file of the project with places in it",
            'Worker("worker", image=image, uses=[db], files={"/etc/db": TemplateFile("docs/examples/db.conf", host=db.host)})',
        ),
        (
            "a secret output of another stack",
            'Worker("worker", image=image, env={"KEY": FromStack("acme/data/prod", "key", secret=True)})',
        ),
        (
            "a secret of the program around",
            'Worker("worker", image=image, env={"KEY": FromProgram("key", secret=True)})',
        ),
    ],
    "What a container gets": [
        (
            "memory and processor time",
            'Worker("worker", image=image, memory="1Gi", cpu="500m")',
        ),
        (
            "folders to write to",
            'Worker("worker", image=image, writable=["/tmp", "/var/cache"])',
        ),
        (
            "a root file system to write to",
            'Worker("worker", image=image, writable=["/"])',
        ),
        ("the image's own user", 'Worker("worker", image=image, user=OFF)'),
        (
            "a capability of Linux",
            'Worker("worker", image=image, security_context=SecurityContext(capabilities=["NET_BIND_SERVICE"]))',
        ),
        (
            "profiles of seccomp and AppArmor that the nodes have",
            'Worker("worker", image=image, security_context=SecurityContext(seccomp_profile="localhost/audit.json", app_armor_profile="localhost/worker"))',
        ),
        (
            "whatever the node may, where the namespace lets it",
            'Environment("dev", namespace=Namespace(pod_security="privileged")), DaemonSet("agent", image=image, user=0, security_context=SecurityContext(privileged=True, allow_privilege_escalation=True))',
        ),
        (
            "files of the node, where the namespace lets it",
            'Environment("dev", namespace=Namespace(pod_security="privileged")), DaemonSet("agent", image=image, volumes={"/node/logs": HostPath("/var/log", type="Directory", read_only=True)})',
        ),
        (
            "the network of the node, where the namespace lets it",
            'Environment("dev", namespace=Namespace(pod_security="privileged")), DaemonSet("agent", image=image, port=9100, host_network=True)',
        ),
        (
            "the processes of the node, where the namespace lets it",
            'Environment("dev", namespace=Namespace(pod_security="privileged")), DaemonSet("agent", image=image, host_pid=True)',
        ),
        (
            "a disk of its own",
            'Worker("worker", image=image, volumes={"/data": Disk("10Gi")})',
        ),
        (
            "a disk that parts share",
            'Worker("worker", image=image, volumes={"/srv": SharedDisk("uploads", "5Gi")})',
        ),
        (
            "a disk that is there",
            'Worker("worker", image=image, volumes={"/old": ExistingDisk("archive")})',
        ),
        (
            "scratch space in memory",
            'Worker("worker", image=image, volumes={"/cache": Scratch("64Mi", memory=True)})',
        ),
        (
            "a container beside its own",
            'Worker("worker", image=image, sidecars=[Container("proxy", image=image, port=9000)])',
        ),
        (
            "a container that runs before it",
            'Worker("worker", image=image, init=[Container("prepare", image=image, args=["prepare"])])',
        ),
        (
            "rights in the cluster",
            'Worker("worker", image=image, permissions=[Allow("get", "list", on="pods")])',
        ),
        (
            "a role of AWS",
            'Worker("worker", image=image, identity=AwsRole("arn:aws:iam::123456789012:role/api"))',
        ),
        (
            "a service account of Google Cloud",
            'Worker("worker", image=image, identity=GcpAccount("api-dev@shop-123.iam.gserviceaccount.com"))',
        ),
        (
            "a managed identity of Azure",
            'Worker("worker", image=image, identity=AzureClient("01234567-89ab-cdef-0123-456789abcdef"))',
        ),
        (
            "time to shut down",
            'Worker("worker", image=image, grace_seconds=120)',
        ),
        ("a user of your own", 'Worker("worker", image=image, user=20001)'),
        (
            "a disk of its own with a name",
            'Worker("worker", image=image, volumes={"/data": Disk("10Gi", name="archive")})',
        ),
        (
            "a disk that is there and that nodes share",
            'Worker("worker", image=image, volumes={"/old": ExistingDisk("archive", shared=True)})',
        ),
        (
            "a container beside its own with several ports and health",
            'Worker("worker", image=image, sidecars=[Container("proxy", image=image, ports=[Port("http", 9000), Port("admin", 9001)], health="/healthz", startup_seconds=20)])',
        ),
        (
            "rights on single objects",
            'Worker("worker", image=image, permissions=[Allow("get", on="configmaps", names=["site"])])',
        ),
        (
            "rights in another namespace",
            'Worker("worker", image=image, permissions=[Allow("get", on="pods", within="payments")])',
        ),
        (
            "rights in all namespaces, and on what is in none",
            'Worker("worker", image=image, permissions=[Allow("list", on="nodes", within=ALL_NAMESPACES)])',
        ),
        (
            "all rights on a kind of object",
            'Worker("worker", image=image, permissions=[Allow("*", on="pods", wildcard=True)])',
        ),
    ],
}
