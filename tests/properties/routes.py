"""
Requests from outside arrive where they were said to.
"""

import json

from mizzen import OFF, Gateway, Ingress

from .seen import serves


def _hosts(route, stack):
    """
    The host names of *route*, with those of groups in the place of each.
    """
    return [
        host
        for named in route.hosts or stack.hosts
        for host in stack.host_groups.get(named, [named])
    ]


def _declared(seen):
    """
    Each path under each host, with the port that it leads to and whether it
    is for insiders.
    """
    description = seen.description
    for route in description.routes:
        service = seen.manifests.names[route.service.name]
        for host in _hosts(route, description.stack):
            yield (
                host,
                route.path,
                route.path_type,
                (service, route.port.number),
                route.internal,
            )


def _number(seen, service, name):
    """
    The number of the port called *name* of a Service.
    """
    spec = seen.manifests.get("Service", service)["spec"]
    (number,) = (p["port"] for p in spec["ports"] if p["name"] == name)

    return service, number


def _is_internal(manifest):
    return "internal" in manifest.role.split("-")


def _of_ingresses(seen):
    for ingress in seen.of_kind("Ingress"):
        for rule in ingress.body["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                service = path["backend"]["service"]
                yield (
                    rule["host"],
                    path["path"],
                    path["pathType"],
                    (service["name"], service["port"]["name"]),
                    _is_internal(ingress),
                )


def ingresses_lead_there(seen):
    """
    Each path under each host of each Ingress leads to exactly the port that
    was said, by the class that was said, and each host has a certificate
    where there are some.
    """
    description = seen.description
    exposure, stack = description.environment.exposure, description.stack
    if not isinstance(exposure, Ingress):
        assert [] == seen.of_kind("Ingress")
        return
    found = {
        (host, path, kind, _number(seen, *port), internal)
        for host, path, kind, port, internal in _of_ingresses(seen)
    }

    assert {*_declared(seen)} == found
    covered = {False: set(), True: set()}
    for ingress in seen.of_kind("Ingress"):
        spec = ingress.body["spec"]
        internal = _is_internal(ingress)
        usual = stack.ingress_class or stack.cluster.ingress_class
        wanted = stack.internal_class if internal else usual
        annotations = ingress.body["metadata"].get("annotations", {})
        told = annotations.get("kubernetes.io/ingress.class")
        assert wanted == spec.get("ingressClassName", told)
        for tls in spec.get("tls", ()):
            covered[internal].update(tls["hosts"])
    if exposure.tls is not OFF:
        for host, *_, internal in found:
            assert host in covered[internal]


def _path(match):
    """
    The path and its type of a match of a route of the Gateway API.
    """
    if "path" in match:
        kind = match["path"]["type"].replace("PathPrefix", "Prefix")
        return match["path"]["value"], kind
    method = match.get("method", {})
    words = [method[key] for key in ("service", "method") if key in method]

    return "/" + "/".join(words), None


def _of_gateways(seen):
    """
    The same of routes of the Gateway API, with the route.
    """
    for route in seen.of_kind("HTTPRoute", "GRPCRoute"):
        for rule in route.body["spec"]["rules"]:
            for reference in rule.get("backendRefs", ()):
                port = reference["name"], reference["port"]
                for match in rule.get("matches", [{}]):
                    path, kind = _path(match)
                    for host in route.body["spec"]["hostnames"]:
                        yield (
                            host,
                            path,
                            kind,
                            port,
                            _is_internal(route),
                            route,
                        )


def _listeners(seen, route):
    """
    The listeners that *route* hangs on, and the class of their Gateway;
    nothing where that is somebody else's.
    """
    for parent in route.body["spec"]["parentRefs"]:
        for gateway in seen.of_kind("Gateway"):
            spec = gateway.body["spec"]
            if gateway.name == parent["name"] and "namespace" not in parent:
                (listener,) = (
                    listener
                    for listener in spec["listeners"]
                    if listener["name"] == parent["sectionName"]
                )
                yield listener, spec["gatewayClassName"]


def gateways_lead_there(seen):
    """
    Each path under each host of each route of a Gateway leads to exactly
    the port that was said, at listeners that are there and that have a
    certificate for each host, where there are some.
    """
    description = seen.description
    exposure, stack = description.environment.exposure, description.stack
    if not isinstance(exposure, Gateway):
        assert [] == seen.of_kind("Gateway", "HTTPRoute", "GRPCRoute")
        return
    declared = {
        (host, path, None if kind is None else kind, port, internal)
        for host, path, kind, port, internal in _declared(seen)
    }
    kinds = {item[:2] + item[3:]: item[2] for item in declared}
    served = {}
    for host, path, kind, port, internal, route in _of_gateways(seen):
        key = host, path, port, internal
        assert kind in {None, kinds[key]}
        served[key] = route

    assert set(kinds) == set(served)
    for (host, *_, internal), route in served.items():
        heard = [*_listeners(seen, route)]
        if stack.gateway and not internal:
            assert [] == heard
            continue
        wanted = stack.internal_class if internal else stack.gateway_class
        assert {wanted} == {name for _, name in heard}
        hosts = {listener.get("hostname") for listener, _ in heard}
        assert host in hosts or exposure.tls is OFF


def ports_lead_to_themselves(seen):
    """
    Each port of a Service leads to the port of the container that has its
    name, and has its number unless the environment says another.
    """
    openings = seen.description.openings()
    numbers = {(o.service.name, o.number) for o in openings}
    node_ports = {
        (o.service.name, o.port.name, o.number)
        for o in openings
        if type(o.by).__name__ == "NodePort" and o.number is not None
    }
    found = set()
    for service in seen.of_kind("Service"):
        for pod in seen.selected(service.body["spec"]["selector"]):
            listens = {
                port["name"]: port["containerPort"]
                for container in pod.spec["containers"]
                for port in container["ports"]
            }
            for port in service.body["spec"]["ports"]:
                number = listens[port["targetPort"]]
                said = (service.part, port["port"]) in numbers
                assert said or port["port"] == number
                assert port["name"] == port["targetPort"]
                if "nodePort" in port:
                    key = service.part, port["name"], port["nodePort"]
                    found.add(key)

    assert found == node_ports


def public_is_said(seen):
    """
    What Services open to the world outside is exactly what was said.
    """
    said = {
        (
            type(o.by).__name__,
            o.service.name,
            o.port.name,
            o.port.number
            if o.number is None or type(o.by).__name__ == "NodePort"
            else o.number,
        )
        for o in seen.description.openings()
    }
    found = [
        (spec["type"], service.part, port["targetPort"], port["port"])
        for service in seen.of_kind("Service")
        for spec in [service.body["spec"]]
        if spec["type"] != "ClusterIP"
        for port in spec["ports"]
    ]

    assert sorted(said) == sorted(found)


_MIDDLEWARES = "traefik.ingress.kubernetes.io/router.middlewares"
_TRANSPORT = "traefik.ingress.kubernetes.io/service.serverstransport"
_FRONTEND = "networking.gke.io/v1beta1.FrontendConfig"
_BACKEND = "cloud.google.com/backend-config"


def _named_helpers(seen):
    """
    Kinds and names of the objects that tell controllers more than Ingresses
    and Services do, as these name them.
    """
    namespace = seen.manifests.namespace
    for manifest in seen.of_kind("Ingress", "Service"):
        told = manifest.body["metadata"].get("annotations", {})
        for kind, annotation in (
            ("Middleware", _MIDDLEWARES),
            ("ServersTransport", _TRANSPORT),
        ):
            for name in filter(None, told.get(annotation, "").split(",")):
                place, _, own = name.partition(f"{namespace}-")
                assert place == ""
                yield kind, own.removesuffix("@kubernetescrd")
        if _FRONTEND in told:
            yield "FrontendConfig", told[_FRONTEND]
        for name in json.loads(told.get(_BACKEND, "{}")).values():
            yield "BackendConfig", name


def helpers_are_there(seen):
    """
    What tells controllers more than Ingresses and Services do is there if it
    is named, and named if it is there; policies are about Services.
    """
    kinds = ("Middleware", "ServersTransport", "FrontendConfig")
    there = seen.of_kind(*kinds, "BackendConfig")

    assert {(m.kind, m.name) for m in there} == {*_named_helpers(seen)}
    for policy in seen.of_kind("HealthCheckPolicy", "GCPBackendPolicy"):
        target = policy.body["spec"]["targetRef"]
        assert seen.manifests.get(target["kind"], target["name"])


def ingresses_are_told(seen):
    """
    Ingresses tell their controller what all of its own have, which
    certificate there is, and of internal ones what keeps the world out.
    """
    exposure = seen.description.environment.exposure
    arn = getattr(getattr(exposure, "tls", OFF), "arn", None)
    routes = {route.internal: route for route in seen.description.routes}
    for ingress in seen.of_kind("Ingress"):
        internal = _is_internal(ingress)
        known = serves(routes[internal], seen.description)
        told = ingress.body["metadata"].get("annotations", {})
        kept = known.internal_annotations if known and internal else {}
        wanted = {**(known.annotations if known else {}), **kept}

        assert wanted.items() <= told.items()
        assert arn is None or arn == told[known.certificates]


ALL = (
    helpers_are_there,
    ingresses_are_told,
    ingresses_lead_there,
    gateways_lead_there,
    ports_lead_to_themselves,
    public_is_said,
)
