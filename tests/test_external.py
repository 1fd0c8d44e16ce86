"""
Stores that somebody else runs.
"""

import attrs
import pytest

from tests.elsewhere import at_fixture, elsewhere_fixture, user_fixture

from mizzen import (
    OFF,
    App,
    Backup,
    Client,
    Container,
    Credentials,
    Environment,
    FromConfig,
    Image,
    SpecError,
    Stack,
    Template,
    Tls,
    Use,
)
from mizzen.checks import check


__all__ = ["at_fixture", "elsewhere_fixture", "user_fixture"]
ANYWHERE = [
    {
        "ipBlock": {
            "cidr": "0.0.0.0/0",
            "except": [
                "100.100.100.200/32",
                "168.63.129.16/32",
                "169.254.0.0/16",
            ],
        }
    },
    {
        "ipBlock": {
            "cidr": "::/0",
            "except": ["fd00:ec2::/32", "fd20:ce::/32", "fe80::/10"],
        }
    },
]


def egress(manifests):
    """
    Where the part may go beside name servers.
    """
    policy = manifests.get("NetworkPolicy", "web")
    return policy["spec"]["egress"][1:]


class TestExternal:
    def test_objects(self, elsewhere, at):
        """
        Of a store elsewhere there is nothing but its Secret.
        """
        (secret,) = elsewhere(at).of("db")
        password = "‹config: dbPassword›"
        host = "‹stack: acme/data/prod host›"

        assert ("Secret", "credentials") == (secret.kind, secret.role)
        assert {
            "host": host,
            "port": "5432",
            "database": "app",
            "user": "app",
            "password": password,
            "url": (
                f"postgresql://app:{password}@{host}:5432/app?sslmode=require"
            ),
        } == secret.body["stringData"]

    def test_variables(self, elsewhere, at):
        """
        The parts that use it are told the same as of a store in the app.
        """
        manifests = elsewhere(at)
        (secret,) = manifests.of("db")
        pod = manifests.get("Deployment", "web")["spec"]["template"]["spec"]
        names = {
            variable["name"]: variable["valueFrom"]["secretKeyRef"]["name"]
            for variable in pod["containers"][0]["env"]
            if "valueFrom" in variable
        }

        assert {
            "DB_HOST": secret.name,
            "DB_PASSWORD": secret.name,
            "DB_URL": secret.name,
        } == names

    @pytest.mark.parametrize(
        ("changes", "peers", "port"),
        [
            ({}, ANYWHERE, 5432),
            ({"port": 25060}, ANYWHERE, 25060),
            (
                {"cidrs": ["10.1.0.0/16"]},
                [{"ipBlock": {"cidr": "10.1.0.0/16"}}],
                5432,
            ),
            (
                {"host": "192.0.2.7"},
                [{"ipBlock": {"cidr": "192.0.2.7/32"}}],
                5432,
            ),
            (
                {"host": "2001:db8::1"},
                [{"ipBlock": {"cidr": "2001:db8::1/128"}}],
                5432,
            ),
            (
                {"host": "localhost"},
                [
                    {"ipBlock": {"cidr": "127.0.0.1/32"}},
                    {"ipBlock": {"cidr": "::1/128"}},
                ],
                5432,
            ),
            (
                {"namespace": "data", "labels": {"app": "db"}},
                [
                    {
                        "namespaceSelector": {
                            "matchLabels": {
                                "kubernetes.io/metadata.name": "data"
                            }
                        },
                        "podSelector": {"matchLabels": {"app": "db"}},
                    }
                ],
                5432,
            ),
            (
                {"namespace": "data"},
                [
                    {
                        "namespaceSelector": {
                            "matchLabels": {
                                "kubernetes.io/metadata.name": "data"
                            }
                        }
                    }
                ],
                5432,
            ),
        ],
        ids=[
            "name",
            "port",
            "cidrs",
            "address",
            "address6",
            "proxy",
            "labels",
            "namespace",
        ],
    )
    def test_network(self, elsewhere, at, changes, peers, port):
        """
        The parts that use it are let out to it, as narrowly as is known.
        """
        found = elsewhere(attrs.evolve(at, **changes))

        assert [
            {"to": peers, "ports": [{"protocol": "TCP", "port": port}]}
        ] == egress(found)

    def test_certificate(self, elsewhere, at):
        """
        The certificate of its authority is in the pods of those that use
        it, where the URL says.
        """
        tls = Tls(mode="verify-full", ca="-----BEGIN CERTIFICATE-----")
        manifests = elsewhere(attrs.evolve(at, tls=tls))
        (secret,) = manifests.of("db")
        pod = manifests.get("Deployment", "web")["spec"]["template"]["spec"]
        (mount, *_) = pod["containers"][0]["volumeMounts"]

        assert secret.body["stringData"]["url"].endswith(
            "?sslmode=verify-full&sslrootcert=/run/secrets/db-authority/ca.crt"
        )
        assert {
            "name": "authority-db",
            "mountPath": "/run/secrets/db-authority",
            "readOnly": True,
        } == mount
        assert tls.ca == secret.body["stringData"]["ca.crt"]
        assert {
            "secretName": secret.name,
            "defaultMode": 0o440,
            "items": [{"key": "ca.crt", "path": "ca.crt"}],
        } == pod["volumes"][0]["secret"]

    def test_known_authority(self, elsewhere, at):
        """
        Where the whole proof is asked for, and no authority is named, those
        that the image knows count.
        """
        found = elsewhere(attrs.evolve(at, tls=Tls(mode="verify-full")))
        (secret,) = found.of("db")

        assert secret.body["stringData"]["url"].endswith(
            "/app?sslmode=verify-full&sslrootcert=system"
        )
        assert "ca.crt" not in secret.body["stringData"]

    @pytest.mark.parametrize(
        ("tls", "mode", "authority"),
        [
            (OFF, "disable", ""),
            (Tls(), "require", ""),
            (Tls(mode="verify-full"), "verify-full", "system"),
            (
                Tls(mode="verify-ca", ca="-----BEGIN CERTIFICATE-----"),
                "verify-ca",
                "/run/secrets/db-authority/ca.crt",
            ),
        ],
    )
    def test_single_settings(  # noqa: PLR0917 - fixtures
        self, web, db, at, desired, tls, mode, authority
    ):
        """
        Parts that read single variables learn of certificates by them, and
        nothing else in the Secret changes.
        """
        at = attrs.evolve(at, tls=tls)
        names = {"PGSSLMODE": db.tls_mode, "PGSSLROOTCERT": db.tls_ca}
        user = attrs.evolve(web, uses=[Use(db, env=names)])
        environment = Environment("dev", overrides=[db.override(at=at)])
        found = desired(user, db, environment=environment)
        pod = found.get("Deployment", "web")["spec"]["template"]["spec"]
        (secret,) = found.of("db")

        assert [
            {"name": "PGSSLMODE", "value": mode},
            {"name": "PGSSLROOTCERT", "value": authority},
        ] == pod["containers"][0]["env"]
        assert not {"tls_mode", "tls_ca"} & secret.body["stringData"].keys()

    def test_authority_of_redis(self, web, cache, at, desired):
        """
        No URL of Redis says where a certificate is; a variable does.
        """
        at = attrs.evolve(at, tls=Tls(ca=FromConfig("authority")))
        user = attrs.evolve(web, uses=[Use(cache, env={"CA": cache.tls_ca})])
        environment = Environment("dev", overrides=[cache.override(at=at)])
        found = desired(user, cache, environment=environment)
        pod = found.get("Deployment", "web")["spec"]["template"]["spec"]
        (mount,) = (
            mount
            for mount in pod["containers"][0]["volumeMounts"]
            if "authority" in mount["mountPath"]
        )
        (variable,) = pod["containers"][0]["env"]

        assert "CA" == variable["name"]
        assert variable["value"].startswith(f"{mount['mountPath']}/")

    def test_single_settings_inside(self, web, db, desired):
        """
        Within the app, the way to a store is not encrypted.
        """
        user = attrs.evolve(web, uses=[Use(db, env={"MODE": db.tls_mode})])
        pod = desired(user, db).get("Deployment", "web")["spec"]["template"]

        assert [{"name": "MODE", "value": "disable"}] == pod["spec"][
            "containers"
        ][0]["env"]

    def test_name_of_data(self, elsewhere, at):
        """
        Whatever its data is called, the URL leads to it.
        """
        (secret,) = elsewhere(attrs.evolve(at, database="a b/c?d")).of("db")
        told = secret.body["stringData"]

        assert told["url"].endswith("/a%20b%2Fc%3Fd?sslmode=require")
        assert "a b/c?d" == told["database"]

    @pytest.mark.parametrize(
        ("tls", "scheme"), [(Tls(), "rediss"), (OFF, "redis")]
    )
    def test_redis(  # noqa: PLR0917 - fixtures
        self, desired, web, cache, at, tls, scheme
    ):
        """
        Redis says by the scheme whether the way is encrypted.
        """
        at = attrs.evolve(at, host="r.example.com", tls=tls, database="2")
        environment = Environment("dev", overrides=[cache.override(at=at)])
        web = attrs.evolve(web, uses=[cache])
        (secret,) = desired(web, cache, environment=environment).of("cache")

        assert (
            f"{scheme}://app:‹config: dbPassword›@r.example.com:6379/2"
        ) == secret.body["stringData"]["url"]

    @pytest.mark.parametrize(
        ("credentials", "user", "who"),
        [(OFF, "", ""), (Credentials("iam", OFF), "iam", "iam@")],
    )
    def test_no_password(  # noqa: PLR0917 - fixtures
        self, desired, web, cache, at, credentials, user, who
    ):
        """
        Where nobody is asked for a password, parts are told an empty one, and
        the URL has none.
        """
        at = attrs.evolve(at, host="r.example.com", credentials=credentials)
        environment = Environment("dev", overrides=[cache.override(at=at)])
        web = attrs.evolve(web, uses=[Use(cache, files="/run/redis")])
        (secret,) = desired(web, cache, environment=environment).of("cache")

        assert {
            "host": "r.example.com",
            "port": "6379",
            "database": "0",
            "user": user,
            "password": "",
            "url": f"rediss://{who}r.example.com:6379/0",
        } == secret.body["stringData"]

    def test_unencrypted(self, elsewhere, at):
        """
        Nothing is said of encryption where there is none.
        """
        (secret,) = elsewhere(attrs.evolve(at, tls=OFF)).of("db")

        assert secret.body["stringData"]["url"].endswith("/app")

    @pytest.mark.parametrize(
        ("changes", "found"),
        [({}, True), ({"cidrs": ["10.1.0.0/16"]}, False)],
    )
    def test_finding(  # noqa: PLR0917 - fixtures
        self, user, db, at, desired, changes, found
    ):
        """
        That a name opens its port to all addresses is reported.
        """
        at = attrs.evolve(at, **changes)
        environment = Environment("dev", overrides=[db.override(at=at)])
        manifests = desired(user, db, environment=environment)
        app = App("shop", edition="2026", parts=[user, db])
        stack = Stack("dev", environment="dev")
        findings = check(app, environment, stack, manifests)

        assert found is any(
            "it opens the ports of Postgres 'db' to all addresses"
            in finding.message
            for finding in findings
        )


