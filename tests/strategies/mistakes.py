"""
Descriptions that are right but for one thing.
"""

from collections.abc import Callable

import attrs

from hypothesis import strategies as st

from mizzen import (
    OFF,
    Autoscale,
    CertManager,
    Container,
    Credentials,
    DaemonSet,
    Definitions,
    Disk,
    Dockerfile,
    Expose,
    External,
    FromConfig,
    FromExternalSecret,
    Gateway,
    HostPath,
    Image,
    Ingress,
    Job,
    LoadBalancer,
    Namespace,
    Raw,
    RawFile,
    Route,
    Scratch,
    SecurityContext,
    Service,
    Store,
    Transform,
    Use,
    Worker,
)
from mizzen.spec import title, uses_of

from .classes import servers
from .descriptions import deployments
from .exposures import openings
from .extras import WIDGETS, widget
from .privileges import LEVELS
from .stacks import VERSION


# Names of this length have room for another word.
SHORT = 30
IMAGE = Image("acme/api:v5")
STRANGER = Worker("stranger", image=IMAGE)
STRANGE_SERVICE = Service("stranger", image=IMAGE, port=80)
SECRET = {"EXTERNAL": FromExternalSecret("shop/api")}
FILES = {"/twice": "x"}
UNBOUND = {"UNBOUND": FromConfig("nobodySaid")}
UNREACHED = External(
    host=FromConfig("nobodySaid"),
    credentials=Credentials("app", FromConfig("password", secret=True)),
)
# What no part takes, by its fields.
WRONG = {
    "after": ["api"],
    "architectures": ["x87"],
    "args": [5],
    "at": "db.example.com",
    "backup": "0 3 * * *",
    "before": ["api"],
    "clients": ["reports"],
    "command": [None],
    "concurrency": "Never",
    "cpu": "1.5x",
    "deadline_seconds": 0,
    "disk": "10GB",
    "env": {"1A": "x"},
    "ephemeral_storage": "64M",
    "extensions": ["a b"],
    "failed_history": -1,
    "files": {"a": "x"},
    "formerly": ["A b"],
    "grace_seconds": -1,
    "health": 5,
    "host_network": "no",
    "host_pid": 1,
    "identity": "arn:aws:iam::123456789012:role/api",
    "image": "acme/api:v5",
    "init": ["prepare"],
    "memory": "64M",
    "metrics": 65_536,
    "nodes": {"a b": "x"},
    "password_from": FromConfig("theKey"),
    "pause_seconds": -1,
    "permissions": ["pods"],
    "pod_annotations": {"a b": "x"},
    "pod_labels": {"a b": "x"},
    "port": 65_536,
    "ports": [80],
    "priority_class": "A b",
    "reaches": ["10.0.0.0/8"],
    "ready": 5,
    "replicas": -1,
    "retries": -1,
    "rollout": "25%",
    "scale": 3,
    "schedule": "61 * * * *",
    "security_context": "privileged",
    "settings": {"A B": "x"},
    "sidecars": ["proxy"],
    "spread": "zones",
    "start_within_seconds": -1,
    "startup_seconds": 0,
    "storage_class": "A b",
    "successful_history": -1,
    "suspend": "no",
    "time_zone": "Mars/Olympus_Mons",
    "tolerations": ["spot"],
    "update_strategy": "OnDelete",
    "user": -1,
    "uses": ["db"],
    "version": 0,
    "volumes": {"/data": "1Gi"},
    "writable": ["tmp"],
}


@attrs.frozen
class Mistake:
    """
    One thing that is wrong.

    Attributes:
        subject: Whose it is, as sentences about it begin or say.

        field: What is wrong with it, in a word of those sentences.

        make: Makes it, or deploys what it is in.
    """

    subject: str
    field: str
    make: Callable[[], object]


def _wrong_fields(description):
    for part in description.parts:
        for field, value in WRONG.items():
            if field not in attrs.fields_dict(type(part)):
                continue
            changes = {field: value}
            word = field.removesuffix("s")
            yield Mistake(
                title(part),
                word,
                lambda part=part, changes=changes: attrs.evolve(
                    part, **changes
                ),
            )
            yield Mistake(
                title(part),
                word,
                lambda part=part, changes=changes: part.override(**changes),
            )


def _wrong_names(description):
    for part in description.parts:
        yield Mistake(
            f"{type(part).__name__} 'A b'",
            "name",
            lambda part=part: attrs.evolve(part, name="A b"),
        )
        twin = Worker(part.name, image=IMAGE)
        parts = [*description.parts, twin]
        yield Mistake(
            title(part), "same name", description.but(parts=parts).app
        )
        default = description.with_part(part, name="default")
        yield Mistake("'default'", "called", default.app)
        others = [other for other in description.parts if other is not part]
        for other in others[:1]:
            former = description.with_part(part, formerly=other.name)
            yield Mistake(title(other), "formerly", former.app)
        if isinstance(part, Store) and len(part.name) < SHORT:
            helper = Worker(f"{part.name}-administrator", image=IMAGE)
            wrong = description.but(parts=[*description.parts, helper])
            yield Mistake(title(helper), title(part), wrong.compiled)
    if not description.environment.conventions.renames:
        wrong = description.but(name="a" * 40)
        wrong = wrong.at(name="b" * 40)
        subject = f"'{'a' * 40}-{'b' * 40}'"
        yield Mistake(subject, "characters", wrong.compiled)


