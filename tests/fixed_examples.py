"""
Descriptions that went wrong once, each under what did not hold for it.

Whatever a property, a checker or a reviewer finds gets its example here,
which every property and a real API server judge from then on.
"""

from tests.own_stores import Shelf
from tests.strategies import Description
from tests.strategies.stacks import KEYS, MANY, OWN, VERSION
from tests.strategies.values import ALIKE, CONTEXTS, HOSTILE, LONG

from mizzen import (
    Allow,
    Autoscale,
    Backup,
    CertManager,
    Client,
    Credentials,
    Dockerfile,
    Environment,
    Expose,
    External,
    FromConfig,
    Gateway,
    Image,
    Ingress,
    Internet,
    Job,
    LoadBalancer,
    NodePort,
    Port,
    Postgres,
    PullSecret,
    Queue,
    Redis,
    Registry,
    Route,
    Service,
    Stack,
    Tls,
    Trigger,
    Worker,
)
from mizzen.environment import CLUSTERS


SECRET = FromConfig("theKey", secret=True)
IMAGE = Image("acme/it:v5")


def description(*parts, routes=(), exposed=(), stack=None, **policy):
    """
    An app of *parts* in an environment of some *policy*.
    """
    addresses = {
        "environment": "dev",
        "root": CONTEXTS,
        "config_keys": KEYS,
        **(stack or {}),
    }
    return Description(
        "shop",
        [*parts],
        [*routes],
        [*exposed],
        Environment("dev", **policy),
        Stack("dev", **addresses),
    )


def service(name, **fields):
    """
    A service that speaks HTTP.
    """
    usual = {"image": IMAGE, "port": 8000, "health": "/healthz"}
    return Service(name, **{**usual, **fields})


def worker(name="worker", **fields):
    """
    A part that listens on nothing.
    """
    return Worker(name, image=IMAGE, **fields)


def elsewhere(store, **fields):
    """
    An override by which *store* is managed elsewhere.
    """
    credentials = Credentials("shop", SECRET)
    return store.override(at=External(credentials=credentials, **fields))


DB = Postgres("db", version=17, disk="1Gi")
CACHE = Redis("cache", version=8, disk="1Gi")
WEB = service("web")
BROKER = service("broker", ports=[Port("mqtt", 1883, application="tcp")])
API = service("api", uses=[DB])
MIGRATE = Job("migrate", image=Dockerfile("api"), uses=[DB])

