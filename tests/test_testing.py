"""
The facts that `mizzen.testing` tells.
"""

import attrs
import pytest

from mizzen import OFF, Environment, FromSecret, Isolation, Raw, Worker
from mizzen.testing import Facts, compile_stack


NAME = "app.kubernetes.io/name"
PART_OF = "app.kubernetes.io/part-of"
HOME = "kubernetes.io/metadata.name"
OPEN = {"podSelector": {}, "ingress": [{}]}


@pytest.fixture(name="facts")
def _facts(stack):
    """
    The facts about an app of some parts.
    """

    def facts(app, **policy):
        return Facts.of(app, Environment("dev", **policy), stack)

    return facts


def _policy(spec, name="raw", **metadata):
    """
    A raw policy.
    """
    return Raw(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": name, **metadata},
            "spec": spec,
        }
    )


def _named(part):
    """
    The selector of a part's pods.
    """
    return {"matchLabels": {NAME: part}}


def _in(*names):
    """
    The expression for namespaces of some names.
    """
    return {"key": HOME, "operator": "In", "values": [*names]}


def _from_namespace(**selector):
    return {"from": [{"namespaceSelector": selector}]}


def _from_networks(*cidrs, but=()):
    blocks = [{"cidr": cidr, "except": [*but]} for cidr in cidrs]
    return {"from": [{"ipBlock": block} for block in blocks]}


@pytest.fixture(name="raw")
def _raw(facts, shop, db):
    """
    Whether a rule of a raw policy lets a part reach one that it does not
    use.
    """

    def raw(rule):
        extras = [_policy({"podSelector": {}, "ingress": [rule]})]
        found = facts(shop, isolation=Isolation.INGRESS, extras=extras)

        return found.can_reach(shop["web"], db)

    return raw


class TestEvery:
    def test_found(self, facts, shop):
        """
        All objects of a kind are handed out.
        """
        found = facts(shop).every("StatefulSet")

        assert {m.part for m in found} == {"db", "cache"}

    def test_none(self, facts, shop):
        """
        A claim about each of nothing fails instead of holding.
        """
        with pytest.raises(AssertionError) as ei:
            facts(shop).every("Ingress")

        assert str(ei.value) == "Stack 'dev' has no Ingress."


