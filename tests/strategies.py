"""
Apps, environments and stacks as users might write them.
"""

import functools

from pathlib import Path

import attrs

from hypothesis import assume
from hypothesis import strategies as st
from tests.mysql import MySql

from mizzen import (
    OFF,
    Address,
    App,
    Autoscale,
    Behaviour,
    CertManager,
    Cluster,
    Conventions,
    Defaults,
    Dockerfile,
    Environment,
    ExternalMetric,
    FromConfig,
    FromProgram,
    FromStack,
    Image,
    Ingress,
    Internet,
    Isolation,
    Job,
    LoadBalancer,
    Manifests,
    Namespace,
    NodePort,
    ObjectMetric,
    PodMetric,
    Port,
    Postgres,
    Queue,
    Redis,
    Registry,
    Route,
    ScalingRules,
    Service,
    SpecError,
    Stack,
    TlsSecret,
    Trigger,
    Use,
    Worker,
    compile_app,
)


CONTEXTS = Path(__file__).parent / "golden" / "contexts"
LONG = "a-name-as-long-as-names-of-parts-may-be-and-no-more0"
names = st.one_of(
    st.from_regex(r"[a-z]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True),
    st.sampled_from(["api", "web", "db", "shop", "y", "null", LONG]),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
memory = st.sampled_from(["64Mi", "128Mi", "1Gi", "300000Ki"])
cpu = st.sampled_from(["50m", "1", "2500m"])
laters = st.builds(
    lambda later, secret: attrs.evolve(later, secret=secret),
    st.sampled_from(
        [
            FromConfig("theKey"),
            FromStack("acme/data/prod", "host"),
            FromProgram("host"),
        ]
    ),
    st.booleans(),
)
variables = st.dictionaries(
    st.sampled_from(["A", "B", "LOG_LEVEL", "DB_HOST", "y"]),
    texts | laters,
    max_size=3,
)
files = st.dictionaries(
    st.sampled_from(["/a", "/b/c.txt", "/b/d.txt"]), texts | laters, max_size=2
)
folders = st.lists(
    st.sampled_from(["/tmp", "/var/cache", "/srv"]), max_size=2, unique=True
)
images = st.sampled_from(
    [
        Image("acme/api:v5"),
        Image("registry.example.com:5000/acme/web:2.0_rc-1"),
        Image(f"acme/web@sha256:{'0123456789abcdef' * 4}"),
        Dockerfile("apps/api"),
        Dockerfile("apps/worker", args={"A": "1"}),
    ]
)
commands = st.lists(texts, min_size=1, max_size=2)


def maybe(strategy):
    """
    Something, or nothing said about it.
    """
    return st.none() | strategy


reaches = st.lists(
    st.sampled_from(
        [
            Internet(),
            Address("10.0.0.0/8", 5432),
            Address("192.0.2.4", 53, protocol="UDP"),
            Address("2001:db8::/32", 443),
            Address("api.example.com", 443),
            Address("api.example.com", 443, cidrs=["192.0.2.0/24"]),
        ]
    ),
    max_size=2,
)
_common = {
    "image": images,
    "command": maybe(commands),
    "args": maybe(st.lists(texts, max_size=2)),
    "env": variables,
    "files": files,
    "reaches": reaches,
    "memory": maybe(memory),
    "cpu": maybe(cpu),
    "writable": maybe(folders),
    "user": maybe(st.sampled_from([1, 1000, OFF])),
    "grace_seconds": maybe(st.sampled_from([0, 5, 600])),
}
_scaled = {"replicas": maybe(st.integers(0, 3))}
common = st.fixed_dictionaries(_common)
scaled = st.fixed_dictionaries({**_common, **_scaled})
rules = st.none() | st.sampled_from(
    [
        OFF,
        ScalingRules(pods=4, percent=100, period_seconds=15),
        ScalingRules(stabilisation_seconds=3600),
    ]
)
metrics = st.sampled_from(
    [
        PodMetric("hits", 100),
        ExternalMetric("jobs", "500m", selector={"queue": "mail"}),
        ObjectMetric("hits", 10, api_version="v1", kind="Service", object="x"),
    ]
)


def queues(stores):
    """
    Something that KEDA counts, in one of *stores* or elsewhere.
    """
    forms = [Trigger("cron", {"start": "0 8 * * *"}, authentication="cron")]
    for store in stores:
        if isinstance(store, Postgres):
            forms.append(Queue(store, query="select 1", per_replica=5))
        else:
            forms.append(Queue(store, list="y: 1", per_replica=5))
            forms.append(Queue(store, stream="jobs", per_replica=5))
    return st.sampled_from(forms)


@st.composite
def scales(draw, uses):
    """
    How a part with edges scales, if at all.
    """
    stores = [u.part for u in uses if isinstance(u.part, (Postgres, Redis))]
    kind = draw(st.sampled_from([None, OFF, "shares", "metric", "queue"]))
    if kind in {None, OFF}:
        return kind
    goals = {"cpu": 70, "memory": draw(maybe(st.just(9)))}
    if kind != "shares":
        goals[kind] = draw(metrics if kind == "metric" else queues(stores))
    up, down = draw(st.tuples(rules, rules))

    return Autoscale(
        draw(st.integers(0 if kind == "queue" else 1, 2)),
        draw(st.integers(2, 4)),
        behaviour=draw(maybe(st.just(Behaviour(up=up, down=down)))),
        **goals,
    )


ports = st.lists(
    st.sampled_from(
        [
            Port("grpc", 9000, application="grpc"),
            Port("metrics", 9090),
            Port("dns", 5353, protocol="UDP", application="tcp"),
            Port("dns-tcp", 5353, application="tcp"),
        ]
    ),
    max_size=3,
    unique_by=lambda port: port.name,
)


@st.composite
def edges(draw, usable):
    """
    Edges to some of the *usable* parts, in all their forms.
    """
    if not usable:
        return ()
    chosen = draw(st.lists(st.sampled_from(usable), max_size=3, unique_by=id))

    return tuple(draw(edge(part)) for part in chosen)


def edge(part):
    """
    An edge to *part*.
    """
    name = part.name.replace("-", "_")
    forms = [
        Use(part),
        Use(part, env={}),
        Use(part, prefix=f"OWN_{name}"),
        Use(part, env={f"{name}_url": part.url, "DB_HOST": part.host}),
    ]
    if not isinstance(part, Service):
        forms.append(Use(part, files=f"/run/{name}"))

    return st.sampled_from(forms)


stores = st.builds(
    functools.partial,
    st.sampled_from([Postgres, Redis, MySql]),
    version=st.integers(1, 20),
    disk=memory,
    memory=maybe(memory),
    password_from=st.sampled_from([None, FromConfig("password", secret=True)]),
)


@st.composite
def services(draw, name, usable):
    """
    A Service called *name*.
    """
    fields = draw(scaled)
    more = draw(ports)
    usual = draw(st.sampled_from([None, 80, 8080]) if more else st.just(8080))
    tcp = usual or any(port.protocol == "TCP" for port in more)
    asked = [st.sampled_from([None, OFF]), commands]
    if tcp:
        asked.append(st.just("/healthz"))
    uses = draw(edges(usable))

    return Service(
        name,
        port=usual,
        ports=more,
        health=draw(st.one_of(asked)),
        uses=uses,
        scale=draw(scales(uses)),
        **fields,
    )


@st.composite
def workers(draw, name, usable):
    """
    A Worker called *name*.
    """
    fields = draw(scaled)
    health = draw(st.sampled_from([None, OFF]) | commands)
    uses = draw(edges(usable))

    return Worker(
        name, uses=uses, health=health, scale=draw(scales(uses)), **fields
    )


@st.composite
def jobs(draw, name, usable, waiting):
    """
    A Job called *name*.
    """
    uses = draw(edges(usable))
    used = [use.part for use in uses]
    later = [part for part in waiting if part not in used]
    before = st.lists(st.sampled_from(later), max_size=2, unique_by=id)

    return Job(
        name,
        uses=uses,
        before=draw(before) if later else (),
        **draw(common),
    )


@st.composite
def parts(draw):
    """
    Parts that refer to each other, in any order.
    """
    free = iter(draw(st.lists(names, min_size=8, max_size=8, unique=True)))
    counts = draw(
        st.tuples(
            st.integers(0, 2),
            st.integers(0, 3),
            st.integers(0, 1),
            st.integers(0, 2),
        )
    )
    usable = [draw(stores)(next(free)) for _ in range(counts[0])]
    for _ in range(counts[1]):
        usable.append(draw(services(next(free), usable)))
    silent = [draw(workers(next(free), usable)) for _ in range(counts[2])]
    public = [part for part in usable if isinstance(part, Service)]
    last = [
        draw(jobs(next(free), usable, [*silent, *public]))
        for _ in range(counts[3])
    ]

    return draw(st.permutations([*usable, *silent, *last]))


changes = st.fixed_dictionaries(
    {},
    optional={
        "memory": maybe(memory),
        "cpu": maybe(cpu),
        "env": st.dictionaries(
            st.sampled_from(["A", "C"]), texts | st.just(OFF)
        ),
        "replicas": maybe(st.integers(0, 3)),
    },
)


@st.composite
def overrides(draw, all_parts):
    """
    Overrides of some parts.
    """
    return [
        part.override(
            **{
                name: value
                for name, value in draw(changes).items()
                if hasattr(part, name)
            }
        )
        for part in all_parts
        if draw(st.booleans())
    ]


@st.composite
def exposures(draw, public):
    """
    How some of the *public* services are reached from outside.
    """
    kind = draw(st.sampled_from([None, NodePort, LoadBalancer, Ingress]))
    if kind is None:
        return None
    if kind is Ingress:
        tls = st.sampled_from([OFF, CertManager(), TlsSecret("certificate")])
        return Ingress(tls=draw(tls))
    numbers = {NodePort: (30080, 32767, None), LoadBalancer: (80, 9090, None)}
    given = draw(st.permutations(numbers[kind]))

    return kind(dict(zip(draw(st.permutations(public)), given, strict=False)))


defaults = st.builds(
    Defaults,
    replicas=maybe(st.integers(0, 3)),
    memory=maybe(memory),
    env=st.dictionaries(st.sampled_from(["A", "Z"]), texts),
)
isolations = st.sampled_from([*Isolation, OFF])
conventions = st.builds(
    Conventions,
    labels=st.sampled_from([{}, {"example.com/team": "shop", "tier": ""}]),
    annotations=st.dictionaries(st.just("example.com/note"), texts),
    pod_labels=st.sampled_from([{}, {"inject": "true"}]),
    pod_annotations=st.dictionaries(st.just("example.com/note"), texts),
)
namespaces = maybe(st.builds(Namespace, names, create=st.booleans()))


@st.composite
def environments(draw, all_parts):
    """
    An environment for an app of some parts.
    """
    public = [part for part in all_parts if isinstance(part, Service)]

    return Environment(
        draw(names),
        exposure=draw(exposures(public)),
        defaults=draw(defaults),
        overrides=draw(overrides(all_parts)),
        isolation=draw(isolations),
        namespace=draw(namespaces),
        conventions=draw(conventions),
    )


stacks = st.builds(
    Stack,
    names.filter(lambda name: name != LONG),
    environment=st.just("dev"),
    cluster=st.just(
        Cluster("own", dns_peers=["10.0.0.1/32"], storage_class="fast")
    ),
    registry=st.sampled_from([None, Registry("registry.example.com/acme")]),
    hosts=st.sampled_from(
        [("a.example.com",), ("a.example.com", "*.example.com"), ()]
    ),
    ingress_class=st.sampled_from([None, "nginx"]),
    issuer=st.sampled_from(["letsencrypt", None]),
    config_keys=st.sampled_from([None, frozenset(["theKey", "password"])]),
    root=st.just(CONTEXTS),
)


@attrs.frozen
class Description:
    """
    All that a user says.
    """

    name: str
    parts: list
    routes: list
    environment: Environment
    stack: Stack

    def app(self) -> App:
        """
        The app, if it does not contradict itself.
        """
        return App(
            self.name, edition="2026", parts=self.parts, routes=self.routes
        )

    def compiled(self) -> Manifests:
        """
        The desired state, if nothing contradicts itself.
        """
        return compile_app(self.app(), self.environment, self.stack)


@st.composite
def descriptions(draw):
    """
    An app, an environment and a stack, which mostly fit together.
    """
    all_parts = draw(parts())
    public = [
        part
        for part in all_parts
        if isinstance(part, Service) and part.listens[0].application != "tcp"
    ]
    routes = []
    if public:
        targets = st.dictionaries(
            st.sampled_from(["/", "/api", "/a/b"]), st.sampled_from(public)
        )
        routes = [Route(path, to) for path, to in draw(targets).items()]

    return Description(
        draw(names),
        all_parts,
        routes,
        draw(environments(all_parts)),
        draw(stacks),
    )


@st.composite
def deployments(draw):
    """
    A description that fits together, and its desired state.
    """
    description = draw(descriptions())
    try:
        return description, description.compiled()
    except SpecError:
        assume(False)  # noqa: FBT003
        raise
