"""
Where values come from: ``mizzen explain`` and ``mizzen compare``.
"""

import json
import sys

import pytest

from click.testing import CliRunner

from mizzen.cli import main
from mizzen.cli._places import Place, Places


APP = """\
from mizzen import (
    App, Defaults, Environment, Image, Ingress, Patch, Route, Service,
)

web = Service(
    "web",
    image=Image("acme/web:v5"),
    port=8080,
    env={"A": "1"},
)
app = App(
    "shop",
    edition="2026",
    parts=[web],
    routes=[Route("/", web)],
)
DEV = Environment("dev", defaults=Defaults(cpu="70m"))
PROD = DEV.derive("prod", exposure=Ingress(), overrides=[
    web.override(replicas=3,
                 env={"B": "2"}),
])
"""
FILES = {
    "pyproject.toml": (
        '[tool.mizzen]\napps = ["shop_infra:app"]\n'
        'environments = "shop_infra"\n'
    ),
    "Pulumi.yaml": "name: shop\nruntime: python\n",
    "Pulumi.dev.yaml": "config:\n  shop:environment: dev\n",
    "Pulumi.prod.yaml": (
        "config:\n  shop:environment: prod\n  shop:cluster: kind\n"
        "  shop:hosts: [a.example.com]\n  shop:ingressClass: nginx\n"
    ),
    "tests.py": 'web = Service("web", port=1)\n',
}


@pytest.fixture(name="project")
def _project(tmp_path, monkeypatch):
    for name, text in {**FILES, "shop_infra.py": APP}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    yield tmp_path
    sys.modules.pop("shop_infra", None)


@pytest.fixture(name="mizzen")
def _mizzen(project):
    def mizzen(*args):
        return CliRunner().invoke(main, args, prog_name="mizzen")

    return mizzen


