"""
What another app or team runs.
"""

import pytest

from mizzen import (
    App,
    Client,
    Environment,
    ExternalService,
    FromConfig,
    Image,
    Service,
    SpecError,
    Stack,
    Use,
    Worker,
    graph,
)
from mizzen.changes import compared, snapshot
from mizzen.changes.reach import reach_changes
from mizzen.checks import check
from mizzen.diagram import mermaid
from mizzen.testing import Facts


STACK = Stack("prod", environment="prod")


def used(other):
    """
    A worker that uses *other*.
    """
    return Worker("worker", image=Image("acme/worker:v5"), uses=[other])


@pytest.fixture(name="deployed")
def _deployed():
    def deployed(other):
        app = App("shop", edition="2026", parts=[used(other)])
        return Facts.of(app, Environment("prod"), STACK)

    return deployed


@pytest.fixture(name="variables")
def _variables(deployed):
    """
    What the worker is told.
    """

    def variables(other):
        found = deployed(other).manifests.get("Deployment", "worker")
        container = found["spec"]["template"]["spec"]["containers"][0]
        return {entry["name"]: entry["value"] for entry in container["env"]}

    return variables


@pytest.fixture(name="egress")
def _egress(deployed):
    """
    What the worker is let out to, beside name servers.
    """

    def egress(other):
        found = deployed(other).manifests.get("NetworkPolicy", "worker")
        servers, *rules = found["spec"]["egress"]
        assert 53 == servers["ports"][0]["port"]
        return rules

    return egress


class TestSettings:
    def test_host(self, variables):
        """
        Those that use it are told its host, port and address.
        """
        other = ExternalService(
            "billing", host="b.example.com", port=443, application="https"
        )

        assert {
            "BILLING_HOST": "b.example.com",
            "BILLING_PORT": "443",
            "BILLING_URL": "https://b.example.com:443",
        } == variables(other)

    def test_later(self, variables):
        """
        The host may be known later.
        """
        other = ExternalService("billing", host=FromConfig("host"), port=80)
        found = variables(Use(other, env={"BILLING": other.url}))

        assert ["BILLING"] == [*found]
        assert "http://‹config: host›:80" == str(found["BILLING"])

    @pytest.mark.parametrize(
        ("namespace", "expected"),
        [(None, "api.billing-prod.svc"), ("money", "api.money.svc")],
    )
    def test_inside(self, variables, namespace, expected):
        """
        A part of another app is found in the namespace of the same stack,
        or in the one that is said.
        """
        other = ExternalService(
            "billing",
            app="billing",
            part="api",
            port=8000,
            namespace=namespace,
        )

        assert expected == variables(other)["BILLING_HOST"]

    def test_address(self, variables):
        """
        Addresses with colons stand in brackets in URLs.
        """
        other = ExternalService("billing", host="2001:db8::7", port=443)
        found = variables(other)

        assert "2001:db8::7" == found["BILLING_HOST"]
        assert "http://[2001:db8::7]:443" == found["BILLING_URL"]


