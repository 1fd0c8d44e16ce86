"""
Accounts in stores: those of clients in other apps, and the errand that makes
them.
"""

import attrs
import pytest

from tests.elsewhere import user_fixture

from mizzen import (
    OFF,
    Client,
    Environment,
    Image,
    Isolation,
    SpecError,
    Worker,
)


__all__ = ["user_fixture"]


class TestClient:
    @pytest.fixture(name="shared")
    def _shared(self, db):
        clients = [
            Client("reports", namespace="reports-prod", part="collector"),
            Client("all", namespace="other"),
        ]
        return attrs.evolve(db, clients=clients)

    def test_account(self, shared, desired):
        """
        A client has an account of its own like a part of the app.
        """
        roles = {m.role for m in desired(shared) if m.kind == "Secret"}

        assert {
            "credentials",
            "credentials-reports",
            "credentials-all",
            "accounts-files",
        } == roles

    def test_own_name(self, db, desired):
        """
        Accounts are named after those that use a store, so a client has
        none of their names.
        """
        db = attrs.evolve(db, clients=[Client("api", namespace="other")])
        api = Worker("api", image=Image("acme/api:v5"), uses=[db])
        with pytest.raises(SpecError) as ei:
            desired(db, api)

        (problem,) = ei.value.problems
        assert (
            "Postgres 'db': client 'api' has the name of a part that uses "
            "it. Call it something else, like Client('other-api', …)."
        ) == problem

    def test_network(self, shared, desired):
        """
        The pods of a client are let in from their namespace.
        """
        policy = desired(shared).get("NetworkPolicy", "db")
        (rule,) = policy["spec"]["ingress"]

        assert [
            {
                "namespaceSelector": {
                    "matchLabels": {
                        "kubernetes.io/metadata.name": "reports-prod"
                    }
                },
                "podSelector": {
                    "matchLabels": {"app.kubernetes.io/name": "collector"}
                },
            },
            {
                "namespaceSelector": {
                    "matchLabels": {"kubernetes.io/metadata.name": "other"}
                }
            },
        ] == rule["from"][1:]


class TestErrand:
    def test_job(self, user, db, desired):
        """
        Accounts are made by a Job in the image of the store, hardened like
        all pods, whose labels are not those of the store.
        """
        manifests = desired(user, db)
        (job,) = (m for m in manifests if m.role == "accounts")
        pod = job.body["spec"]["template"]
        (container,) = pod["spec"]["containers"]

        assert "Job" == job.kind
        assert "postgres:17" == container["image"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert (
            "db-administrator"
            == pod["metadata"]["labels"]["app.kubernetes.io/name"]
        )

    @pytest.mark.parametrize("isolation", [OFF, *Isolation])
    def test_network(self, db, desired, isolation):
        """
        Errands reach their store alone, as far as the network is closed.
        """
        environment = Environment("dev", isolation=isolation)
        manifests = desired(db, environment=environment)
        policies = [
            m.body["spec"]["policyTypes"]
            for m in manifests
            if m.role == "administrator-policy"
        ]

        assert {
            OFF: [],
            Isolation.INGRESS: [["Ingress"]],
            Isolation.FULL: [["Ingress", "Egress"]],
        }[isolation] == policies
