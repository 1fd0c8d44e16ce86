"""
Single parts as components of somebody else's program.
"""

import pulumi
import pytest

from mizzen import (
    CronJob,
    DaemonSet,
    Dockerfile,
    Environment,
    FromProgram,
    Image,
    Job,
    Namespace,
    NodePort,
    Postgres,
    Service,
    SpecError,
    Stack,
    Worker,
)
from mizzen.pulumi import (
    CronJobComponent,
    DaemonSetComponent,
    JobComponent,
    ServiceComponent,
    StoreComponent,
    WorkerComponent,
)


IMAGE = Image("acme/api:v5")


def _objects(found):
    return {
        name: resource.parent
        for name, resource in found.resources.items()
        if resource.type.startswith("kubernetes:")
    }


class TestAlone:
    @pytest.mark.parametrize(
        ("component", "part", "token", "roles"),
        [
            (
                ServiceComponent,
                Service("it", image=IMAGE, port=8000),
                "mizzen:index:Service",
                {"deployment", "service"},
            ),
            (
                WorkerComponent,
                Worker("it", image=IMAGE),
                "mizzen:index:Worker",
                {"deployment"},
            ),
            (
                JobComponent,
                Job("it", image=IMAGE),
                "mizzen:index:Job",
                {"job"},
            ),
            (
                DaemonSetComponent,
                DaemonSet("it", image=IMAGE),
                "mizzen:index:DaemonSet",
                {"daemon-set"},
            ),
            (
                CronJobComponent,
                CronJob("it", image=IMAGE, schedule="@daily"),
                "mizzen:index:CronJob",
                {"cron-job"},
            ),
            (
                StoreComponent,
                Postgres("it", version=17, disk="1Gi"),
                "mizzen:index:Store",
                {
                    "accounts",
                    "accounts-files",
                    "administrator-policy",
                    "credentials",
                    "disk",
                    "service",
                    "stateful-set",
                },
            ),
        ],
    )
    def test_objects(self, deploy, component, part, token, roles):
        """
        Each kind of part can be deployed alone, in a namespace of its own.
        """
        found = deploy(lambda: component("own", part) and None)

        common = {"service-account", "network-policy"}
        assert token == found["own"].type
        assert {
            "own-namespace": "own",
            **{f"own-{role}": "own" for role in common | roles},
        } == _objects(found)

    def test_twice(self, deploy):
        """
        A program may deploy a part several times.
        """
        web = Service("web", image=IMAGE, port=8000)

        def program():
            for region in ("eu", "us"):
                ServiceComponent(region, web)

        found = deploy(program).resources

        assert {"eu-dev", "us-dev"} == {
            found[f"{region}-deployment"].inputs["metadata"]["namespace"]
            for region in ("eu", "us")
        }

    @pytest.mark.parametrize(
        ("component", "part", "name", "role"),
        [
            (
                DaemonSetComponent,
                DaemonSet("it", image=IMAGE),
                "daemon_set",
                "daemon-set",
            ),
            (
                CronJobComponent,
                CronJob("it", image=IMAGE, schedule="@daily"),
                "cron_job",
                "cron-job",
            ),
            (
                DaemonSetComponent,
                DaemonSet("it", image=IMAGE, port=8125),
                "service",
                "service",
            ),
        ],
    )
    def test_property(self, deploy, component, part, name, role):
        """
        What makes the pods is a property of the component.
        """
        seen = []

        def program():
            made = component("own", part)
            seen.append(getattr(made, name) is made.resources[role])

        deploy(program)

        assert [True] == seen

    def test_silent(self, deploy):
        """
        A DaemonSet that listens on nothing has no Service.
        """
        seen = []

        def program():
            part = DaemonSet("it", image=IMAGE)
            seen.append(DaemonSetComponent("own", part).service)

        deploy(program)

        assert [None] == seen

    def test_namespace_first(self, deploy):
        """
        The objects of a part alone wait for its namespace.
        """
        web = Service("web", image=IMAGE, port=8000)
        found = deploy(lambda: ServiceComponent("web", web) and None)

        assert {"web-namespace"} == found["web-service"].dependencies
        assert {
            "web-namespace",
            "web-service-account",
            "web-network-policy",
        } == found["web-deployment"].dependencies

    def test_values_in_and_out(self, deploy):
        """
        A part takes values from the program around it and gives its address
        and typed resources back.
        """
        web = Service(
            "web",
            image=IMAGE,
            port=8000,
            env={"DATABASE_HOST": FromProgram("host")},
        )

        def program():
            component = ServiceComponent(
                "web",
                web,
                environment=Environment(
                    "shared", namespace=Namespace("payments", create=False)
                ),
                bind={"host": pulumi.Output.from_input("db.example.com")},
            )
            return {
                "url": component.url,
                "image": component.image,
                "namespace": component.namespace,
                "name": component.service.metadata.name,
            }

        found = deploy(program, secrets={})

        assert {
            "url": "http://web.payments.svc:8000",
            "image": "acme/api:v5",
            "namespace": "payments",
            "name": "web",
        } == found.result
        assert "payments-namespace" not in found.resources

    def test_policy_and_addresses(self, deploy):
        """
        Environment and stack mean to a part alone what they mean to an app.
        """
        web = Service("web", image=IMAGE, port=8000)
        found = deploy(
            lambda: (
                ServiceComponent(
                    "web",
                    web,
                    environment=Environment(
                        "prod",
                        exposure=NodePort({web: 30080}),
                        overrides=[web.override(replicas=3)],
                    ),
                    stack=Stack("blue", environment="prod"),
                )
                and None
            )
        )

        assert "web-blue" == found["web"].outputs["namespace"]
        assert 3 == found["web-deployment"].inputs["spec"]["replicas"]
        assert "NodePort" == found["web-service"].inputs["spec"]["type"]

    def test_build(self, deploy, tmp_path, monkeypatch):
        """
        The pods of a part alone wait for its image.
        """
        monkeypatch.chdir(tmp_path)
        (tmp_path / "api").mkdir()
        (tmp_path / "api" / "Dockerfile").write_text("FROM scratch\n")
        api = Service("api", image=Dockerfile("api"), port=8000)
        found = deploy(lambda: ServiceComponent("api", api) and None)

        assert "api-image" in found["api-deployment"].dependencies
        assert (
            ".mizzen/build/dev/api-api/context"
            == found["api-image"].inputs["build"]["context"]
        )


class TestMistakes:
    def test_uses(self, deploy, monitor, api):
        """
        A part that uses others cannot be deployed without them.
        """
        with pytest.raises(SpecError) as ei:
            deploy(lambda: ServiceComponent("api", api))

        assert (
            "Service 'api' uses other parts and cannot be deployed alone. "
            "Deploy them together by AppComponent."
        ) == str(ei.value)
        assert {} == monitor.registered

    def test_unbound(self, deploy, monitor):
        """
        A value that is bound to nothing is refused for a part alone, too.
        """
        worker = Worker("worker", image=IMAGE, env={"X": FromProgram("x")})

        with pytest.raises(SpecError) as ei:
            deploy(lambda: WorkerComponent("worker", worker))

        assert (
            "App 'worker' cannot be deployed to stack 'dev':\n"
            "  - FromProgram('x') is bound to nothing; there are none yet. "
            "Pass bind={'x': …} to the component."
        ) == str(ei.value)
        assert {} == monitor.registered