class TestPolicies:
    def test_inside(self, egress):
        """
        Exactly the pods of the other app's part are reached.
        """
        other = ExternalService(
            "billing", app="billing", part="api", port=8000
        )

        assert [
            {
                "to": [
                    {
                        "namespaceSelector": {
                            "matchLabels": {
                                "kubernetes.io/metadata.name": "billing-prod"
                            }
                        },
                        "podSelector": {
                            "matchLabels": {
                                "app.kubernetes.io/name": "api",
                                "app.kubernetes.io/part-of": "billing",
                            }
                        },
                    }
                ],
                "ports": [{"protocol": "TCP", "port": 8000}],
            }
        ] == egress(other)

    def test_labels(self, deployed):
        """
        Those are labels of the pods that mizzen makes of such a part.
        """
        api = Service("api", image=Image("acme/api:v5"), port=8000)
        billing = App("billing", edition="2026", parts=[api])
        pods = Facts.of(billing, Environment("prod"), STACK).manifests.get(
            "Deployment", "api"
        )
        other = ExternalService(
            "billing", app="billing", part="api", port=8000
        )
        policy = deployed(other).manifests.get("NetworkPolicy", "worker")
        peer = policy["spec"]["egress"][-1]["to"][0]
        labels = pods["spec"]["template"]["metadata"]["labels"]

        assert peer["podSelector"]["matchLabels"].items() <= labels.items()
        assert {
            "kubernetes.io/metadata.name": pods["metadata"]["namespace"]
        } == peer["namespaceSelector"]["matchLabels"]

    @pytest.mark.parametrize("labels", [{}, {"app": "otel"}])
    def test_pods(self, egress, labels):
        """
        Of a host of this cluster, the pods of its namespace are reached, or
        those of some labels.
        """
        other = ExternalService(
            "otel",
            host="otel.monitoring.svc",
            port=4317,
            namespace="monitoring",
            labels=labels,
        )
        named = {"kubernetes.io/metadata.name": "monitoring"}
        peer = {"namespaceSelector": {"matchLabels": named}}
        if labels:
            peer["podSelector"] = {"matchLabels": labels}

        assert [
            {"to": [peer], "ports": [{"protocol": "TCP", "port": 4317}]}
        ] == egress(other)

    @pytest.mark.parametrize(
        ("host", "cidrs", "network"),
        [
            ("192.0.2.1", (), "192.0.2.1/32"),
            ("b.example.com", ("192.0.2.0/24",), "192.0.2.0/24"),
        ],
    )
    def test_networks(self, egress, host, cidrs, network):
        """
        Where the networks of the host are known, they alone are reached.
        """
        other = ExternalService("billing", host=host, port=443, cidrs=cidrs)

        assert [
            {
                "to": [{"ipBlock": {"cidr": network}}],
                "ports": [{"protocol": "TCP", "port": 443}],
            }
        ] == egress(other)

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ({"host": "b.example.com"}, ["ExternalService 'billing'"]),
            ({"host": "192.0.2.1"}, []),
            ({"host": "b.money.svc", "namespace": "money"}, []),
            ({"app": "billing", "part": "api"}, []),
        ],
    )
    def test_name_alone(self, deployed, where, expected):
        """
        It is told where nothing but a name is known.
        """
        facts = deployed(ExternalService("billing", port=443, **where))
        found = check(
            facts.app, facts.environment, facts.stack, facts.manifests
        )

        assert expected == [
            finding.message.split("the ports of ")[1].split(" to all")[0]
            for finding in found
            if finding.id == "egress-by-name"
        ]


class TestProtocol:
    @pytest.mark.parametrize(
        "where",
        [
            {"app": "metrics", "part": "statsd"},
            {"host": "192.0.2.7"},
            {"host": "statsd.m.svc", "namespace": "m"},
        ],
    )
    def test_datagrams(self, egress, variables, where):
        """
        A port of UDP is opened as such, and its address says so.
        """
        other = ExternalService("s", port=8125, protocol="UDP", **where)

        (rule,) = egress(other)

        assert [{"protocol": "UDP", "port": 8125}] == rule["ports"]
        assert variables(other)["S_URL"].startswith("udp://")


