"""
Where NetworkPolicies are wider than what was meant.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._accounts import asked_for_credentials, identity_of
from ._gateway_contradictions import joins_gateway
from ._isolation import ACME_SOLVERS, to_api_servers
from ._metrics import metrics_of
from ._outside import OF_CLOUDS, egress
from ._policies import (
    all_private,
    blocks_of,
    directions,
    is_every_pod,
    lies_in,
    opens_address,
)
from ._routing import entrances, hosts_of
from ._scene import Problem, Scene, listed
from .environment import ROUTED, Gateway, Ingress, TlsSecret, effective
from .graph import graph
from .manifests import Manifest
from .spec import (
    Address,
    External,
    ExternalService,
    Outside,
    Part,
    Route,
    Store,
    reaches_of,
    title,
    uses_of,
)


# Where all large clouds answer their nodes, among what is theirs alone.
_METADATA = "169.254.169.254"
_METADATA_PORT = 80
_NAME_SERVER_PORT = 53


def _names(
    part: Part, external: Mapping[str, External]
) -> Iterator[Outside | str]:
    """
    What *part* reaches, of which nothing but a name is known.
    """
    for use in uses_of(part):
        own = isinstance(use.part, ExternalService)
        at = use.part if own else external.get(use.part.name)
        if at is not None and at.named_only:
            yield title(use.part)
    for outside in reaches_of(part):
        if isinstance(outside, Address) and not outside.networks:
            yield outside


def _widened(
    part: Part, external: Mapping[str, External], scene: Scene
) -> Iterator[tuple[str, str]]:
    """
    What *part* opens to all addresses, each with what to do about it.
    """
    hosts = listed(_names(part, external))
    if hosts:
        remedy = (
            "Say where the names lead, like Address('api.example.com', 443, "
            "cidrs=['192.0.2.0/24']) or External(…, cidrs=['192.0.2.0/24'])."
        )
        yield hosts, remedy
    kind = type(identity_of(part)).__name__
    for asked in asked_for_credentials(part, scene.stack.cluster):
        if not asked.networks:
            remedy = (
                "Name in the stack's file a Cluster(…, "
                f"identity_endpoints={{{kind}: [Address({asked.host!r}, "
                f"{asked.port}, cidrs=['192.0.2.0/24'])]}})."
            )
            yield f"{asked}, which gives {kind} its credentials,", remedy


def _parts(scene: Scene) -> dict[str | None, Part]:
    """
    The parts by their names, as the environment has them.
    """
    return {
        part.name: part for part in effective(scene.app, scene.environment)
    }


def egress_by_name(scene: Scene) -> Iterator[Problem]:
    """
    A host name opens its port to all addresses.
    """
    parts = _parts(scene)
    external = {
        part.name: part.at
        for part in parts.values()
        if isinstance(part, Store) and part.at is not None
    }
    for policy in scene.of_kind("NetworkPolicy"):
        part = parts.get(policy.part)
        if part and "Egress" in directions(policy.body["spec"]):
            for hosts, remedy in _widened(part, external, scene):
                yield Problem(
                    policy,
                    f"it opens the ports of {hosts} to all addresses, because "
                    "policies know no names",
                    remedy,
                )


def identity_unknown(scene: Scene) -> Iterator[Problem]:
    """
    Nobody knows whether the cluster gives an identity its credentials.
    """
    cluster = scene.stack.cluster
    if cluster.identity_endpoints:
        return
    parts = _parts(scene)
    for account in scene.of_kind("ServiceAccount"):
        part = parts.get(account.part)
        identity = identity_of(part) if part is not None else None
        if identity is not None:
            kind = type(identity).__name__
            yield Problem(
                account,
                f"whether a cluster of kind {cluster.name!r} gives {kind} "
                "its credentials is not known",
                f"Set cluster in the file of stack {scene.stack.name!r}, to a "
                "kind that does or to your own Cluster(…, "
                f"identity_endpoints={{{kind}: […]}}).",
            )


def _answers(block: Mapping[str, Any], port: Mapping[str, Any]) -> bool:
    """
    Whether clouds answer at a port of some addresses. Where they do nothing
    else, that is any but the one of name servers.
    """
    first: object = port.get("port", _METADATA_PORT)
    if lies_in(block["cidr"], OF_CLOUDS):
        return first != _NAME_SERVER_PORT
    return (
        opens_address(block, _METADATA)
        and port.get("protocol", "TCP") == "TCP"
        and isinstance(first, int)
        and first <= _METADATA_PORT <= port.get("endPort", first)
    )


def _written(cidr: str, port: Mapping[str, Any]) -> str:
    """
    A port of a network, as one writes it.

    >>> _written("fd00:ec2::254/128", {"port": 80, "endPort": 90})
    '[fd00:ec2::254]:80-90'
    """
    host = cidr.removesuffix("/128" if ":" in cidr else "/32")
    if "port" not in port:
        return host
    last = f"-{port['endPort']}" if "endPort" in port else ""

    return f"{f'[{host}]' if ':' in host else host}:{port['port']}{last}"


def _metadata_of(rules: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """
    Where *rules* about what goes out let pods ask for the metadata of their
    node.
    """
    for rule in rules:
        peers = rule.get("to") or [{"ipBlock": {"cidr": "0.0.0.0/0"}}]
        for block in blocks_of(peers):
            for port in rule.get("ports") or [{}]:
                if _answers(block, port):
                    yield _written(block["cidr"], port)


def egress_to_metadata(scene: Scene) -> Iterator[Problem]:
    """
    A part reaches an address at which clouds give out credentials.
    """
    parts = _parts(scene)
    for policy in scene.of_kind("NetworkPolicy"):
        spec, part = policy.body["spec"], parts.get(policy.part)
        if "Egress" not in directions(spec):
            continue
        asked = (
            asked_for_credentials(part, scene.stack.cluster) if part else ()
        )
        meant = [*map(egress, asked)]
        rules = [r for r in spec.get("egress") or () if r not in meant]
        found = dict.fromkeys(_metadata_of(rules))
        if found:
            yield Problem(
                policy,
                f"it opens {listed(found)}, where clouds tell of the node "
                "and give out its credentials",
                "Leave it out, and give the part an identity of its own, "
                "like identity=AwsRole(…).",
            )


def egress_to_api_servers(scene: Scene) -> Iterator[Problem]:
    """
    Nobody says where the API server is, which a part may ask.
    """
    if scene.stack.cluster.api_servers:
        return
    rule = to_api_servers(scene.stack.cluster)
    for policy in scene.of_kind("NetworkPolicy"):
        if rule in (policy.body["spec"].get("egress") or ()):
            yield Problem(
                policy,
                "it opens the ports of API servers, 443 and 6443, to all "
                "addresses, because nobody says where those of the cluster "
                "are",
                "Name in the stack's file a Cluster(…, "
                "api_servers=['192.0.2.1/32']).",
            )


def cluster_wide(scene: Scene) -> Iterator[Problem]:
    """
    A NetworkPolicy lets all pods of the cluster in, or all private networks.
    """
    for policy in scene.of_kind("NetworkPolicy"):
        rules = policy.body["spec"].get("ingress") or ()
        peers = [peer for rule in rules for peer in rule.get("from") or ()]
        if any(map(is_every_pod, peers)):
            found = "it lets all pods of the cluster in"
            why, remedy = _unknown_controller(scene)
        elif all_private(blocks_of(peers)):
            found = (
                "it lets all private networks in, where pods may be as well"
            )
            why, remedy = _unknown_balancer(scene)
        else:
            continue
        if _for_routes(scene, policy):
            yield Problem(policy, f"{found}, because {why}", remedy)
        else:
            remedy = "Name the namespaces or the pods that may come in."
            yield Problem(policy, found, remedy)


def _unknown_controller(scene: Scene) -> tuple[str, str]:
    """
    Why routes open something to pods, and what to do about it.
    """
    gateway = isinstance(scene.environment.exposure, Gateway)
    wanted = "gatewayClass" if gateway else "ingressClass"
    why = "nobody says where the controller runs that serves the routes"
    remedy = (
        f"Set {wanted}, ingressNamespace or ingressSources in the file of "
        f"stack {scene.stack.name!r}."
    )
    return why, remedy


def _unknown_balancer(scene: Scene) -> tuple[str, str]:
    """
    The same of networks.
    """
    why = "nobody says where the load balancers are that serve the routes"
    remedy = (
        "Name their networks, by ingressSources in the file of stack "
        f"{scene.stack.name!r}, or by IngressController(…, sources=[…]) of a "
        "Cluster(…) of your own."
    )
    return why, remedy


def _for_routes(scene: Scene, policy: Manifest) -> bool:
    """
    Whether what *policy* lets in is what mizzen has made of the routes.
    """
    own = scene.part(policy) is not None or policy.role == ACME_SOLVERS

    return own and not any(
        field.startswith("spec") and not field.startswith("spec.egress")
        for hatch in scene.hatches(policy)
        for field in hatch.fields
    )


def locked_out(scene: Scene) -> Iterator[Problem]:
    """
    A NetworkPolicy cannot let the ingress controller in.
    """
    exposure, stack = scene.environment.exposure, scene.stack
    if not isinstance(exposure, Ingress):
        return
    led_to = {
        route.service.name: controller.name
        for entrance in entrances(scene.app, stack, exposure)
        if (controller := entrance.controller(stack)) and controller.unnamed
        for route in entrance.routes
    }
    for policy in scene.of_kind("NetworkPolicy"):
        if policy.part in led_to:
            yield Problem(
                policy,
                "it keeps out the ingress controller "
                f"{led_to[policy.part]!r}, for which NetworkPolicies have no "
                "word",
                "Let it in by a policy of its own, like a Raw "
                "CiliumNetworkPolicy with fromEntities: [ingress].",
            )


def _covers(route: Route, path: str) -> bool:
    """
    Whether requests for *path* go where *route* leads.
    """
    if path == route.path or route.path_type == "Exact":
        return path == route.path
    return path.startswith(f"{route.path.rstrip('/')}/")


def public_metrics(scene: Scene) -> Iterator[Problem]:
    """
    The world outside can read metrics.
    """
    routed = isinstance(scene.environment.exposure, ROUTED)
    edges = graph(scene.app, scene.environment)
    for workload in scene.public:
        part = scene.part(workload.manifest)
        metrics = metrics_of(part)
        if part is None or metrics is None:
            continue
        numbers = {each.port.number for each in edges.openings(part)}
        numbers.update(
            route.port.number
            for route in scene.app.routes
            if routed
            and not route.internal
            and route.service.name == part.name
            and _covers(route, metrics.path)
        )
        if metrics.port in numbers:
            yield Problem(
                workload.manifest,
                f"the world outside reads its metrics, at {metrics.path} of "
                f"port {metrics.port}",
                f"Give those of {title(part)} a port of their own, like "
                "metrics=9090.",
            )


def gateway_tls(scene: Scene) -> Iterator[Problem]:
    """
    A Gateway answers without encryption.
    """
    for gateway in scene.of_kind("Gateway"):
        hosts: dict[str, set[str]] = {}
        for listener in gateway.body["spec"].get("listeners", ()):
            found = hosts.setdefault(listener["protocol"], set())
            found.add(repr(listener.get("hostname", "*")))
        secure = hosts.get("HTTPS", set())
        # Where there are certificates, one for all hosts redirects.
        bare = hosts.get("HTTP", set()) - secure - {"'*'" if secure else ""}
        if bare:
            yield Problem(
                gateway,
                f"it answers under {listed(sorted(bare))} without encryption",
                "Set tls in the environment, like Gateway(tls=CertManager()).",
            )
    yield from _all_listeners(scene)


def _all_listeners(scene: Scene) -> Iterator[Problem]:
    """
    What hangs on whatever the Gateway of somebody else has.
    """
    own = {gateway.name for gateway in scene.of_kind("Gateway")}
    for route in scene.routers:
        for parent in route.body["spec"].get("parentRefs", ()):
            if "sectionName" not in parent and parent["name"] not in own:
                yield Problem(
                    route,
                    "it hangs on all listeners of Gateway "
                    f"{parent['name']!r}, so that those of plain HTTP serve "
                    "it without encryption",
                    f"Name one in the file of stack {scene.stack.name!r}, "
                    "like 'gateway: infra/shared/https'.",
                )


def unused_certificate(scene: Scene) -> Iterator[Problem]:
    """
    A certificate is named that nobody reads.
    """
    exposure = scene.environment.exposure
    tls = getattr(exposure, "tls", None)
    if not isinstance(tls, TlsSecret):
        return
    if joins_gateway(scene.app, exposure, scene.stack):
        yield Problem(
            scene.stack,
            f"Secret {tls.name!r} is read by nobody, because Gateway "
            f"{scene.stack.gateway!r} has certificates of its own",
            "Give the certificate to that Gateway, and say "
            "Gateway(tls=CertManager()) or leave gateway out of the stack's "
            "file.",
        )
    else:
        yield from _of_other_hosts(tls, scene)


def _of_other_hosts(tls: TlsSecret, scene: Scene) -> Iterator[Problem]:
    """
    Certificates of hosts that no route has.
    """
    served = {
        host
        for route in scene.app.routes
        for host in hosts_of(route, scene.stack)
    }
    for named, secret in tls.hosts.items():
        if served.isdisjoint(scene.stack.hosts_of_word(named)):
            yield Problem(
                scene.stack,
                f"Secret {secret!r} is read by nobody, because no route of "
                f"app {scene.app.name!r} is under {named!r}",
                f"Add {named!r} to the hosts of a route or of the stack's "
                f"file, or leave it out of TlsSecret({tls.name!r}, hosts=…).",
            )
