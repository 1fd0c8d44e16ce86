"""
Stores that somebody else runs, and clients of ours in other apps.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Autoscale,
    Backup,
    Client,
    Credentials,
    Environment,
    External,
    FromConfig,
    FromSecret,
    FromStack,
    Isolation,
    Postgres,
    Queue,
    Redis,
    SpecError,
    Stack,
    Template,
    Tls,
    Use,
    Worker,
)
from mizzen.checks import check
from mizzen.testing import Facts


CREDENTIALS = Credentials("app", FromConfig("dbPassword", secret=True))
HOST = FromStack("acme/data/prod", "host")
ANYWHERE = [
    {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}},
    {"ipBlock": {"cidr": "::/0", "except": ["fd00:ec2::/32", "fe80::/10"]}},
]


@pytest.fixture(name="user")
def _user(web, db):
    return attrs.evolve(web, uses=[db])


@pytest.fixture(name="at")
def _at():
    return External(host=HOST, credentials=CREDENTIALS)


@pytest.fixture(name="elsewhere")
def _elsewhere(desired, user, db):
    """
    The desired state of a part and of the store that it uses and that the
    environment has elsewhere.
    """

    def elsewhere(at):
        environment = Environment("dev", overrides=[db.override(at=at)])
        return desired(user, db, environment=environment)

    return elsewhere


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
        ids=["name", "port", "cidrs", "address", "address6", "namespace"],
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
        ] == made.get("TriggerAuthentication", "beat")["spec"][
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
        template = secret.body["stringData"]["url"].template
        url = template.fill(lambda _: "2001:db8::7")

        assert "@[2001:db8::7]:5432/app?" in url

    def test_canonical(self, elsewhere, at):
        """
        Policies have addresses as Kubernetes writes them.
        """
        manifests = elsewhere(attrs.evolve(at, host="2001:DB8:0::7"))
        (rule,) = egress(manifests)

        assert [{"ipBlock": {"cidr": "2001:db8::7/128"}}] == rule["to"]


class TestMistakes:
    @pytest.mark.parametrize(
        "host",
        [
            *(
                "",
                "a b",
                "10.0.0.0/8",
                "2001:db8::/32",
                "10.0.0.300",
                "fe80::%1",
            ),
            *("db.example.com:5432", "postgres://db", "-db", "a" * 254),
        ],
    )
    def test_host(self, host):
        """
        What is neither the name nor the address of one host is refused.
        """
        with pytest.raises(SpecError) as ei:
            External(host=host, credentials=CREDENTIALS)

        assert (
            "External: host must be a host name, an address or a later value, "
            f"like 'db.example.com' or FromConfig('key') (got {host!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("make", "text"),
        [
            (
                lambda: External(host=5, credentials=CREDENTIALS),
                (
                    "External: host must be a host name, an address or a "
                    "later value, like 'db.example.com' or FromConfig('key') "
                    "(got 5)."
                ),
            ),
            (
                lambda: External(host=HOST, credentials="app"),
                (
                    "External: credentials must be Credentials(…), like "
                    "Credentials('app', FromConfig('password', secret=True)) (got "
                    "'app')."
                ),
            ),
            (
                lambda: Credentials("app", "hunter2"),
                (
                    "Credentials 'app': password must be a later value, like "
                    "FromConfig('password', secret=True) (got 'str')."
                ),
            ),
            (
                lambda: Credentials("app", FromSecret("orders-db")),
                (
                    "Credentials 'app': password must name a key, like "
                    "FromSecret('orders-db', 'password') (got "
                    "FromSecret(name='orders-db', key=None))."
                ),
            ),
            (
                lambda: Tls(mode="prefer"),
                (
                    "Tls: mode must be one of 'require', 'verify-ca', "
                    "'verify-full' (got 'prefer')."
                ),
            ),
            (
                lambda: Postgres(
                    "db", version=17, disk="1Gi", clients=["reports"]
                ),
                (
                    "Postgres 'db': clients must hold clients, like "
                    "Client('reports', namespace='reports') (got 'reports')."
                ),
            ),
            (
                lambda: Redis(
                    "db",
                    version=8,
                    disk="1Gi",
                    clients=2 * [Client("reports", namespace="reports")],
                ),
                (
                    "Redis 'db': clients must have different names (got "
                    "'reports')."
                ),
            ),
            (
                lambda: Postgres(
                    "db", version=17, disk="1Gi", at="db.example.com"
                ),
                (
                    "Postgres 'db': at must be External(…) (got "
                    "'db.example.com')."
                ),
            ),
        ],
    )
    def test_refused(self, make, text):
        """
        Each mistake says what would be right, and tells no secret.
        """
        with pytest.raises(SpecError) as ei:
            make()

        assert text == str(ei.value)

    def test_taken_name(self, desired, db, web):
        """
        The pods that administrate a store need their name for themselves.
        """
        with pytest.raises(SpecError) as ei:
            desired(db, attrs.evolve(web, name="db-administrator"))

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'db-administrator' has the name of what administrates "
            "Postgres 'db'. Choose another one."
        ) == str(ei.value)


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