FIXED = {
    "names that are cut off in the same place stay apart": description(
        worker(LONG, env={"PASSWORD": SECRET}),
        worker(ALIKE, env={"PASSWORD": SECRET}),
    ),
    "no part takes the name of what belongs to another": description(
        DB,
        *(
            service(name, uses=[DB], env={"PASSWORD": SECRET})
            for name in ("api", "api-env", "api-files", "db-credentials")
        ),
    ),
    "texts are read as they were written": description(
        worker(
            args=HOSTILE,
            env={f"V{i}": text for i, text in enumerate(HOSTILE)},
            files={f"/etc/t/{i}": text for i, text in enumerate(HOSTILE)},
        )
    ),
    "no route object has more hosts than it may": description(
        WEB,
        exposure=Gateway(tls=CertManager()),
        routes=[Route("/", WEB)],
        stack={
            "hosts": MANY,
            "issuer": "letsencrypt",
            "gateway_class": "istio",
        },
    ),
    "no route object has more paths than it may": description(
        WEB,
        exposure=Gateway(),
        routes=[Route(f"/{number}", WEB) for number in range(40)],
        stack={"hosts": ["a.example.com"], "gateway": "infra/shared"},
    ),
    "routes with words of their own share a host": description(
        WEB,
        API,
        DB,
        exposure=Ingress(tls=CertManager()),
        routes=[
            Route("/", WEB),
            Route("/api", API, timeout_seconds=300, body_size="50Mi"),
            Route("/admin", API, internal=True),
        ],
        stack={
            "hosts": ["a.example.com"],
            "issuer": "letsencrypt",
            "internal_issuer": "private",
            "internal_class": "nginx-internal",
            "ingress_class": "nginx",
        },
    ),
    "certificates have no issuer where nothing is routed": description(
        WEB, exposure=Ingress(tls=CertManager())
    ),
    "who may ask the cluster's API reaches it": description(
        worker(permissions=[Allow("get", on="pods")]),
        stack={"cluster": OWN},
    ),
    "who may leave the app reaches none of its own parts": description(
        WEB, DB, worker(reaches=[Internet(443)])
    ),
    "ports below 1024 need no right": description(
        service("web", port=80, ports=[Port("dns", 53, protocol="UDP")])
    ),
    "of a part that opens one port the others stay closed": description(
        BROKER, exposes=[LoadBalancer([BROKER["mqtt"]])]
    ),
    "what an app exposes is open beside an Ingress": description(
        BROKER, exposed=[Expose(BROKER["mqtt"])], exposure=Ingress()
    ),
    "secrets of registries are there before pods": description(
        WEB, stack={"pull_secrets": (PullSecret("pulled", SECRET), "own")}
    ),
    "jobs that share an image keep their own version": description(
        service("api", image=MIGRATE.image, uses=[DB]),
        MIGRATE,
        Job("seed", image=IMAGE, after=[MIGRATE], uses=[DB]),
        DB,
        stack={
            "registry": Registry("registry.example.com/acme"),
            "versions": {"api": VERSION, "migrate": VERSION},
        },
    ),
    "whoever counts a queue is let in": description(
        worker(
            uses=[DB, CACHE],
            scale=Autoscale(
                0,
                20,
                queue=[
                    Queue(CACHE, list="jobs", per_replica=20),
                    Queue(DB, query="select 1", per_replica=5),
                    Trigger("kafka", {"topic": "jobs"}),
                ],
            ),
        ),
        DB,
        CACHE,
    ),
    "a store elsewhere whose certificate nobody checks": description(
        worker(uses=[CACHE]),
        CACHE,
        overrides=[
            elsewhere(CACHE, host="cache.example.com", tls=Tls(mode="require"))
        ],
    ),
    "a store elsewhere whose host is known later": description(
        API,
        DB,
        overrides=[elsewhere(DB, host=FromConfig("password"), tls=Tls())],
    ),
    "whoever makes backups reaches the store": description(
        Postgres(
            "db",
            version=17,
            disk="1Gi",
            backup=Backup("@daily", disk="1Gi"),
            clients=[Client("reports", namespace="other")],
        )
    ),
    "whoever makes backups is handed no key that it does not need": (
        description(
            Shelf(
                "shelf",
                version=1,
                disk="1Gi",
                backup=Backup("@daily", disk="1Gi"),
            )
        )
    ),
    "a kind of cluster serves a class of Ingress of its own": description(
        WEB,
        routes=[Route("/", WEB)],
        exposure=Ingress(),
        stack={"cluster": CLUSTERS["aks"], "hosts": ["shop.example.com"]},
    ),
    "Google's controller knows its Ingresses by their annotation": description(
        WEB,
        routes=[Route("/", WEB)],
        exposure=Ingress(),
        stack={"ingress_class": "gce", "hosts": ["shop.example.com"]},
    ),
    "what tells a controller of a route may have a longer name than parts": (
        description(
            WEB,
            routes=[
                Route("/", WEB),
                Route("/api", WEB, body_size="1Mi"),
            ],
            exposure=Ingress(),
            stack={"cluster": CLUSTERS["k3s"], "hosts": ["shop.example.com"]},
        ).but(name=LONG)
    ),
    "replicas that are said later win over an autoscaler": description(
        service("web", scale=Autoscale(2, 9, cpu=70)),
        overrides=[WEB.override(replicas=1)],
        exposure=NodePort([WEB]),
    ),
    "a port at the nodes has the app's number at a load balancer": description(
        BROKER,
        exposed=[Expose(BROKER["mqtt"], public_port=8883)],
        exposes=[
            NodePort({BROKER["mqtt"]: 31883}),
            LoadBalancer([BROKER["mqtt"]]),
        ],
    ),
}