def change(project, old, new):
    """
    Exchange text of the app.
    """
    path = project / "shop_infra.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    sys.modules.pop("shop_infra", None)


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
        ("what", "message"),
        [
            ("wbe", "There is no part 'wbe';"),
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


class TestPlaces:
    def places(self, folder, text):
        """
        The places of one file.
        """
        (folder / "a.py").write_text(text)

        return Places(folder, [folder / "a.py"])

    def test_subscript(self, tmp_path):
        """
        Parts may be taken out of the app, or be those of a module.
        """
        places = self.places(
            tmp_path,
            "web = Service('web')\n"
            "app['web'].override(cpu=1)\n"
            "parts.web.override(memory=1)\n"
            "app[0].override(user=1)\n"
            "app[key].override(scale=1)\n"
            "find()(x).override(health=1)\n"
            "a, b = web = 1\n",
        )

        assert places.override("x", "web", "cpu") == Place("a.py", 2)
        assert places.override("x", "web", "memory") == Place("a.py", 3)
        assert places.override("x", "web", "scale") is None
        assert places.override("x", "web", "health") is None
        assert places.constructor("Service", "api", "cpu") is None
        stack = tmp_path / "Pulumi.prod.yaml"
        assert places.address(stack, "hosts") is None

    def test_derived(self, tmp_path):
        """
        Of environments that override the same, the line is the one that
        decides.
        """
        places = self.places(
            tmp_path,
            "web: Service = Service(name='web')\n"
            "A = Environment('a', overrides=[web.override(cpu=1)],\n"
            "    defaults=Defaults(memory='1Mi'), exposure=COMMON)\n"
            "B = A.derive('b', overrides=[web.override(cpu=2)])\n"
            "C = envs.B.derive('c', overrides=[\n"
            "    web.override(cpu=3),\n"
            "    web.override(cpu=4)], defaults=COMMON)\n"
            "D = derive('d')\n",
        )

        assert places.override("a", "web", "cpu") == Place("a.py", 2)
        assert places.override("b", "web", "cpu") == Place("a.py", 4)
        assert places.override("c", "web", "cpu") == Place("a.py", 7)
        assert places.environment("b", "exposure") == Place("a.py", 3)
        assert places.environment("d", "exposure") is None
        assert places.defaults("b", "memory") == Place("a.py", 3)
        assert places.defaults("c", "user") == Place("a.py", 7)

    def test_entry(self, tmp_path):
        """
        Entries of maps have lines of their own.
        """
        places = self.places(
            tmp_path,
            "web = Service('web', env={\n  **MORE,\n  'A': '1',\n"
            "}, files=FILES)\n",
        )
        lines = [
            places.constructor("Service", "web", field, key).line
            for field, key in (("env", "A"), ("env", "B"), ("files", "/a"))
        ]

        assert lines == [3, 1, 4]

    def test_function(self, tmp_path):
        """
        A part that a function makes is found where that is called.
        """
        places = self.places(
            tmp_path,
            "def worker(name):\n    return Worker(name, env={})\n"
            "mailer = worker('mailer')\n",
        )

        assert places.constructor("Worker", "mailer", "env") == Place(
            "a.py", 3
        )

    def test_address(self, tmp_path):
        """
        Keys of a stack's file may have the project's name before them.
        """
        (tmp_path / "Pulumi.prod.yaml").write_text("a: 1\ningressClass: x\n")
        places = self.places(tmp_path, "")

        stack = tmp_path / "Pulumi.prod.yaml"

        assert places.address(stack, "ingress_class") == Place(
            "Pulumi.prod.yaml", 2
        )
        assert places.address(stack, "issuer") is None


class TestCompare:
    def test_scaled(self, project, mizzen):
        """
        Replicas that an autoscaler has in one of the stacks are no
        difference beside it.
        """
        change(project, "replicas=3", "scale=Autoscale(2, 9, cpu=70)")
        change(project, "    App, ", "    App, Autoscale, ")
        change(
            project,
            '"prod", expo',
            '"prod", defaults=Defaults(replicas=4), expo',
        )
        rows = json.loads(
            mizzen("compare", "dev", "prod", "--format", "json").stdout
        )
        fields = [row["field"] for row in rows if row["part"] == "web"]

        assert "scale" in fields
        assert "replicas" not in fields

    def test_text(self, mizzen):
        """
        Only what differs is told, with what decided it.
        """
        found = mizzen("compare", "dev", "prod").stdout

        assert "replicas" in found
        assert "(override of environment prod)" in found
        assert "cpu" not in found
        # What an environment is called is no difference of the app.
        assert "the app  name" not in found

    def test_json(self, mizzen):
        """
        Programs get the same.
        """
        found = mizzen("compare", "dev", "prod", "--format", "json").stdout
        rows = {
            (row["part"], row["field"]): row["values"]
            for row in json.loads(found)
        }

        assert rows["web", "env B"] == [
            None,
            {"value": "2", "source": "override of environment prod"},
        ]
        assert rows[None, "hosts"] == [
            None,
            {"value": "a.example.com", "source": "the stack's file"},
        ]

    def compared(self, project, mizzen, exposure):
        """
        The values of dev and prod by field, where environments say more.
        """
        change(project, "exposure=Ingress(),", f"exposure={exposure},")
        change(
            project,
            "    App, Defaults,",
            "    App, Defaults, LoadBalancer, NodePort, Transform,",
        )
        found = mizzen("compare", "dev", "prod", "--format", "json").stdout
        return {
            (row["part"], row["field"]): row["values"]
            for row in json.loads(found)
        }

    @pytest.mark.parametrize(
        ("exposure", "words"),
        [
            ("NodePort({web: 30080})", "NodePort(web=30080)"),
            (
                "LoadBalancer([web['http']], source_ranges=['10.0.0.0/8'])",
                "LoadBalancer(web['http'], source_ranges=10.0.0.0/8)",
            ),
        ],
    )
    def test_exposure(self, project, mizzen, exposure, words):
        """
        What is open is told by the names of parts and ports.
        """
        rows = self.compared(project, mizzen, exposure)

        assert rows[None, "exposure"] == [
            None,
            {"value": words, "source": "environment prod"},
        ]

    def test_patch(self, project, mizzen):
        """
        Patches are told field by field, as those of their part.
        """
        rows = self.compared(
            project,
            mizzen,
            'Ingress(), patches=[web.patch("Deployment", {"spec": '
            '{"minReadySeconds": 5, "paused": {}}})]',
        )

        assert rows["web", "patch Deployment spec.minReadySeconds"] == [
            None,
            {"value": "5", "source": "patch of environment prod"},
        ]
        assert ("web", "patch Deployment spec.paused") in rows
        assert not any("patches" in field for _, field in rows)

    def test_function(self, project, mizzen):
        """
        Functions go by their names, because their addresses change.
        """
        rows = self.compared(
            project,
            mizzen,
            "Ingress(), transforms=[Transform('Job', lambda job: job)]",
        )

        assert rows[None, "transforms"] == [
            None,
            {
                "value": "Transform(kind=Job, function=<lambda>)",
                "source": "environment prod",
            },
        ]

    def test_configuration(self, project, mizzen):
        """
        What the app itself reads of a stack's file is compared; of secrets,
        whether they are there.
        """
        for stack, level, more in (
            ("dev", "debug", ""),
            ("prod", "info", "  shop:key:\n    secure: v1:b\n"),
        ):
            path = project / f"Pulumi.{stack}.yaml"
            text = path.read_text()
            path.write_text(
                f"{text}  shop:registry: {stack}.example.com\n"
                f"  shop:level: {level}\n"
                f"  shop:both:\n    secure: v1:{stack}\n{more}"
            )
        rows = self.compared(project, mizzen, "Ingress()")
        file = "the stack's file"

        assert rows[None, "config level"] == [
            {"value": "debug", "source": file},
            {"value": "info", "source": file},
        ]
        assert rows[None, "config key"] == [
            None,
            {"value": "a secret", "source": file},
        ]
        assert rows[None, "registry"][0]["value"] == "dev.example.com"
        assert (None, "config both") not in rows
        assert (None, "config registry") not in rows


class TestPage:
    def test_lines(self, root, monkeypatch):
        """
        What the page about changes shows is what the example app gives, with
        the lines of its files.
        """
        page = (root / "docs" / "changes.md").read_text(encoding="utf-8")
        shown = page.partition("```console\n$ mizzen explain ")[2]
        calls = shown.partition("```")[0].split("$ mizzen explain ")
        monkeypatch.chdir(root)

        assert len(calls) == 2
        for call in calls:
            words, _, output = call.partition("\n")
            ran = CliRunner().invoke(main, ["explain", *words.split()])
            assert ran.output == output
