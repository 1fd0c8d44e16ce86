"""
What collides when several apps and stacks share a cluster or namespace.
"""

import attrs
import pytest
import yaml

from mizzen import (
    OFF,
    Conventions,
    Credentials,
    Environment,
    External,
    FromConfig,
    Gateway,
    Image,
    Ingress,
    Namespace,
    NodePort,
    Port,
    Postgres,
    Project,
    Raw,
    Service,
    compile_app,
)
from mizzen._names import instance
from mizzen._neighbours import neighbours
from mizzen.checks import check

from .support import API, app


TOLD = "{0.subject}: {0.message}"


@pytest.fixture(name="collisions")
def _collisions(tmp_path):
    """
    What collides in a project: the messages about the first app in the
    first stack.
    """

    def collisions(
        apps, environment, *, check_id="collision", told=TOLD, **stacks
    ):
        for name, addresses in stacks.items():
            config = {"environment": environment.name, **addresses}
            (tmp_path / f"Pulumi.{name}.yaml").write_text(
                yaml.safe_dump({"config": config})
            )
        project = Project(
            tmp_path,
            {each.name: each for each in apps},
            {environment.name: environment},
        )
        stack = project.stack(next(iter(stacks)))
        around = neighbours(project, apps[0], stack)
        manifests = compile_app(apps[0], environment, stack)
        return [
            told.format(finding)
            for finding in check(
                apps[0], environment, stack, manifests, neighbours=around
            )
            if finding.id == check_id
        ]

    return collisions


JOINED = Environment("dev", namespace=Namespace("team", create=False))