def _wrong_references(description):
    for part in description.parts:
        used = [use.part for use in uses_of(part)]
        for other in used:
            if other in description.parts:
                parts = [p for p in description.parts if p is not other]
                yield Mistake(
                    title(other),
                    "listed in parts",
                    description.but(parts=parts).app,
                )
        if used:
            again = [*uses_of(part), Use(used[0])]
            twice = description.with_part(part, uses=again)
            yield Mistake(title(part), "twice", twice.app)
        if isinstance(part, Job):
            for later in part.before:
                if getattr(later, "listens", ()):
                    uses = [*uses_of(part), Use(later)]
                    circular = description.with_part(part, uses=uses)
                    yield Mistake(title(part), "waits for", circular.app)


def _wrong_routes(description):
    for route in description.routes:
        subject = f"Route {route.path!r}"
        routes = [*description.routes, route]
        yield Mistake(subject, "twice", description.but(routes=routes).app)
        elsewhere = Route(route.path, STRANGE_SERVICE)
        yield Mistake(
            subject, "listed in parts", description.but(routes=[elsewhere]).app
        )


def _wrong_exposes(description):
    subject = f"App {description.name!r}"
    for exposed in description.exposes:
        wrong = description.but(exposes=[*description.exposes, exposed])
        yield Mistake(subject, "twice", wrong.app)
    wrong = description.but(exposes=[Expose(STRANGE_SERVICE)])
    yield Mistake(subject, "listed in parts", wrong.app)


def _wrong_overrides(description):
    environment = description.environment
    overrides = [*environment.overrides, STRANGER.override(memory="1Gi")]
    yield Mistake(
        title(STRANGER),
        f"Environment {environment.name!r} overrides",
        description.within(overrides=overrides).compiled,
    )
    for part in description.parts:
        patches = [part.patch("Ingress", {"spec": {"a": 1}})]
        yield Mistake(
            title(part),
            "a patch is about its Ingress",
            description.within(patches=patches).compiled,
        )


def _too_many(part):
    """
    Changes by which several pods of *part* would mount a disk of one.
    """
    volumes = {"/alone": Disk("1Gi", name="alone")}
    if isinstance(part, DaemonSet):
        yield {"volumes": volumes}
    elif isinstance(part, (Service, Worker)):
        yield {"volumes": volumes, "replicas": 2, "scale": OFF}
        scale = Autoscale(1, 2, cpu=50)
        yield {"volumes": volumes, "replicas": None, "scale": scale}


def _set_twice(part):
    """
    Names of variables that edges of *part* set.
    """
    for use in uses_of(part):
        if use.env is None and use.files is None:
            prefix = use.prefix or use.part.name.replace("-", "_").upper()
            yield f"{prefix}_PORT"


def _wrong_pods(description):
    for part in description.parts:
        if isinstance(part, Store):
            continue
        changes = [
            ("path /twice", {"writable": ["/twice"], "files": FILES}),
            ("/much", {"volumes": {"/much": Scratch("1Ti", memory=True)}}),
            *(("its disk", change) for change in _too_many(part)),
            *((name, {"env": {name: "x"}}) for name in _set_twice(part)),
        ]
        for word, change in changes:
            wrong = description.overriding(part, **change)
            yield Mistake(title(part), word, wrong.compiled)
        twin = [*part.sidecars, Container(part.name, image=IMAGE)]
        wrong = description.with_part(part, sidecars=twin)
        yield Mistake(title(part), "two containers", wrong.compiled)


def _unadmitted(part):
    """
    What Pod Security lets *part* have by a namespace of some level alone,
    with that level and a word of the sentence about it.
    """
    tracing = SecurityContext(capabilities=["SYS_PTRACE"])
    yield "baseline", "user=0", {"user": 0}
    yield "privileged", "security_context", {"security_context": tracing}
    sockets = {"/run/agent.sock": HostPath("/run/agent.sock")}
    yield "privileged", "/run/agent.sock", {"volumes": sockets}
    if isinstance(part, DaemonSet):
        yield "privileged", "host_pid", {"host_pid": True}
        alone = {"host_network": True, "update_strategy": None}
        yield "privileged", "host_network", alone


def _wrong_rights(description):
    namespace = description.environment.namespace or Namespace()
    if not namespace.create:
        return
    enforced = LEVELS.index(namespace.pod_security)
    for part in description.parts:
        if isinstance(part, Store):
            continue
        for level, word, change in _unadmitted(part):
            if LEVELS.index(level) > enforced:
                wrong = description.overriding(part, **change)
                yield Mistake(title(part), word, wrong.compiled)


