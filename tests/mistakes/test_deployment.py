"""
Mistakes in where and how it is deployed, in full texts.
"""

from pathlib import Path

import attrs
import pytest

from mizzen import (
    App,
    CertManager,
    Credentials,
    Dockerfile,
    Environment,
    External,
    ExternalService,
    FromConfig,
    Ingress,
    LoadBalancer,
    NodePort,
    Port,
    Postgres,
    Project,
    Redis,
    Route,
    SpecError,
    Stack,
    Tls,
    TlsSecret,
    Worker,
)

from .support import IMAGE, app, service


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

    @pytest.mark.parametrize("parts", ["web", 5, ["web"]])
    def test_no_service(self, parts):
        """
        What is no service is refused, and one alone is one of a list.
        """
        wrong = parts if isinstance(parts, (str, int)) else parts[0]
        with pytest.raises(SpecError) as ei:
            NodePort(parts)
        api = service()

        assert (
            "NodePort: parts must hold Services or ports of theirs, like "
            f"NodePort([web]) or NodePort([broker['mqtt']]) (got {wrong!r})."
        ) == str(ei.value)
        assert NodePort([api]).parts == NodePort(api).parts

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

    @pytest.mark.parametrize(
        ("opened", "path", "port"),
        [("http", "/x", "admin"), ("admin", "/", "http")],
    )
    def test_unopened_port(self, desired, opened, path, port):
        """
        A route to another port than those that are open is refused.
        """
        web = service("web", ports=[Port("admin", 9000)])
        shop = app(web, routes=[Route("/", web), Route("/x", web["admin"])])
        exposure = LoadBalancer([web[opened]])

        with pytest.raises(SpecError) as ei:
            desired(shop, environment=Environment("dev", exposure=exposure))

        assert (
            (
                f"Route {path!r} leads to port {port!r} of Service 'web', which "
                f"environment 'dev' does not open (open: {opened!r})."
            ),
        ) == ei.value.problems

    def test_ports_of_others(self, desired):
        """
        Ports are open one by one, and what exposed parts use they reach at
        any port.
        """
        api = service("api", ports=[Port("admin", 9000)])
        web = service("web", ports=[Port("admin", 9000)], uses=[api])
        shop = app(
            api,
            web,
            routes=[
                Route("/", web),
                Route("/x", web["admin"]),
                Route("/api", api["admin"]),
            ],
        )
        exposure = LoadBalancer([web, web["admin"]])

        assert desired(shop, environment=Environment("dev", exposure=exposure))


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

    @pytest.mark.parametrize("exposure", [NodePort, LoadBalancer])
    def test_no_service(self, exposure):
        """
        Only Services can be reached from outside.
        """
        with pytest.raises(SpecError) as ei:
            exposure([Worker("worker", image=IMAGE)])

        name = exposure.__name__
        assert (
            f"{name}: parts must hold Services or ports of theirs, like "
            f"{name}([web]) or {name}([broker['mqtt']]) (got <Worker worker>)."
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


class TestUnknown:
    def test_environment(self):
        """
        An unknown environment is refused with the nearest one there is.
        """
        environments = {
            name: Environment(name) for name in ("dev", "prod", "prod-eu")
        }
        project = Project(Path(), {}, environments)

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


class TestAddresses:
    def test_missing(self, desired):
        """
        A stack without host names and issuer cannot have an Ingress with
        certificates; both are reported at once.
        """
        environment = Environment("prod", exposure=Ingress(tls=CertManager()))
        api = service()

        with pytest.raises(SpecError) as ei:
            desired(
                app(api, routes=[Route("/", api)]), environment=environment
            )

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
        stack = Stack(
            "dev",
            environment="prod",
            hosts=["a.example.com"],
            ingress_class="nginx",
        )
        api = service()
        found = desired(
            app(api, routes=[Route("/", api)]),
            environment=environment,
            stack=stack,
        )

        assert [
            {"hosts": ["a.example.com"], "secretName": "certificate"}
        ] == found.get("Ingress", "shop")["spec"]["tls"]


def level(manifests):
    """
    What the one variable of the service is.
    """
    spec = manifests.get("Deployment", "api")["spec"]["template"]["spec"]
    ((variable,),) = (each["env"] for each in spec["containers"])

    return variable["value"]


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

    def test_many_readers(self, bare, desired):
        """
        A key that many read is missed once.
        """
        read = {"LEVEL": FromConfig("level")}
        services = [
            attrs.evolve(service(env=read), name=name) for name in "abcd"
        ]
        with pytest.raises(SpecError) as ei:
            desired(*services, stack=bare)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'a': env LEVEL comes from the configuration of "
            "stack 'dev', which has no 'level'; Service 'b', Service 'c' and "
            "1 more read it too. Run: pulumi config set level --stack dev"
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

    def test_unbound_elsewhere(self, bare, desired):
        """
        So is all that says where a store is that somebody else runs, whose
        own password nobody asks for.
        """
        at = External(
            host=FromConfig("host"),
            credentials=Credentials(
                FromConfig("user"), FromConfig("pass", secret=True)
            ),
            tls=Tls(ca=FromConfig("ca")),
        )
        password = FromConfig("dbPassword", secret=True)
        db = Redis("db", version=8, disk="1Gi", at=at, password_from=password)

        with pytest.raises(SpecError) as ei:
            desired(db, stack=bare)

        assert [
            f"Redis 'db': {what} comes from the configuration of stack "
            f"'dev', which has no {key!r}. Run: pulumi config set "
            f"{option}{key} --stack dev"
            for what, option, key in (
                ("at.host", "", "host"),
                ("at.credentials.user", "", "user"),
                ("at.credentials.password", "--secret ", "pass"),
                ("at.tls.ca", "", "ca"),
            )
        ] == list(ei.value.problems)

    def test_unbound_host(self, bare, desired):
        """
        So is the host of what a part uses and others run.
        """
        other = ExternalService("billing", host=FromConfig("host"), port=443)

        with pytest.raises(SpecError) as ei:
            desired(service(uses=[other]), stack=bare)

        assert (
            "Service 'api': host of ExternalService 'billing' comes from the "
            "configuration of stack 'dev', which has no 'host'. Run: pulumi "
            "config set host --stack dev"
        ) == ei.value.problems[0]

    def test_bound(self, bare, desired):
        """
        A value that the configuration has is accepted.
        """
        api = service(env={"LEVEL": FromConfig("level")})
        found = desired(api, stack=attrs.evolve(bare, config_keys=["level"]))

        assert "‹config: level›" == level(found)

    def test_not_known(self, desired):
        """
        Where the configuration is not known, nothing is refused.
        """
        found = desired(service(env={"LEVEL": FromConfig("level")}))

        assert "‹config: level›" == level(found)
