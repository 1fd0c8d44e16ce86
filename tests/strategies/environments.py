"""
Policy: what differs between stacks.
"""

import attrs

from hypothesis import strategies as st

from mizzen import (
    OFF,
    ContainerLimits,
    Conventions,
    Defaults,
    Docker,
    DockerBuild,
    Environment,
    Isolation,
    Namespace,
    Quota,
    Service,
    Transform,
)
from mizzen.spec import run_by_others, uses_of

from .containers import folders, reaches
from .edges import PLACES
from .exposures import exposes, exposures
from .extras import extras
from .placement import nodes, tolerations
from .privileges import LEVELS, is_on_node, level_of
from .scaling import rollouts, spreads
from .values import ALIKE, LONG, cpu, maybe, memory, mostly, names, texts


changes = st.fixed_dictionaries(
    {},
    optional={
        "memory": maybe(memory),
        "cpu": maybe(cpu),
        "args": maybe(st.lists(texts, max_size=2)),
        "files": st.dictionaries(st.just("/b/c.txt"), texts | st.just(OFF)),
        "grace_seconds": st.sampled_from([1, 90]),
        "user": st.sampled_from([None, 2, OFF]),
        "reaches": reaches,
        "settings": st.just({"other": "1"}),
        "env": st.dictionaries(
            st.sampled_from(["A", "C"]), texts | st.just(OFF)
        ),
        "replicas": st.sampled_from([None, 0, 1, 2, 3]),
        "nodes": nodes,
        "pod_labels": st.sampled_from([{}, {"tier": "a"}, {"tier": OFF}]),
        "tolerations": maybe(tolerations),
        "rollout": maybe(rollouts),
        "spread": maybe(spreads),
        "pause_seconds": st.sampled_from([None, 1]),
    },
)


@st.composite
def overrides(draw, all_parts):
    """
    Overrides of some parts, and of some of what others run.
    """
    moved = [
        other.override(**draw(st.sampled_from(PLACES)))
        for other in run_by_others(all_parts)
        if draw(st.booleans())
    ]
    return [
        *moved,
        *(
            part.override(
                **{
                    name: value
                    for name, value in draw(changes).items()
                    if name in {f.alias for f in attrs.fields(type(part))}
                }
            )
            for part in all_parts
            if draw(st.booleans())
        ),
    ]


defaults = st.builds(
    Defaults,
    replicas=st.sampled_from([None, 0, 1, 2, 3]),
    memory=maybe(memory),
    cpu=maybe(cpu),
    ephemeral_storage=maybe(memory),
    user=st.sampled_from([None, 1, 2**31 - 1]),
    grace_seconds=st.sampled_from([None, 0, 86_400]),
    writable=maybe(folders),
    architectures=st.sampled_from([None, ["amd64"]]),
    priority_class=st.sampled_from([None, "system-node-critical", OFF]),
    env=st.dictionaries(st.sampled_from(["A", "Z"]), texts),
    nodes=nodes,
    tolerations=maybe(tolerations),
    rollout=maybe(rollouts),
    spread=maybe(spreads),
    pause_seconds=st.sampled_from([None, 2]),
    startup_seconds=st.sampled_from([None, 61]),
)


patched = st.dictionaries(
    st.sampled_from(["example.com/a", "example.com/b"]), texts, min_size=1
)


@st.composite
def patches(draw, all_parts):
    """
    Annotations that patches give to accounts of some parts.
    """
    return [
        part.patch(
            draw(mostly(st.just("ServiceAccount"), "Deployment")),
            {"metadata": {"annotations": draw(patched)}},
        )
        for part in all_parts
        if not getattr(part, "at", None) and draw(st.integers(0, 3)) == 0
    ]


def noted(body):
    """
    *body* with an annotation, as a transform makes it.
    """
    metadata = body["metadata"]
    annotations = {**metadata.get("annotations", {}), "example.com/c": "y"}

    return {**body, "metadata": {**metadata, "annotations": annotations}}


def transforms(all_parts):
    """
    Functions that accounts go through, where there are some.
    """
    there = any(not getattr(part, "at", None) for part in all_parts)
    some = [Transform("ServiceAccount", noted)] if there else []

    return st.sampled_from([(), some])


# The more is closed, the more there is to be judged.
ISOLATIONS = [*3 * [Isolation.FULL], *Isolation, OFF]


def isolations(all_parts):
    """
    Which isolation leaves parts in the network of nodes their edges.
    """
    fitting = ISOLATIONS
    for part in all_parts:
        for used in (use.part for use in uses_of(part)):
            if is_on_node(part) and used in all_parts:
                fitting = [OFF]
            elif is_on_node(used) and OFF is not fitting[0]:
                fitting = [Isolation.INGRESS, OFF]

    return st.sampled_from(fitting)


marks = st.builds(
    Conventions,
    labels=st.sampled_from([{}, {"example.com/team": "shop", "tier": ""}]),
    annotations=st.dictionaries(st.just("example.com/note"), texts),
    pod_labels=st.sampled_from([{}, {"inject": "true"}]),
    pod_annotations=st.dictionaries(st.just("example.com/note"), texts),
)
patterns = st.sampled_from(
    ["{part}", "{app}-{part}", "{part}-{stack}", "a-{part}-b", "{part}b"]
)


@st.composite
def conventions(draw, app_name, all_parts):
    """
    Labels, annotations and a pattern, which mostly leaves names short
    enough.
    """
    every = {app_name, *(part.name for part in all_parts)}
    longest = not every.isdisjoint([ALIKE, LONG])
    usual = st.just("{part}") if longest else patterns
    name = draw(mostly(usual, "{app}-{part}"))

    return attrs.evolve(draw(marks), name=name)


quotas = st.builds(
    Quota, cpu=cpu, memory=maybe(memory), pods=maybe(st.integers(1, 50))
)
limits = st.builds(
    ContainerLimits,
    cpu=cpu,
    memory=maybe(memory),
    ephemeral_storage=maybe(memory),
)


@st.composite
def namespaces(draw, all_parts, isolation):
    """
    A namespace that mostly lets all of the parts in.
    """
    level = level_of(*all_parts)
    levels = LEVELS[LEVELS.index(level) :]
    made = st.builds(
        Namespace,
        maybe(names),
        quota=maybe(quotas),
        limits=maybe(limits),
        pod_security=st.sampled_from(levels),
        default_deny=st.sampled_from([False, isolation is not OFF]),
    )
    there = st.builds(Namespace, names, create=st.sampled_from([False]))

    return draw(maybe(made | there) if level == LEVELS[0] else made | there)


@st.composite
def environments(draw, app_name, all_parts):
    """
    An environment for an app of some parts.
    """
    public = [part for part in all_parts if isinstance(part, Service)]
    exposure = draw(exposures(public))
    whole = [part for part, _ in getattr(exposure, "parts", ())]
    isolation = draw(isolations(all_parts))

    return Environment(
        draw(names),
        exposure=exposure,
        exposes=draw(
            mostly(exposes([p for p in public if p not in whole]), OFF)
        ),
        defaults=draw(defaults),
        overrides=draw(overrides(all_parts)),
        isolation=isolation,
        namespace=draw(namespaces(all_parts, isolation)),
        conventions=draw(conventions(app_name, all_parts)),
        patches=draw(patches(all_parts)),
        transforms=draw(transforms(all_parts)),
        extras=draw(extras(all_parts)),
        protect=draw(st.booleans()),
        builder=draw(st.sampled_from([Docker(), DockerBuild(builder="b")])),
    )
