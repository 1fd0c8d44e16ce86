"""
Ports that an app exposes itself, opened as each environment opens ports.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Environment,
    Expose,
    Gateway,
    Image,
    Ingress,
    LoadBalancer,
    NodePort,
    Port,
    Route,
    Service,
    SpecError,
    Stack,
)
from mizzen.environment import CLUSTERS
from mizzen.influences import influences
from mizzen.origins import Fact, origins
from mizzen.testing import Facts


STACK = Stack(
    "dev",
    environment="dev",
    hosts=["a.example.com"],
    ingress_class="nginx",
    gateway_class="istio",
)


@pytest.fixture(name="app")
def _app(broker):
    return App(
        "shop",
        edition="2026",
        parts=[broker],
        routes=[Route("/", broker)],
        exposes=[Expose(broker["mqtt"], public_port=8883)],
    )


def deployed(app, exposure, *exposes, stack=STACK, **policy):
    """
    The facts about *app* where an environment says how ports are opened.
    """
    environment = Environment(
        "dev", exposure=exposure, exposes=exposes, **policy
    )
    return Facts.of(app, environment, stack)


def published(facts):
    """
    Name, kind and ports of the Services that the world outside reaches.
    """
    return [
        (
            manifest.name,
            manifest.body["spec"]["type"],
            [
                (port["name"], port["port"], port.get("nodePort"))
                for port in manifest.body["spec"]["ports"]
            ],
        )
        for manifest in facts.manifests
        if manifest.kind == "Service"
        and manifest.body["spec"]["type"] != "ClusterIP"
    ]


class TestOpened:
    @pytest.mark.parametrize("exposure", [Ingress(), Gateway()])
    def test_routed(self, app, exposure):
        """
        Where routes are for HTTP alone, a load balancer opens the port.
        """
        facts = deployed(app, exposure)
        ports = [("mqtt", 8883, None)]

        assert [("broker-public", "LoadBalancer", ports)] == published(facts)
        assert frozenset({"broker"}) == facts.public

    def test_at_nodes(self, app, broker):
        """
        A NodePort opens it too; nodes have numbers of their own.
        """
        exposure = NodePort({broker: 30080}, external_traffic_policy="Local")
        facts = deployed(app, exposure)
        service = facts.manifests.get("Service", "broker-node-port")
        ports = [("http", 8080, 30080), ("mqtt", 1883, None)]

        assert [("broker-node-port", "NodePort", ports)] == published(facts)
        assert "Local" == service["spec"]["externalTrafficPolicy"]

    def test_balanced(self, app, broker):
        """
        A load balancer opens it under the same address, as it opens others.
        """
        exposure = LoadBalancer([broker], source_ranges=["192.0.2.0/24"])
        facts = deployed(app, exposure)
        service = facts.manifests.get("Service", "broker-public")
        ports = [("http", 8080, None), ("mqtt", 8883, None)]

        assert [("broker-public", "LoadBalancer", ports)] == published(facts)
        assert ["192.0.2.0/24"] == service["spec"]["loadBalancerSourceRanges"]

    def test_nowhere(self, app):
        """
        What exposes nothing opens no port.
        """
        facts = deployed(app, None)

        assert [] == published(facts)
        assert frozenset() == facts.public

    def test_listed(self, app, broker):
        """
        An environment that lists the port says all about it.
        """
        listed = NodePort({broker["mqtt"]: 31883})
        facts = deployed(app, Ingress(), listed)
        ports = [("mqtt", 1883, 31883)]

        assert [("broker-node-port", "NodePort", ports)] == published(facts)

    def test_number(self, app, broker):
        """
        Who lists the port without a number has the app's.
        """
        near = LoadBalancer([broker["mqtt"]], source_ranges=["192.0.2.0/24"])
        facts = deployed(app, Ingress(), near)
        service = facts.manifests.get("Service", "broker-public")

        assert [8883] == [port["port"] for port in service["spec"]["ports"]]
        assert ["192.0.2.0/24"] == service["spec"]["loadBalancerSourceRanges"]

    @pytest.mark.parametrize("turn", [1, -1])
    def test_number_beside(self, app, broker, turn):
        """
        So has who lists it at the nodes, too, in whichever order.
        """
        near = LoadBalancer([broker["mqtt"]])
        at_nodes = NodePort({broker["mqtt"]: 31883})
        facts = deployed(app, Ingress(), *[at_nodes, near][::turn])

        assert [
            ("broker-node-port", "NodePort", [("mqtt", 1883, 31883)]),
            ("broker-public", "LoadBalancer", [("mqtt", 8883, None)]),
        ] == sorted(published(facts))

    def test_off(self, app, broker):
        """
        An environment can keep closed what the app exposes, and nothing of
        what it lists itself.
        """
        closed = Environment("dev", exposure=Ingress(), exposes=OFF)
        facts = Facts.of(app, closed, STACK)
        listing = Environment(
            "dev", exposure=NodePort({broker: 30080}), exposes=OFF
        )
        ports = [("http", 8080, 30080)]

        assert [] == published(facts)
        assert [("broker-node-port", "NodePort", ports)] == published(
            Facts.of(app, listing, STACK)
        )

    def test_alone(self, app):
        """
        An exposure that lists nothing opens what the app exposes.
        """
        alone = attrs.evolve(app, routes=[])
        ports = [("mqtt", 1883, None)]

        assert [("broker-node-port", "NodePort", ports)] == published(
            deployed(alone, NodePort())
        )

    def test_whole(self, web, desired):
        """
        A service whose only port is exposed gets public itself.
        """
        app = App("shop", edition="2026", parts=[web], exposes=[Expose(web)])
        found = desired(
            app, environment=Environment("dev", exposure=Ingress())
        )
        service = found.get("Service", "web")

        assert "LoadBalancer" == service["spec"]["type"]

    def test_policy(self, app):
        """
        The policy of the part opens that port alone to everybody.
        """
        policy = deployed(app, Ingress()).manifests.get(
            "NetworkPolicy", "broker"
        )
        opened = policy["spec"]["ingress"][-1]

        assert [{"protocol": "TCP", "port": 1883}] == opened["ports"]
        assert [
            {"ipBlock": {"cidr": "0.0.0.0/0"}},
            {"ipBlock": {"cidr": "::/0"}},
        ] == opened["from"]

    def test_replaced(self, app, broker):
        """
        What replaces a part is exposed in its place.
        """
        ports = [Port("mqtt", 1884, application="tcp")]
        new = app.replace(broker, ports=ports)
        found = published(deployed(new, Ingress()))

        assert new["broker"] is new.exposes[0].service
        assert [
            ("broker-public", "LoadBalancer", [("mqtt", 8883, None)])
        ] == found


class TestRefused:
    def test_twice(self, broker):
        """
        A service stands for its first port, which is exposed once.
        """
        with pytest.raises(SpecError) as ei:
            App(
                "shop",
                edition="2026",
                parts=[broker],
                exposes=[Expose(broker), Expose(broker["http"])],
            )

        assert (
            "App 'shop' contradicts itself:\n"
            "  - App 'shop' exposes port 'http' of Service 'broker' twice."
        ) == str(ei.value)

    def test_unlisted(self, broker, web):
        """
        What is exposed belongs to the app.
        """
        with pytest.raises(SpecError) as ei:
            App("shop", edition="2026", parts=[web], exposes=[Expose(broker)])

        assert (
            "App 'shop' contradicts itself:\n"
            "  - App 'shop' exposes port 'http' of Service 'broker', which is "
            "not listed in parts."
        ) == str(ei.value)

    def test_others(self, broker):
        """
        Exposed is what `Expose` says, not the port itself.
        """
        with pytest.raises(SpecError) as ei:
            App(
                "shop",
                edition="2026",
                parts=[broker],
                exposes=[broker["mqtt"]],
            )

        assert (
            "App 'shop': exposes must hold exposed ports, like "
            "Expose(broker['mqtt']) (got <Endpoint broker:mqtt>)."
        ) == str(ei.value)

    def test_number(self, broker):
        """
        A port is named by its part; its number alone could be anybody's.
        """
        with pytest.raises(SpecError) as ei:
            Expose(broker.port)

        assert (
            "Expose: to must be a Service or one of its ports, like "
            "Expose(broker['mqtt']) (got 8080)."
        ) == str(ei.value)

    @pytest.mark.parametrize("single", [True, False])
    def test_no_address(self, app, broker, single):
        """
        Where no load balancer gives an address, the environment says another
        way.
        """
        stack = attrs.evolve(STACK, cluster=CLUSTERS["kind"])
        to = broker["mqtt"] if single else broker
        exposing = attrs.evolve(app, exposes=[Expose(to)])
        what = "port 'mqtt' of Service" if single else "Service"
        code = "broker['mqtt']" if single else "broker"
        with pytest.raises(SpecError) as ei:
            deployed(exposing, Ingress(), stack=stack)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            f"  - App 'shop' exposes {what} 'broker', which environment 'dev' "
            "opens by LoadBalancer, but cluster 'kind' of stack 'dev' gives "
            f"it no address. List it, like exposes=[NodePort([{code}])]; or, "
            "where something has been installed that does, "
            "'cluster: generic'."
        ) == str(ei.value)

    def test_shared(self, app, broker):
        """
        Ports of one part share an address, and nobody guesses that what is
        said of one of them is meant for the others.
        """
        near = LoadBalancer([broker["coap"]], source_ranges=["192.0.2.0/24"])
        with pytest.raises(SpecError) as ei:
            deployed(app, Ingress(), near)

        assert (
            "App 'shop' exposes port 'mqtt' of Service 'broker', which would "
            "share the address of those ports that environment 'dev' lists in "
            "a LoadBalancer. List it there too."
        ) in str(ei.value)

    def test_same_number(self, broker):
        """
        Ports of one part that share an address differ in numbers, unless
        their protocols do.
        """

        def exposing(*exposes):
            return App("shop", edition="2026", parts=[broker], exposes=exposes)

        assert exposing(
            Expose(broker["mqtt"], public_port=443),
            Expose(broker["coap"], public_port=443),
        )
        with pytest.raises(SpecError) as ei:
            exposing(
                Expose(broker["http"]),
                Expose(broker["mqtt"], public_port=8080),
            )
        assert (
            "App 'shop' contradicts itself:\n"
            "  - App 'shop' exposes both port 'http' and port 'mqtt' of "
            "Service 'broker' at public port 8080."
        ) == str(ei.value)

    def test_unreached(self, web):
        """
        What speaks no HTTP passes no requests on.
        """
        ports = [Port("mqtt", 1883, application="tcp")]
        queue = Service(
            "queue", image=Image("acme/queue:v5"), ports=ports, uses=[web]
        )
        app = App(
            "shop",
            edition="2026",
            parts=[queue, web],
            routes=[Route("/", web)],
            exposes=[Expose(queue)],
        )
        with pytest.raises(SpecError) as ei:
            deployed(app, NodePort())

        assert (
            "Route '/' leads to Service 'web', which no exposed part reaches "
            "(exposed: 'queue')."
        ) in str(ei.value)

    def test_inside(self, broker):
        """
        Internal routes lead to no port that is exposed.
        """
        app = App(
            "shop",
            edition="2026",
            parts=[broker],
            routes=[Route("/", broker, internal=True)],
            exposes=[Expose(broker)],
        )
        stack = attrs.evolve(STACK, internal_class="nginx-internal")
        with pytest.raises(SpecError) as ei:
            deployed(app, Ingress(), stack=stack)

        assert (
            "Route '/' is internal, but environment 'dev' opens Service "
            "'broker', with all of its paths, to the world outside by "
            "LoadBalancer. Lead it to another port, or say by source_ranges "
            "of exposes=[LoadBalancer([broker], …)] which networks may "
            "connect."
        ) in str(ei.value)


class TestExplained:
    def test_influences(self, app):
        """
        The app's own word decides about the public port.
        """
        environment = Environment("dev", exposure=Ingress())
        what = "Service/broker-public.spec.ports[0].port"
        answer = influences(app, environment, STACK, what)

        assert "exposed port broker:mqtt" in {
            influence.source for influence in answer.influences
        }

    def test_elsewhere(self, app, web):
        """
        A part has nothing to do with what others expose.
        """
        more = attrs.evolve(app, parts=[*app.parts, web])
        environment = Environment("dev", exposure=Ingress())
        what = "Deployment/web.spec.replicas"
        answer = influences(more, environment, STACK, what)

        assert not {
            influence
            for influence in answer.influences
            if "exposed port" in influence.source
        }

    def test_origins(self, app):
        """
        What the app exposes is one of its decisions.
        """
        facts = origins(app, Environment("dev", exposure=Ingress()), STACK)

        assert (
            "Expose(to=broker['mqtt'], public_port=8883)"
            == facts[""][Fact("exposes", "broker:mqtt")].value
        )
