"""
Routes that Traefik has to be told the order of.
"""

import pytest

from tests.exposed import served_fixture

from mizzen import OFF, App, CertManager, Gateway, Ingress, Route


__all__ = ["served_fixture"]

PRIORITY = "traefik.ingress.kubernetes.io/router.priority"
EVERYBODY = "*.example.com"
ADMIN = "admin.example.com"


def flat(found):
    """
    The same, in no order.
    """
    return {(priority, *paths) for priority, paths in found}


@pytest.fixture(name="asked")
def _asked(served, web):
    """
    Hosts and paths of the Ingresses of some routes, each with the priority
    that Traefik is told.
    """

    def asked(*routes, exposure=None, ingress_class="traefik", **addresses):
        app = App("shop", edition="2026", parts=[web], routes=routes)
        found = served(
            exposure or Ingress(),
            app,
            ingress_class=ingress_class,
            **addresses,
        )
        return [
            (
                manifest.body["metadata"].get("annotations", {}).get(PRIORITY),
                [
                    f"{rule['host']}{path['path']}"
                    for rule in manifest.body["spec"]["rules"]
                    for path in rule["http"]["paths"]
                ],
            )
            for manifest in found
            if manifest.kind == "Ingress"
        ]

    return asked


@pytest.fixture(name="route")
def _route(web):
    """
    A route to the web server.
    """

    def route(path, *hosts, **fields):
        return Route(path, web, hosts=hosts or ["a.b"], **fields)

    return route


class TestPaths:
    def test_exact(self, asked, route):
        """
        A single path is asked for before what is below others.
        """
        assert [
            (None, ["a.b/", "a.b/api"]),
            ("1000006", ["a.b/login"]),
        ] == asked(
            route("/"),
            route("/api"),
            route("/login", path_type="Exact"),
        )

    def test_same(self, asked, route):
        """
        A path alone is asked for before the same path and what is below it,
        however a slash ends it.
        """
        assert [
            (None, ["a.b/api/"]),
            ("1000004", ["a.b/api"]),
        ] == asked(route("/api/"), route("/api", path_type="Exact"))

    def test_within_a_word(self, asked, route):
        """
        Traefik's prefixes end within words too.
        """
        assert [
            (None, ["a.b/log"]),
            ("1000006", ["a.b/login"]),
        ] == asked(route("/log"), route("/login", path_type="Exact"))

    @pytest.mark.parametrize(
        "fields",
        [
            [{"path": "/"}, {"path": "/api"}],
            [{"path": "/api"}, {"path": "/", "path_type": "Exact"}],
            [
                {"path": "/", "path_type": "Exact"},
                {"path": "/api", "path_type": "Exact"},
            ],
            [{"path": "/"}, {"path": "/", "hosts": [EVERYBODY]}],
        ],
    )
    def test_none(self, asked, web, fields):
        """
        Where no request is for two routes, or the longer path decides, one
        Ingress serves all and tells Traefik nothing.
        """
        routes = [Route(**{"to": web, "hosts": ["a.b"]} | f) for f in fields]

        ((priority, _),) = asked(*routes)
        assert priority is None

    def test_internal(self, asked, route):
        """
        Another controller serves internal routes, and orders its own.
        """
        found = asked(
            route("/"),
            route("/login", path_type="Exact", internal=True),
            internal_class="traefik-internal",
        )

        assert [None, None] == [priority for priority, _ in found]

    def test_others(self, asked, route):
        """
        Other controllers know by themselves, and Traefik does of the routes
        of the Gateway API.
        """
        routes = [route("/"), route("/login", path_type="Exact")]

        assert [(None, ["a.b/", "a.b/login"])] == asked(
            *routes, ingress_class="nginx"
        )
        assert [] == asked(
            *routes, exposure=Gateway(tls=OFF), gateway_class="traefik"
        )


class TestHosts:
    def test_wildcard(self, asked, route):
        """
        A wildcard is asked for after a host that falls under it, also for
        longer paths, and what else is asked for under that host stays as it
        is.
        """
        assert {
            (None, f"{ADMIN}/"),
            ("-1999996", f"{EVERYBODY}/api"),
            ("-1999999", f"{EVERYBODY}/"),
        } == flat(
            asked(
                route("/", EVERYBODY),
                route("/api", EVERYBODY),
                route("/", ADMIN),
            )
        )

    def test_several_wildcards(self, asked, route):
        """
        Where a route under a wildcard has to be lowered, so have those with
        shorter paths, under whichever wildcard.
        """
        assert {
            (None, f"{ADMIN}/"),
            ("-1999996", f"{EVERYBODY}/api", "*.example.net/api"),
            ("-1999999", "*.example.net/"),
        } == flat(
            asked(
                route("/api", EVERYBODY, "*.example.net"),
                route("/", "*.example.net"),
                route("/", ADMIN),
            )
        )

    def test_both(self, asked, route):
        """
        A route under a wildcard and a host that falls under it is in two
        Ingresses, where only one of them is to be lowered.
        """
        assert {
            (None, f"{ADMIN}/"),
            ("-1999996", f"{EVERYBODY}/api"),
            ("-1999999", f"{EVERYBODY}/"),
        } == flat(
            asked(route("/", EVERYBODY, ADMIN), route("/api", EVERYBODY))
        )

    def test_all_the_same(self, asked, route):
        """
        Where all routes are under the same hosts, the longer path decides.
        """
        hosts = [EVERYBODY, ADMIN]

        ((priority, _),) = asked(route("/", *hosts), route("/api", *hosts))
        assert priority is None

    def test_exact_below_wildcard(self, asked, route):
        """
        A single path under a wildcard comes before what is below paths there,
        and after all of a host that falls under it.
        """
        assert {
            (None, f"{ADMIN}/"),
            ("-999994", f"{EVERYBODY}/login"),
            ("-1999999", f"{EVERYBODY}/"),
        } == flat(
            asked(
                route("/", EVERYBODY),
                route("/login", EVERYBODY, path_type="Exact"),
                route("/", ADMIN),
            )
        )

    def test_size(self, asked, route):
        """
        A route that has an Ingress of its own anyway is raised there.
        """
        assert [
            (None, ["a.b/"]),
            ("1000006", ["a.b/login"]),
        ] == asked(
            route("/"),
            route("/login", path_type="Exact", body_size="1Mi"),
        )

    def test_certificates(self, route, web, served):
        """
        Raised hosts have the certificate of the others.
        """
        app = App(
            "shop",
            edition="2026",
            parts=[web],
            routes=[route("/"), route("/login", path_type="Exact")],
        )
        found = served(
            Ingress(tls=CertManager()),
            app,
            ingress_class="traefik",
            issuer="letsencrypt",
        )

        assert 2 * [[{"hosts": ["a.b"], "secretName": "shop-tls"}]] == [
            m.body["spec"]["tls"] for m in found if m.kind == "Ingress"
        ]
