"""
Where an Ingress or a route of the Gateway API leads.
"""

import pytest

from mizzen._lenient import Lenient
from mizzen._routers import Way, ways


def led(kind, **spec):
    """
    Where an object of *kind* leads.
    """
    return [*ways(Lenient({"kind": kind, "spec": spec}))]


class TestIngress:
    def test_paths(self):
        """
        An Ingress leads by host and path, and to its default for the rest.
        """
        web = {"service": {"name": "web", "port": {"number": 80}}}
        api = {"service": {"name": "api", "port": {"name": "http"}}}
        paths = [{"path": "/api", "backend": api}, {"backend": web}]

        assert led(
            "Ingress",
            defaultBackend=web,
            rules=[{"host": "a.example.com", "http": {"paths": paths}}],
        ) == [
            Way("Service", "web", 80, "*", "/"),
            Way("Service", "api", "http", "a.example.com", "/api"),
            Way("Service", "web", 80, "a.example.com", "/"),
        ]

    def test_resource(self):
        """
        What it leads to may be no Service.
        """
        bucket = {"kind": "Bucket", "name": "pictures"}
        (way,) = led("Ingress", defaultBackend={"resource": bucket})

        assert (way.name, way.service) == ("pictures", "")


class TestRoutes:
    @pytest.mark.parametrize(
        ("kind", "match", "path"),
        [
            ("HTTPRoute", {"path": {"value": "/api"}}, "/api"),
            ("HTTPRoute", {"method": "GET"}, "/"),
            ("GRPCRoute", {"method": {"service": "a.Shop"}}, "/a.Shop"),
            (
                "GRPCRoute",
                {"method": {"service": "a.Shop", "method": "Buy"}},
                "/a.Shop/Buy",
            ),
            ("GRPCRoute", {"method": {"method": "Buy"}}, "/*/Buy"),
            ("TLSRoute", {}, ""),
        ],
    )
    def test_paths(self, kind, match, path):
        """
        Routes lead by what they match, those of TLS by hosts alone.
        """
        rule = {
            "matches": [match],
            "backendRefs": [{"name": "web", "port": 80}],
        }

        assert led(kind, hostnames=["a.example.com"], rules=[rule]) == [
            Way("Service", "web", 80, "a.example.com", path)
        ]

    @pytest.mark.parametrize(
        ("kind", "path"), [("HTTPRoute", "/"), ("TCPRoute", "")]
    )
    def test_everything(self, kind, path):
        """
        What matches nothing leads all requests.
        """
        assert led(kind, rules=[{"backendRefs": [{"name": "web"}]}]) == [
            Way("Service", "web", None, "*", path)
        ]

    def test_redirect(self):
        """
        A rule that redirects leads nowhere.
        """
        assert led("HTTPRoute", rules=[{"filters": []}]) == []


class TestOthers:
    @pytest.mark.parametrize(
        "body",
        [
            None,
            {"kind": "Service", "spec": {"ports": [{"port": 80}]}},
            {"kind": "Ingress", "spec": {"defaultBackend": "web"}},
            {"kind": "HTTPRoute", "spec": {"rules": [{"backendRefs": [1]}]}},
        ],
    )
    def test_nowhere(self, body):
        """
        What is no router, or makes no sense, leads nowhere.
        """
        assert [*ways(Lenient(body))] == []
