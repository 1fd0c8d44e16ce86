"""
Where an Ingress or a route of the Gateway API leads.
"""

from collections.abc import Iterator

import attrs

from ._lenient import Lenient


# What leads requests from outside to Services.
ROUTERS = (
    "Ingress",
    "HTTPRoute",
    "GRPCRoute",
    "TLSRoute",
    "TCPRoute",
    "UDPRoute",
)
# Those of them that look at paths.
_BY_PATH = ("HTTPRoute", "GRPCRoute")


@attrs.frozen
class Way:
    """
    Where requests for one host and path go.

    Attributes:
        kind: Kind of what they are led to.

        name: Its name.

        port: Name or number of its port; `None` if none is said.

        host: Host that is asked for; ``*`` if all are.

        path: Path below which it is asked; empty if nobody looks at it.

        namespace: Namespace of what they are led to; empty for the one of
            what leads there.
    """

    kind: str
    name: str
    port: str | int | None
    host: str
    path: str
    namespace: str = ""

    @property
    def service(self) -> str:
        """
        The Service that they are led to; empty if it is something else.
        """
        return self.name if self.kind == "Service" else ""

    @property
    def address(self) -> str:
        """
        Host and path, as one writes them.
        """
        return f"{self.host}{self.path}"


def ways(body: Lenient) -> Iterator[Way]:
    """
    Where *body* leads, if it is an Ingress or a route; what only redirects
    leads nowhere.

    >>> path = {"path": "/a", "backend": {"service": {"name": "web"}}}
    >>> spec = {"rules": [{"http": {"paths": [path]}}]}
    >>> [way.address for way in ways(Lenient({"kind": "Ingress", "spec": spec}))]
    ['*/a']
    """
    kind = body["kind"].text
    found: Iterator[Way] = iter(())
    if kind == "Ingress":
        found = _of_an_ingress(body["spec"])
    elif kind in ROUTERS:
        found = _of_a_route(body["spec"], by_path=kind in _BY_PATH)

    return (way for way in found if way.name)


def _of_an_ingress(spec: Lenient) -> Iterator[Way]:
    if spec["defaultBackend"]:
        yield _to_backend(spec["defaultBackend"], "*", "/")
    for rule in spec["rules"]:
        for path in rule["http"]["paths"]:
            host = rule["host"].text or "*"
            yield _to_backend(path["backend"], host, path["path"].text or "/")


def _to_backend(backend: Lenient, host: str, path: str) -> Way:
    service, resource = backend["service"], backend["resource"]
    if resource:
        kind, name = resource["kind"].text, resource["name"].text
        return Way(kind, name, None, host, path)
    port = service["port"]
    number = _port(port["number"] or port["name"])

    return Way("Service", service["name"].text, number, host, path)


def _port(port: Lenient) -> str | int | None:
    return port.value if isinstance(port.value, (str, int)) else None


def _of_a_route(spec: Lenient, *, by_path: bool) -> Iterator[Way]:
    hosts = [host.text for host in spec["hostnames"]] or ["*"]
    for rule in spec["rules"]:
        paths = _paths(rule) if by_path else [""]
        for backend in rule["backendRefs"]:
            kind = backend["kind"].text or "Service"
            name, port = backend["name"].text, _port(backend["port"])
            place = backend["namespace"].text
            for host in hosts:
                for path in paths:
                    yield Way(kind, name, port, host, path, place)


def _paths(rule: Lenient) -> list[str]:
    """
    Paths that *rule* matches; a method of gRPC is one of them.
    """
    found = [
        match["path"]["value"].text or _path_of(match["method"])
        for match in rule["matches"]
    ]
    return found or ["/"]


def _path_of(method: Lenient) -> str:
    """
    The path of a *method* of gRPC; HTTP has words for methods, and those
    say nothing of paths.

    >>> _path_of(Lenient({"service": "a.Shop", "method": "Buy"}))
    '/a.Shop/Buy'
    >>> _path_of(Lenient({"method": "Buy"})), _path_of(Lenient("GET"))
    ('/*/Buy', '/')
    """
    service, name = method["service"].text, method["method"].text
    if name:
        return f"/{service or '*'}/{name}"

    return f"/{service}"