class TestOverride:
    @pytest.fixture(name="moved")
    def _moved(self):
        """
        What a worker is told, and let out to beside name servers, where an
        environment has the overrides of *changes*.
        """

        def moved(said, *changes):
            other = ExternalService("billing", **said)
            app = App("shop", edition="2026", parts=[used(other)])
            overrides = [other.override(**each) for each in changes]
            environment = Environment("prod", overrides=overrides)
            found = Facts.of(app, environment, STACK).manifests
            pod = found.get("Deployment", "worker")["spec"]["template"]["spec"]
            policy = found.get("NetworkPolicy", "worker")["spec"]
            _, *rules = policy["egress"]
            told = {e["name"]: e["value"] for e in pod["containers"][0]["env"]}
            return told, rules

        return moved

    def test_namespace(self, moved):
        """
        The part may be in another namespace.
        """
        said = {"app": "billing", "part": "api", "port": 8000}

        told, (rule,) = moved(said, {"namespace": "billing-stable"})

        assert "http://api.billing-stable.svc:8000" == told["BILLING_URL"]
        assert {
            "namespaceSelector": {
                "matchLabels": {
                    "kubernetes.io/metadata.name": "billing-stable"
                }
            },
            "podSelector": {
                "matchLabels": {
                    "app.kubernetes.io/name": "api",
                    "app.kubernetes.io/part-of": "billing",
                }
            },
        } == rule["to"][0]

    def test_host(self):
        """
        It may be somewhere else altogether, also in variables of one's own.
        """
        said = {"app": "billing", "part": "api", "port": 8000}
        other = ExternalService("billing", **said)
        worker = used(Use(other, env={"BILLING": other.url, "LEVEL": "info"}))
        app = App("shop", edition="2026", parts=[worker])
        change = other.override(
            host="b.example.com",
            port=443,
            application="https",
            cidrs=["192.0.2.0/24"],
        )

        facts = Facts.of(app, Environment("prod", overrides=[change]), STACK)

        (container,) = facts.manifests.get("Deployment", "worker")["spec"][
            "template"
        ]["spec"]["containers"]
        assert [
            {"name": "BILLING", "value": "https://b.example.com:443"},
            {"name": "LEVEL", "value": "info"},
        ] == container["env"]
        policy = facts.manifests.get("NetworkPolicy", "worker")["spec"]
        assert {
            "to": [{"ipBlock": {"cidr": "192.0.2.0/24"}}],
            "ports": [{"protocol": "TCP", "port": 443}],
        } == policy["egress"][1]

    @pytest.mark.parametrize(
        "said",
        [
            {"host": "b.example.com", "cidrs": ["192.0.2.0/24"]},
            {
                "host": "b.money.svc",
                "namespace": "money",
                "labels": {"app": "b"},
            },
        ],
    )
    def test_part(self, moved, said):
        """
        A part of an app takes the place of a host and what is known of it.
        """
        told, (rule,) = moved(
            {**said, "port": 80},
            {"app": "ledger", "part": "api", "namespace": "ledgers"},
        )

        assert "api.ledgers.svc" == told["BILLING_HOST"]
        (peer,) = rule["to"]
        assert {
            "app.kubernetes.io/name": "api",
            "app.kubernetes.io/part-of": "ledger",
        } == peer["podSelector"]["matchLabels"]

    def test_order(self, moved):
        """
        The last override counts, and what it leaves out stays.
        """
        told, _ = moved(
            {"app": "billing", "part": "api", "port": 8000},
            {"host": "b.example.com", "port": 8443},
            {"host": "c.example.com", "application": "https", "port": None},
        )

        assert "https://c.example.com:8443" == told["BILLING_URL"]

    def test_namespace_of_host(self, moved):
        """
        A part of an app is not in the namespace that the host was in.
        """
        told, _ = moved(
            {"host": "b.money.svc", "namespace": "money", "port": 80},
            {"app": "ledger", "part": "api"},
        )

        assert "api.ledger-prod.svc" == told["BILLING_HOST"]

    @pytest.mark.parametrize(
        "changes",
        [
            ({"app": "ledger", "part": "api"}, {"part": "web"}),
            ({"app": "ledger"}, {"part": "web"}),
            ({"part": "web"}, {"namespace": "money"}, {"app": "ledger"}),
        ],
    )
    def test_together(self, moved, changes):
        """
        Overrides only have to fit all together.
        """
        told, _ = moved({"host": "10.1.2.3", "port": 80}, *changes)

        assert told["BILLING_HOST"].startswith("web.")

    def test_stays(self, moved):
        """
        Without an override it is where it is said.
        """
        told, _ = moved({"app": "billing", "part": "api", "port": 8000})

        assert "api.billing-prod.svc" == told["BILLING_HOST"]

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            (
                {"name": "ledger"},
                (
                    "there is no field 'name' to override; choose one of: 'app', "
                    "'application', 'cidrs', 'host', 'labels', 'namespace', "
                    "'part', 'port', 'protocol' (nearest to 'name': "
                    "'namespace')."
                ),
            ),
            (
                {"port": 0},
                (
                    "port must be a whole number from 1 to 65535, like 8000 "
                    "(got 0)."
                ),
            ),
            (
                {"app": "b", "labels": {"app": "b"}},
                (
                    "labels must come with host, because parts have labels of "
                    "their own (got {'app': 'b'})."
                ),
            ),
            (
                {"host": "b.example.com", "labels": {"app": "b"}},
                (
                    "labels must come with namespace, in which the pods are "
                    "(got {'app': 'b'})."
                ),
            ),
            (
                {"namespace": "money", "cidrs": ["10.0.0.0/8"]},
                (
                    "cidrs must be left out with namespace, whose pods are "
                    "found (got ('10.0.0.0/8',))."
                ),
            ),
            (
                {"host": "b.example.com", "part": "api"},
                (
                    "say either host, like host='billing.example.com', or "
                    "app and part, like app='billing', part='api'."
                ),
            ),
        ],
    )
    def test_unfit(self, changes, problem):
        """
        What fits nowhere is refused where it is written.
        """
        other = ExternalService("billing", app="billing", part="api", port=80)

        with pytest.raises(SpecError) as ei:
            other.override(**changes)

        assert f"ExternalService 'billing': {problem}" == str(ei.value)

    @pytest.mark.parametrize(
        ("said", "changes", "problem"),
        [
            (
                {"app": "billing", "part": "api"},
                ({"host": "10.1.2.3"}, {"port": 80, "part": "web"}),
                (
                    "host, and then port, part of ExternalService 'billing': "
                    "say either host, like host='billing.example.com', or "
                    "app and part, like app='billing', part='api'."
                ),
            ),
            (
                {"app": "billing", "part": "api"},
                ({"labels": {"app": "b"}},),
                (
                    "labels of ExternalService 'billing': labels must come "
                    "with host, because parts have labels of their own (got "
                    "{'app': 'b'})."
                ),
            ),
        ],
    )
    def test_unfit_together(self, moved, said, changes, problem):
        """
        What does not fit the service, or the overrides before, is refused
        with the environment and all that it overrides.
        """
        with pytest.raises(SpecError) as ei:
            moved({**said, "port": 8000}, *changes)

        assert f"Environment 'prod' overrides {problem}" == str(ei.value)

    def test_derived(self):
        """
        The environment is the one whose override does not fit.
        """
        other = ExternalService("billing", app="billing", part="api", port=80)
        app = App("shop", edition="2026", parts=[used(other)])
        base = Environment("p", overrides=[other.override(host="10.1.2.3")])
        derived = base.derive("q", overrides=[other.override(part="web")])

        assert Facts.of(app, base, STACK)
        with pytest.raises(
            SpecError, match=r"^Environment 'q' overrides host"
        ):
            Facts.of(app, derived, STACK)

    def test_unused(self):
        """
        What no part uses is refused.
        """
        ledger, billing = (
            ExternalService(name, app=name, part="api", port=80)
            for name in ("ledger", "billing")
        )
        app = App("shop", edition="2026", parts=[used(billing)])
        change = ledger.override(namespace="stable")

        with pytest.raises(SpecError) as ei:
            Facts.of(app, Environment("prod", overrides=[change]), STACK)

        (problem,) = ei.value.problems
        assert (
            "Environment 'prod' overrides ExternalService 'ledger', which no "
            "part uses; choose one of: 'billing'."
        ) == problem

    def test_reason(self):
        """
        A report tells that it has moved as the reason.
        """
        other = ExternalService("billing", app="billing", part="api", port=80)
        app = App("shop", edition="2026", parts=[used(other)])
        before, after = (
            snapshot(app, Environment("prod", overrides=overrides), STACK)
            for overrides in ([], [other.override(namespace="stable")])
        )

        (change,) = compared(before, after).parts

        assert (
            "uses billing.namespace stable added (override of environment "
            "prod)"
        ) == change.reasons[0]


