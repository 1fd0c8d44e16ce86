"""
The components as programs use them; type-checked, never run.
"""

import pulumi
import pulumi_kubernetes as kubernetes

from mizzen import (
    App,
    CronJob,
    DaemonSet,
    Environment,
    FromProgram,
    Image,
    Job,
    Postgres,
    Redis,
    Service,
    Stack,
    Worker,
    load_project,
)
from mizzen.pulumi import (
    AppComponent,
    CronJobComponent,
    DaemonSetComponent,
    JobComponent,
    ServiceComponent,
    StoreComponent,
    WorkerComponent,
    cluster_provider,
    current_stack,
    readable_errors,
)


db = Postgres("db", version=17, disk="1Gi")
cache = Redis("cache", version=8, disk="1Gi")
api = Service(
    "api",
    image=Image("acme/api:v5"),
    port=8000,
    uses=[db],
    env={"HOST": FromProgram("host")},
)
worker = Worker("worker", image=Image("acme/worker:v5"), uses=[cache])
migrate = Job("migrate", image=api.image, before=[api])
tidy = CronJob("tidy", image=api.image, schedule="@daily")
sensor = DaemonSet("sensor", image=Image("acme/sensor:v5"))
app = App(
    "shop",
    edition="2026",
    parts=[api, worker, migrate, tidy, sensor, db, cache],
)

with readable_errors():
    stack: Stack = current_stack(load_project())
    provider: kubernetes.Provider = cluster_provider(stack, "cluster")
    run = AppComponent(
        "shop",
        app=app,
        environment=Environment("dev"),
        stack=stack,
        bind={
            "host": pulumi.Output.from_input("db.example.com"),
            "port": 5432,
            "ready": True,
        },
        opts=pulumi.ResourceOptions(provider=provider),
    )

url: pulumi.Output[str | None] = run.url
addresses: dict[str, pulumi.Output[str | None]] = run.addresses
images: dict[str, str] = run.images
namespace: str = run.namespace

service: kubernetes.core.v1.Service = run[api].service
deployment: kubernetes.apps.v1.Deployment = run[worker].deployment
job: kubernetes.batch.v1.Job = run[migrate].job
cron_job: kubernetes.batch.v1.CronJob = run[tidy].cron_job
daemon_set: kubernetes.apps.v1.DaemonSet = run[sensor].daemon_set
local: kubernetes.core.v1.Service | None = run[sensor].service
store: kubernetes.apps.v1.StatefulSet = run[db].stateful_set
headless: kubernetes.core.v1.Service = run[cache].service
credentials: kubernetes.core.v1.Secret = run[db].credentials
policy: pulumi.CustomResource = run[api].resources["network-policy"]

own = ServiceComponent(
    "own",
    api,
    environment=Environment("dev"),
    stack=stack,
    bind={"host": "db.example.com"},
    opts=pulumi.ResourceOptions(provider=provider),
)
own_url: str = own.url
own_image: str = own.image
own_part: Service = own.part
WorkerComponent("worker", worker)
JobComponent("migrate", migrate)
CronJobComponent("tidy", tidy)
DaemonSetComponent("sensor", sensor)
StoreComponent("db", db)
StoreComponent("cache", cache)

WorkerComponent("api", api)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
run["api"]  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
