"""
Passwords, Secrets and their names: what is hidden, and from what it derives.
"""

import re

from collections.abc import Iterator
from typing import Any

import pytest

from mizzen import App, FromConfig, Image, Postgres, Service, SpecError
from mizzen.pulumi import AppComponent
from mizzen.pulumi._values import derived_password, keyed_name


OTHER_KEY = "f0e1d2c3b4a5968778695a4b3c2d1e0f"


@pytest.fixture(name="api")
def _api(db, cache):
    """
    A service with a secret variable and a secret file.
    """
    return Service(
        "api",
        image=Image("acme/api:v5"),
        port=8000,
        uses=[db, cache],
        env={"API_KEY": FromConfig("apiKey", secret=True), "PLAIN": "x"},
        files={
            "/etc/key.pem": FromConfig("pem", secret=True),
            "/etc/settings": "plain = true",
        },
    )


@pytest.fixture(name="hidden")
def _hidden(key):
    return {"stackKey": key, "apiKey": "hunter2", "pem": "BEGIN"}


@pytest.fixture(name="deployed")
def _deployed(deploy, dev, stack):
    """
    Deploys an app of the given parts with the given secrets.
    """

    def deployed(*parts, **secrets):
        app = App("shop", edition="2026", parts=parts)

        return deploy(
            lambda: AppComponent(
                "shop", app=app, environment=dev, stack=stack
            ),
            secrets={f"shop:{key}": text for key, text in secrets.items()},
        )

    return deployed


@pytest.fixture(name="run")
def _run(deployed, api, db, cache, hidden):
    """
    Deploys the service and its stores with changed secrets.
    """
    return lambda **secrets: deployed(api, db, cache, **hidden | secrets)