class TestBothSides:
    @pytest.fixture(name="ways")
    def _ways(self, deployed):
        """
        The way out of the worker, and the ways into what it uses, when that
        has *clients*.
        """

        def ways(*clients, **override):
            api = Service(
                "api", image=Image("acme/api:v5"), port=8000, clients=clients
            )
            billing = App("billing", edition="2026", parts=[api])
            environment = Environment(
                "prod", overrides=[api.override(**override)]
            )
            theirs = Facts.of(billing, environment, STACK)
            ours = deployed(
                ExternalService(
                    "billing", app="billing", part="api", port=8000
                )
            )
            (out,) = ours.manifests.get("NetworkPolicy", "worker")["spec"][
                "egress"
            ][1:]
            into = theirs.manifests.get("NetworkPolicy", "api")["spec"]

            return ours.manifests, theirs.manifests, out, into["ingress"]

        return ways

    @pytest.mark.parametrize("part", ["worker", None])
    def test_fit(self, ways, part):
        """
        What one app declares and the other lets in fit together: each peer
        finds the pods of the other side, and the ports are the same.
        """
        client = Client("shop", namespace="shop-prod", part=part)
        ours, theirs, out, (into,) = ways(client)

        for rule, key, manifests, name in (
            (out, "to", theirs, "api"),
            (into, "from", ours, "worker"),
        ):
            (peer,) = rule[key]
            found = manifests.get("Deployment", name)
            labels = found["spec"]["template"]["metadata"]["labels"]
            selected = peer.get("podSelector", {}).get("matchLabels", {})
            assert selected.items() <= labels.items()
            assert {
                "kubernetes.io/metadata.name": found["metadata"]["namespace"]
            } == peer["namespaceSelector"]["matchLabels"]

        assert out["ports"] == into["ports"]

    def test_not_let_in(self, ways):
        """
        Without clients nobody of another app gets in.
        """
        *_, into = ways()

        assert [] == into

    def test_override(self, ways):
        """
        Each environment may let in others.
        """
        *_, (into,) = ways(clients=[Client("shop", namespace="shop-prod")])

        assert 1 == len(into["from"])

    def test_reported(self, ways):
        """
        A new client is told as somebody who can now connect.
        """
        _, before, *_ = ways()
        _, after, *_ = ways(Client("shop", namespace="shop-prod"))
        gained, lost = reach_changes(before, after)
        name = "kubernetes.io/metadata.name"

        assert [f"namespaces with {name}=shop-prod → api (TCP 8000)"] == [
            *map(str, gained)
        ]
        assert not lost


