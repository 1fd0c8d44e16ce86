"""
Where values come from: ``mizzen explain``.
"""

import subprocess
import sys

import pytest

from .conftest import FILES, change


BILLING = """\
billing = ExternalService(
    "billing",
    host="billing.example.com",
    port=80,
)
web = Service("""
MOVED = """\
    billing.override(host="billing.stable.svc",
                     namespace="stable"),
    web.override("""


class TestPart:
    @pytest.mark.parametrize(
        ("what", "line"),
        [
            (
                "web.replicas",
                (
                    "web.replicas: 3 - override of environment prod "
                    "(shop_infra.py:19)"
                ),
            ),
            (
                "web.env.A",
                "web.env A: 1 - part (shop_infra.py:9)",
            ),
            (
                "web.env.B",
                (
                    "web.env B: 2 - override of environment prod "
                    "(shop_infra.py:20)"
                ),
            ),
            ("web.user", "web.user: 10001 - edition 2026"),
            ("web.port", "web.port: 8080 - part (shop_infra.py:8)"),
        ],
    )
    def test_field(self, mizzen, what, line):
        """
        Each field has what decided it, with file and line.
        """
        assert mizzen("explain", "prod", what).stdout == f"{line}\n"

    def test_default(self, mizzen):
        """
        A default of the environment is found where it is given.
        """
        assert mizzen("explain", "dev", "web.cpu").stdout == (
            "web.cpu: 70m - defaults of environment dev (shop_infra.py:17)\n"
        )

    def test_all(self, mizzen):
        """
        Without a field, all of them are told.
        """
        lines = mizzen("explain", "dev", "web").stdout.splitlines()

        assert "web.name: web - part (shop_infra.py:5)" in lines
        assert len(lines) > 8

    @pytest.mark.parametrize(
        ("what", "line"),
        [
            ("port", "80 - part (shop_infra.py:8)"),
            (
                "namespace",
                "stable - override of environment prod (shop_infra.py:25)",
            ),
        ],
    )
    def test_run_by_others(self, project, mizzen, what, line):
        """
        What others run is found where that is said.
        """
        change(project, "Ingress,", "ExternalService, Ingress,")
        change(project, "web = Service(", BILLING)
        change(project, "port=8080,", "port=8080, uses=[billing],")
        change(project, "    web.override(", MOVED)

        found = mizzen("explain", "prod", f"web.uses.billing.{what}").stdout

        assert found == f"web.uses billing.{what}: {line}\n"

    @pytest.mark.parametrize(
        ("what", "message"),
        [
            ("wbe", "Part 'wbe' is unknown;"),
            ("web.replcas", "'web' has no field 'replcas';"),
        ],
    )
    def test_unknown(self, mizzen, what, message):
        """
        What is not there is named, with the nearest that is.
        """
        found = mizzen("explain", "dev", what)

        assert found.exit_code == 2
        assert message in found.stderr
        assert "nearest to" in found.stderr
        assert "''" not in found.stderr


