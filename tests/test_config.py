"""
Environment variables, files, Secrets, and values known only later.
"""

import json

import attrs
import pytest

from mizzen import (
    FromConfig,
    FromProgram,
    FromStack,
    Image,
    Port,
    Postgres,
    Redis,
    Service,
    Use,
)
from mizzen._connections import connections
from mizzen._external_secrets import file_key
from mizzen._later import HashedName
from mizzen.spec.texts import (
    Generated,
    Placeholder,
    Slot,
    percent_encoded,
    quoted,
)


@pytest.fixture(name="env")
def _env(desired):
    """
    The variables of a part's container, by name.
    """

    def env(part, *others):
        deployment = desired(part, *others).get("Deployment", part.name)
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        found = container.get("env", [])
        names = [variable["name"] for variable in found]
        assert len(names) == len(set(names))

        return {
            variable["name"]: variable.get("value") or variable["valueFrom"]
            for variable in found
        }

    return env


@pytest.fixture(name="objects")
def _objects(desired):
    """
    The Secrets and ConfigMaps of an app of some parts.
    """

    def objects(*parts):
        return [
            m for m in desired(*parts) if m.kind in {"Secret", "ConfigMap"}
        ]

    return objects


class TestConnection:
    def test_store(self, web, db, env, objects):
        """
        A store's settings are plain where they may be, and come from its
        Secret where they hold the password.
        """
        secret = objects(attrs.evolve(web, uses=[db]), db)[1]

        assert {
            "DB_HOST": "db",
            "DB_PORT": "5432",
            "DB_DATABASE": "app",
            "DB_USER": {"secretKeyRef": {"name": secret.name, "key": "user"}},
            "DB_PASSWORD": {
                "secretKeyRef": {"name": secret.name, "key": "password"}
            },
            "DB_URL": {"secretKeyRef": {"name": secret.name, "key": "url"}},
        } == env(attrs.evolve(web, uses=[db]), db)

    def test_redis(self, web, cache, env, objects):
        """
        Redis is reached like every other store.
        """
        web = attrs.evolve(web, uses=[cache])
        secret = objects(web, cache)[1]

        assert {
            "CACHE_HOST": "cache",
            "CACHE_PORT": "6379",
            "CACHE_DATABASE": "0",
            "CACHE_USER": {
                "secretKeyRef": {"name": secret.name, "key": "user"}
            },
            "CACHE_PASSWORD": {
                "secretKeyRef": {"name": secret.name, "key": "password"}
            },
            "CACHE_URL": {"secretKeyRef": {"name": secret.name, "key": "url"}},
        } == env(attrs.evolve(web, uses=[cache]), cache)

    def test_service(self, web, env):
        """
        A service is reached at its first port.
        """
        grpc = Service(
            "order-api",
            image=Image("acme/api:v5"),
            ports=[Port("grpc", 9000, application="grpc"), Port("http", 80)],
        )

        assert {
            "ORDER_API_HOST": "order-api",
            "ORDER_API_PORT": "9000",
            "ORDER_API_URL": "grpc://order-api:9000",
        } == env(attrs.evolve(web, uses=[grpc]), grpc)

    def test_prefix(self, web, env):
        """
        A prefix renames all settings.
        """
        api = Service("api", image=Image("acme/api:v5"), port=8000)

        assert {
            "BACKEND_HOST": "api",
            "BACKEND_PORT": "8000",
            "BACKEND_URL": "http://api:8000",
        } == env(attrs.evolve(web, uses=[Use(api, prefix="BACKEND")]), api)

    def test_own_names(self, web, db, env, objects):
        """
        Own names replace the usual ones, and may hold text too.
        """
        secret = objects(attrs.evolve(web, uses=[db]), db)[1]
        use = Use(
            db,
            env={
                "PGHOST": db.host,
                "PGPORT": db.port,
                "PGUSER": db.user,
                "PGPASSWORD": db.password,
                "PGDATABASE": db.database,
            },
        )

        assert {
            "PGHOST": "db",
            "PGPORT": "5432",
            "PGUSER": {"secretKeyRef": {"name": secret.name, "key": "user"}},
            "PGPASSWORD": {
                "secretKeyRef": {"name": secret.name, "key": "password"}
            },
            "PGDATABASE": "app",
        } == env(attrs.evolve(web, uses=[use]), db)

    def test_network_alone(self, web, db, env):
        """
        No names mean no variables.
        """
        assert {} == env(attrs.evolve(web, uses=[Use(db, env={})]), db)

    def test_files(self, web, db, env):
        """
        Variables tell where the files are.
        """
        web = attrs.evolve(web, uses=[Use(db, prefix="DSN", files="/run/db")])

        assert {
            f"DSN_{field.upper()}_FILE": f"/run/db/{field}"
            for field in db.connection_fields
        } == env(web, db)

    def test_files_and_own_names(self, web, db, env):
        """
        One edge may give both files and variables.
        """
        use = Use(db, files="/run/db", env={"PGHOST": db.host})

        assert {"PGHOST": "db"} == env(attrs.evolve(web, uses=[use]), db)

    def test_setting_in_env(self, web, db, env, objects):
        """
        A part's own variables may hold settings of parts that it uses.
        """
        web = attrs.evolve(
            web, uses=[Use(db, env={})], env={"DSN": db.url, "H": db.host}
        )
        secret = objects(web, db)[1]

        assert {
            "DSN": {"secretKeyRef": {"name": secret.name, "key": "url"}},
            "H": "db",
        } == env(web, db)

    def test_job_has_none(self, migrate, db, api):
        """
        Jobs and workers cannot be connected to.
        """
        assert {"db", "api"} == set(
            connections([migrate, db, api], "dev").parts
        )


