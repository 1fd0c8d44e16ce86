"""
What users read when they make one of the usual mistakes: full texts.
"""

import attrs
import pytest

from mizzen import (
    App,
    CertManager,
    Dockerfile,
    Environment,
    FromConfig,
    Image,
    Ingress,
    Job,
    LoadBalancer,
    Namespace,
    NodePort,
    Port,
    Postgres,
    Project,
    Redis,
    Route,
    Service,
    SpecError,
    Stack,
    TlsSecret,
    Use,
    Worker,
)


IMAGE = Image("acme/api:v5")


def service(name="api", **fields):
    """
    A Service that is right but for *fields*.
    """
    return Service(name, **{"image": IMAGE, "port": 8000, **fields})


def app(*parts, routes=()):
    """
    An app of *parts*.
    """
    return App("shop", edition="2026", parts=parts, routes=routes)


@pytest.fixture(name="project")
def _project(tmp_path):
    """
    A project with one build context that has two stages.
    """
    context = tmp_path / "apps" / "api"
    context.mkdir(parents=True)
    (context / "Dockerfile").write_text(
        "FROM scratch AS build\nFROM scratch AS runtime\n"
    )
    return tmp_path


class TestNames:
    def test_duplicate(self):
        """
        Two parts of one name are refused, whatever their kinds.
        """
        with pytest.raises(SpecError) as ei:
            app(service("api"), Worker("api", image=IMAGE))

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Worker 'api' has the same name as Service 'api'."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        "name", ["", "Api", "1api", "api-", "-api", "a_b", "a.b", "äpi", "a\n"]
    )
    def test_no_dns_label(self, name):
        """
        Names that could not be a host name are refused.
        """
        with pytest.raises(SpecError) as ei:
            service(name)

        assert (
            f"Service {name!r}: name must be a DNS label of lower-case "
            "letters, digits and hyphens that starts with a letter, like "
            f"'api' (got {name!r})."
        ) == str(ei.value)

    def test_no_text(self):
        """
        A name that is no text at all is not taken for the part's identity.
        """
        with pytest.raises(SpecError) as ei:
            service(5)

        assert (
            "Service: name must be a DNS label of lower-case letters, digits "
            "and hyphens that starts with a letter, like 'api' (got 5)."
        ) == str(ei.value)

    def test_too_long(self):
        """
        A name leaves room for the hash that Kubernetes and mizzen add.
        """
        service("a" * 52)

        with pytest.raises(SpecError) as ei:
            service("a" * 53)

        assert (
            f"Service {'a' * 53!r}: name must have at most 52 characters, "
            "because Kubernetes and mizzen add suffixes to it (got "
            f"{'a' * 53!r})."
        ) == str(ei.value)

    def test_too_long_together(self, desired):
        """
        App and stack together are a label and may be too long for one, even
        where the namespace has a name of its own.
        """
        shop = App("a" * 40, edition="2026", parts=[service()])
        desired(shop, stack=Stack("d" * 22, environment="dev"))
        elsewhere = Environment("dev", namespace=Namespace("payments"))

        with pytest.raises(SpecError) as ei:
            desired(
                shop,
                environment=elsewhere,
                stack=Stack("d" * 23, environment="dev"),
            )

        name = f"{'a' * 40}-{'d' * 23}"
        assert (
            f"App {'a' * 40!r} cannot be deployed to stack {'d' * 23!r}:\n"
            f"  - App and stack together, {name!r}, have 64 characters, but "
            "Kubernetes allows 63 in labels and namespaces. Choose a shorter "
            "name for one of them."
        ) == str(ei.value)


