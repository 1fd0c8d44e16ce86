"""
What is true of the example app, in words that a reviewer understands.
"""

from pathlib import Path

import pytest

from infra.app import api, app, cache, client, db, migrate, worker

from mizzen.testing import Facts, compile_stack


ROOT = Path(__file__).parents[1]
EVERYWHERE = {"dev", "prod"}


@pytest.fixture(name="facts", scope="module", params=sorted(EVERYWHERE))
def _facts(request):
    return compile_stack(request.param, folder=ROOT)


@pytest.fixture(name="dev", scope="module")
def _dev():
    return compile_stack("dev", folder=ROOT)


@pytest.fixture(name="prod", scope="module")
def _prod():
    return compile_stack("prod", folder=ROOT)


class TestPublic:
    def test_dev(self, dev):
        """
        On a developer's machine, only the page answers to the outside.
        """
        assert dev.public == {"client"}

    def test_prod(self, prod):
        """
        In production, the page and the API answer to the outside, and
        neither the stores nor the worker do.
        """
        assert prod.public == {"client", "api"}

    def test_encrypted(self, prod):
        """
        In production, every public address is encrypted.
        """
        for ingress in prod.every("Ingress"):
            spec = ingress.body["spec"]
            hosts = {rule["host"] for rule in spec["rules"]}
            assert hosts == {
                host for tls in spec["tls"] for host in tls["hosts"]
            }


class TestReach:
    @pytest.mark.parametrize(
        ("source", "reached"),
        [
            (client, {"api"}),
            (api, {"postgres", "redis"}),
            (worker, {"redis"}),
            (migrate, {"postgres"}),
            (db, set()),
            (cache, set()),
        ],
        ids=lambda value: getattr(value, "name", ""),
    )
    def test_all(self, facts, source, reached):
        """
        Each part connects to exactly what it uses: the page never to a
        database, the worker never to PostgreSQL, the stores to nobody.
        """
        assert facts.reached_from(source) == reached

    def test_closed(self, facts):
        """
        A policy stands before every part, in both directions.
        """
        policies = facts.every("NetworkPolicy")

        assert {policy.part for policy in policies} == {
            part.name for part in app.parts
        }
        for policy in policies:
            assert policy.body["spec"]["policyTypes"] == ["Ingress", "Egress"]


class TestSecrets:
    @pytest.mark.parametrize(
        ("part", "secrets"),
        [
            (client, set()),
            (api, {"postgres-credentials-api", "redis-credentials-api"}),
            (worker, {"redis-credentials-worker"}),
            (migrate, {"postgres-credentials-migrate"}),
            (db, {"postgres-credentials"}),
            (cache, {"redis-credentials"}),
        ],
        ids=lambda value: getattr(value, "name", ""),
    )
    def test_all(self, facts, part, secrets):
        """
        The page holds no secret, and each of the others passwords of
        accounts of its own.
        """
        assert facts.secrets_of(part) == secrets

    def test_no_token(self, facts):
        """
        No part may speak to the Kubernetes API.
        """
        for account in facts.every("ServiceAccount"):
            assert account.body["automountServiceAccountToken"] is False


class TestData:
    def test_survives(self, facts):
        """
        What the stores hold survives a restart, and nothing else has to.
        """
        assert facts.survives_restart == {"postgres", "redis"}


class TestRolls:
    def test_nothing(self, facts):
        """
        The same description exchanges nobody.
        """
        again = compile_stack(facts.stack.name, folder=ROOT)

        assert facts.rolls(again) == set()

    @pytest.mark.parametrize(
        ("part", "changes", "rolled"),
        [
            (worker, {"env": {"LOG_LEVEL": "debug"}}, {"worker"}),
            (client, {"memory": "1Gi"}, {"client"}),
            (api, {"port": 8001}, {"api", "client"}),
            (db, {"disk": "2Gi"}, set()),
            (db, {"memory": "1Gi"}, {"postgres"}),
        ],
    )
    def test_change(self, facts, part, changes, rolled):
        """
        A change exchanges exactly those who see it: a port those who
        connect to it, a larger disk nobody.
        """
        after = Facts.of(
            app.replace(part, **changes), facts.environment, facts.stack
        )

        assert facts.rolls(after) == rolled

    def test_more(self, prod):
        """
        Where there are several already, more of them exchange nobody.
        """
        after = Facts.of(
            app.replace(client, replicas=5), prod.environment, prod.stack
        )

        assert prod.rolls(after) == set()


class TestStacks:
    def test_all(self, dev, prod):
        """
        These are all stacks, and both have the same parts.
        """
        names = {p.name.split(".")[1] for p in (ROOT / "stacks").iterdir()}

        assert names == EVERYWHERE
        assert dev.app is not None
        assert {m.part for m in dev.manifests} == {
            m.part for m in prod.manifests
        }