class TestStoreSecret:
    def test_administrator(self, objects):
        """
        The Secret of a store's administrator keeps its name when its content
        changes, or the store would be restarted.
        """
        db = Postgres("db", version=17, disk="1Gi", database="shop")
        secret = objects(db)[0]
        content = {**secret.body["stringData"]}
        sql = content.pop("accounts.sql")

        assert {
            "host": "db",
            "port": "5432",
            "database": "shop",
            "user": "postgres",
            "password": "‹generated: db password›",
            "url": (
                "postgresql://postgres:‹generated: db password›@db:5432/shop"
            ),
        } == content
        assert "('postgres', ‹generated: db password›, True)" in sql
        assert "db-administrator" == secret.name
        assert "immutable" not in secret.body

    def test_account(self, web, db, objects):
        """
        The Secret of a part's account holds what this part is told alone.
        """
        secret = objects(attrs.evolve(web, uses=[db]), db)[1]
        password = "‹generated: db password of web›"

        assert {
            "host": "db",
            "port": "5432",
            "database": "app",
            "user": f"web-{password}",
            "password": password,
            "url": f"postgresql://web-{password}:{password}@db:5432/app",
        } == secret.body["stringData"]
        assert secret.body["immutable"] is True
        assert secret.name.startswith("db-for-web-")

    def test_redis(self, web, cache, objects):
        """
        Redis reads its accounts from a file of its own.
        """
        secret = objects(attrs.evolve(web, uses=[cache]), cache)[0]
        content = secret.body["stringData"]
        web = "‹generated: cache password of web›"

        assert (
            "redis://default:‹generated: cache password›@cache:6379/0"
        ) == content["url"]
        assert (
            "user default on ‹generated: cache password› ~* &* +@all\n"
            "user probe on nopass -@all +ping\n"
            f"user web-{web} on {web} ~* &* +@all -@admin\n"
        ) == content["redis.conf"]

    def test_escaped(self, db, cache, objects):
        """
        Passwords are written as URLs, SQL and Redis' configuration need
        them.
        """
        password = "p@ss/\"wörd\\ '%"
        content = {
            **objects(db)[0].body["stringData"],
            **objects(cache)[0].body["stringData"],
        }
        filled = {
            key: value.pieces.fill(lambda _: password)
            for key, value in content.items()
            if isinstance(value, Placeholder)
        }

        assert password == filled["password"]
        assert (
            "redis://default:p%40ss%2F%22w%C3%B6rd%5C%20%27%25@cache:6379/0"
        ) == filled["url"]
        assert 'on ">p@ss/\\"wörd\\\\ \'%" ~*' in filled["redis.conf"]
        assert "'p@ss/\"wörd\\ ''%'" in filled["accounts.sql"]

    def test_given_password(self, objects):
        """
        A password from elsewhere is named by where it comes from.
        """
        password = FromStack("acme/data/prod", "password", secret=True)
        cache = Redis("cache", version=8, disk="1Gi", password_from=password)
        secret = objects(cache)[0]

        assert ("‹stack: acme/data/prod password›") == secret.body[
            "stringData"
        ]["password"]


