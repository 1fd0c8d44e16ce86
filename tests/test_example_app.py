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


def _pods(facts):
    """
    What the pods of all Deployments, StatefulSets and Jobs consist of.
    """
    for kind in ("Deployment", "StatefulSet", "Job"):
        for manifest in facts.every(kind):
            yield manifest.body["spec"]["template"]["spec"]


def _containers(facts):
    """
    All containers of these pods.
    """
    for pod in _pods(facts):
        yield from pod["containers"]


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

    def test_routes(self, prod):
        """
        The API answers under its path, and the page under all others.
        """
        led = {
            (rule["host"], path["path"]): path["backend"]["service"]["name"]
            for ingress in prod.every("Ingress")
            for rule in ingress.body["spec"]["rules"]
            for path in rule["http"]["paths"]
        }

        assert led == {
            ("multi.example.com", "/"): "client",
            ("multi.example.com", "/api"): "api",
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

    def test_internet(self, facts):
        """
        Nobody reaches anything outside of the app but name servers.
        """
        for policy in facts.every("NetworkPolicy"):
            for rule in policy.body["spec"]["egress"]:
                outside = [
                    peer for peer in rule["to"] if [*peer] != ["podSelector"]
                ]
                ports = {port["port"] for port in rule["ports"]}
                assert not outside or ports == {53}

    def test_stores(self, facts):
        """
        Nobody from outside of the app reaches a store.
        """
        policies = facts.every("NetworkPolicy")
        peers = [
            peer
            for policy in policies
            if policy.part in {"postgres", "redis"}
            for rule in policy.body["spec"]["ingress"]
            for peer in rule["from"]
        ]

        assert peers
        assert {"podSelector"} == {key for peer in peers for key in peer}


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

    @pytest.mark.parametrize("store", ["postgres", "redis"])
    def test_administrator(self, facts, store):
        """
        Nobody but a store and what makes its accounts holds the password of
        its administrator.
        """
        password = f"‹generated: {store} password›"
        secrets = {
            secret.name
            for secret in facts.every("Secret")
            if password in str({**secret.body["stringData"]})
        }
        holders = {
            manifest.part
            for manifest in facts.manifests
            if manifest.kind != "Secret"
            and any(repr(str(name)) in str(manifest.body) for name in secrets)
        }

        assert secrets
        assert holders == {store}

    def test_literal(self, facts):
        """
        No password stands in the variables of a container.
        """
        for container in _containers(facts):
            for variable in container.get("env", ()):
                value = str(variable.get("value", ""))
                assert "‹generated" not in value
                assert "PASSWORD" not in variable["name"] or (
                    variable["name"].endswith("_FILE")
                )

    def test_no_token(self, facts):
        """
        No part may speak to the Kubernetes API: no pod holds a token, and
        no account has a role.
        """
        for pod in _pods(facts):
            assert pod["automountServiceAccountToken"] is False
            assert "serviceAccountToken" not in str(pod["volumes"])

        kinds = {manifest.kind for manifest in facts.manifests}
        assert not kinds & {"RoleBinding", "ClusterRoleBinding"}


class TestData:
    def test_survives(self, facts):
        """
        What the stores hold survives a restart, and nothing else has to.
        """
        assert facts.survives_restart == {"postgres", "redis"}

    @pytest.mark.parametrize(
        ("store", "folder"),
        [("postgres", "/var/lib/postgresql"), ("redis", "/data")],
    )
    def test_disk(self, facts, store, folder):
        """
        The disk of a store is where the store keeps its data.
        """
        (found,) = (
            each for each in facts.every("StatefulSet") if each.part == store
        )
        spec = found.body["spec"]["template"]["spec"]
        (container,) = spec["containers"]
        (name,) = (
            volume["name"]
            for volume in spec["volumes"]
            if "persistentVolumeClaim" in volume
        )
        (mount,) = (
            mount["mountPath"]
            for mount in container["volumeMounts"]
            if mount["name"] == name
        )

        assert mount == folder
        for variable in container.get("env", ()):
            if variable["name"] == "PGDATA":
                assert variable["value"].startswith(f"{folder}/")


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
