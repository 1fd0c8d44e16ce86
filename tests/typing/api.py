"""
The public API as users write it; type-checked, never run.
"""

from collections.abc import Mapping

from mizzen import (
    OFF,
    AcmCertificate,
    Allow,
    App,
    Autoscale,
    AwsRole,
    AzureClient,
    Behaviour,
    CertManager,
    Cluster,
    Container,
    CronJob,
    DaemonSet,
    Defaults,
    Directory,
    Disk,
    Docker,
    DockerBuild,
    Dockerfile,
    Environment,
    ExistingDisk,
    Expose,
    ExternalMetric,
    File,
    FromConfig,
    FromConfigMap,
    FromExternalSecret,
    FromField,
    FromProgram,
    FromResource,
    FromSecret,
    FromStack,
    GcpAccount,
    Graph,
    GrpcHealth,
    HttpHealth,
    Image,
    Ingress,
    Isolation,
    Job,
    LoadBalancer,
    Manifest,
    Manifests,
    Metrics,
    Namespace,
    NodePort,
    NotIn,
    ObjectMetric,
    PodMetric,
    Port,
    Postgres,
    Project,
    Queue,
    Recreate,
    Redis,
    Registry,
    Rollout,
    Route,
    ScalingRules,
    Scratch,
    Service,
    SharedDisk,
    SpecError,
    Spread,
    Stack,
    Template,
    TemplateFile,
    TlsSecret,
    Toleration,
    Trigger,
    Use,
    Version,
    Worker,
    compile_app,
    graph,
    load_project,
)


