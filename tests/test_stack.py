"""
Stacks and the project that they belong to, as files describe them.
"""

import sys

import pytest

from mizzen import (
    App,
    Environment,
    Project,
    Registry,
    SecretStore,
    SpecError,
    Stack,
    Version,
    load_project,
)
from mizzen.environment import CLUSTERS
from mizzen.project import find_root
from mizzen.stack import parse_stack


DIGEST = f"sha256:{'0' * 64}"
APP = """
from mizzen import App
app = App({name!r}, edition="2026", parts=[])
other = App("other", edition="2026", parts=[])
number = 5
"""
ENVIRONMENTS = """
from mizzen import Environment
from {folder}.app import app
DEV = Environment("dev")
PROD = DEV.derive("prod")
DEFAULT = DEV
"""


@pytest.fixture(name="write")
def _write(tmp_path, monkeypatch):
    """
    Writes a project of some tables and files.
    """
    monkeypatch.setattr(sys, "path", [*sys.path])
    # Modules stay loaded, so that each test needs names of its own.
    folder = f"infra_{tmp_path.name}"

    def write(*, pulumi="name: shop\n", table="", files=None):
        usual = f'apps = ["{folder}.app:app"]\n'
        environments = f'environments = "{folder}.environments"\n'
        texts = {
            "pyproject.toml": f"[tool.mizzen]\n{table or usual}{environments}",
            "Pulumi.yaml": pulumi,
            f"{folder}/app.py": APP.format(name="shop"),
            f"{folder}/environments.py": ENVIRONMENTS.format(folder=folder),
            **(files or {}),
        }
        for path, text in texts.items():
            if text is not None:
                (tmp_path / path).parent.mkdir(exist_ok=True)
                (tmp_path / path).write_text(text)
        return tmp_path

    write.folder = folder
    return write


class TestLoadProject:
    def test_whole(self, write):
        """
        A project is found from any of its folders, with its apps and
        environments by name.
        """
        root = write(files={"stacks/Pulumi.dev.yaml": ""})
        project = load_project(root / "stacks")

        assert root == project.root
        assert ["shop"] == list(project.apps)
        assert ["dev", "prod"] == list(project.environments)
        assert project.apps["shop"] is project.app() is project.app("shop")

    def test_example(self, root):
        """
        The repository's own project has an app, two environments and two
        stacks.
        """
        project = load_project(root)

        assert "multi" == project.app().name
        assert {"dev", "prod"} == set(project.environments)
        assert ("dev", "prod") == project.stacks()

    def test_no_project(self, tmp_path):
        """
        A folder of no project is refused.
        """
        (tmp_path / "pyproject.toml").write_text("[tool.other]\n")

        with pytest.raises(SpecError) as ei:
            find_root(tmp_path)

        assert (
            "No pyproject.toml with [tool.mizzen] here or above. Start in "
            "the project's folder."
        ) == str(ei.value)

    def test_no_module(self, write):
        """
        A module that is not there is refused.
        """
        root = write(table='apps = ["nowhere.app:app"]\n')

        with pytest.raises(SpecError) as ei:
            load_project(root)

        assert (
            "[tool.mizzen] names module 'nowhere.app', which is not in the "
            "project."
        ) == str(ei.value)

    def test_no_app(self, write):
        """
        What is no app is refused.
        """
        name = f"{write.folder}.app:number"
        root = write(table=f'apps = ["{name}"]\n')

        with pytest.raises(SpecError) as ei:
            load_project(root)

        assert (
            f"[tool.mizzen] names app {name!r}, which is not an App."
        ) == str(ei.value)

    def test_user_import(self, write):
        """
        What the user's own code cannot import is the user's own error.
        """
        root = write(files={f"{write.folder}/app.py": "import infra_\n"})

        with pytest.raises(ModuleNotFoundError, match="infra_"):
            load_project(root)

    def test_same_names(self, write):
        """
        Two environments of one name are refused.
        """
        environments = (
            "from mizzen import Environment\n"
            'A = Environment("dev")\nB = Environment("dev")\n'
        )
        root = write(files={f"{write.folder}/environments.py": environments})

        with pytest.raises(SpecError) as ei:
            load_project(root)

        assert "Environment 'dev' is defined twice." == str(ei.value)