class TestObject:
    @pytest.mark.parametrize(
        ("what", "lines"),
        [
            (
                "Deployment/web.spec.replicas",
                [
                    "Deployment/web spec.replicas: 3",
                    (
                        "- override of environment prod: replicas "
                        "(shop_infra.py:19)"
                    ),
                ],
            ),
            (
                "Deployment/web.spec.template.spec.containers.web.env.A.value",
                [
                    (
                        "Deployment/web spec.template.spec.containers.web.env"
                        ".A.value: 1"
                    ),
                    "- Service web: env (shop_infra.py:9)",
                ],
            ),
            (
                (
                    "Deployment/web.spec.template.spec.containers.web"
                    ".resources.requests.cpu"
                ),
                [
                    (
                        "Deployment/web spec.template.spec.containers.web"
                        ".resources.requests.cpu: 70m"
                    ),
                    ("- defaults of environment prod: cpu (shop_infra.py:17)"),
                ],
            ),
            (
                "Deployment/web.spec.strategy.type",
                [
                    "Deployment/web spec.strategy.type: RollingUpdate",
                    ("- mizzen's default, edition 2026 (docs/containers.md)"),
                ],
            ),
        ],
    )
    def test_field(self, mizzen, what, lines):
        """
        What a field depends on is found by leaving it out.
        """
        assert mizzen("explain", "prod", what).stdout.splitlines() == lines

    def test_address(self, mizzen):
        """
        Addresses are in the stack's file.
        """
        found = mizzen("explain", "prod", "Ingress/shop.spec.rules")

        assert found.stdout.splitlines()[1:] == [
            "- Service web: name (shop_infra.py:5)",
            "- route /: path (shop_infra.py:15)",
            "- environment prod: exposure (shop_infra.py:18)",
            "- file of stack prod: hosts (Pulumi.prod.yaml:4)",
        ]

    def test_other_address(self, project, mizzen):
        """
        Files of the same name in other folders are not the stack's.
        """
        (project / "another").mkdir()
        text = FILES["Pulumi.prod.yaml"]
        (project / "another" / "Pulumi.prod.yaml").write_text(f"\n{text}")
        found = mizzen("explain", "prod", "Ingress/shop.spec.rules")

        assert found.stdout.splitlines()[-1] == (
            "- file of stack prod: hosts (Pulumi.prod.yaml:4)"
        )

    def test_shared_address(self, project, mizzen):
        """
        Stacks that share a file have their addresses there.
        """
        path = project / "pyproject.toml"
        path.write_text(f'{path.read_text()}stacks = {{ "pr-*" = "prod" }}\n')
        found = mizzen("explain", "pr-7", "Ingress/shop.spec.rules")

        assert found.stdout.splitlines()[-1] == (
            "- file of stack pr-7: hosts (Pulumi.prod.yaml:4)"
        )

    def test_whole(self, mizzen):
        """
        A whole object depends on all that is said of it.
        """
        found = mizzen("explain", "prod", "Deployment/web").stdout

        assert "- Service web: env (shop_infra.py:9)" in found
        assert (
            "- override of environment prod: env (shop_infra.py:20)" in found
        )

    def test_needed(self, project, mizzen):
        """
        What cannot be left out is no influence.
        """
        needed = """ports=[Port("web", 80)],
    writable=["/data"],
    files={"/tmp": "x"},"""
        change(project, "port=8080,", needed)
        change(project, "Ingress, Patch,", "Ingress, Patch, Port,")
        found = mizzen("explain", "prod", "Deployment/web.spec.replicas")

        assert len(found.stdout.splitlines()) == 2

    @pytest.mark.parametrize("owner", ["app", "environment"])
    def test_patch(self, project, mizzen, owner):
        """
        A patch is told before all else.
        """
        patch = (
            'patches=[Patch(web, "Deployment", {"spec": {"replicas": 9}})],'
        )
        if owner == "app":
            change(project, "    parts=[web],", f"    parts=[web], {patch}")
        else:
            change(
                project, "exposure=Ingress(),", f"exposure=Ingress(), {patch}"
            )
        found = mizzen("explain", "prod", "Deployment/web.spec.replicas")
        lines = found.stdout.splitlines()

        assert lines[0] == "Deployment/web spec.replicas: 9"
        assert f"{owner} " in lines[1]
        assert len(lines) == 2

    @pytest.mark.parametrize(
        ("what", "message"),
        [
            ("Deployment/wbe", "There is no Deployment/wbe;"),
            ("Deployment/web.spec.replcas", "Deployment/web has no"),
            ("Deployment/web.spec.replicas.x", "Deployment/web has no"),
        ],
    )
    def test_unknown(self, mizzen, what, message):
        """
        What is not there is named.
        """
        found = mizzen("explain", "dev", what)

        assert found.exit_code == 2
        assert found.stderr.startswith(message)


class TestPaths:
    """
    How objects and their fields may be written.
    """

    @pytest.mark.parametrize(
        "what",
        [
            "Deployment/web.spec.template.spec.containers[0].env[0].name",
            "deployment/web.spec.template.spec.containers.web.env.A.name",
            'deploy/web.spec.template.spec.containers["web"].env[A].name',
        ],
    )
    def test_same(self, mizzen, what):
        """
        Kinds may be abbreviated, and entries of lists go by name or number.
        """
        found = mizzen("explain", "prod", what).stdout.splitlines()

        assert found[0].endswith(".name: A")
        assert found[1:] == ["- Service web: env (shop_infra.py:9)"]

    @pytest.mark.parametrize(
        "path",
        [
            "metadata.labels.app.kubernetes.io/name",
            "metadata.labels[app.kubernetes.io/name]",
        ],
    )
    def test_dots(self, mizzen, path):
        """
        Keys may have dots in them.
        """
        found = mizzen("explain", "prod", f"svc/web.{path}").stdout

        assert found.splitlines() == [
            f"Service/web {path}: web",
            "- Service web: name (shop_infra.py:5)",
        ]

    def test_hash(self, project, mizzen):
        """
        An object goes by its name without the hash, or by its part.
        """
        change(project, "port=8080,", 'port=8080, files={"/etc/a": "x"},')
        names = ("ConfigMap/web-files", "configmap/web")
        found = {mizzen("explain", "dev", f"{n}.data").stdout for n in names}

        assert len(found) == 1
        assert "- Service web: files (shop_infra.py:8)" in found.pop()

    def test_several(self, project, mizzen):
        """
        A part that has several objects of a kind does not tell which.
        """
        change(
            project,
            "port=8080,",
            "port=8080, files={'/etc/a': 'x'}, "
            "sidecars=[Container('b', image=Image('b:1'), "
            "files={'/etc/b': 'y'})],",
        )
        change(project, "App,", "App, Container,")
        found = mizzen("explain", "dev", "cm/web.data")

        assert found.exit_code == 2
        assert found.stderr.startswith(
            "There are several of cm/web; choose one of: 'ConfigMap/web-"
        )