db = Postgres(
    "postgres",
    version=17,
    disk="2Gi",
    database="shop",
    memory="512Mi",
    cpu="250m",
    image=Image("registry.example.com/postgres:17"),
    password_from=FromConfig("dbPassword", secret=True),
    grace_seconds=120,
)
cache = Redis("redis", version=8, disk="1Gi")
api = Service(
    "api",
    image=Dockerfile(
        "apps/api",
        file="docker/Dockerfile",
        max_size="150Mi",
        max_waste="5%",
        target="runtime",
        args={"PYTHON": "3.13"},
    ),
    port=8000,
    ports=[
        Port("grpc", 9000, application="grpc"),
        Port("dns", 5353, protocol="UDP"),
    ],
    uses=[
        db,
        Use(cache, env={"CACHE_URL": cache.url, "CACHE_HOST": cache.host}),
    ],
    env={
        "LOG_LEVEL": "info",
        "API_KEY": FromConfig("apiKey", secret=True),
        "DATA_HOST": FromStack("acme/data/prod", "host"),
        "DATA_PORT": FromProgram("port"),
        "DSN": db.url,
        "PGSSLMODE": db.tls_mode,
        "PGSSLROOTCERT": db.tls_ca,
        "POD": FromField("metadata.name"),
        "MEMORY": FromResource("limits.memory"),
        "TOKEN": FromSecret("billing", "token"),
        "KEY": FromExternalSecret("shop/api", property="key"),
    },
    volumes={
        "/cache": Scratch("1Gi", memory=True),
        "/srv": SharedDisk("uploads", "5Gi"),
        "/old": ExistingDisk("archive", shared=True),
        "/etc/tls": FromSecret("tls"),
    },
    sidecars=[
        Container("proxy", image=Image("acme/proxy:v2"), port=9000, user=OFF)
    ],
    permissions=[Allow("get", "list", on=["pods", "deployments.apps"])],
    identity=AwsRole("arn:aws:iam::123456789012:role/api"),
    init=[Container("prepare", image=Image("acme/a:v2"), args=["prepare"])],
    files={
        "/etc/api/settings.yaml": "debug: false\n",
        "/etc/api/logo.png": b"\x89PNG",
        "/etc/api/a.toml": File("config/a.toml"),
        "/etc/api/more": Directory("config"),
        "/etc/api/dsn": Template("{url}", url=db.url),
        "/etc/api/dsn2": TemplateFile("config/dsn", url=db.url),
        "/etc/ssl/ca.crt": FromConfigMap("trust", "ca.crt"),
    },
    health=HttpHealth("/healthz", port="http", timeout_seconds=10),
    ready=GrpcHealth("acme.Api", period_seconds=20),
    metrics=Metrics(8000, path="/stats"),
    command=["python"],
    args=("-m", "api"),
    memory="256Mi",
    ephemeral_storage="1Gi",
    cpu="250m",
    writable=("/tmp", "/var/cache"),
    user=10001,
    grace_seconds=60,
    replicas=2,
    scale=OFF,
    pause_seconds=10,
    startup_seconds=300,
    spread=Spread(hosts="hard", zones=OFF),
    rollout=Rollout(surge="25%", unavailable=1, min_ready_seconds=5),
    nodes={
        "disk": "ssd",
        "zone": ["a", "b"],
        "spot": NotIn("true"),
        "gpu": True,
        "old": OFF,
    },
    tolerations=[Toleration("spot", effect="NoExecute", seconds=30)],
    architectures=["amd64"],
    priority_class="high",
)
client = Service(
    "client",
    image=Image("acme/client:v5"),
    port=8080,
    uses=(api,),
    user=OFF,
    health=OFF,
)
worker = Worker(
    "worker",
    image=Image("acme/worker:v5"),
    uses=[Use(db, files="/run/secrets/db"), Use(cache, prefix="CACHE")],
    health=["python", "-m", "worker.health"],
    scale=Autoscale(
        2,
        20,
        cpu=70,
        memory=80,
        metric=PodMetric("hits", 100),
        behaviour=Behaviour(
            up=ScalingRules(pods=4, percent=100, period_seconds=15),
            down=ScalingRules(stabilisation_seconds=600),
        ),
    ),
)
asleep: Autoscale = Autoscale(
    0, 5, queue=Queue(cache, stream="jobs", group="workers", per_replica=20)
)
waiting = Autoscale(
    0,
    5,
    queue=[
        Queue(db, query="select count(*) from jobs", per_replica=9),
        Trigger("kafka", {}, cluster_authentication="kafka"),
    ],
    poll_seconds=5,
    cooldown_seconds=60,
)
measured = (
    ExternalMetric("jobs", "500m", selector={"queue": "mail"}),
    ObjectMetric("hits", 10, api_version="v1", kind="Service", object="web"),
    Trigger("kafka", {"topic": "jobs"}, authentication="kafka"),
)
migrate = Job(
    "migrate",
    image=api.image,
    args=["migrate"],
    uses=[Use(db, env={})],
    before=[api, worker],
    retries=1,
    deadline_seconds=60,
)
smoke = Job("smoke", image=api.image, after=[api, migrate])
tidy = CronJob(
    "tidy",
    image=api.image,
    schedule="30 3 * * mon-fri",
    time_zone="Europe/Berlin",
    concurrency="Replace",
    start_within_seconds=600,
    successful_history=1,
    failed_history=1,
    suspend=False,
    retries=0,
    deadline_seconds=60,
)
sensor = DaemonSet(
    "sensor",
    image=Image("acme/sensor:v5"),
    health=["sensor", "--check"],
    update_strategy=Rollout(surge=0, unavailable="10%"),
    tolerations=[Toleration()],
    ports=[Port("statsd", 8125, protocol="UDP")],
    host_network=True,
    host_pid=True,
)
meter = Worker(
    "meter",
    image=Image("acme/meter:v5"),
    uses=[Use(sensor, env={"STATSD_HOST": sensor.host, "AT": sensor.url})],
)
unshared = sensor.override(host_network=False, host_pid=False)
app = App(
    "shop",
    edition="2026",
    parts=[client, api, worker, migrate, db, cache],
    routes=[Route("/", client), Route("/api", api)],
    exposes=[Expose(api["grpc"], public_port=443), Expose(client)],
)
smaller: App = app.replace(api, replicas=1, port=8001, uses=[db])
renamed: App = app.replace(worker, name="crunch", formerly="worker")
ordered: App = app.replace(migrate, before=[api, smoke], after=[], retries=2)
grown: App = app.replace(db, disk="20Gi", version=18, database="shop")
cached: App = app.replace(cache, memory="1Gi")
nightly: App = app.replace(tidy, schedule="@midnight").replace(
    sensor, health=OFF
)
either: App = app.replace(app["api"], memory="1Gi")