class TestApp:
    def test_several(self, write):
        """
        Of several apps one has to be named.
        """
        folder = write.folder
        root = write(
            table=f'apps = ["{folder}.app:app", "{folder}.app:other"]\n'
        )
        project = load_project(root)

        with pytest.raises(SpecError) as ei:
            project.app()

        assert (
            "The project has several apps; choose one of: 'other', 'shop'."
        ) == str(ei.value)
        assert "other" == project.app("other").name

    def test_none(self, tmp_path):
        """
        A project may have no app yet.
        """
        with pytest.raises(SpecError) as ei:
            Project(tmp_path, {}, {}).app()

        assert "The project has no app; there are none yet." == str(ei.value)

    def test_unknown(self, tmp_path):
        """
        An unknown app is refused with the nearest one there is.
        """
        apps = {"shop": App("shop", edition="2026", parts=[])}

        with pytest.raises(SpecError) as ei:
            Project(tmp_path, apps, {}).app("shob")

        assert (
            "App 'shob' is unknown; choose one of: 'shop' (nearest to "
            "'shob': 'shop')."
        ) == str(ei.value)


class TestStacks:
    SCHEMA = (
        "name: shop\n"
        "stackConfigDir: stacks\n"
        "config:\n"
        "  platform: {type: string, default: linux/arm64}\n"
        "  registry: {type: string, default: ''}\n"
        "  apiKey: {type: string}\n"
        "  pulumi:tags: x\n"
    )

    def stack(self, write, text, pulumi=SCHEMA):
        """
        The stack ``dev`` whose file has some text.
        """
        root = write(pulumi=pulumi, files={"stacks/Pulumi.dev.yaml": text})
        return load_project(root).stack("dev")

    def test_whole(self, write):
        """
        A stack's file gives addresses, versions and the environment.
        """
        stack = self.stack(
            write,
            "config:\n"
            "  shop:environment: prod\n"
            "  shop:cluster: kind\n"
            "  shop:context: there\n"
            "  shop:registry: ghcr.io/acme\n"
            "  shop:pullSecrets: [ghcr]\n"
            "  shop:hosts: [a.example.com]\n"
            "  shop:ingressClass: nginx\n"
            "  shop:issuer: letsencrypt\n"
            "  shop:versions:\n"
            f"    api: {{tag: v5, digest: '{DIGEST}'}}\n"
            "  shop:apiKey: {secure: v1:abc}\n"
            "  aws:region: eu-central-1\n",
        )

        assert "<Stack dev>" == repr(stack)
        assert ("dev", "prod", "there", "linux/arm64") == (
            stack.name,
            stack.environment,
            stack.context,
            stack.platform,
        )
        assert CLUSTERS["kind"] is stack.cluster
        assert Registry("ghcr.io/acme") == stack.registry
        assert ("ghcr",) == stack.pull_secrets
        assert (("a.example.com",), "nginx", "letsencrypt") == (
            stack.hosts,
            stack.ingress_class,
            stack.issuer,
        )
        assert {"api": Version("v5", DIGEST)} == stack.versions
        assert {"apiKey", "aws:region", "platform"} <= stack.config_keys

    @pytest.mark.parametrize(
        ("text", "store"),
        [
            ("vault", SecretStore("vault")),
            ("SecretStore/own", SecretStore("own", kind="SecretStore")),
        ],
    )
    def test_secret_store(self, write, text, store):
        """
        A store of secrets belongs to the cluster unless its kind is given.
        """
        stack = self.stack(
            write,
            f"config: {{shop:environment: dev, shop:secretStore: {text}}}\n",
        )

        assert store == stack.secret_store

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("ghcr", "be a list, like ['ghcr'] (got 'ghcr')"),
            (
                "[Ghcr_io]",
                (
                    "be the name of an object of Kubernetes, lower-case letters, "
                    "digits, hyphens and dots, like 'billing' (got 'Ghcr_io')"
                ),
            ),
            ("[a, a]", "name each Secret once (got ('a', 'a'))"),
        ],
    )
    def test_wrong_pull_secrets(self, write, text, reason):
        """
        Secrets by which images are pulled are a list of different names.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(
                write,
                "config: {shop:environment: dev, "
                f"shop:pullSecrets: {text}}}\n",
            )

        assert f"Stack 'dev': pull_secrets must {reason}." == str(ei.value)

    def test_defaults(self, write):
        """
        What a file leaves out is the schema's default, and what that leaves
        empty is nothing.
        """
        stack = self.stack(write, "config: {shop:environment: dev}\n")

        assert (None, None, (), {}) == (
            stack.registry,
            stack.context,
            stack.hosts,
            stack.versions,
        )
        assert CLUSTERS["generic"] is stack.cluster

    def test_all(self, write):
        """
        Stacks are found by their files, in the folder that Pulumi uses.
        """
        root = write(
            pulumi=self.SCHEMA,
            files={"stacks/Pulumi.b.yaml": "", "stacks/Pulumi.a.yaml": ""},
        )

        assert ("a", "b") == load_project(root).stacks()

    def test_beside(self, write):
        """
        Without such a folder, stacks are beside ``Pulumi.yaml``.
        """
        root = write(files={"Pulumi.dev.yaml": ""})

        assert ("dev",) == load_project(root).stacks()

    def test_unknown(self, write):
        """
        A stack without a file is refused with the nearest one there is.
        """
        root = write(pulumi=self.SCHEMA, files={"stacks/Pulumi.prod.yaml": ""})

        with pytest.raises(SpecError) as ei:
            load_project(root).stack("prdo")

        assert (
            "Stack 'prdo' has no file; choose one of: 'prod' (nearest to "
            "'prdo': 'prod')."
        ) == str(ei.value)

    def test_nothing(self, write):
        """
        Without ``Pulumi.yaml`` there are no stacks.
        """
        project = load_project(write(pulumi=None))

        with pytest.raises(SpecError) as ei:
            project.stack("dev")

        assert ("Stack 'dev' has no file; there are none yet.") == str(
            ei.value
        )

    @pytest.mark.parametrize("text", ["", "config:\n", "- a\n"])
    def test_no_environment(self, write, text):
        """
        A stack has to name its environment.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(write, text)

        assert (
            "Stack 'dev' names no environment. Set environment in its file, "
            "like 'environment: dev'."
        ) == str(ei.value)

    def test_no_yaml(self, write):
        """
        A file that is no YAML is refused with the place, in one line.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(write, "config: [\n")

        assert str(ei.value).startswith("Pulumi.dev.yaml is not YAML: ")
        assert "line 2" in str(ei.value)
        assert "\n" not in str(ei.value)

    def test_cluster(self, write):
        """
        An unknown kind of cluster is refused with those that there are.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(
                write,
                "config: {shop:environment: dev, shop:cluster: minicube}\n",
            )

        assert (
            "Stack 'dev': cluster 'minicube' is unknown; choose one of: "
            "'aks', 'bare-metal', 'docker-desktop', 'eks', 'embedded', "
            "'generic', 'gke', 'gke-autopilot', 'k3s' and 2 more "
            "(nearest to 'minicube': 'minikube')."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("hosts", "message"),
        [
            (
                "a.example.com",
                "be a list, like ['a.example.com'] (got 'a.example.com')",
            ),
            ("[5]", "hold text alone (got 5)"),
            (
                "[A.example.com]",
                (
                    "hold host names in lower case, like 'app.example.com' (got "
                    "'A.example.com')"
                ),
            ),
            (
                "[https://a.example.com]",
                (
                    "hold host names in lower case, like 'app.example.com' (got "
                    "'https://a.example.com')"
                ),
            ),
        ],
    )
    def test_hosts(self, write, hosts, message):
        """
        Host names are a list of what an Ingress accepts.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(
                write,
                f"config: {{shop:environment: dev, shop:hosts: {hosts}}}\n",
            )

        assert f"Stack 'dev': hosts must {message}." == str(ei.value)

    @pytest.mark.parametrize(
        "versions", [["a"], {"api": "v5"}, {"api": {"tag": "v5"}}], ids=str
    )
    def test_versions(self, write, versions):
        """
        Versions have a tag and a digest.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(
                write,
                "config: {shop:environment: dev, "
                f"shop:versions: {versions}}}\n",
            )

        assert (
            "Stack 'dev': versions must give tag and digest of each part, "
            "like 'versions: {api: {tag: v5, digest: sha256:…}}' (got "
            f"{versions!r})."
        ) == str(ei.value)

    def test_from_program(self, tmp_path):
        """
        A program gets lists and mappings as JSON.
        """
        config = {
            "environment": "dev",
            "hosts": '["*.example.com"]',
            "versions": f'{{"api": {{"tag": "v5", "digest": "{DIGEST}"}}}}',
        }
        stack = parse_stack("dev", config.get, root=tmp_path, config_keys=None)

        assert ("*.example.com",) == stack.hosts
        assert {"api": Version("v5", DIGEST)} == stack.versions
        assert stack.config_keys is None


class TestEnvironment:
    def test_named(self, tmp_path):
        """
        A stack chooses its environment by name.
        """
        dev = Environment("dev")
        project = Project(tmp_path, {}, {"dev": dev})

        assert dev is project.environment(Stack("mine", environment="dev"))


class TestVersion:
    @pytest.mark.parametrize(
        ("tag", "digest", "message"),
        [
            ("", DIGEST, "Version '': tag must be an image's tag, like 'v5'"),
            (
                "a/b",
                DIGEST,
                "Version 'a/b': tag must be an image's tag, like 'v5'",
            ),
            (
                "v5",
                "sha256:0",
                (
                    "Version 'v5': digest must be 'sha256:' and 64 hexadecimal "
                    "digits"
                ),
            ),
        ],
    )
    def test_wrong(self, tag, digest, message):
        """
        Tag and digest are such that an image can be pulled by them.
        """
        with pytest.raises(SpecError) as ei:
            Version(tag, digest)

        got = digest if "digest must" in message else tag
        assert f"{message} (got {got!r})." == str(ei.value)