class TestReferences:
    def test_unlisted_use(self, db):
        """
        A part that is used has to be listed.
        """
        with pytest.raises(SpecError) as ei:
            app(service(uses=[db]))

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Service 'api' uses Postgres 'db', which is not listed in "
            "parts."
        ) == str(ei.value)

    def test_unlisted_route(self):
        """
        A part that is routed to has to be listed.
        """
        with pytest.raises(SpecError) as ei:
            app(service(), routes=[Route("/", service("web"))])

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Route '/' leads to Service 'web', which is not listed in "
            "parts."
        ) == str(ei.value)

    def test_unlisted_before(self):
        """
        A part that waits for a job has to be listed.
        """
        with pytest.raises(SpecError) as ei:
            app(Job("migrate", image=IMAGE, before=[service()]))

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Job 'migrate' comes before Service 'api', which is not "
            "listed in parts."
        ) == str(ei.value)

    def test_namesake(self, db):
        """
        A part is not taken for another one of its name.
        """
        with pytest.raises(SpecError) as ei:
            app(service(uses=[attrs.evolve(db)]), db)

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Service 'api' uses Postgres 'db', which is not listed in "
            "parts."
        ) == str(ei.value)

    def test_all_at_once(self, db):
        """
        One error lists all contradictions, as text and as data.
        """
        with pytest.raises(SpecError) as ei:
            app(
                service(uses=[db]),
                service(),
                routes=[Route("/", service("web"))] * 2,
            )

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Service 'api' has the same name as Service 'api'.\n"
            "  - Route '/' is given twice.\n"
            "  - Service 'api' uses Postgres 'db', which is not listed in "
            "parts.\n"
            "  - Route '/' leads to Service 'web', which is not listed in "
            "parts."
        ) == str(ei.value)
        assert 4 == len(ei.value.problems)


class TestPorts:
    @pytest.mark.parametrize("port", [0, -1, 65536, True, "8000", 80.0])
    def test_out_of_range(self, port):
        """
        Ports are whole numbers from 1 to 65535.
        """
        with pytest.raises(SpecError) as ei:
            service(port=port)

        assert (
            "Service 'api': port must be a whole number from 1 to 65535, "
            f"like 8000 (got {port!r})."
        ) == str(ei.value)

    def test_taken_twice(self):
        """
        Two ports of a service cannot have one number.
        """
        with pytest.raises(SpecError) as ei:
            service(ports=[Port("metrics", 8000)])

        assert (
            "Service 'api': ports must have different numbers (got 8000)."
        ) == str(ei.value)

    def test_name_taken_twice(self):
        """
        Two ports of a service cannot have one name.
        """
        with pytest.raises(SpecError) as ei:
            service(ports=[Port("http", 9000)])

        assert (
            "Service 'api': ports must have different names (got 'http')."
        ) == str(ei.value)

    def test_none(self):
        """
        A service without a port is a worker.
        """
        with pytest.raises(SpecError) as ei:
            service(port=None)

        assert (
            "Service 'api': port must be given, like port=8000 (got None)."
        ) == str(ei.value)

    def test_both_protocols(self):
        """
        One number may be used over TCP and over UDP.
        """
        port = Port("quic", 8000, protocol="UDP")

        assert 2 == len(service(ports=[port]).listens)


class TestNodePorts:
    def test_same(self, desired):
        """
        Two parts cannot ask for the same NodePort.
        """
        api, web = service(), service("web")
        exposure = NodePort({api: 30080, web: 30080})

        with pytest.raises(SpecError) as ei:
            desired(
                api, web, environment=Environment("dev", exposure=exposure)
            )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Environment 'dev' gives NodePort 30080 to both 'api' and "
            "'web'."
        ) == str(ei.value)

    @pytest.mark.parametrize("number", [29999, 32768, 80, "30080", True])
    def test_out_of_range(self, number):
        """
        NodePorts come from the range that Kubernetes keeps for them.
        """
        with pytest.raises(SpecError) as ei:
            NodePort({service(): number})

        assert (
            "NodePort: port of 'api' must be a whole number from 30000 to "
            f"32767, like 30080 (got {number!r})."
        ) == str(ei.value)

    def test_not_a_part(self, desired):
        """
        Exposing a part of another app is refused.
        """
        exposure = NodePort([service("wep")])

        with pytest.raises(SpecError) as ei:
            desired(
                service("web"),
                environment=Environment("dev", exposure=exposure),
            )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Environment 'dev' exposes Service 'wep', which is not a "
            "part of the app; choose one of: 'web' (nearest to 'wep': 'web')."
        ) == str(ei.value)

    def test_unreached_route(self, desired):
        """
        A route that no exposed part reaches is refused.
        """
        api, web = service(), service("web")
        shop = app(api, web, routes=[Route("/", web), Route("/api", api)])

        with pytest.raises(SpecError) as ei:
            desired(
                shop, environment=Environment("dev", exposure=NodePort([web]))
            )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Route '/api' leads to Service 'api', which no exposed part "
            "reaches (exposed: 'web')."
        ) == str(ei.value)


