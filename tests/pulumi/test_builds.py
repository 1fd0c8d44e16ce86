"""
Images: two builders, one staged copy, and no build where none is needed.
"""

import pytest

from mizzen import (
    App,
    Cluster,
    Docker,
    DockerBuild,
    Dockerfile,
    Environment,
    Image,
    Job,
    Registry,
    Service,
    SpecError,
    Stack,
    Version,
    compile_app,
)
from mizzen.pulumi import AppComponent


STAGED = "../.mizzen/build/dev/shop-api"


@pytest.fixture(name="root")
def _root(tmp_path, monkeypatch):
    """
    A project with one build context, whose program is in ``infra``.
    """
    context = tmp_path / "apps" / "api"
    context.mkdir(parents=True)
    (context / "Dockerfile").write_text("FROM scratch\n")
    (context / "main.py").write_text("print()\n")
    (context / "notes.md").write_text("ignored\n")
    (context / ".dockerignore").write_text("notes.md\n")
    (tmp_path / "infra").mkdir()
    monkeypatch.chdir(tmp_path / "infra")

    return tmp_path


@pytest.fixture(name="api")
def _api():
    return Service(
        "api", image=Dockerfile("apps/api", args={"BASE": "x"}), port=8000
    )


@pytest.fixture(name="app")
def _app(api):
    """
    A service and a job that runs the same image before it.
    """
    migrate = Job("migrate", image=api.image, before=[api])
    return App("shop", edition="2026", parts=[api, migrate])


@pytest.fixture(name="run")
def _run(deploy, root, app):
    """
    Deploys the app by a builder to a stack with the given fields.
    """

    def run(builder, *, app=app, **fields):
        stack = Stack("dev", environment="dev", root=root, **fields)
        environment = Environment("dev", builder=builder)
        deploy(
            lambda: AppComponent(
                "shop", app=app, environment=environment, stack=stack
            )
        )
        return compile_app(app, environment, stack).images["api"]

    return run


class TestDocker:
    def test_inputs(self, run, monitor):
        """
        `Docker` builds by the local engine, of which a cluster without a
        registry shares the images.
        """
        reference = run(Docker())

        image = monitor.registered["api-image"]
        assert "docker:index/image:Image" == image.type
        assert "api" == image.parent
        assert {
            "buildOnPreview": False,
            "imageName": reference,
            "skipPush": True,
            "build": {
                "args": {"BASE": "x"},
                "context": f"{STAGED}/context",
                "dockerfile": f"{STAGED}/Dockerfile",
                "platform": "linux/amd64",
            },
        } == image.inputs

    def test_push(self, run, monitor):
        """
        With a registry the image is pushed there.
        """
        reference = run(Docker(), registry=Registry("ghcr.io/acme"))

        image = monitor.registered["api-image"]
        assert reference.startswith("ghcr.io/acme/shop-api:")
        assert (reference, False) == (
            image.inputs["imageName"],
            image.inputs["skipPush"],
        )

    def test_target(self, run, monitor):
        """
        One stage of a Dockerfile may be the image.
        """
        image = Dockerfile("apps/api", target="0")
        app = App(
            "shop",
            edition="2026",
            parts=[Service("api", image=image, port=8000)],
        )
        run(Docker(), app=app)

        build = monitor.registered["api-image"].inputs["build"]
        assert "0" == build["target"]


class TestDockerBuild:
    def test_inputs(self, run, monitor):
        """
        `DockerBuild` builds by the current builder, and builds nothing in
        previews.
        """
        reference = run(DockerBuild(), platform="linux/arm64")

        image = monitor.registered["api-image"]
        assert "docker-build:index:Image" == image.type
        assert "api" == image.parent
        assert {
            "buildArgs": {"BASE": "x"},
            "buildOnPreview": False,
            "context": {"location": f"{STAGED}/context"},
            "dockerfile": {"location": f"{STAGED}/Dockerfile"},
            "load": True,
            "network": "default",
            "platforms": ["linux/arm64"],
            "push": False,
            "tags": [reference],
        } == image.inputs

    def test_push(self, run, monitor):
        """
        With a registry the image is pushed there and stays out of the local
        engine; the builder may have a name.
        """
        run(DockerBuild(builder="far"), registry=Registry("ghcr.io/acme"))

        inputs = monitor.registered["api-image"].inputs
        assert (True, False, {"name": "far"}) == (
            inputs["push"],
            inputs["load"],
            inputs["builder"],
        )

    def test_by_tag(self, run, monitor, root, monkeypatch):
        """
        What the shell says is taken by tag where it is named by digest.
        """
        pinned = f"python:3.13@sha256:{'0' * 64}"
        (root / "apps/api/Dockerfile").write_text(f"FROM {pinned}\n")
        monkeypatch.setenv("MIZZEN_IMAGES_BY_TAG", "node:20,python:3.13")
        run(DockerBuild())

        image = monitor.registered["api-image"]
        assert {
            "location": f"{STAGED}/context",
            "named": {pinned: {"location": "docker-image://python:3.13"}},
        } == image.inputs["context"]

    def test_unknown_platform(self, run):
        """
        A platform that Docker Build does not know is refused.
        """
        with pytest.raises(SpecError) as ei:
            run(DockerBuild(), platform="linux/arm64/v8")

        assert (
            "Docker Build cannot build for platform 'linux/arm64/v8'; choose "
            "one of: 'darwin/386', 'darwin/amd64', 'darwin/arm', "
            "'darwin/arm64', 'dragonfly/amd64', 'freebsd/386', "
            "'freebsd/amd64', 'freebsd/arm', 'linux/386' and 19 more (nearest "
            "to 'linux/arm64/v8': 'linux/arm64')."
        ) == str(ei.value)


class TestStagedCopy:
    def test_content(self, run, root):
        """
        What is built is what was hashed: no ignored file is in the copy.
        """
        run(Docker())

        copy = root / ".mizzen" / "build" / "dev" / "shop-api"
        assert [
            "Dockerfile",
            "context",
            "context/Dockerfile",
            "context/main.py",
        ] == sorted(
            path.relative_to(copy).as_posix() for path in copy.rglob("*")
        )

    def test_out_of_sight(self, run, root):
        """
        Copies are nothing that Git sees.
        """
        run(Docker())

        ignored = root / ".mizzen" / "build" / ".gitignore"
        assert "*\n" == ignored.read_text()


class TestWhich:
    def test_one_for_both(self, run, monitor):
        """
        Parts that share an image share its build, which both wait for.
        """
        run(Docker())

        images = [n for n in monitor.registered if n.endswith("-image")]
        assert ["api-image"] == images
        for pods in ("api-deployment", "migrate-job"):
            assert "api-image" in monitor.registered[pods].dependencies

    def test_cluster_decides(self, run, monitor):
        """
        A cluster that needs a certain builder has it in any environment.
        """
        run(Docker(), cluster=Cluster("odd", builder=DockerBuild()))

        image = monitor.registered["api-image"]
        assert "docker-build:index:Image" == image.type

    def test_recorded_version(self, run, monitor):
        """
        A recorded version is not built, so that no builder is needed.
        """
        digest = "sha256:" + 64 * "1"
        version = Version("v5", digest)
        versions = {"api": version, "migrate": version}
        reference = run(Docker(), versions=versions)

        assert f"shop-api:v5@{digest}" == reference
        assert "api-image" not in monitor.registered

    def test_prebuilt(self, run, monitor, app, api):
        """
        An image that somebody else has built is not built.
        """
        run(Docker(), app=app.replace(api, image=Image("acme/api:v5")))

        assert "api-image" not in monitor.registered
