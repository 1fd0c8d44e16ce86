"""
Edges, and what can be reached over them.
"""

import attrs
import pytest

from mizzen import (
    Address,
    App,
    Environment,
    Image,
    Ingress,
    Internet,
    Job,
    LoadBalancer,
    NodePort,
    Service,
    graph,
)


@pytest.fixture(name="edges")
def _edges(shop, dev):
    """
    The shop's graph.
    """
    return graph(shop, dev)


class TestGraph:
    def test_users(self, shop, edges):
        """
        The users of a part come with their edges.
        """
        assert ["api", "migrate"] == [
            part.name for part, _ in edges.users(shop["db"])
        ]
        assert [shop["db"]] * 2 == [
            use.part for _, use in edges.users(shop["db"])
        ]
        assert () == edges.users(shop["web"])

    @pytest.mark.parametrize(
        ("source", "targets"),
        [
            ("web", {"api", "db", "cache"}),
            ("api", {"db", "cache"}),
            ("worker", {"cache"}),
            ("db", set()),
        ],
    )
    def test_reached(self, shop, edges, source, targets):
        """
        A part reaches what it uses, by itself or through others, each once.
        """
        reached = [part.name for part in edges.reached(shop[source])]

        assert sorted(targets) == sorted(reached)
        assert targets == {
            part.name
            for part in shop.parts
            if edges.reaches(shop[source], part)
        }

    def test_waits_for(self, shop, edges):
        """
        Parts wait for stores and jobs, not for services.
        """
        assert () == edges.waits_for(shop["web"])
        assert (
            shop["db"],
            shop["cache"],
            shop["migrate"],
        ) == edges.waits_for(shop["api"])

    def test_job_waits_for(self, shop, dev):
        """
        A job waits for services that it uses, for what it comes after and
        for jobs before it, each once.
        """
        api, db, migrate = shop["api"], shop["db"], shop["migrate"]
        seed = Job("seed", image=api.image, uses=[db])
        smoke = Job(
            "smoke", image=api.image, uses=[api, db], after=[api, migrate]
        )
        seed = attrs.evolve(seed, before=[smoke])
        app = attrs.evolve(shop, parts=[*shop.parts, seed, smoke])

        assert (api, db, migrate, seed) == graph(app, dev).waits_for(smoke)

    @pytest.mark.parametrize("exposure", [NodePort, LoadBalancer])
    def test_exposed(self, shop, exposure):
        """
        Services with a public port are exposed.
        """
        environment = Environment("dev", exposure=exposure([shop["web"]]))

        assert (shop["web"],) == graph(shop, environment).exposed

    def test_routed(self, shop):
        """
        Services behind an Ingress are those with routes.
        """
        environment = Environment("dev", exposure=Ingress())

        assert (shop["web"], shop["api"]) == graph(shop, environment).exposed

    def test_closed(self, edges):
        """
        Without exposure nothing is exposed.
        """
        assert () == edges.exposed

    def test_outside(self, web):
        """
        What a part reaches outside is what its environment says.
        """
        web = attrs.evolve(web, reaches=[Internet()])
        app = App("shop", edition="2026", parts=[web])
        other = Address("10.0.0.0/8", 5432)
        near = Environment("near", overrides=[web.override(reaches=[other])])

        assert (Internet(),) == graph(app, Environment("far")).reaches_outside(
            web
        )
        assert (other,) == graph(app, near).reaches_outside(web)

    def test_diamond(self):
        """
        What is used on two ways is reached once.
        """
        image = Image("acme/x:v5")
        d = Service("d", image=image, port=80)
        b = Service("b", image=image, port=80, uses=[d])
        c = Service("c", image=image, port=80, uses=[d])
        a = Service("a", image=image, port=80, uses=[b, c])
        shop = App("shop", edition="2026", parts=[a, b, c, d])
        reached = graph(shop, Environment("dev")).reached(a)

        assert ["b", "c", "d"] == sorted(part.name for part in reached)