class TestLoadBalancers:
    @pytest.mark.parametrize("number", [0, 65536, "80"])
    def test_out_of_range(self, number):
        """
        Public ports are ports.
        """
        with pytest.raises(SpecError) as ei:
            LoadBalancer({service(): number})

        assert (
            "LoadBalancer: port of 'api' must be a whole number from 1 to "
            f"65535, like 443 (got {number!r})."
        ) == str(ei.value)

    def test_taken(self, desired):
        """
        A public port cannot be one that already leads elsewhere.
        """
        api = service(ports=[Port("metrics", 9090)])
        exposure = LoadBalancer({api: 9090})

        with pytest.raises(SpecError) as ei:
            desired(api, environment=Environment("dev", exposure=exposure))

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Environment 'dev' gives Service 'api' the public port 9090, "
            "on which it listens for something else."
        ) == str(ei.value)

    @pytest.mark.parametrize("exposure", [NodePort, LoadBalancer])
    def test_no_service(self, exposure):
        """
        Only Services can be reached from outside.
        """
        with pytest.raises(SpecError) as ei:
            exposure([Worker("worker", image=IMAGE)])

        name = exposure.__name__
        assert (
            f"{name}: it must be given Services, like {name}([web]) (got "
            "<Worker worker>)."
        ) == str(ei.value)


class TestDockerfiles:
    def test_missing(self, project, desired):
        """
        A Dockerfile that does not exist is reported by its path.
        """
        dockerfile = Dockerfile("apps/api", file="Dockerfile.prod")

        with pytest.raises(SpecError) as ei:
            desired(
                service(image=dockerfile),
                stack=Stack("dev", environment="dev", root=project),
            )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Dockerfile 'apps/api': there is no file "
            "apps/api/Dockerfile.prod."
        ) == str(ei.value)

    def test_missing_target(self, project, desired):
        """
        A target that is no stage is refused with the stages that are.
        """
        dockerfile = Dockerfile("apps/api", target="prod")

        with pytest.raises(SpecError) as ei:
            desired(
                service(image=dockerfile),
                stack=Stack("dev", environment="dev", root=project),
            )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Dockerfile 'apps/api': there is no stage 'prod', but the "
            "stages are: 'build', 'runtime'."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        "context", ["/apps/api", "..", "../api", "apps/../../api", "", 5]
    )
    def test_outside(self, context):
        """
        A context outside the project is refused.
        """
        with pytest.raises(SpecError) as ei:
            Dockerfile(context)

        who = "Dockerfile" if context == 5 else f"Dockerfile {context!r}"
        assert (
            f"{who}: context must be a relative path inside the project, "
            f"like 'apps/api' (got {context!r})."
        ) == str(ei.value)

    def test_outside_by_link(self, tmp_path, project, desired):
        """
        A context that a symbolic link leads out of the project is refused.
        """
        root = tmp_path / "root"
        root.mkdir()
        (root / "api").symlink_to(project / "apps" / "api")

        with pytest.raises(SpecError) as ei:
            desired(
                service(image=Dockerfile("api")),
                stack=Stack("dev", environment="dev", root=root),
            )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Dockerfile 'api': the folder leads out of the project by a "
            "symbolic link."
        ) == str(ei.value)

    def test_no_folder(self, project, desired):
        """
        A context that does not exist is refused.
        """
        with pytest.raises(SpecError) as ei:
            desired(
                service(image=Dockerfile("apps/web")),
                stack=Stack("dev", environment="dev", root=project),
            )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Dockerfile 'apps/web': there is no folder apps/web in the "
            "project."
        ) == str(ei.value)