class TestPromises:
    """
    What nobody can promise of a store that somebody else runs.
    """

    @pytest.mark.parametrize(
        ("field", "value", "off"),
        [
            ("backup", Backup("0 3 * * *", disk="5Gi"), "OFF"),
            ("clients", [Client("reports", namespace="reports")], "[]"),
        ],
    )
    def test_refused(  # noqa: PLR0917 - fixtures
        self, desired, db, at, field, value, off
    ):
        """
        Copies and accounts for others are refused, with the way out.
        """
        db = attrs.evolve(db, **{field: value})
        environment = Environment("prod", overrides=[db.override(at=at)])
        with pytest.raises(SpecError) as ei:
            desired(db, environment=environment)

        (problem,) = ei.value.problems
        assert (
            f"Postgres 'db': {field} cannot be had where it is managed "
            "elsewhere, as in environment 'prod'. Leave it to whoever runs "
            f"the store, by db.override(at=External(…), {field}={off})."
        ) == problem

    @pytest.mark.parametrize(
        "changes", [{"backup": OFF, "clients": []}, {}], ids=["off", "none"]
    )
    def test_left_out(self, desired, db, at, changes):
        """
        The environment that has it elsewhere can leave them out.
        """
        if changes:
            db = attrs.evolve(
                db,
                backup=Backup("0 3 * * *", disk="5Gi"),
                clients=[Client("reports", namespace="reports")],
            )
        override = db.override(at=at, **changes)
        manifests = desired(
            db, environment=Environment("prod", overrides=[override])
        )

        assert ["Secret"] == [m.kind for m in manifests.of(db)]

    def test_back(self, desired, db, at):
        """
        A deriving environment can have it in the cluster again.
        """
        prod = Environment("prod", overrides=[db.override(at=at)])
        near = prod.derive("near", overrides=[db.override(at=OFF)])

        assert "StatefulSet" in {
            m.kind for m in desired(db, environment=near).of(db)
        }