class TestEnv:
    def test_text(self, web, env, objects):
        """
        Text is written as it is and needs no object.
        """
        web = attrs.evolve(web, env={"LEVEL": "info"})

        assert {"LEVEL": "info"} == env(web)
        assert [] == objects(web)

    @pytest.mark.parametrize(
        ("later", "shown"),
        [
            (FromConfig("level"), "‹config: level›"),
            (FromStack("a/b/c", "out"), "‹stack: a/b/c out›"),
            (FromProgram("host"), "‹program: host›"),
        ],
    )
    def test_later(self, web, env, later, shown):
        """
        A later value is shown by where it comes from.
        """
        assert {"X": shown} == env(attrs.evolve(web, env={"X": later}))

    def test_secret(self, web, env, objects):
        """
        A secret is never inline, but in an immutable Secret of the part's.
        """
        web = attrs.evolve(
            web,
            env={"KEY": FromConfig("key", secret=True), "LEVEL": "info"},
        )
        (secret,) = objects(web)

        assert {
            "KEY": {"secretKeyRef": {"name": secret.name, "key": "KEY"}},
            "LEVEL": "info",
        } == env(web)
        assert {"KEY": "‹config: key›"} == secret.body["stringData"]
        assert secret.body["immutable"] is True


class TestFiles:
    def test_kinds(self, web, objects):
        """
        Plain files are kept in a ConfigMap, secret ones in a Secret.
        """
        web = attrs.evolve(
            web,
            files={
                "/etc/a.txt": "a",
                "/etc/b.txt": FromConfig("b"),
                "/etc/key": FromConfig("key", secret=True),
            },
        )
        plain, secret = objects(web)

        assert "ConfigMap" == plain.kind
        assert {
            file_key("/etc/a.txt"): "a",
            file_key("/etc/b.txt"): "‹config: b›",
        } == plain.body["data"]
        assert "Secret" == secret.kind
        assert {file_key("/etc/key"): "‹config: key›"} == secret.body[
            "stringData"
        ]

    def test_keys(self):
        """
        Files of one name in two folders have two keys, and keys hold what
        Kubernetes allows.
        """
        assert file_key("/a/x.conf") != file_key("/b/x.conf")
        assert "a_b_.txt-" == file_key("/etc/a bä.txt")[:9]
        assert 107 == len(file_key(f"/etc/{'a' * 200}"))


class TestHashedNames:
    @staticmethod
    def names(objects, web, files=None, env=None):
        """
        Names of the objects of a service with some files and variables.
        """
        found = objects(attrs.evolve(web, files=files or {}, env=env or {}))
        return [manifest.name for manifest in found]

    def test_content(self, web, objects):
        """
        A name changes with the content and with nothing else.
        """
        one = self.names(objects, web, {"/a": "1", "/b": "2"})
        same = self.names(
            objects,
            attrs.evolve(web, memory="1Gi"),
            {"/b": "2", "/a": "1"},
            {"LEVEL": "info"},
        )
        other = self.names(objects, web, {"/a": "1", "/b": "3"})

        assert one == same != other
        assert one[0].startswith("web-files-")

    def test_source(self, web, objects):
        """
        Of later values the name tells only where they come from.
        """
        key = FromConfig("key", secret=True)
        other = FromConfig("other", secret=True)

        assert self.names(objects, web, env={"K": key}) != self.names(
            objects, web, env={"K": other}
        )

    def test_reread_at_deployment(self, web, objects):
        """
        Names that depend on later values carry the content that decides
        them; others are plain text.
        """
        (plain,) = self.names(objects, web, {"/a": "1"})
        (later,) = self.names(objects, web, {"/a": FromConfig("a")})

        assert type(plain) is str
        assert isinstance(later, HashedName)
        assert "web-files" == later.prefix
        assert {file_key("/a"): "‹config: a›"} == later.content


class TestPlaceholder:
    def test_fill(self):
        """
        Slots are filled, each in its own writing.
        """
        source = Generated("x")
        text = Placeholder.of("a ", Slot(source, quoted), " b ", source)

        assert "a ‹generated: x› b ‹generated: x›" == text
        assert 'a "\\"" b "' == text.pieces.fill(lambda _: '"')
        assert (source, source) == text.pieces.sources

    @pytest.mark.parametrize(
        ("source", "secret"),
        [
            (Generated("x"), True),
            (FromConfig("x", secret=True), True),
            (FromConfig("x"), False),
        ],
    )
    def test_secret(self, source, secret):
        """
        Text with a secret in it is secret.
        """
        assert secret is Placeholder.of("a ", source).secret

    def test_serialized(self):
        """
        A placeholder is written like the text that it shows.
        """
        text = Placeholder.of(FromConfig("x"))

        assert '"‹config: x›"' == json.dumps(text, ensure_ascii=False)

    def test_percent_encoded(self):
        """
        Nothing in a password ends a part of a URL.
        """
        assert "%2F%3A%40%3F%23%20a-._~" == percent_encoded("/:@?# a-._~")
