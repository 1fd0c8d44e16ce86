"""
Findings about secrets that stand in objects for all to read.
"""

import base64

import attrs
import pytest

from mizzen import App, FromConfig, HelmChart, Raw, Template

from .support import container


PULLED = '{"auths": {"r.io": {"username": "u", "auth": "dTpodW50ZXIy"}}}'


def encoded(text):
    """
    A text as Secrets keep it.
    """
    return base64.b64encode(text.encode()).decode()


class TestLiteralSecret:
    @pytest.mark.parametrize(
        "name",
        [
            "DB_PASSWORD",
            "password",
            "API_KEY",
            "SECRET_KEY_BASE",
            "AUTH_TOKEN",
            "APIKEY",
            "PGPASSWORD",
            "DB_PASS",
            "MYSQL_PWD",
            "dbPassword",
            "REDISCLI_AUTH",
            "GITHUB_PAT",
            "API_KEYS",
            "TOKENS",
            "CREDENTIAL",
            "PASS",
            "JWT_KEY",
            "FERNET_KEY",
            "SESSION_KEY",
        ],
    )
    def test_names(self, made, found, name):
        """
        Names of secrets with text as their value are found, and the value
        does not show.
        """
        container(made, "Deployment", "api")["env"] = [
            {"name": name, "value": "hunter2"}
        ]

        assert [
            (
                f"Deployment 'api': environment variable {name} holds what looks "
                "like a secret, for all to read (literal-secret). Set env "
                f"{name} on Service 'api' to FromConfig(…, secret=True)."
            )
        ] == found("literal-secret", made)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("POSTGRES_PASSWORD_FILE", "/run/secrets/password"),
            ("TOKEN_TTL", "3600"),
            ("PUBLIC_KEY", "ssh-ed25519 AAAA"),
            ("KEYBOARD", "de"),
            ("KEY_COLUMN", "id"),
            ("DB_PASSWORD", ""),
            ("DB_URL", "postgresql://db:5432/app"),
            ("NOTE", "see https://example.com/a:b@c"),
            ("PARTITION_KEY", "id"),
            ("MAX_TOKEN", "4096"),
            ("USE_SECRET", "true"),
            ("PASSWORD_HASHER", "argon2"),
            ("TOKENIZER", "words"),
            ("PWD", "/srv"),
            ("AUTH_TOKEN", "$(OTHER)"),
            ("STORE", "redis://:$(PASSWORD)@cache"),
            ("-", "x"),
            ("-", "123"),
            ("PASSWORD_MIN_LENGTH", "12"),
            ("MIN_PASSWORD", "12"),
            ("ALLOW_EMPTY_PASSWORD", "yes"),
            ("JWT_ALGORITHM", "HS256"),
            ("JWT_PUBLIC_KEY", "MIIBIjAN"),
            ("KEY_PREFIX", "session:"),
            ("JWT_KEY_FILE", "keys/jwt.pem"),
            ("SECRET_KEY_PATH", "keys/jwt.pem"),
            ("JWT_KEY", "/etc/keys/jwt.pem"),
            ("EXISTING_SECRET", "db"),
            ("PASSWORD", "$PASSWORD"),
            ("PASSWORD", "${OF_ALL}"),
            ("PASSWORD", "`cat /run/x`"),
            ("DSN", "host=db user=u password=$(PASSWORD)"),
            ("DSN", "Password=$(PASSWORD);Server=db"),
            ("CONFIG", '{"password": "${PASSWORD}"}'),
            ("SECRET_ARN", "arn:aws:secretsmanager:eu:1:secret:prod/db-a"),
            ("FROM", "arn:aws:secretsmanager:eu:1:secret:prod/db-a"),
            ("GRANT", "urn:ietf:params:oauth:token-type:jwt"),
            ("QUERY", "SELECT a FROM b WHERE token = ? AND secret = :it"),
            ("LOG_FORMAT", '{"token": "%s", "password": "***"}'),
            ("HELP", "password: must be longer"),
            ("MODEL", "sk-learn-model"),
        ],
    )
    def test_harmless(self, made, found, name, value):
        """
        Names that only resemble those of secrets are left alone.
        """
        container(made, "Deployment", "api")["env"] = [
            {"name": name, "value": value}
        ]

        assert [] == found("literal-secret", made)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("DB_PASSWORD", "123456"),
            ("PASSWD", "1234"),
            ("PASSWORD", "$ecret1"),
            ("PASSWORD", "`abc"),
        ],
    )
    def test_plain(self, made, found, name, value):
        """
        A password may look like an amount or like a reference.
        """
        container(made, "Deployment", "api")["env"] = [
            {"name": name, "value": value}
        ]

        assert f"variable {name} holds" in found("literal-secret", made)[0]

    @pytest.mark.parametrize(
        "value",
        [
            "redis://:hunter2@cache:6379",
            "jdbc:postgresql://api:hunter2@db",
            "HTTPS://api:hunter2@example.com",
            "api:hunter2@tcp(db:3306)/app",
            "Server=db;Password=hunter2;Port=1",
            "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
            "ghp_0123456789abcdefghij",
            "AKIAIOSFODNN7EXAMPLE",
            "xoxb-0123456789-abc",
            "https://hooks.slack.com/services/T000/B000/XXXX",
            "sk_live_0123456789abcdef",
            "rk_test_0123456789abcdef",
            "sk-proj-0123456789abcdef",
            "sk-0123456789abcdef0123456789abcdef",
            "AIzaSyA-0123456789abcdefghijklmnopqrstu",
            "npm_0123456789abcdefghij",
            "Password=abc;Server=db",
            "Pwd=abc;Server=db",
            "host=db user=u password=abc",
            "host=db password='abc def'",
            '{"user": "u", "password": "hunter2"}',
            "user: u\npassword: hunter2 # for now",
            "Bearer eyJhbGciOiJI.eyJzdWIiOiIx.c2ln",
            "jdbc:postgresql://db/app?user=api&password=hunter2",
            "https://example.com/hook?access_token=hunter2#top",
            "Authorization: Bearer hunter2",
            "authorization: basic dTpodW50ZXIy",
        ],
    )
    def test_values(self, made, found, value):
        """
        Some values look like secrets, whatever their names say.
        """
        container(made, "Deployment", "api")["env"] = [
            {"name": "STORE", "value": value}
        ]

        assert "variable STORE holds" in found("literal-secret", made)[0]

    @pytest.mark.parametrize(
        "words",
        [
            ["--password=hunter2"],
            ["--db-password", "hunter2"],
            ["sh", "-c", "export API_TOKEN='hunter2'"],
            ["--store", "redis://:hunter2@cache"],
        ],
    )
    @pytest.mark.parametrize("field", ["args", "command"])
    def test_words(self, made, found, field, words):
        """
        Everybody can read what a container is started with.
        """
        container(made, "Deployment", "api")[field] = words
        place = f"spec.template.spec.containers[0].{field}[{len(words) - 1}]"

        assert [
            (
                f"Deployment 'api': {place} holds what looks like a secret, "
                "for all to read (literal-secret). Set an environment "
                "variable on Service 'api' to FromConfig(…, secret=True), "
                "and name it there, like $(PASSWORD)."
            )
        ] == found("literal-secret", made)

    @pytest.mark.parametrize(
        "words",
        [
            ["--password-file", "/run/secrets/x"],
            ["--password", "--verbose"],
            ["--password=$(PASSWORD)"],
            ["sh", "-c", 'PASSWORD="$(cat /run/x)"'],
            ["sh", "-c", "PASSWORD=`cat /run/x` serve"],
            ["sh", "-c", 'read password; PASSWORD="$password" serve'],
            ["python", "-c", "password = ask()"],
            ["serve"],
        ],
    )
    def test_harmless_words(self, made, found, words):
        """
        Words that say where a secret is are no secrets.
        """
        container(made, "Deployment", "api")["args"] = words

        assert [] == found("literal-secret", made)

    def test_store(self, made, found):
        """
        Stores have no variables of their own.
        """
        container(made, "StatefulSet", "db")["env"] = [
            {"name": "PGPASSWORD", "value": "hunter2"}
        ]

        assert [
            (
                "StatefulSet 'db': environment variable PGPASSWORD holds what "
                "looks like a secret, for all to read (literal-secret). Let "
                "the server of Postgres 'db' read it from a file, and not "
                "from Server(env=…) or Server(args=…)."
            )
        ] == found("literal-secret", made)

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("ConfigMap", {"data": {"a.ini": "user = a\npassword: hunter2"}}),
            ("ConfigMap", {"data": {"apiKey": "hunter2"}}),
            ("Secret", {"stringData": {"password": "hunter2"}}),
            ("Secret", {"data": {"password": "aHVudGVyMg=="}}),
            ("Secret", {"stringData": {"app.toml": "password = 'hunter2'"}}),
            ("Secret", {"data": {"a": encoded("password = hunter2\n")}}),
            ("Secret", {"stringData": {".dockerconfigjson": PULLED}}),
            ("Secret", {"data": {".dockerconfigjson": encoded(PULLED)}}),
            ("Secret", {"stringData": {".dockercfg": PULLED}}),
        ],
    )
    def test_content(self, desired, shop, found, kind, content):
        """
        Nor does it belong into objects that are written by hand.
        """
        body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x"}}
        extras = [Raw({**body, **content})]
        made = desired(attrs.evolve(shop, extras=extras))
        ((field, (key,)),) = content.items()

        assert [
            (
                f"{kind} 'x': {field}.{key} holds what looks like a secret, "
                "for all to read (literal-secret). Take it from the stack's "
                f"configuration in {kind} 'x', by FromConfig(…, secret=True)."
            )
        ] == found("literal-secret", made)

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("ConfigMap", {"app.ini": "level = info\npasswords: ${OF_ALL}"}),
            ("ConfigMap", {"password": 5}),
            ("ConfigMap", "x"),
            ("Secret", {"password": FromConfig("password", secret=True)}),
            ("Secret", {"password": "not base64", "token": None}),
            ("Secret", {"a.toml": encoded("password = '${PASSWORD}'")}),
            ("Secret", {".dockerconfigjson": encoded('{"auths": {}}')}),
            (
                "Secret",
                {".dockerconfigjson": FromConfig("registry", secret=True)},
            ),
        ],
    )
    def test_harmless_content(self, desired, shop, found, kind, content):
        """
        What comes from the stack's configuration is where it belongs.
        """
        body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x"}}
        extras = [Raw({**body, "data": content})]
        made = desired(attrs.evolve(shop, extras=extras))

        assert [] == found("literal-secret", made)

    @pytest.mark.parametrize(
        ("text", "count"),
        [
            ("password = '{later}'\n", 0),
            ("url = 'redis://:{later}@cache'\n", 0),
            ("password = '{later}'\ntoken = 'hunter2'\n", 1),
        ],
    )
    def test_template(self, desired, worker, found, text, count):
        """
        A file of which only a part is known at deployment may hold a secret
        in the other.
        """
        later = FromConfig("password", secret=True)
        part = attrs.evolve(
            worker, uses=[], env={"SETTINGS": Template(text, later=later)}
        )
        app = App("shop", edition="2026", parts=[part])

        assert count == len(found("literal-secret", desired(app), app))

    def chart(self, **values):
        """
        A chart of others with values of one's own.
        """
        return HelmChart(
            "cache", chart="oci://c.example/c", version="1.0.0", values=values
        )

    @pytest.mark.parametrize(
        ("values", "place"),
        [
            ({"auth": {"password": "hunter2"}}, "values.auth.password"),
            ({"password": 12345678}, "values.password"),
            ({"clientSecret": "hunter2"}, "values.clientSecret"),
            ({"tokens": ["a", "b"]}, "values.tokens[0]"),
            ({"urls": ["redis://:hunter2@c"]}, "values.urls[0]"),
            ({"args": ["--password", "hunter2"]}, "values.args[1]"),
            ({"config": "user = a\npassword = hunter2"}, "values.config"),
            (
                {"env": [{"name": "DB_PASSWORD", "value": "hunter2"}]},
                "environment variable DB_PASSWORD",
            ),
        ],
    )
    def test_chart(self, desired, shop, found, values, place):
        """
        Nor into the values of a chart, which stand in the program.
        """
        made = desired(attrs.evolve(shop, extras=[self.chart(**values)]))

        assert (
            f"HelmChart 'cache': {place} holds what looks like a secret, for "
            "all to read (literal-secret). Name a Secret in its place, as far "
            "as the chart can, like existingSecret, and make it by a Raw with "
            "FromConfig(…, secret=True)."
        ) == found("literal-secret", made)[0]

    @pytest.mark.parametrize(
        "values",
        [
            {"auth": {"existingSecret": "db", "password": ""}},
            {"auth": {"password": None, "enabled": True}},
            {"imagePullSecrets": ["registry"], "tlsSecret": "tls"},
            {"secretKeys": {"adminPasswordKey": "postgres-password"}},
            {"passwordLength": 16},
            {"env": [{"name": "MODE", "value": "fast"}], "secret": "db"},
        ],
    )
    def test_harmless_chart(self, desired, shop, found, values):
        """
        Names of Secrets, and of their fields, are no secrets.
        """
        made = desired(attrs.evolve(shop, extras=[self.chart(**values)]))

        assert [] == found("literal-secret", made)

    def test_annotation(self, made, found):
        """
        What looks like a secret is found anywhere.
        """
        deployment = made.get("Deployment", "api")
        deployment["metadata"]["annotations"] = {"a": "x://:hunter2@b"}

        assert "metadata.annotations.a" in found("literal-secret", made)[0]

    def test_reference(self, made, found):
        """
        What the containers of the shop get from stores is no text.
        """
        names = [
            v["name"] for v in container(made, "Deployment", "api")["env"]
        ]

        assert "DB_PASSWORD" in names
        assert [] == found("literal-secret", made)

    @pytest.mark.parametrize("secret", [True, False])
    def test_later(self, desired, worker, found, secret):
        """
        A later value has to be declared secret.
        """
        value = FromConfig("token", secret=secret)
        part = attrs.evolve(worker, uses=[], env={"TOKEN": value})
        app = App("shop", edition="2026", parts=[part])

        assert secret is not bool(found("literal-secret", desired(app), app))