class TestVariables:
    def test_user_and_use(self, db, desired):
        """
        A variable cannot be set by the user and by an edge.
        """
        api = service(uses=[db], env={"DB_URL": "postgresql://elsewhere"})

        with pytest.raises(SpecError) as ei:
            desired(api, db)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'api': environment variable DB_URL is set by env "
            "and by uses of Postgres 'db'. Rename one, for example by "
            "Use(db, prefix=…)."
        ) == str(ei.value)

    def test_two_uses(self, desired):
        """
        A variable cannot be set by two edges.
        """
        db = Postgres("db", version=17, disk="1Gi")
        cache = Redis("cache", version=8, disk="1Gi")
        api = service(
            uses=[
                Use(db, env={"URL": db.url}),
                Use(cache, env={"URL": cache.url}),
            ]
        )

        with pytest.raises(SpecError) as ei:
            desired(api, db, cache)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'api': environment variable URL is set by uses of "
            "Postgres 'db' and by uses of Redis 'cache'. Rename one, for "
            "example by Use(cache, prefix=…)."
        ) == str(ei.value)

    def test_two_uses_of_one_part(self, db):
        """
        A part is used by one edge, which holds all about it.
        """
        with pytest.raises(SpecError) as ei:
            app(service(uses=[db, Use(db, prefix="DATABASE")]), db)

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Service 'api' uses Postgres 'db' twice. Say all of it in "
            "one Use(db, …)."
        ) == str(ei.value)


class TestQuantities:
    @pytest.mark.parametrize(
        "memory", ["128", "128MB", "0Mi", "1.5Gi", " 1Gi", "1Gi\n", 64]
    )
    def test_memory(self, memory):
        """
        Memory has a binary unit.
        """
        with pytest.raises(SpecError) as ei:
            service(memory=memory)

        assert (
            "Service 'api': memory must be a whole number followed by Ki, "
            f"Mi, Gi, or Ti, like '10Gi' (got {memory!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize("disk", ["10", "10GB", None])
    def test_disk(self, disk):
        """
        Disks have a binary unit.
        """
        with pytest.raises(SpecError) as ei:
            Postgres("db", version=17, disk=disk)

        assert (
            "Postgres 'db': disk must be a whole number followed by Ki, Mi, "
            f"Gi, or Ti, like '10Gi' (got {disk!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize("cpu", ["0.5", "500M", "0", 2])
    def test_cpu(self, cpu):
        """
        Processor time is whole cores or thousandths of one.
        """
        with pytest.raises(SpecError) as ei:
            service(cpu=cpu)

        assert (
            "Service 'api': cpu must be thousandths of a core followed by "
            f"m, like '250m', or whole cores, like '2' (got {cpu!r})."
        ) == str(ei.value)


class TestUnknown:
    def test_environment(self):
        """
        An unknown environment is refused with the nearest one there is.
        """
        environments = {
            name: Environment(name) for name in ("dev", "prod", "prod-eu")
        }
        project = Project(None, {}, environments)

        with pytest.raises(SpecError) as ei:
            project.environment(Stack("live", environment="prd"))

        assert (
            "Stack 'live': environment 'prd' is unknown; choose one of: "
            "'dev', 'prod', 'prod-eu' (nearest to 'prd': 'prod')."
        ) == str(ei.value)

    def test_edition(self):
        """
        An unknown edition is refused with those that there are.
        """
        with pytest.raises(SpecError) as ei:
            App("shop", edition="2062", parts=[])

        assert (
            "App 'shop': edition '2062' is unknown; choose one of: '2026' "
            "(nearest to '2062': '2026')."
        ) == str(ei.value)


class TestOverrides:
    @pytest.mark.parametrize("field", ["name", "uses", "port", "ports"])
    def test_graph(self, field):
        """
        What makes up the graph cannot be overridden.
        """
        with pytest.raises(SpecError) as ei:
            service().override(**{field: ()})

        assert (
            f"Service 'api': {field} cannot be overridden, because it is "
            "the same in all stacks. Change the part itself."
        ) == str(ei.value)

    def test_before(self):
        """
        What a job comes before cannot be overridden.
        """
        with pytest.raises(SpecError) as ei:
            Job("migrate", image=IMAGE).override(before=[])

        assert (
            "Job 'migrate': before cannot be overridden, because it is "
            "the same in all stacks. Change the part itself."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("field", "value"), [("version", 18), ("database", "shop")]
    )
    def test_store(self, db, field, value):
        """
        What the data on a disk depends on cannot be overridden.
        """
        with pytest.raises(SpecError) as ei:
            db.override(**{field: value})

        assert (
            f"Postgres 'db': {field} cannot be overridden, because it is "
            "the same in all stacks. Change the part itself."
        ) == str(ei.value)

    def test_unknown_field(self):
        """
        A field that is not there is refused with the nearest that is.
        """
        with pytest.raises(SpecError) as ei:
            service().override(replica=2)

        assert (
            "Service 'api': there is no field 'replica' to override; choose "
            "one of: 'args', 'command', 'cpu', 'env', 'files', "
            "'grace_seconds', 'health', 'image', 'memory' and 4 more "
            "(nearest to 'replica': 'replicas')."
        ) == str(ei.value)

    def test_wrong_value(self):
        """
        A wrong value is reported where it is written.
        """
        with pytest.raises(SpecError) as ei:
            service().override(memory="1GB")

        assert (
            "Service 'api': memory must be a whole number followed by Ki, "
            "Mi, Gi, or Ti, like '10Gi' (got '1GB')."
        ) == str(ei.value)

    def test_not_a_part(self, desired):
        """
        Overriding a part of another app is refused.
        """
        environment = Environment(
            "dev", overrides=[service("wep").override(replicas=2)]
        )
        with pytest.raises(SpecError) as ei:
            desired(service("web"), environment=environment)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Environment 'dev' overrides Service 'wep', which is not a "
            "part of the app; choose one of: 'web' (nearest to 'wep': 'web')."
        ) == str(ei.value)


class TestAddresses:
    def test_missing(self, desired):
        """
        A stack without host names and issuer cannot have an Ingress with
        certificates; both are reported at once.
        """
        environment = Environment("prod", exposure=Ingress(tls=CertManager()))

        with pytest.raises(SpecError) as ei:
            desired(service(), environment=environment)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Environment 'prod' exposes routes by Ingress, but stack "
            "'dev' has no hosts. Set it in the stack's file, like 'hosts: "
            "[app.example.com]'.\n"
            "  - Environment 'prod' exposes routes by Ingress, but stack "
            "'dev' has no issuer. Set it in the stack's file, like 'issuer: "
            "letsencrypt'."
        ) == str(ei.value)

    def test_no_issuer_needed(self, desired):
        """
        A certificate that is there already needs no issuer.
        """
        environment = Environment(
            "prod", exposure=Ingress(tls=TlsSecret("certificate"))
        )
        stack = Stack("dev", environment="prod", hosts=["a.example.com"])

        desired(service(), environment=environment, stack=stack)