class TestWritten:
    """
    What cannot be left out decides all the same.
    """

    CONTAINER = "deploy/web.spec.template.spec.containers[0]"

    @pytest.mark.parametrize(
        ("what", "lines"),
        [
            (
                f"{CONTAINER}.ports[0].containerPort",
                ["- Service web: port (shop_infra.py:8)"],
            ),
            (
                f"{CONTAINER}.image",
                ["- Service web: image (shop_infra.py:7)"],
            ),
            (
                f"{CONTAINER}.name",
                ["- Service web: name (shop_infra.py:5)"],
            ),
            (
                "ingress/shop.spec.rules[0].http.paths[0].path",
                [
                    "- route /: path (shop_infra.py:15)",
                    "- environment prod: exposure (shop_infra.py:18)",
                ],
            ),
            (
                "namespace/shop-prod.metadata.name",
                [
                    "- file of stack prod: name (Pulumi.prod.yaml:1)",
                    "- app shop: name (shop_infra.py:11)",
                ],
            ),
        ],
    )
    def test_needed(self, mizzen, what, lines):
        """
        Ports, images, routes and names are told like all else.
        """
        found = mizzen("explain", "prod", what).stdout

        assert found.splitlines()[1:] == lines

    def test_neighbour(self, project, mizzen):
        """
        What a part is told about another one has its origin in both.
        """
        change(
            project,
            "app = App(",
            'api = Worker("api", image=Image("acme/api:v1"), uses=[web])\n'
            "app = App(",
        )
        change(project, "parts=[web]", "parts=[web, api]")
        change(project, "Service,", "Service, Worker,")
        what = "deploy/api.spec.template.spec.containers.api.env[WEB_PORT]"
        found = mizzen("explain", "prod", what).stdout.splitlines()

        assert found[1:] == [
            "- Service web: name (shop_infra.py:5)",
            "- Service web: port (shop_infra.py:8)",
            "- Worker api: uses (shop_infra.py:11)",
        ]
        found = mizzen("explain", "prod", "netpol/web.spec.ingress").stdout
        assert "- Worker api: uses (shop_infra.py:11)" in found.splitlines()
        found = mizzen("explain", "prod", "deploy/api.spec.replicas").stdout
        assert "- mizzen's default" in found

    def test_others(self, project, mizzen):
        """
        What is written about other parts is not asked, and a policy that
        is one of a few words is found by taking another one.
        """
        change(
            project,
            "app = App(",
            'api = Service("api", image=Image("acme/api:v1"), port=8081)\n'
            "app = App(",
        )
        change(project, "parts=[web]", "parts=[web, api]")
        change(project, "routes=[", 'routes=[Route("/api", api), ')
        change(
            project, "web.override(", "api.override(cpu='1'), web.override("
        )
        change(
            project,
            "exposure=Ingress(),",
            "exposure=Ingress(), isolation=Isolation.INGRESS,",
        )
        change(project, "Ingress,", "Ingress, Isolation,")
        found = mizzen("explain", "prod", "netpol/web.spec.policyTypes")

        assert found.stdout.splitlines()[1:] == [
            "- environment prod: isolation (shop_infra.py:19)"
        ]
        found = mizzen("explain", "prod", "deploy/web.spec.replicas").stdout
        assert "isolation" not in found

    def test_job(self, project, mizzen):
        """
        The image of a job that shares it is that of the part.
        """
        change(
            project,
            "app = App(",
            'job = Job("job", image=web.image, before=[web])\napp = App(',
        )
        change(project, "parts=[web]", "parts=[web, job]")
        change(project, "Ingress, Patch,", "Ingress, Job, Patch,")
        what = "job/job.spec.template.spec.containers.job.image"
        found = mizzen("explain", "prod", what).stdout.splitlines()

        assert found[1:] == ["- Job job: image (shop_infra.py:11)"]


class TestPage:
    def test_lines(self, root):
        """
        What the page about changes shows is what the example app gives, with
        the lines of its files.
        """
        page = (root / "docs" / "changes.md").read_text(encoding="utf-8")
        shown = page.partition("```console\n$ mizzen explain ")[2]
        calls = shown.partition("```")[0].split("$ mizzen explain ")

        assert len(calls) == 2
        for call in calls:
            words, _, output = call.partition("\n")
            ran = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "mizzen.cli",
                    "explain",
                    *words.split(),
                ],
                cwd=root,
                capture_output=True,
                check=True,
                text=True,
            )
            assert ran.stdout == output
