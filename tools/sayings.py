"""
What can be said: the rows of ``docs/vocabulary.md``, each of which is one
line of Python that is compiled for real.

To add a row, add a line to its section (or a section): what one wants, and
the expression that says it. The expression is about the app of `PRELUDE`: a
part takes the place of the one of its name, anything else goes where it
belongs. Then run ``python -m tools.vocabulary``.
"""

PRELUDE = """\
image = Image("acme/app:v5")
db = Postgres("db", version=17, disk="1Gi")
cache = Redis("cache", version=8, disk="1Gi")
web = Service("web", image=image, port=8080, health="/healthz")
worker = Worker("worker", image=image)
migrate = Job("migrate", image=image)
app = App("shop", edition="2026", parts=[web, worker, migrate, db, cache])
dev = Environment("dev")
stack = Stack(
    "dev",
    environment="dev",
    hosts=["shop.example.com"],
    issuer="letsencrypt",
    host_groups={"admin": ["admin.example.com"]},
    gateway_class="istio",
    ingress_class="nginx",
    internal_class="nginx-internal",
    secret_store=SecretStore("vault"),
    shared_class="efs",
)
"""

SAYINGS: dict[str, list[tuple[str, str]]] = {
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
            "a command that runs again and again",
            'CronJob("tidy", image=image, schedule="30 3 * * mon-fri", time_zone="Europe/Berlin")',
        ),
        (
            "a process on each node",
            'DaemonSet("sensor", image=image, tolerations=[Toleration()])',
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
            "reach all of the internet",
            'Worker("worker", image=image, reaches=[Internet()])',
        ),
        (
            "reach one network outside",
            'Worker("worker", image=image, reaches=[Address("10.0.0.0/8", 5432)])',
        ),
    ],
    "Ports and health": [
        (
            "several ports",
            'Service("web", image=image, port=8080, health="/healthz", ports=[Port("metrics", 9090)])',
        ),
        (
            "gRPC",
            'Service("grpc", image=image, ports=[Port("grpc", 9000, application="grpc")])',
        ),
        (
            "readiness apart from health",
            'Service("web", image=image, port=8080, health="/healthz", ready="/ready")',
        ),
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
        ("the image's own user", 'Worker("worker", image=image, user=OFF)'),
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
    ],
    "Scale": [
        ("a fixed number", 'Worker("worker", image=image, replicas=3)'),
        (
            "by processor time",
            'Worker("worker", image=image, scale=Autoscale(2, 20, cpu=70))',
        ),
        (
            "by a queue",
            'Worker("worker", image=image, uses=[cache], scale=Autoscale(0, 20, queue=Queue(cache, list="jobs", per_replica=20)))',
        ),
        (
            "by a metric of its pods",
            'Worker("worker", image=image, scale=Autoscale(1, 9, metric=PodMetric("waiting", 10)))',
        ),
        (
            "by a metric of another object",
            'Worker("worker", image=image, scale=Autoscale(1, 9, metric=ObjectMetric("requests", 100, api_version="v1", kind="Service", object="web")))',
        ),
        (
            "by a metric from outside",
            'Worker("worker", image=image, scale=Autoscale(1, 9, metric=ExternalMetric("messages", 30)))',
        ),
        (
            "by whatever KEDA knows",
            'Worker("worker", image=image, scale=Autoscale(0, 9, queue=Trigger("cron", {"timezone": "Europe/Berlin", "start": "0 8 * * *", "end": "0 18 * * *", "desiredReplicas": "9"})))',
        ),
        (
            "down slowly",
            'Worker("worker", image=image, scale=Autoscale(1, 9, cpu=70, behaviour=Behaviour(down=ScalingRules(pods=1, stabilisation_seconds=600))))',
        ),
    ],
    "Nodes and rollout": [
        (
            "nodes with a label",
            'Worker("worker", image=image, nodes={"disk": "ssd"})',
        ),
        (
            "nodes without a label",
            'Worker("worker", image=image, nodes={"pool": NotIn("spot")})',
        ),
        (
            "nodes that keep others away",
            'Worker("worker", image=image, tolerations=[Toleration("dedicated", value="batch")])',
        ),
        (
            "one kind of processor",
            'Worker("worker", image=image, architectures=["arm64"])',
        ),
        (
            "before others when nodes are full",
            'Worker("worker", image=image, priority_class="important")',
        ),
        (
            "never two on one node",
            'Worker("worker", image=image, replicas=2, spread=Spread(hosts="hard"))',
        ),
        (
            "a quarter more while it is exchanged",
            'Worker("worker", image=image, rollout=Rollout(surge="25%"))',
        ),
        (
            "the old one ends before the new one starts",
            'Worker("worker", image=image, rollout=Recreate())',
        ),
    ],
    "Exposure": [
        ("at a port of each node", "NodePort({web: 30080})"),
        ("at an address of the provider", "LoadBalancer([web])"),
        (
            "from some networks alone",
            'LoadBalancer([web], source_ranges=["203.0.113.0/24"])',
        ),
        (
            "the same, where pods see the address of the client",
            'LoadBalancer([web], source_ranges=["203.0.113.0/24"], external_traffic_policy="Local")',
        ),
        (
            "a single port, beside any exposure",
            'Environment("dev", exposes=[LoadBalancer({web["http"]: 80})])',
        ),
        (
            "a single port of each node, beside any exposure",
            'Environment("dev", exposes=[NodePort({web["http"]: 31080})])',
        ),
        ("a path of the app's hosts", 'Route("/", web)'),
        (
            "a path with a time-out and a size of bodies",
            'Route("/upload", web, timeout_seconds=300, body_size="50Mi")',
        ),
        (
            "a path for the internal network",
            'Route("/admin", web, hosts=["admin"], internal=True)',
        ),
        (
            "routes by HTTPS, certificates from cert-manager",
            'Environment("dev", exposure=Ingress(tls=CertManager()))',
        ),
        (
            "routes by HTTPS, a certificate that is there",
            'Environment("dev", exposure=Ingress(tls=TlsSecret("shop-tls")))',
        ),
        (
            "routes by the Gateway API",
            'Environment("dev", exposure=Gateway(tls=CertManager()))',
        ),
    ],
    "Environments": [
        (
            "values of all parts",
            'Defaults(replicas=2, memory="256Mi", env={"LOG_LEVEL": "info"})',
        ),
        ("values of one part", 'web.override(replicas=6, memory="1Gi")'),
        ("a network closed for what comes in alone", "Isolation.INGRESS"),
        ("an open network", "OFF"),
        (
            "the most that all pods may ask for",
            'Namespace(quota=Quota(cpu="4", memory="8Gi", pods=50))',
        ),
        (
            "what containers of charts get that say nothing",
            'Namespace(limits=ContainerLimits(cpu="50m", memory="128Mi"))',
        ),
        (
            "pods of others that need more rights",
            'Namespace(pod_security="baseline")',
        ),
        ("a namespace that is there", 'Namespace("payments", create=False)'),
        (
            "images that are pulled by a Secret",
            'Stack("dev", environment="dev", pull_secrets=["registry"])',
        ),
        ("a kind of cluster", 'Cluster("own", storage_class="fast")'),
        (
            "names by a pattern",
            'Conventions(name="{app}-{part}")',
        ),
        (
            "labels of everything",
            'Conventions(labels={"example.com/team": "shop"})',
        ),
        (
            "annotations of pods",
            'Conventions(pod_annotations={"example.com/scrape": "true"})',
        ),
    ],
    "Escape hatches": [
        (
            "raw fields of one object",
            'web.patch("Deployment", {"spec": {"minReadySeconds": 10}})',
        ),
        (
            "a function for a kind of object",
            'Transform("Service", lambda body: {**body, "metadata": {**body["metadata"], "annotations": {"a": "b"}}})',
        ),
        (
            "an object of one's own",
            'Raw({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "sizes"}})',
        ),
        (
            "objects in a file",
            'RawFile("docs/examples/quota.yaml")',
        ),
        (
            "a chart of others",
            'HelmChart("operator", chart="oci://example.com/op", version="1.0.0")',
        ),
    ],
}
