"""
Parts of each kind, and whole lists of them.
"""

from hypothesis import strategies as st

from mizzen import (
    OFF,
    CronJob,
    DaemonSet,
    GrpcHealth,
    HttpHealth,
    Job,
    Metrics,
    Port,
    Rollout,
    Service,
    Worker,
)
from mizzen.spec import waits_of

from .containers import common, everywhere
from .edges import edges
from .privileges import is_on_node, shared
from .scaling import numbers, scaled
from .stores import clients, stores
from .values import NAMES, commands, former_names, maybe, mostly


metrics = maybe(
    st.sampled_from([9090, 9998, Metrics(8080, path="/own/metrics")])
)
ports = st.lists(
    st.sampled_from(
        [
            Port("grpc", 9000, application="grpc"),
            Port("metrics", 9090),
            Port("live", 9091, application="ws"),
            Port("secure", 8443, application="https"),
            Port("dns", 5353, protocol="UDP", application="tcp"),
            Port("dns-tcp", 5353, application="tcp"),
        ]
    ),
    max_size=3,
    unique_by=lambda port: port.name,
)


def metrics_beside(more):
    """
    Metrics of a Service that has *more* ports, which may be called so.
    """
    if any(port.name == "metrics" for port in more):
        return maybe(st.just(9090))
    return metrics


@st.composite
def services(draw, name, usable):
    """
    A Service called *name*.
    """
    fields = draw(scaled)
    more = draw(ports)
    usual = draw(st.sampled_from([None, 80, 8080]) if more else st.just(8080))
    spoken = {port.application for port in more if port.protocol == "TCP"}
    asked = [st.sampled_from([None, OFF]), commands]
    if usual or spoken & {"http", "ws"}:
        asked.append(
            st.sampled_from(["/healthz", HttpHealth("/", timeout_seconds=10)])
        )
    if any(port.name == "live" for port in more):
        asked.append(st.just(HttpHealth("/", port="live")))
    if "grpc" in spoken:
        asked.append(
            st.sampled_from(
                [GrpcHealth(), GrpcHealth("acme.Api", period_seconds=7)]
            )
        )
    uses = draw(edges(usable))

    return Service(
        name,
        port=usual,
        ports=more,
        health=draw(st.one_of(asked)),
        uses=uses,
        pause_seconds=draw(maybe(st.sampled_from([0, 60]))),
        startup_seconds=draw(maybe(st.sampled_from([1, 90]))),
        clients=draw(clients),
        metrics=draw(metrics_beside(more)),
        formerly=draw(former_names(name)),
        **draw(numbers(uses)),
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
        name,
        uses=uses,
        health=health,
        startup_seconds=draw(maybe(st.just(600))),
        metrics=draw(metrics),
        formerly=draw(former_names(name)),
        **draw(numbers(uses)),
        **fields,
    )


def some(parts):
    """
    None, one or two of *parts*.
    """
    if not parts:
        return st.just([])
    return st.lists(st.sampled_from(parts), max_size=2, unique_by=id)


def ready(parts, others):
    """
    Which of *parts*, by identity, are ready before *others* are.
    """
    waiting, found = waits_of(parts), set()
    left = [*others]
    while left:
        part = left.pop()
        if id(part) not in found:
            found.add(id(part))
            left.extend(waiting.get(id(part), ()))
    return found


@st.composite
def jobs(draw, name, usable, waiting):
    """
    A Job called *name*.
    """
    uses = draw(edges(usable))
    after = draw(some(waiting))
    there = ready(waiting, [*(use.part for use in uses), *after])
    later = [part for part in waiting if id(part) not in there]

    return Job(
        name,
        uses=uses,
        before=draw(some(later)),
        after=after,
        retries=draw(st.sampled_from([0, 3])),
        deadline_seconds=draw(st.sampled_from([1, 600])),
        formerly=draw(former_names(name)),
        **draw(common),
    )


@st.composite
def cron_jobs(draw, name, usable):
    """
    A CronJob called *name*.
    """
    return CronJob(
        name,
        uses=draw(edges(usable)),
        schedule=draw(st.sampled_from(["*/5 0 1,15 jan-mar ?", "@yearly"])),
        time_zone=draw(st.sampled_from(["Etc/UTC", "Asia/Kolkata"])),
        concurrency=draw(
            mostly(st.sampled_from(["Forbid", "Replace"]), "Allow")
        ),
        start_within_seconds=draw(maybe(st.just(10))),
        successful_history=draw(st.integers(0, 1)),
        failed_history=draw(st.sampled_from([0, 3])),
        retries=draw(st.sampled_from([0, 3])),
        suspend=draw(st.booleans()),
        **draw(common),
    )


def on_nodes(parts):
    """
    Those of *parts* that others on nodes can connect to: no policy holds for
    them.
    """
    return [part for part in parts if getattr(part, "at", is_on_node(part))]


@st.composite
def daemon_sets(draw, name, usable):
    """
    A DaemonSet called *name*.
    """
    node = draw(st.just({}) | shared)
    fields = draw(everywhere)
    volumes = {**fields.pop("volumes"), **node.pop("host_paths", {})}
    strategies = [Rollout(surge=0, unavailable="100%")]
    if node.get("host_network"):
        usable = draw(mostly(st.just(on_nodes(usable)), usable))
    else:
        strategies.append(Rollout(min_ready_seconds=1))
    more = draw(ports)

    return DaemonSet(
        name,
        port=draw(st.sampled_from([None, 8125])),
        ports=more,
        uses=draw(edges(usable)),
        health=draw(st.sampled_from([None, OFF]) | commands),
        startup_seconds=draw(maybe(st.just(3600))),
        update_strategy=draw(maybe(st.sampled_from(strategies))),
        volumes=volumes,
        metrics=draw(metrics_beside(more)),
        **node,
        **fields,
    )


@st.composite
def parts(draw):
    """
    Parts that refer to each other, in any order.
    """
    free = iter(draw(st.permutations(NAMES)))
    counts = draw(
        st.tuples(
            st.integers(0, 2),
            st.integers(0, 3),
            st.integers(0, 1),
            st.integers(0, 2),
        )
    )
    usable = [draw(stores(next(free))) for _ in range(counts[0])]
    for _ in range(counts[1]):
        usable.append(draw(services(next(free), usable)))
    if draw(st.booleans()):
        agent = draw(daemon_sets(next(free), usable))
        # Whoever is isolated gets to no node.
        there = draw(mostly(st.just(not is_on_node(agent)), other=True))
        usable.extend([agent] if agent.listens and there else [])
    kinds = draw(
        st.lists(
            st.sampled_from([workers, cron_jobs, daemon_sets]),
            min_size=counts[2],
            max_size=counts[2],
        )
    )
    silent = [draw(kind(next(free), usable)) for kind in kinds]
    public = [part for part in usable if isinstance(part, Service)]
    last = []
    for _ in range(counts[3]):
        waiting = [*silent, *public, *last]
        last.append(draw(jobs(next(free), usable, waiting)))

    return draw(st.permutations([*usable, *silent, *last]))