class TestAddresses:
    @pytest.mark.parametrize(
        ("host", "said"),
        [
            ("2001:db8::7", "[2001:db8::7]"),
            ("192.0.2.7", "192.0.2.7"),
            ("DB_1.example.com", "DB_1.example.com"),
        ],
    )
    def test_url(self, elsewhere, at, host, said):
        """
        URLs have addresses with colons in brackets, as URLs want them.
        """
        (secret,) = elsewhere(attrs.evolve(at, host=host)).of("db")
        settings = secret.body["stringData"]

        assert host == settings["host"]
        assert f"@{said}:5432/app?" in settings["url"]

    def test_later(self, elsewhere, at):
        """
        So have those that are known at deployment.
        """
        (secret,) = elsewhere(at).of("db")
        template = secret.body["stringData"]["url"].pieces
        url = template.fill(lambda _: "2001:db8::7")

        assert "@[2001:db8::7]:5432/app?" in url

    def test_canonical(self, elsewhere, at):
        """
        Policies have addresses as Kubernetes writes them.
        """
        manifests = elsewhere(attrs.evolve(at, host="2001:DB8:0::7"))
        (rule,) = egress(manifests)

        assert [{"ipBlock": {"cidr": "2001:db8::7/128"}}] == rule["to"]


class TestSettings:
    def test_database(self, web, db, desired, at):
        """
        What a part is told of a database follows its environment.
        """
        web = attrs.evolve(web, uses=[Use(db, env={"NAME": db.database})])
        there = db.override(at=attrs.evolve(at, database="orders"))
        found = desired(
            web, db, environment=Environment("prod", overrides=[there])
        )
        pod = found.get("Deployment", "web")["spec"]["template"]["spec"]
        (variable,) = pod["containers"][0]["env"]

        assert {"name": "NAME", "value": "orders"} == variable

    def test_certificate_of_others(self, web, db, desired, at):
        """
        Containers beside a part have the certificate that the address which
        they are told refers to, and no others have it.
        """
        image = Image("acme/side:v1")
        told = Container("told", image=image, env={"URL": db.url})
        other = Container("other", image=image)
        first = Container(
            "first", image=image, files={"/dsn": Template("{it}", it=db.url)}
        )
        web = attrs.evolve(
            web, uses=[Use(db, env={})], sidecars=[told, other], init=[first]
        )
        tls = Tls(mode="verify-full", ca="-----BEGIN")
        there = db.override(at=attrs.evolve(at, tls=tls))
        found = desired(
            web, db, environment=Environment("prod", overrides=[there])
        )
        pod = found.get("Deployment", "web")["spec"]["template"]["spec"]
        mounted = {
            container["name"]
            for container in (*pod["containers"], *pod["initContainers"])
            for mount in container["volumeMounts"]
            if mount["mountPath"] == "/run/secrets/db-authority"
        }

        assert {"web", "told", "first"} == mounted
