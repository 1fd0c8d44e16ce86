"""
Credentials of stores elsewhere that are in a Secret already.
"""

import attrs
import pytest

from tests.elsewhere import at_fixture, elsewhere_fixture, user_fixture

from mizzen import (
    App,
    Autoscale,
    Credentials,
    Environment,
    FromSecret,
    Queue,
    SpecError,
    Stack,
    Template,
    Use,
    Worker,
)
from mizzen.testing import Facts


__all__ = ["at_fixture", "elsewhere_fixture", "user_fixture"]


class TestKept:
    """
    Credentials that are in a Secret already.
    """

    @pytest.fixture(name="kept")
    def _kept(self, at):
        credentials = Credentials(
            FromSecret("orders-db", "username"),
            FromSecret("orders-db", "password"),
            url=FromSecret("orders-db", "uri"),
        )
        return attrs.evolve(at, credentials=credentials)

    def test_variables(self, elsewhere, kept):
        """
        Parts read them where they are, and mizzen copies none of them.
        """
        manifests = elsewhere(kept)
        (secret,) = manifests.of("db")
        pod = manifests.get("Deployment", "web")["spec"]["template"]["spec"]
        references = {
            variable["name"]: variable["valueFrom"]["secretKeyRef"]
            for variable in pod["containers"][0]["env"]
            if "valueFrom" in variable
        }

        assert {
            "host": "‹stack: acme/data/prod host›",
            "port": "5432",
            "database": "app",
        } == secret.body["stringData"]
        assert {
            "DB_HOST": {"name": secret.name, "key": "host"},
            "DB_USER": {"name": "orders-db", "key": "username"},
            "DB_PASSWORD": {"name": "orders-db", "key": "password"},
            "DB_URL": {"name": "orders-db", "key": "uri"},
        } == references

    def test_files(self, desired, web, db, kept):
        """
        As files, they appear beside the other settings.
        """
        db = attrs.evolve(db, at=kept)
        web = attrs.evolve(web, uses=[Use(db, files="/run/db")])
        manifests = desired(web, db)
        (secret,) = manifests.of("db")
        pod = manifests.get("Deployment", "web")["spec"]["template"]["spec"]
        app = App("shop", edition="2026", parts=[web, db])
        facts = Facts.of(
            app, Environment("dev"), Stack("dev", environment="dev")
        )

        assert {
            "name": "use-db",
            "projected": {
                "defaultMode": 0o440,
                "sources": [
                    {
                        "secret": {
                            "name": secret.name,
                            "items": [
                                {"key": field, "path": field}
                                for field in ("host", "port", "database")
                            ],
                        }
                    },
                    {
                        "secret": {
                            "name": "orders-db",
                            "items": [
                                {"key": "username", "path": "user"},
                                {"key": "password", "path": "password"},
                                {"key": "uri", "path": "url"},
                            ],
                        }
                    },
                ],
            },
        } == pod["volumes"][0]
        assert {"db-credentials", "orders-db"} == facts.secrets_of(web)

    def test_variable_of_its_own(self, desired, web, db, kept):
        """
        A single setting under a name of one's own is read there too.
        """
        db = attrs.evolve(db, at=kept)
        web = attrs.evolve(
            web, uses=[Use(db, env={})], env={"PGPASSWORD": db.password}
        )
        made = desired(web, db)
        pod = made.get("Deployment", "web")["spec"]["template"]["spec"]
        (variable,) = pod["containers"][0]["env"]

        assert {"name": "orders-db", "key": "password"} == (
            variable["valueFrom"]["secretKeyRef"]
        )

    def test_queue(self, desired, web, cache, kept):
        """
        KEDA signs in with what is there, as the parts do.
        """
        cache = attrs.evolve(cache, at=kept)
        scale = Autoscale(0, 9, queue=Queue(cache, list="jobs", per_replica=2))
        worker = Worker("beat", image=web.image, uses=[cache], scale=scale)
        made = desired(worker, cache)

        assert [
            {"parameter": parameter, "name": "orders-db", "key": parameter}
            for parameter in ("username", "password")
        ] == made.get("TriggerAuthentication", "beat.cache")["spec"][
            "secretTargetRef"
        ]

    def test_password_alone(self, desired, web, db, at):
        """
        The name may be known, and nobody has to be told an address.
        """
        password = FromSecret("orders-db", "password")
        at = attrs.evolve(at, credentials=Credentials("app", password))
        db = attrs.evolve(db, at=at)
        use = Use(db, env={"PGUSER": db.user, "PGPASSWORD": db.password})
        web = attrs.evolve(web, uses=[use])
        made = desired(web, db)
        pod = made.get("Deployment", "web")["spec"]["template"]["spec"]

        assert [
            {"name": "PGUSER", "value": "app"},
            {
                "name": "PGPASSWORD",
                "valueFrom": {
                    "secretKeyRef": {"name": "orders-db", "key": "password"}
                },
            },
        ] == pod["containers"][0]["env"]

    @pytest.mark.parametrize(
        ("changes", "what"),
        [
            (lambda db: {"uses": [db]}, "DB_URL"),
            (
                lambda db: {"uses": [Use(db, files="/run/db")]},
                "file /run/db/url",
            ),
            (
                lambda db: {
                    "uses": [Use(db, env={})],
                    "env": {"DSN": Template("x={x}", x=db.password)},
                },
                "env DSN",
            ),
            (
                lambda db: {
                    "uses": [Use(db, env={})],
                    "files": {"/etc/password": db.password},
                },
                "file /etc/password",
            ),
            (
                lambda db: {
                    "uses": [Use(db, env={})],
                    "env": {"URL": db.url},
                },
                "env URL",
            ),
        ],
    )
    def test_unreadable(  # noqa: PLR0917 - fixtures
        self, desired, web, db, at, changes, what
    ):
        """
        No text can be made of what mizzen cannot read.
        """
        password = FromSecret("orders-db", "password")
        at = attrs.evolve(at, credentials=Credentials("app", password))
        db = attrs.evolve(db, at=at)
        with pytest.raises(SpecError) as ei:
            desired(attrs.evolve(web, **changes(db)), db)

        (problem,) = ei.value.problems
        assert (
            f"Service 'web': {what} would be made of what Secret 'orders-db' "
            "keeps, which mizzen cannot read. Say where it is there, like "
            "Credentials(…, url=FromSecret('orders-db', 'url')), or name "
            "other variables, like Use(db, env={'PASSWORD': db.password})."
        ) == problem
