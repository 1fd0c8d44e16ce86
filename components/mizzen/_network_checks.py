"""
What is wrong with how pods are found and reached.
"""

from collections.abc import Iterator

from ._definitions import group_kind
from ._lenient import Lenient
from ._order import asked_services, is_custom
from ._policies import allows_all, directions, opens_to_world
from ._routers import ways
from ._scene import Problem, Scene, Workload, listed, namespace, subject
from .environment import Isolation
from .manifests import Manifest
from .spec import OFF


_INGRESS_CLASS = "kubernetes.io/ingress.class"
_WORDS = {"Ingress": "comes in", "Egress": "goes out"}
_OPEN = {
    "Ingress": "who may connect to its pods",
    "Egress": "to whom its pods may connect",
}


def _targets(service: Manifest) -> Iterator[tuple[str | int, str]]:
    for port in service.body["spec"].get("ports", ()):
        target = port.get("targetPort", port["port"])
        yield target, port.get("protocol", "TCP")


def target_port(scene: Scene) -> Iterator[Problem]:
    """
    A Service leads to a port that no container of its pods declares.
    """
    for service, workloads in scene.fronts:
        for target, protocol in _targets(service):
            for workload in workloads:
                if (target, protocol) in workload.ports:
                    continue
                where = subject(workload.manifest)
                yield Problem(
                    service,
                    f"its target port {target!r} ({protocol}) is declared by "
                    f"no container of {where}",
                    f"Declare the port, or lead {scene.owner(service)} to "
                    "one that is.",
                )


def _may_have_others(scene: Scene, service: Manifest) -> bool:
    """
    Whether there may be pods in the namespace of *service* that no object
    tells of: those of others, of charts, and of what operators look after.
    """
    place, own = namespace(service), scene.manifests.namespace
    charts = scene.manifests.charts.values()
    if any((chart.namespace or own) == place for chart in charts):
        return True
    operated = any(
        manifest.extra is not None and is_custom(group_kind(manifest.body))
        for manifest in scene.manifests
    )
    return scene.part(service) is None and (place != own or operated)


def service_without_pods(scene: Scene) -> Iterator[Problem]:
    """
    The selector of a Service finds nothing.
    """
    for service, workloads in scene.fronts:
        if not workloads and not _may_have_others(scene, service):
            yield Problem(
                service,
                "its selector finds no pods",
                "Give it the labels of the pods that it leads to.",
            )


def ingress_port(scene: Scene) -> Iterator[Problem]:
    """
    An Ingress or route leads to a port that its Service does not have.
    """
    ports = {
        (namespace(service), service.name): [
            port[key]
            for port in service.body["spec"].get("ports", ())
            for key in ("name", "port")
            if key in port
        ]
        for service in scene.of_kind("Service")
    }
    for ingress in scene.routers:
        found = (
            (way.namespace or namespace(ingress), way.service, way.port)
            for way in ways(Lenient(ingress.body))
        )
        for place, name, port in dict.fromkeys(found):
            if port not in ports.get((place, name), [port]):
                yield Problem(
                    ingress,
                    f"it leads to port {port!r} of Service {name!r}, which "
                    "has no such port",
                    "Lead it to one of the Service's ports.",
                )


def ingress_tls(scene: Scene) -> Iterator[Problem]:
    """
    An Ingress answers without encryption.
    """
    for ingress in scene.of_kind("Ingress"):
        spec = ingress.body["spec"]
        said = [tls.get("hosts") for tls in spec.get("tls", ())]
        # Where no hosts are said, all of them are meant.
        if not all(said):
            continue
        covered = {host for hosts in said for host in hosts}
        bare = [
            host
            for rule in spec.get("rules", ())
            if (host := rule.get("host", "*")) not in covered
            and f"*.{host.partition('.')[2]}" not in covered
        ]
        if "defaultBackend" in spec and not spec.get("tls"):
            bare.append("*")
        if bare:
            hosts = listed(repr(host) for host in dict.fromkeys(bare))
            yield Problem(
                ingress,
                f"it answers under {hosts} without encryption",
                "Set tls in the environment, like Ingress(tls=CertManager()).",
            )