def _secrets(node: Any, path: str = "") -> Iterator[str]:
    """
    Paths of all secrets in *node*.
    """
    if hasattr(node, "value"):
        yield path
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _secrets(value, f"{path}.{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _secrets(value, f"{path}.{number}")


class TestHidden:
    def test_only_in_secrets(self, run):
        """
        Secret values are marked as secret, and nothing but the data of
        Secrets is: one secret elsewhere would hide whole containers from
        previews.
        """
        found = run()

        assert {
            "api-env": [".stringData"],
            "api-secret-files": [".stringData"],
            **{
                f"{store}-{role}": [".stringData"]
                for store in ("db", "cache")
                for role in (
                    "credentials",
                    "credentials-api",
                    "accounts-files",
                )
            },
        } == {
            name: paths
            for name, resource in found.resources.items()
            if (paths := list(_secrets(resource.inputs)))
        }

    def test_in_no_text(self, run, hidden):
        """
        Outside of secrets no text contains a secret value.
        """
        found = run()

        text = str(
            [
                {k: v for k, v in r.inputs.items() if k != "stringData"}
                for r in found.resources.values()
            ]
        ) + str([r.outputs for r in found.resources.values()])
        password = derived_password(hidden["stackKey"], "shop/db password")
        assert [] == [
            value for value in (*hidden.values(), password) if value in text
        ]

    def test_by_reference(self, run):
        """
        Containers refer to Secrets by name and key.
        """
        found = run()

        (container,) = found["api-deployment"].inputs["spec"]["template"][
            "spec"
        ]["containers"]
        variables = {v.pop("name"): v for v in container["env"]}
        assert {
            "valueFrom": {
                "secretKeyRef": {
                    "name": found["db-credentials-api"].inputs["metadata"][
                        "name"
                    ],
                    "key": "password",
                }
            }
        } == variables["DB_PASSWORD"]
        assert {
            "valueFrom": {
                "secretKeyRef": {
                    "name": found["api-env"].inputs["metadata"]["name"],
                    "key": "API_KEY",
                }
            }
        } == variables["API_KEY"]


def _name_of(found, resource):
    return found[resource].inputs["metadata"]["name"]


class TestNames:
    def test_keyed(self, run, key):
        """
        The name of a Secret ends in a hash under the stack's key, so that
        nobody can try values against it.
        """
        assert keyed_name(key, "api-env", {"API_KEY": "hunter2"}) == _name_of(
            run(), "api-env"
        )

    @pytest.mark.parametrize(
        ("change", "same"),
        [
            ({}, True),
            ({"apiKey": "hunter3"}, False),
            ({"stackKey": OTHER_KEY}, False),
            ({"pem": "other"}, True),
        ],
    )
    def test_changes(self, run, key, change, same):
        """
        A name changes with the content of its own Secret and with the
        stack's key, and with nothing else.
        """
        before = keyed_name(key, "api-env", {"API_KEY": "hunter2"})

        assert same is (before == _name_of(run(**change), "api-env"))

    def test_plain_content(self, run):
        """
        The name of plain files is a hash that needs no key.
        """
        assert re.fullmatch(
            "api-files-[0-9a-f]{10}", _name_of(run(), "api-files")
        )


class TestPasswords:
    def test_derived(self, run, key):
        """
        A store's password derives from the stack's key, the app and the
        store, and is the same in each deployment.
        """
        data = run()["db-credentials"].inputs["stringData"].value
        password = derived_password(key, "shop/db password")

        assert password == data["password"]
        assert f"postgresql://postgres:{password}@db:5432/app" == data["url"]

    def test_different(self, key):
        """
        Another key, app or store means another password.
        """
        passwords = {
            derived_password(key, "shop/db password"),
            derived_password(key, "shop/cache password"),
            derived_password(key, "other/db password"),
            derived_password(OTHER_KEY, "shop/db password"),
        }

        assert 4 == len(passwords)

    def test_strong(self, key):
        """
        A password has 32 letters, digits, hyphens and underscores.
        """
        assert re.fullmatch(
            "[A-Za-z0-9_-]{32}", derived_password(key, "shop/db password")
        )

    def test_stable(self):
        """
        A release that derived other passwords would lock everybody out.
        """
        assert "5f0DKwvbfDPoK2rdftbRODQ-SowC3nUp" == derived_password(
            "key", "shop/db password"
        )

    def test_from_configuration(self, deployed, key):
        """
        A password of one's own is written into URLs percent-encoded.
        """
        db = Postgres(
            "db",
            version=17,
            disk="1Gi",
            password_from=FromConfig("password", secret=True),
        )
        found = deployed(db, stackKey=key, password="a/b@c d")

        data = found["db-credentials"].inputs["stringData"].value
        assert "postgresql://postgres:a%2Fb%40c%20d@db:5432/app" == data["url"]


class TestPrevious:
    """
    What passwords were before they were changed.
    """

    @pytest.fixture(name="errand")
    def _errand(self, deployed, key, db):
        """
        The passwords that the errand of a store tries.
        """

        def errand(store=db, **secrets):
            found = deployed(store, **{"stackKey": key, **secrets})
            files = found["db-accounts-files"].inputs["stringData"].value
            return files["password"], files["previous"]

        return errand

    def test_same(self, errand):
        """
        Where nothing was changed, they are the same.
        """
        new, old = errand()

        assert new == old

    def test_key(self, errand):
        """
        The stack's key before gives the passwords before.
        """
        _, old = errand(stackKeyPrevious=OTHER_KEY)

        assert derived_password(OTHER_KEY, "shop/db password") == old

    @pytest.mark.parametrize(
        ("secrets", "old"), [({}, "new"), ({"dbPrevious": "old"}, "old")]
    )
    def test_configuration(self, errand, secrets, old):
        """
        A password of one's own may have another one before it.
        """
        store = Postgres(
            "db",
            version=17,
            disk="1Gi",
            password_from=FromConfig("db", secret=True),
        )

        assert ("new", old) == errand(store, db="new", **secrets)


class TestMissingKey:
    def test_refused(self, deployed, monitor, db):
        """
        A stack without a key cannot have a store; the message says how to
        make one, and nothing is registered.
        """
        with pytest.raises(SpecError) as ei:
            deployed(db)

        assert (
            "Stack 'dev' has no key, from which its passwords and the names "
            "of its Secrets derive. Run once: openssl rand -hex 32 | pulumi "
            "config set --secret stackKey --stack dev"
        ) == str(ei.value)
        assert {} == monitor.registered

    def test_not_needed(self, deployed):
        """
        An app that keeps no secret needs no key.
        """
        web = Service("web", image=Image("acme/web:v5"), port=8080)

        assert "web-deployment" in deployed(web).resources