def _served_to_all(description):
    """
    The class that serves internal routes to the world outside, if the one
    for everybody does.
    """
    stack, exposure = description.stack, description.environment.exposure
    if getattr(exposure, "internal_annotations", None):
        return None
    if isinstance(exposure, Gateway):
        return stack.gateway_class
    if not isinstance(exposure, Ingress):
        return None
    controller, _ = servers(exposure, stack)
    keeps_out = controller is not None and controller.internal_annotations

    return None if keeps_out else stack.ingress_class


def _wrong_addresses(description):
    stack, exposure = description.stack, description.environment.exposure
    subject = f"stack {stack.name!r}"
    routed = isinstance(exposure, (Ingress, Gateway))
    if routed and any(not route.hosts for route in description.routes):
        wrong = description.at(hosts=())
        yield Mistake(subject, "hosts", wrong.compiled)
    public = _served_to_all(description)
    if any(route.internal for route in description.routes) and public:
        wrong = description.at(internal_class=public)
        yield Mistake(subject, "internalClass", wrong.compiled)
    joined = isinstance(exposure, Gateway) and stack.gateway
    certified = routed and isinstance(exposure.tls, CertManager)
    if certified and description.routes and not joined:
        wrong = description.at(issuer=None, internal_issuer=None)
        yield Mistake(subject, "issuer", wrong.compiled)
    wrong = description.at(versions={**stack.versions, "nobody": VERSION})
    yield Mistake("Stack", "'nobody'", wrong.compiled)
    for part in description.parts:
        if isinstance(part, Store):
            if stack.config_keys is not None:
                changes = {"at": UNREACHED, "clients": []}
                if part.backup:
                    changes["backup"] = OFF
                wrong = description.overriding(part, **changes)
                yield Mistake(title(part), "at.host", wrong.compiled)
            continue
        wrong = description.overriding(part, env=SECRET)
        wrong = wrong.at(secret_store=None)
        yield Mistake(subject, "External Secrets", wrong.compiled)
        if stack.config_keys is not None:
            wrong = description.overriding(part, env=UNBOUND)
            yield Mistake(title(part), "UNBOUND", wrong.compiled)
        if isinstance(part.image, Dockerfile) and not stack.versions:
            wrong = description.overriding(part, architectures=["arm64"])
            yield Mistake(title(part), "architectures", wrong.compiled)


def _wrong_exposure(description):
    environment = description.environment
    subject = f"Environment {environment.name!r}"
    for opening in openings(environment, ()):
        # With its source ranges: without them, it would be wrong in another
        # way too where an internal route leads there.
        again = attrs.evolve(opening.by, parts={opening.to: opening.number})
        if environment.exposes is not OFF:
            wrong = description.within(exposes=[*environment.exposes, again])
            yield Mistake(subject, "twice", wrong.compiled)
    for opening in description.openings():
        if isinstance(opening.by, LoadBalancer):
            cluster = attrs.evolve(
                description.stack.cluster, load_balancers=False
            )
            wrong = description.at(cluster=cluster)
            yield Mistake(
                repr(environment.name), "LoadBalancer", wrong.compiled
            )


def _wrong_hatches(description):
    wrong = description.within(transforms=[Transform("Deploymint", dict)])
    yield Mistake("A transform", "'Deploymint'", wrong.compiled)
    odd = [widget("large"), Definitions(WIDGETS)]
    wrong = description.within(extras=odd)
    yield Mistake("Widget 'w'", "spec.size", wrong.compiled)
    wrong = description.within(extras=[RawFile("objects/none.yaml")])
    yield Mistake("RawFile 'objects/none.yaml'", "read", wrong.compiled)
    unnamed = {"metadata": {"labels": {"a": "b"}}, "kind": "ConfigMap"}
    yield Mistake("Raw", "apiVersion", lambda: Raw(unnamed))
    if description.environment.conventions.renames:
        return
    for part in description.parts:
        if getattr(part, "at", None) is None:
            body = {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                "metadata": {"name": part.name},
            }
            wrong = description.within(extras=[Raw(body)])
            subject = f"<Raw ServiceAccount {part.name}>"
            yield Mistake(subject, "called like another", wrong.compiled)


_KINDS = (
    _wrong_fields,
    _wrong_names,
    _wrong_references,
    _wrong_routes,
    _wrong_exposes,
    _wrong_overrides,
    _wrong_pods,
    _wrong_rights,
    _wrong_addresses,
    _wrong_exposure,
    _wrong_hatches,
)


# Whatever can go wrong takes longer to find than a few of it to make.
_OF_A_KIND = 3


def _some(found):
    """
    A few of the mistakes *found*.
    """
    return st.lists(
        st.sampled_from(found),
        min_size=min(_OF_A_KIND, len(found)),
        max_size=_OF_A_KIND,
        unique_by=id,
    )


@st.composite
def mistakes(draw):
    """
    Mistakes of many kinds, each of which is the only one in a description
    that fits together.
    """
    description = draw(deployments()).description
    kinds = [[*wrong(description)] for wrong in _KINDS]

    return [
        mistake for found in kinds if found for mistake in draw(_some(found))
    ]