class TestSeen:
    @pytest.fixture(name="edges")
    def _edges(self, deployed):
        other = ExternalService("billing", host="b.example.com", port=443)
        facts = deployed(other)
        return graph(facts.app, facts.environment)

    def test_graph(self, edges):
        """
        It is reached, and nobody waits for it.
        """
        worker = edges.app["worker"]

        assert ["billing"] == [part.name for part in edges.reached(worker)]
        assert () == edges.waits_for(worker)

    def test_diagram(self, edges):
        """
        The picture shows it outside of the app.
        """
        picture = mermaid(edges)

        assert '  part_billing(["billing"])' in picture.splitlines()
        assert "  part_worker --> part_billing" in picture.splitlines()

    def test_replaced(self, edges):
        """
        An app with another part goes on using it.
        """
        app = edges.app.replace(edges.app["worker"], memory="1Gi")

        assert "billing" == app["worker"].uses[0].part.name


class TestRefused:
    @pytest.mark.parametrize(
        "where",
        [
            {},
            {"app": "billing"},
            {"part": "api"},
            {"host": "b.example.com", "part": "api"},
        ],
    )
    def test_where(self, where):
        """
        It is at one place.
        """
        with pytest.raises(SpecError) as ei:
            ExternalService("billing", port=443, **where)

        assert (
            "ExternalService 'billing': say either host, like "
            "host='billing.example.com', or app and part, like "
            "app='billing', part='api'."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("where", "sentence"),
        [
            (
                {"app": "b", "part": "api", "cidrs": ["192.0.2.0/24"]},
                (
                    "cidrs must come with host, because pods are found by "
                    "their labels (got ('192.0.2.0/24',))."
                ),
            ),
            (
                {"app": "b", "part": "api", "labels": {"a": "b"}},
                (
                    "labels must come with host, because parts have labels "
                    "of their own (got {'a': 'b'})."
                ),
            ),
            (
                {"host": "b.money.svc", "labels": {"a": "b"}},
                (
                    "labels must come with namespace, in which the pods are "
                    "(got {'a': 'b'})."
                ),
            ),
            (
                {
                    "host": "b.money.svc",
                    "namespace": "money",
                    "cidrs": ["192.0.2.0/24"],
                },
                (
                    "cidrs must be left out with namespace, whose pods are "
                    "found (got ('192.0.2.0/24',))."
                ),
            ),
        ],
    )
    def test_of_the_other_kind(self, where, sentence):
        """
        What says where pods are says nothing of hosts, and the other way
        round.
        """
        with pytest.raises(SpecError) as ei:
            ExternalService("billing", port=443, **where)

        assert f"ExternalService 'billing': {sentence}" == str(ei.value)

    def test_network(self):
        """
        A network is no host.
        """
        with pytest.raises(SpecError) as ei:
            ExternalService("billing", host="10.0.0.0/8", port=443)

        assert (
            "ExternalService 'billing': host must be a host name, an address "
            "or a later value, like 'db.example.com' or FromConfig('key') "
            "(got '10.0.0.0/8')."
        ) == str(ei.value)

    def test_same_name(self):
        """
        Parts and what others run have different names.
        """
        first, second = (
            ExternalService(name, host="b.example.com", port=443)
            for name in ("worker", "worker")
        )
        worker = used(first)
        second_user = Worker("other", image=worker.image, uses=[second])

        with pytest.raises(SpecError) as ei:
            App("shop", edition="2026", parts=[worker, second_user])

        assert (
            "ExternalService 'worker' has the same name as Worker 'worker'.",
        ) == ei.value.problems

    def test_secret(self):
        """
        Variables hold no secrets.
        """
        with pytest.raises(SpecError) as ei:
            ExternalService(
                "billing", host=FromConfig("host", secret=True), port=443
            )

        assert (
            "ExternalService 'billing': host must be no secret, because "
            "variables tell it (got FromConfig(key='host', secret=True))."
        ) == str(ei.value)
