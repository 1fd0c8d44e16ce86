"""
The facts that `mizzen.testing` tells.
"""

import attrs
import pytest

from mizzen import OFF, Environment, FromSecret, Isolation, Raw, Worker
from mizzen.testing import Facts, compile_stack


@pytest.fixture(name="facts")
def _facts(stack):
    """
    The facts about an app of some parts.
    """

    def facts(app, **policy):
        return Facts.of(app, Environment("dev", **policy), stack)

    return facts


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
        policy = Raw(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": "open"},
                "spec": {
                    "podSelector": {},
                    "policyTypes": ["Ingress", "Egress"],
                    "ingress": [{}],
                    "egress": [{}],
                },
            }
        )

        assert facts(shop, extras=[policy]).can_reach(shop["web"], db)

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