class TestLaterValues:
    @pytest.fixture(name="bare")
    def _bare(self):
        """
        A stack whose configuration is known and empty.
        """
        return Stack("dev", environment="dev", config_keys=())

    def test_unbound(self, bare, desired):
        """
        A value that the configuration does not have is refused with the
        command that sets it.
        """
        api = service(
            env={"LEVEL": FromConfig("level")},
            files={"/run/key": FromConfig("key", secret=True)},
        )
        with pytest.raises(SpecError) as ei:
            desired(api, stack=bare)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'api': env LEVEL comes from the configuration of "
            "stack 'dev', which has no 'level'. Run: pulumi config set "
            "level --stack dev\n"
            "  - Service 'api': file /run/key comes from the configuration "
            "of stack 'dev', which has no 'key'. Run: pulumi config set "
            "--secret key --stack dev"
        ) == str(ei.value)

    def test_unbound_password(self, bare, desired):
        """
        A store's password is looked for as well.
        """
        password = FromConfig("dbPassword", secret=True)
        db = Postgres("db", version=17, disk="1Gi", password_from=password)

        with pytest.raises(SpecError) as ei:
            desired(db, stack=bare)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Postgres 'db': password_from comes from the configuration "
            "of stack 'dev', which has no 'dbPassword'. Run: pulumi config "
            "set --secret dbPassword --stack dev"
        ) == str(ei.value)

    def test_bound(self, bare, desired):
        """
        A value that the configuration has is accepted.
        """
        api = service(env={"LEVEL": FromConfig("level")})

        desired(api, stack=attrs.evolve(bare, config_keys=["level"]))

    def test_not_known(self, desired):
        """
        Where the configuration is not known, nothing is refused.
        """
        desired(service(env={"LEVEL": FromConfig("level")}))
