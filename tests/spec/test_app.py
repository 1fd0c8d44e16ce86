"""
The app, and the routes that lead to it.
"""

from typing import get_type_hints

import attrs
import pytest

from mizzen import (
    App,
    CronJob,
    DaemonSet,
    Image,
    Job,
    Port,
    Postgres,
    Redis,
    Route,
    Service,
    SpecError,
    Worker,
)
from mizzen.spec import replacing


class TestRoute:
    @pytest.mark.parametrize(
        "path",
        [
            *("", "api", "/a b", "/ä", "/a?b", "//", "/a//b", "/./a", "/a/.."),
            *("/a%2Fb", "/a\n", 5),
        ],
    )
    def test_path(self, web, path):
        """
        Paths are those that an Ingress accepts.
        """
        with pytest.raises(SpecError) as ei:
            Route(path, web)

        who = "Route" if path == 5 else f"Route {path!r}"
        assert (
            f"{who}: path must be a path, like '/api' (got {path!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize("path", ["/", "/api", "/api/", "/a.b/..c/~d"])
    def test_fine(self, web, path):
        """
        Other paths are fine.
        """
        assert path == Route(path, web).path

    @pytest.mark.parametrize("to", ["web", None, 8080])
    def test_to(self, to):
        """
        Routes lead to Services, not to their names.
        """
        with pytest.raises(SpecError) as ei:
            Route("/", to)

        assert (
            "Route '/': to must be a Service or one of its ports, like "
            f"Route('/', web) (got {to!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        "port",
        [
            Port("raw", 9000, application="tcp"),
            Port("raw", 9000, protocol="UDP"),
        ],
    )
    def test_unfit(self, port):
        """
        What is routed can only be HTTP and gRPC.
        """
        raw = Service("raw", image=Image("acme/raw:v5"), ports=[port])

        with pytest.raises(SpecError) as ei:
            App("shop", edition="2026", parts=[raw], routes=[Route("/", raw)])

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Route '/' leads to Service 'raw', whose port 'raw' speaks "
            "neither http, grpc nor ws."
        ) == str(ei.value)


class TestApp:
    def test_parts(self):
        """
        Parts are objects, not names.
        """
        with pytest.raises(SpecError) as ei:
            App("shop", edition="2026", parts=["web"])

        assert (
            "App 'shop': parts must hold parts, like Services, Workers, Jobs and stores "
            "(got 'web')."
        ) == str(ei.value)

    def test_routes(self, web):
        """
        Routes are objects, not pairs.
        """
        with pytest.raises(SpecError) as ei:
            App("shop", edition="2026", parts=[web], routes=[("/", web)])

        assert (
            "App 'shop': routes must hold routes, like Route('/', web) (got "
            "('/', <Service web>))."
        ) == str(ei.value)

    def test_getitem(self, web):
        """
        Parts are found by name.
        """
        app = App("shop", edition="2026", parts=[web])

        assert web is app["web"]
        with pytest.raises(KeyError, match="api"):
            app["api"]

    def test_repr(self):
        """
        Of many parts the first are shown.
        """
        parts = [Worker(f"w{n}", image=Image("acme/w:v5")) for n in range(10)]

        assert ("<App shop: w0, w1, w2, w3, w4, w5, w6, w7, w8, …>") == repr(
            App("shop", edition="2026", parts=parts)
        )
        assert "<App shop: w0, w1>" == repr(
            App("shop", edition="2026", parts=parts[:2])
        )


class TestReplace:
    @pytest.mark.parametrize(
        ("part", "changes"),
        [
            (Service, replacing.ServiceFields),
            (Worker, replacing.WorkerFields),
            (DaemonSet, replacing.DaemonSetFields),
            (Job, replacing.JobFields),
            (CronJob, replacing.CronJobFields),
            (Postgres, replacing.PostgresFields),
            (Redis, replacing.StoreFields),
        ],
    )
    def test_typed(self, part, changes):
        """
        What type checkers let pass is all that the part has.
        """
        fields = {field.alias for field in attrs.fields(part)}

        assert fields == set(get_type_hints(changes))