def ingress_redirect(scene: Scene) -> Iterator[Problem]:
    """
    Nobody knows whether plain HTTP is redirected to HTTPS.
    """
    if getattr(scene.environment.exposure, "redirect", None) is False:
        return
    for ingress in scene.of_kind("Ingress"):
        spec = ingress.body["spec"]
        annotations = ingress.body["metadata"].get("annotations", {})
        name = spec.get("ingressClassName") or annotations.get(_INGRESS_CLASS)
        controller = scene.stack.cluster.ingress_controller(name)
        # Every controller that can redirect has this word for it.
        told = any(
            "redirect" in " ".join(pair) for pair in annotations.items()
        )
        known = controller is not None and controller.redirects
        if spec.get("tls") and not told and not known:
            yield _unknown_redirect(scene, ingress, name)


def _unknown_redirect(
    scene: Scene, ingress: Manifest, name: str | None
) -> Problem:
    whose = "the cluster's own ingress controller"
    remedy = (
        f"Set ingressClass in the file of stack {scene.stack.name!r}, like "
        "'ingressClass: nginx'"
    )
    if name:
        whose = f"the ingress controller of class {name!r}"
        remedy = "Tell it to redirect by Ingress(annotations=…)"

    return Problem(
        ingress,
        f"what {whose} does with plain HTTP is not known",
        f"{remedy}, or say redirect=False.",
    )


def _asked_by_api_servers(scene: Scene) -> set[int]:
    """
    The workloads that API servers ask, which run where no policy can say.
    """
    asked = {
        service
        for manifest in scene.manifests
        for service in asked_services(manifest.body)
    }
    return {
        id(workload)
        for service, workloads in scene.fronts
        if (namespace(service), service.name) in asked
        for workload in workloads
    }


def _let_in(scene: Scene, policy: Manifest) -> Iterator[Problem]:
    """
    What everybody may connect to by *policy*, though it is not public.
    """
    rules = policy.body["spec"].get("ingress") or ()
    meant = {*map(id, scene.public), *_asked_by_api_servers(scene)}
    for workload in _selected(scene, policy):
        ports = (
            port
            for container in workload.containers
            for port in container.get("ports", ())
        )
        if id(workload) not in meant and opens_to_world(rules, ports):
            yield Problem(
                policy,
                "it lets everybody connect to "
                f"{subject(workload.manifest)}, which nothing makes public",
                "Name the peers that may come in.",
            )


def network_open(scene: Scene) -> Iterator[Problem]:
    """
    A NetworkPolicy allows everything, opens to everybody what is not public,
    or no longer closes what the environment closes.
    """
    for policy in scene.of_kind("NetworkPolicy"):
        spec = policy.body["spec"]
        for direction, peers in (("Ingress", "from"), ("Egress", "to")):
            rules = spec.get(direction.lower()) or ()
            if direction not in directions(spec):
                continue
            if allows_all(rules, peers):
                yield Problem(
                    policy,
                    f"it allows all that {_WORDS[direction]}",
                    "Name the peers or the ports.",
                )
            elif direction == "Ingress":
                yield from _let_in(scene, policy)
        for direction in _given_up(scene, policy):
            yield Problem(
                policy,
                f"it says nothing of what {_WORDS[direction]}, and so allows "
                "all of it",
                f"Leave {direction!r} in its policyTypes, or set isolation in "
                "the environment.",
            )


def _wanted(scene: Scene) -> tuple[str, ...]:
    """
    The directions that the environment closes.
    """
    isolation = scene.environment.isolation
    if isolation is OFF:
        return ()
    return ("Ingress", "Egress")[: 1 + (isolation is Isolation.FULL)]