class TestCollisions:
    def test_apart(self, collisions):
        """
        Two apps of one stack have namespaces of their own, and nothing
        collides.
        """
        apps = [app("shop", API), app("mails", attrs.evolve(API))]

        assert [] == collisions(apps, Environment("dev"), dev={})

    def test_joined(self, collisions):
        """
        Parts of one name collide in a namespace that two apps join.
        """
        apps = [app("shop", API), app("mails", attrs.evolve(API))]

        assert [
            f"{kind} 'api': the name 'api' of namespace 'team' is taken by "
            "app 'mails' in stack 'dev'"
            for kind in (
                "ServiceAccount",
                "NetworkPolicy",
                "Deployment",
                "Service",
            )
        ] == collisions(apps, JOINED, dev={})

    def test_raw(self, collisions):
        """
        No convention renames what is written by hand.
        """
        body = {"apiVersion": "v1", "kind": "ConfigMap"}
        raw = Raw({**body, "metadata": {"name": "x", "namespace": "tools"}})
        apps = [
            attrs.evolve(app("shop", API), extras=[raw]),
            attrs.evolve(app("mails", attrs.evolve(API)), extras=[raw]),
        ]

        found = collisions(apps, Environment("dev"), told="{0}", dev={})

        assert [
            (
                "ConfigMap 'x': the name 'x' of namespace 'tools' is taken by "
                "app 'mails' in stack 'dev' (collision). Give one of them "
                "another, or put it among the extras of one environment alone."
            )
        ] == found

    def test_advice(self, collisions):
        """
        What mizzen has named is named by conventions.
        """
        apps = [app("shop", API), app("mails", attrs.evolve(API))]
        found = collisions(apps, JOINED, told="{0.remedy}", dev={})

        assert {
            (
                "Give one of them another, for example by "
                "Conventions(name='{app}-{stack}-{part}')."
            )
        } == {*found}

    def test_convention(self, collisions):
        """
        A pattern with the app's name keeps them apart.
        """
        apps = [app("shop", API), app("mails", attrs.evolve(API))]
        apart = JOINED.derive(
            "apart", conventions=Conventions(name="{app}-{part}")
        )

        assert [] == collisions(apps, apart, dev={})

    def test_made_twice(self, collisions):
        """
        A namespace has one owner: who joins it does not make it.
        """
        both = Environment("dev", namespace=Namespace("team"))
        apps = [app("shop", API), app("mails", attrs.evolve(API, name="x"))]

        assert [
            (
                "Namespace 'team': the name 'team' is taken by app 'mails' in "
                "stack 'dev'"
            )
        ] == collisions(apps, both, dev={})

    def test_node_port(self, collisions):
        """
        Stacks of one context cannot have the same NodePort.
        """
        dev = Environment("dev", exposure=NodePort({API: 30080}))

        assert [
            (
                "Service 'api': NodePort 30080 is taken by app 'shop' in stack "
                "'test'"
            )
        ] == collisions(
            [app("shop", API)],
            dev,
            dev={"context": "kind"},
            test={"context": "kind"},
            prod={"context": "eks"},
        )

    def test_unknown_cluster(self, collisions):
        """
        Stacks without a context may go anywhere, and are left alone.
        """
        dev = Environment("dev", exposure=NodePort({API: 30080}))

        assert [] == collisions([app("shop", API)], dev, dev={}, test={})

    def test_address(self, collisions):
        """
        Nor can they have the same path under the same host, which a host
        with the stack's name prevents.
        """
        online = Environment("dev", exposure=Ingress())
        common = {"context": "kind"}
        same = {**common, "hosts": ["shop.example.com"]}
        own = {**common, "hosts": ["{stack}.example.com"]}

        assert [
            (
                "Ingress 'shop': the address shop.example.com/ is taken by app "
                "'shop' in stack 'test'"
            )
        ] == collisions([app("shop", API)], online, dev=same, test=same)
        assert [] == collisions([app("shop", API)], online, dev=own, test=own)

    def test_route(self, collisions):
        """
        Nor can routes of the Gateway API, on whatever Gateways.
        """
        online = Environment("dev", exposure=Gateway())
        addresses = {
            "context": "kind",
            "hosts": ["shop.example.com"],
            "gateway": "infra/edge",
        }

        assert [
            (
                "HTTPRoute 'shop': the address shop.example.com/ is taken by "
                "app 'shop' in stack 'test'"
            )
        ] == collisions(
            [app("shop", API)], online, dev=addresses, test=addresses
        )

    def test_grpc(self, collisions):
        """
        Nor can routes of gRPC.
        """
        online = Environment("dev", exposure=Gateway())
        port = Port("grpc", 9000, application="grpc")
        rpc = Service("rpc", image=Image("acme/rpc:v5"), ports=[port])
        addresses = {
            "context": "kind",
            "hosts": ["rpc.example.com"],
            "gateway": "infra/edge",
        }
        apart = {"test": {**addresses, "hosts": ["rpc.example.org"]}}

        assert [
            (
                "GRPCRoute 'shop-grpc': the address rpc.example.com/ is taken by "
                "app 'shop' in stack 'test'"
            )
        ] == collisions(
            [app("shop", rpc)], online, dev=addresses, test=addresses
        )
        assert [] == collisions(
            [app("shop", rpc)], online, dev=addresses, **apart
        )

    @pytest.mark.parametrize(
        ("kind", "hosts", "found"),
        [
            (
                "TLSRoute",
                ["db.example.com"],
                [
                    (
                        "TLSRoute 'db': the address db.example.com is taken by "
                        "app 'shop' in stack 'test'"
                    ),
                ],
            ),
            ("TCPRoute", [], []),
        ],
    )
    def test_without_paths(self, collisions, kind, hosts, found):
        """
        Routes of TLS take whole hosts, those of TCP only a port of their
        Gateway.
        """
        rule = {"backendRefs": [{"name": "api", "port": 8000}]}
        raw = {
            "apiVersion": "gateway.networking.k8s.io/v1alpha2",
            "kind": kind,
            "metadata": {"name": "db"},
            "spec": {"hostnames": hosts, "rules": [rule]},
        }
        dev = Environment("dev", extras=[Raw(raw)])
        common = {"context": "kind"}

        assert found == collisions(
            [app("shop", API)], dev, dev=common, test=common
        )

    def test_unfit(self, collisions):
        """
        What could not be deployed takes nothing, as far as is known, and a
        finding says so.
        """
        dev = Environment("dev", exposure=Ingress())
        arguments = {
            "dev": {"context": "kind", "hosts": ["a.example.com"]},
            "gone": {"context": "kind", "environment": "gone"},
            "homeless": {"context": "kind"},
            "strange": {"context": "kind", "cluster": "none"},
        }
        apps = [app("shop", API)]

        assert [] == collisions(apps, dev, **arguments)
        gone, homeless, strange = collisions(
            apps, dev, check_id="not-compared", **arguments
        )
        assert gone.startswith(
            "Stack 'dev': what app 'shop' in stack 'gone' takes of the "
            "cluster is not known, because it cannot be compiled: Stack "
            "'gone': environment 'gone' is unknown"
        )
        assert "app 'shop' in stack 'homeless'" in homeless
        assert strange.startswith("Stack 'dev': what stack 'strange' takes")

    def test_store(self, collisions):
        """
        Two stacks of an app that have their data in one database elsewhere
        are told of, and neither a store in the cluster nor another app is.
        """
        db = Postgres("db", version=17, disk="1Gi")
        password = FromConfig("password", secret=True)
        managed = External(
            host="db.example.com",
            tls=OFF,
            credentials=Credentials("shop", password),
        )
        elsewhere = Environment("dev", overrides=[db.override(at=managed)])
        api = attrs.evolve(API, uses=[db])
        apps = [app("shop", api, db), app("mails", api, db)]
        config = {
            "context": "kind",
            "place": "h",
            "password": {"secure": "v1"},
        }
        both = {"dev": config, "test": config}

        def shared(environment):
            return collisions(
                apps, environment, check_id="shared-store", **both
            )

        assert [] == collisions(
            apps, elsewhere, check_id="shared-store", dev=config
        )
        (found,) = shared(elsewhere)
        assert found.startswith("Secret 'db-credentials-")
        assert found.endswith(
            "its data is that of app 'shop' in stack 'test' too, 'app' at "
            "db.example.com:5432"
        )
        assert [] == shared(Environment("dev"))
        later = attrs.evolve(managed, host=FromConfig("place"))
        assert [] == shared(
            Environment("dev", overrides=[db.override(at=later)])
        )


class TestInstances:
    def test_different(self):
        """
        No two pairs of app and stack have the same namespace and label,
        wherever the hyphens are.
        """
        words = ["a", "b", "a-b", "b-a", "a--b", "b--a", "a-b-a", "a-b--a"]
        pairs = [(one, other) for one in words for other in words]

        assert len(pairs) == len({instance(*pair) for pair in pairs})