class TestReach:
    def test_open(self, facts, shop):
        """
        Without policies, everybody reaches everybody who listens.
        """
        found = facts(shop, isolation=OFF)

        assert found.can_reach(shop["db"], shop["web"])
        assert not found.can_reach(shop["db"], shop["worker"])

    def test_ingress(self, facts, shop):
        """
        With closed ingress alone, edges go on to be the only ways.
        """
        found = facts(shop, isolation=Isolation.INGRESS)

        assert found.can_reach(shop["api"], shop["db"])
        assert not found.can_reach(shop["web"], shop["db"])

    def test_raw_policy(self, facts, shop, db):
        """
        What a raw policy opens is open, because objects are judged and not
        descriptions.
        """
        extras = [_policy({**OPEN, "egress": [{}]})]

        assert facts(shop, extras=extras).can_reach(shop["web"], db)

    @pytest.mark.parametrize(
        ("rule", "open_"),
        [
            ({"from": []}, True),
            ({"from": [{"namespaceSelector": {}}]}, True),
            (_from_namespace(matchLabels={HOME: "shop-dev"}), True),
            (_from_namespace(matchLabels={HOME: "other"}), False),
            (_from_namespace(matchLabels={PART_OF: "shop"}), True),
            (_from_namespace(matchExpressions=[_in("shop-dev")]), True),
            (_from_namespace(matchExpressions=[_in("a", "b")]), False),
            ({"from": [{"podSelector": {}}]}, True),
            ({"from": [{"podSelector": _named("web")}]}, True),
            ({"from": [{"podSelector": _named("worker")}]}, False),
            (
                {
                    "from": [
                        {
                            "namespaceSelector": {},
                            "podSelector": _named("worker"),
                        }
                    ]
                },
                False,
            ),
            (
                {
                    "from": [
                        {
                            "podSelector": {
                                "matchExpressions": [
                                    {"key": NAME, "operator": "Exists"}
                                ]
                            }
                        }
                    ]
                },
                True,
            ),
            (_from_networks("0.0.0.0/0"), True),
            (_from_networks("::/0"), True),
            (_from_networks("0.0.0.0/1", "128.0.0.0/1"), True),
            (_from_networks("0.0.0.0/0", but=["10.0.0.0/8"]), False),
            (_from_networks("10.0.0.0/8"), False),
        ],
    )
    def test_peers(self, raw, rule, open_):
        """
        Peers of a raw policy are those that Kubernetes finds; a network is
        a pod's for sure if it is all there are.
        """
        assert raw(rule) is open_

    @pytest.mark.parametrize(
        ("port", "open_"),
        [
            ({"port": 5432}, True),
            ({"port": 5432, "protocol": "UDP"}, False),
            ({"protocol": "TCP"}, True),
            ({"protocol": "UDP"}, False),
            ({}, True),
            ({"port": 5000, "endPort": 6000, "protocol": "TCP"}, True),
            ({"port": 6000, "endPort": 7000}, False),
            ({"port": "postgres"}, True),
            ({"port": "postgres", "protocol": "UDP"}, False),
            ({"port": "http"}, False),
        ],
    )
    def test_ports(self, raw, port, open_):
        """
        Ports of a raw policy are those that Kubernetes opens: by TCP if it
        does not say, all of them, a range, or that of a name.
        """
        assert raw({"ports": [{"port": 1}, port]}) is open_

    def test_both_ends(self, facts, shop, db):
        """
        Ends that agree on nobody's port keep each other apart.
        """
        spec = {
            "podSelector": _named("web"),
            "policyTypes": ["Egress"],
            "egress": [{"ports": [{"port": 6379}]}],
        }
        extras = [_policy(spec), _policy(OPEN, "open")]
        found = facts(shop, isolation=OFF, extras=extras)

        assert not found.can_reach(shop["web"], db)
        assert found.can_reach(shop["web"], shop["cache"])

    def test_other_namespace(self, facts, shop, db):
        """
        A policy of another namespace is about none of the app's pods.
        """
        closed = {"podSelector": {}, "policyTypes": ["Ingress"]}
        extras = [_policy(closed, namespace="other")]

        assert facts(shop, isolation=OFF, extras=extras).can_reach(
            shop["web"], db
        )

    def test_foreign_labels(self, facts, shop, db):
        """
        Labels of another namespace do not count for the app's.
        """
        other = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": "other", "labels": {"tier": "front"}},
        }
        rule = _from_namespace(matchLabels={"tier": "front"})
        policy = _policy({"podSelector": {}, "ingress": [rule]})
        extras = [Raw(other), policy]
        found = facts(shop, isolation=Isolation.INGRESS, extras=extras)

        assert not found.can_reach(shop["web"], db)

    def test_unknown(self, facts, shop, beat):
        """
        Parts of other apps are unknown.
        """
        with pytest.raises(KeyError, match="beat"):
            facts(shop).can_reach(beat, shop["web"])


class TestSecrets:
    def test_foreign(self, facts, shop, worker):
        """
        Secrets that are there already go by their own names.
        """
        part = attrs.evolve(worker, env={"KEY": FromSecret("vendor", "key")})
        app = shop.replace(shop["worker"], env=part.env)

        assert facts(app).secrets_of(app["worker"]) == {
            "vendor",
            "cache-credentials-worker",
        }


def test_compile_stack(root):
    """
    A stack of the project is found by its name, from any folder of it.
    """
    found = compile_stack("prod", app="multi", folder=root / "tests")

    assert found.stack.name == "prod"
    assert isinstance(found.app["worker"], Worker)
