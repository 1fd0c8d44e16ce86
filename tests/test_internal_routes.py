"""
Routes for the internal network, from which the world outside is kept out.
"""

import pytest

from mizzen import (
    App,
    Environment,
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


SCHEME = "alb.ingress.kubernetes.io/scheme"


@pytest.fixture(name="internal")
def _internal(web, desired):
    """
    Annotations of what serves an internal route, and those of what serves
    the world outside.
    """

    def internal(exposure, **addresses):
        app = App(
            "shop",
            edition="2026",
            parts=[web],
            routes=[Route("/", web), Route("/admin", web, internal=True)],
        )
        stack = Stack(
            "dev", environment="dev", hosts=["a.example.com"], **addresses
        )
        found = desired(
            app,
            environment=Environment("dev", exposure=exposure),
            stack=stack,
        )
        kind = type(exposure).__name__

        return [
            found.get(kind, name)["metadata"].get("annotations", {})
            for name in ("shop-internal", "shop")
        ]

    return internal


def refusal(internal, exposure, **addresses):
    """
    What is said of an internal route that the world outside would reach.
    """
    with pytest.raises(SpecError) as ei:
        internal(exposure, **addresses)

    return ei.value.problems


class TestSameClass:
    @pytest.mark.parametrize(
        ("addresses", "fitting"),
        [
            ({"ingress_class": "nginx", "internal_class": "nginx"}, "nginx"),
            ({"ingress_class": "odd", "internal_class": "odd"}, "nginx"),
            (
                {"cluster": CLUSTERS["k3s"], "internal_class": "traefik"},
                "traefik",
            ),
            ({"cluster": CLUSTERS["gke"], "internal_class": "gce"}, "gce"),
        ],
    )
    def test_ingress(self, internal, addresses, fitting):
        """
        The controller that serves the world serves it all of its Ingresses:
        that is refused, also where the cluster's own one is meant.
        """
        name = addresses["internal_class"]

        assert (
            (
                "Environment 'dev' exposes internal routes by Ingress, but the "
                f"internalClass of stack 'dev' is its ingressClass {name!r}, "
                "which serves them to the world outside. Name a class of their "
                f"own, like 'internalClass: {fitting}-internal', or say by "
                "Ingress(internal_annotations=…) what keeps the world out."
            ),
        ) == refusal(internal, Ingress(), **addresses)

    @pytest.mark.parametrize(
        ("addresses", "fitting"),
        [
            (
                {"gateway_class": "istio", "internal_class": "istio"},
                "istio-internal",
            ),
            (
                {
                    "cluster": CLUSTERS["gke"],
                    "gateway": "infra/shared",
                    "internal_class": "gke-l7-global-external-managed",
                },
                "gke-l7-rilb",
            ),
        ],
    )
    def test_gateway(self, internal, addresses, fitting):
        """
        Gateways of the same class serve the same world.
        """
        name = addresses["internal_class"]

        assert (
            (
                "Environment 'dev' exposes internal routes by Gateway, but the "
                f"internalClass of stack 'dev' is its gatewayClass {name!r}, "
                "which serves them to the world outside. Name a class of their "
                f"own, like 'internalClass: {fitting}', or say by "
                "Gateway(internal_annotations=…) what keeps the world out."
            ),
        ) == refusal(internal, Gateway(), **addresses)

    @pytest.mark.parametrize(
        ("exposure", "addresses"),
        [
            (
                Ingress(internal_annotations={"example.com/a": "inside"}),
                {"ingress_class": "odd", "internal_class": "odd"},
            ),
            (
                Gateway(internal_annotations={"example.com/a": "inside"}),
                {"gateway_class": "istio", "internal_class": "istio"},
            ),
        ],
    )
    def test_told(self, internal, exposure, addresses):
        """
        Annotations of internal routes can keep the world out, and are told
        of nothing else.
        """
        inside, outside = internal(exposure, **addresses)

        assert {"example.com/a": "inside"} == inside
        assert {} == outside

    def test_of_one_class_alone(self, internal):
        """
        Amazon's controller keeps the world out of an Ingress by itself.
        """
        inside, outside = internal(
            Ingress(), ingress_class="alb", internal_class="alb"
        )

        assert ["internal", "internet-facing"] == [
            inside[SCHEME],
            outside[SCHEME],
        ]


class TestAnnotations:
    @pytest.mark.parametrize("exposure", [Ingress, Gateway])
    def test_inherited(self, internal, exposure):
        """
        Internal routes have the annotations of all unless they have their
        own, which may be none.
        """
        addresses = {
            "ingress_class": "odd",
            "gateway_class": "odd",
            "internal_class": "inside",
        }
        notes = {"example.com/a": "b"}
        given = [
            internal(
                exposure(annotations=notes, internal_annotations=own),
                **addresses,
            )
            for own in (None, {}, {"example.com/c": "d"})
        ]

        assert [
            [notes, notes],
            [{}, notes],
            [{"example.com/c": "d"}, notes],
        ] == given

    @pytest.mark.parametrize("word", ["annotations", "internal_annotations"])
    def test_world_stays_out(self, internal, word):
        """
        No annotation of the user's lets the world in to internal routes.
        """
        inside, _ = internal(
            Ingress(**{word: {SCHEME: "internet-facing"}}),
            ingress_class="alb",
            internal_class="alb",
        )

        assert "internal" == inside[SCHEME]

    @pytest.mark.parametrize("exposure", [Ingress, Gateway])
    def test_odd(self, exposure):
        """
        Annotations are called as Kubernetes calls them.
        """
        with pytest.raises(SpecError) as ei:
            exposure(internal_annotations={"a b": "c"})

        assert str(ei.value).startswith(
            f"{exposure.__name__}: internal_annotations must"
        )


class TestOpenPorts:
    @pytest.fixture(name="opened")
    def _opened(self, desired):
        """
        What is said of an internal route to a port, where the environment
        opens some.
        """

        def opened(by, port="http"):
            web = Service(
                "web",
                image=Image("acme/web:v5"),
                port=8080,
                ports=[Port("admin", 9000)],
            )
            app = App(
                "shop",
                edition="2026",
                parts=[web],
                routes=[Route("/admin", web[port], internal=True)],
            )
            stack = Stack(
                "dev",
                environment="dev",
                hosts=["a.example.com"],
                internal_class="nginx-internal",
            )
            environment = Environment("dev", **by(web))
            try:
                desired(app, environment=environment, stack=stack)
            except SpecError as error:
                return error.problems
            return ()

        return opened

    @pytest.mark.parametrize(
        "by",
        [
            lambda web: {"exposure": LoadBalancer([web])},
            lambda web: {
                "exposure": Ingress(),
                "exposes": [LoadBalancer({web: 443})],
            },
            lambda web: {
                "exposes": [LoadBalancer([web], source_ranges=["0.0.0.0/0"])]
            },
        ],
        ids=["exposure", "exposes", "everybody"],
    )
    def test_load_balancer(self, opened, by):
        """
        An open port serves all paths to everybody, beside any exposure.
        """
        assert (
            (
                "Route '/admin' is internal, but environment 'dev' opens "
                "Service 'web', with all of its paths, to the world outside by "
                "LoadBalancer. Lead it to another port, or say by "
                "source_ranges which networks may connect."
            ),
        ) == opened(by)

    def test_node_port(self, opened):
        """
        Nobody is kept from ports of nodes.
        """
        assert (
            (
                "Route '/admin' is internal, but environment 'dev' opens port "
                "'admin' of Service 'web', with all of its paths, to the world "
                "outside by NodePort. Lead it to another port."
            ),
        ) == opened(
            lambda web: {
                "exposure": Ingress(),
                "exposes": [NodePort([web["admin"]])],
            },
            port="admin",
        )

    @pytest.mark.parametrize(
        "fields",
        [
            {"source_ranges": ["10.0.0.0/8"]},
            {
                "annotations": {
                    "networking.gke.io/load-balancer-type": "Internal"
                }
            },
            {
                "annotations": {
                    "service.beta.kubernetes.io/azure-load-balancer-internal": (
                        "true"
                    )
                }
            },
        ],
    )
    def test_kept_inside(self, opened, fields):
        """
        A load balancer for some networks alone, or one that the provider
        keeps inside, is none of the world outside.
        """
        assert () == opened(
            lambda web: {"exposure": LoadBalancer([web], **fields)}
        )

    def test_other_port(self, opened):
        """
        Another port of the same service may be open.
        """
        assert () == opened(
            lambda web: {
                "exposure": Ingress(),
                "exposes": [LoadBalancer([web])],
            },
            port="admin",
        )