def _given_up(scene: Scene, policy: Manifest) -> Iterator[str]:
    """
    The directions that mizzen closes by *policy*, and that somebody has
    taken out of it, so that nothing closes them.
    """
    if scene.part(policy) is None:
        return
    for direction in _wanted(scene):
        if direction in directions(policy.body["spec"]):
            continue
        closed = _closed(scene, direction)
        if any(id(each) not in closed for each in _selected(scene, policy)):
            yield direction


def _selected(scene: Scene, policy: Manifest) -> list[Workload]:
    return scene.selected(policy.body["spec"].get("podSelector", {}), policy)


def _closed(scene: Scene, direction: str) -> set[int]:
    """
    The workloads of which some NetworkPolicy closes a direction.
    """
    return {
        id(workload)
        for policy in scene.of_kind("NetworkPolicy")
        if direction in directions(policy.body["spec"])
        for workload in _selected(scene, policy)
    }


def not_isolated(scene: Scene) -> Iterator[Problem]:
    """
    No NetworkPolicy closes a pod, so that everybody reaches it, or under
    `Isolation.FULL` it reaches everybody.
    """
    asked = dict.fromkeys(("Ingress", *_wanted(scene)))
    closed = {direction: _closed(scene, direction) for direction in asked}
    for policy in scene.of_kind("NetworkPolicy"):
        for direction in _given_up(scene, policy):
            closed[direction].update(map(id, _selected(scene, policy)))
    for workload in scene.workloads:
        open_ = [_OPEN[d] for d in asked if id(workload) not in closed[d]]
        if workload.spec.get("hostNetwork") is True:
            yield Problem(
                workload.manifest,
                "no NetworkPolicy holds for its pods, which are in the "
                "network of their nodes",
                "Leave out host_network where it can do without.",
            )
        elif open_:
            yield Problem(
                workload.manifest,
                f"no NetworkPolicy says {' or '.join(open_)}",
                _isolating(scene, workload),
            )


def _isolating(scene: Scene, workload: Workload) -> str:
    """
    What gives *workload* a NetworkPolicy.
    """
    if scene.part(workload.manifest) is None:
        return "Put a NetworkPolicy for them among the extras."
    if scene.environment.isolation is OFF:
        return (
            "Set isolation in the environment, like isolation=Isolation.FULL."
        )
    return "Leave the labels and the selector of its NetworkPolicy alone."


def node_port(scene: Scene) -> Iterator[Problem]:
    """
    A Service opens a port on every node of the cluster.
    """
    for service in scene.of_kind("Service"):
        spec = service.body["spec"]
        if spec.get("type") != "NodePort":
            continue
        numbers = [
            port["nodePort"]
            for port in spec.get("ports", ())
            if "nodePort" in port
        ]
        shown = f"port {listed(numbers)}" if numbers else "a port"
        yield Problem(
            service,
            f"it opens {shown} on every node of the cluster",
            "Keep it to clusters that strangers cannot reach, or set "
            "exposure=Ingress(…) in the environment.",
        )


def selectors_overlap(scene: Scene) -> Iterator[Problem]:
    """
    A selector finds pods that belong to something else.
    """
    for workload in scene.workloads:
        if not workload.controls:
            continue
        manifest = workload.manifest
        selector = manifest.body["spec"].get("selector", {})
        found = scene.selected(selector, manifest)
        yield from _strangers(
            manifest, [other for other in found if other is not workload]
        )
    for service, workloads in scene.fronts:
        parts = {workload.manifest.part for workload in workloads}
        if len(parts) > 1:
            others = [w for w in workloads if w.manifest.part != service.part]
            yield from _strangers(service, others)


def _strangers(
    manifest: Manifest, others: list[Workload]
) -> Iterator[Problem]:
    if others:
        names = listed(subject(other.manifest) for other in others)
        yield Problem(
            manifest,
            f"its selector finds the pods of {names} too",
            "Give the pods different labels.",
        )