dev = Environment(
    "dev",
    exposure=NodePort({client: 30080, api: None}),
    defaults=Defaults(replicas=1, memory="128Mi", env={"LOG_LEVEL": "debug"}),
    isolation=OFF,
    builder=Docker(),
)
prod = Environment(
    "prod",
    exposure=Ingress(tls=CertManager(), annotations={"a/b": "c"}),
    defaults=Defaults(
        replicas=2,
        spread=Spread(zones="hard"),
        rollout=Rollout(),
        pause_seconds=5,
        startup_seconds=60,
        nodes={"pool": "apps"},
        tolerations=[Toleration("apps")],
        architectures=("amd64",),
        priority_class="high",
    ),
    overrides=[
        api.override(replicas=6, memory="1Gi", env={"LOG_LEVEL": OFF}),
        api.override(ephemeral_storage="2Gi"),
        worker.override(scale=OFF, health=OFF),
        worker.override(
            scale=asleep,
            rollout=Recreate(),
            spread=OFF,
            priority_class=OFF,
            nodes={"zone": ["c"]},
        ),
        tidy.override(suspend=True, schedule="@weekly"),
        sensor.override(
            update_strategy=Rollout(), health=OFF, startup_seconds=9
        ),
        migrate.override(tolerations=[Toleration()], architectures=["arm64"]),
        migrate.override(retries=0, args=["migrate", "--all"]),
        migrate.override(env=OFF, args=OFF, reaches=OFF, tolerations=OFF),
        db.override(disk="20Gi", memory="2Gi"),
        db.override(settings=OFF, clients=OFF, storage_class=OFF),
        cache.override(
            nodes={"pool": ["data", "spare"]},
            tolerations=[Toleration("data")],
            architectures=["arm64"],
            priority_class="high",
        ),
    ],
    isolation=Isolation.INGRESS,
    namespace=Namespace("payments", create=False),
    protect=True,
    builder=DockerBuild(builder="remote"),
)
edge = prod.derive(
    "prod-eu",
    exposure=LoadBalancer(
        [client],
        source_ranges=["192.0.2.0/24"],
        load_balancer_class="tailscale",
    ),
    overrides=[api.override(replicas=3)],
)
closed = prod.derive(
    "prod-ap",
    exposes=[NodePort({api["grpc"]: 30090}, external_traffic_policy="Local")],
    isolation=Isolation.FULL,
    namespace=None,
    protect=False,
    builder=Docker(),
    defaults=Defaults(replicas=1),
)
quiet = prod.derive("prod-cn", exposure=NodePort(), exposes=OFF)
plain = prod.derive(
    "prod-us",
    exposure=Ingress(
        tls=TlsSecret("shop-tls"), internal_annotations={"example.com/a": "b"}
    ),
)
amazon = prod.derive("prod-aws", exposure=Ingress(tls=AcmCertificate()))

stack = Stack(
    "prod",
    environment="prod",
    cluster=Cluster("own", dns_peers=["169.254.20.10/32"]),
    context="prod",
    registry=Registry("registry.example.com/shop"),
    hosts=["shop.example.com"],
    ingress_class="nginx",
    load_balancer_class="service.k8s.aws/nlb",
    issuer="letsencrypt",
    versions={"api": Version("v5", f"sha256:{'0' * 64}")},
)

manifests: Manifests = compile_app(app, prod, stack)
text: str = manifests.to_yaml()
first: Manifest = manifests.of(api)[0]
kinds: list[str] = [manifest.kind for manifest in manifests]
waits: Mapping[str, tuple[str, ...]] = manifests.waits_for
edges: Graph = graph(app, prod)
reaches: bool = edges.reaches(client, db)

project: Project = load_project(".")
names: tuple[str, ...] = project.stacks()
try:
    chosen: Environment = project.environment(project.stack("prod"))
except SpecError as error:
    problems: tuple[str, ...] = error.problems

# What has to be refused before anything runs.
Service("api", image=api.image, port="8000")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Service("api", api.image)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
api.override(name="other")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
api.override(replicas="6")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
api.override(memory=OFF)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
api.override(image=OFF)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
db.override(version=18)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
api.override(env={"A": Directory("config")})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
api.override(spread=Spread(hosts="strong"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
app.replace(api, replicas="1")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
app.replace(worker, port=80)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
app.replace(cache, database="shop")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
prod.derive("prod-eu", protected=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
prod.derive("prod-eu", exposure="ingress")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
tidy.override(concurrency="Never")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
api.override(identity=AzureClient(FromConfig("client")))
api.override(identity=GcpAccount(FromStack("acme/iam/prod", "email")))
api.override(identity="arn")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
api.override(volumes={"/data": Disk("1Gi")}, sidecars=["proxy"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
api.replicas = 3  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
