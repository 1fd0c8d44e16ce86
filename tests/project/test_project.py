"""
The project that an app belongs to, and what it has by name.
"""

import pytest

from mizzen import (
    App,
    Environment,
    ExternalService,
    Image,
    NodePort,
    Project,
    Service,
    SpecError,
    Stack,
    Worker,
    load_project,
)
from mizzen._pyproject import find_root


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
            f"[tool.mizzen] names app {name!r}, which is not an App; choose "
            "one of: 'app', 'other'."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("table", "problem"),
        [
            (
                "apps = 5\n",
                (
                    "[tool.mizzen] apps must be a list of modules and the "
                    'Apps in them, like ["infra.app:app"] (got 5).'
                ),
            ),
            (
                'apps = [".app:app"]\n',
                (
                    "[tool.mizzen] apps must be a list of modules and the "
                    'Apps in them, like ["infra.app:app"] (got '
                    "['.app:app'])."
                ),
            ),
            (
                "apps = [\n",
                "pyproject.toml is not TOML in UTF-8: Invalid value (at ",
            ),
        ],
    )
    def test_wrong_apps(self, write, table, problem):
        """
        What names no apps is refused with what would.
        """
        root = write(table=table)

        with pytest.raises(SpecError) as ei:
            load_project(root)

        assert str(ei.value).startswith(problem)

    def test_wrong_environments(self, tmp_path):
        """
        So is what names no module with environments.
        """
        text = "[tool.mizzen]\nenvironments = 5\n"
        (tmp_path / "pyproject.toml").write_text(text)

        with pytest.raises(SpecError) as ei:
            load_project(tmp_path)

        assert (
            "[tool.mizzen] environments must be a module, like "
            '"infra.environments" (got 5).'
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


class TestEnvironment:
    def test_named(self, tmp_path):
        """
        A stack chooses its environment by name.
        """
        dev = Environment("dev")
        project = Project(tmp_path, {}, {"dev": dev})

        assert dev is project.environment(Stack("mine", environment="dev"))

    def test_of_one_app(self, tmp_path):
        """
        It says nothing of the parts of other apps, nor of what they use and
        others run, also where that is a part of this app.
        """
        image = Image("acme/api:v5")
        api = Service("api", image=image, port=80)
        web = Service("web", image=image, port=80)
        theirs = ExternalService("api", app="one", part="api", port=80)
        worker = Worker("worker", image=image, uses=[theirs])
        one = App("one", edition="2026", parts=[api, web])
        two = App("two", edition="2026", parts=[worker])
        overrides = [
            api.override(replicas=2),
            worker.override(replicas=3),
            theirs.override(namespace="stable"),
        ]
        environment = Environment(
            "dev", exposure=NodePort({web: 30080}), overrides=overrides
        )
        project = Project(
            tmp_path, {"one": one, "two": two}, {"dev": environment}
        )
        stack = Stack("mine", environment="dev")

        of_one, of_two = (project.environment(stack, a) for a in (one, two))

        assert overrides[:1] == [*of_one.overrides]
        assert overrides[1:] == [*of_two.overrides]
        assert environment.exposure is of_one.exposure
        assert of_two.exposure is None


class TestClusters:
    OWN = (
        "from mizzen import Cluster\nfrom mizzen.environment import CLUSTERS\n"
        "OWN = SAME = Cluster('own', storage_class='fast')\n"
        "EKS = CLUSTERS['eks']\n"
    )
    DEV = "from mizzen import Environment\nDEV = Environment('dev')\n"
    STACK = "config: {shop:environment: dev, shop:cluster: %s}\n"

    @pytest.fixture(name="projects")
    def _projects(self, write):
        """
        Writes a project with clusters *own*, among its environments or in a
        module that it names.
        """

        def projects(cluster, *, own=self.OWN, named):
            folder = write.folder
            module = f'clusters = "{folder}.kinds"\n' if named else ""
            texts = {
                "environments": self.DEV + ("" if named else own),
                "kinds": own,
            }
            return write(
                table=f'apps = ["{folder}.app:app"]\n{module}',
                files={
                    "Pulumi.dev.yaml": self.STACK % cluster,
                    **{f"{folder}/{k}.py": v for k, v in texts.items()},
                },
            )

        return projects

    @pytest.mark.parametrize("named", [False, True])
    def test_own(self, projects, named):
        """
        A stack's file can name a kind of cluster that the project describes
        itself, as it can those that mizzen knows.
        """
        project = load_project(projects("own", named=named))

        assert "fast" == project.stack("dev").cluster.storage_class
        assert ["own"] == list(project.clusters)

    def test_unknown(self, projects):
        """
        The project's own kinds are among those to choose from.
        """
        project = load_project(projects("owm", named=False))

        with pytest.raises(SpecError) as ei:
            project.stack("dev")

        assert (
            "Stack 'dev': cluster 'owm' is unknown; choose one of: 'aks', "
            "'bare-metal', 'docker-desktop', 'eks', 'embedded', 'generic', "
            "'gke', 'gke-autopilot', 'k3s' and 3 more (nearest to 'owm': "
            "'own')."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("own", "problem"),
        [
            (
                "from mizzen import Cluster\nEKS = Cluster('eks')\n",
                (
                    "Cluster 'eks' has the name of a kind of cluster that "
                    "mizzen knows. Call it like 'own-eks'."
                ),
            ),
            (
                (
                    "from mizzen import Cluster\n"
                    "A = Cluster('own')\nB = Cluster('own')\n"
                ),
                "Cluster 'own' is defined twice.",
            ),
        ],
        ids=["known", "twice"],
    )
    def test_same_names(self, projects, own, problem):
        """
        A name means one kind of cluster.
        """
        with pytest.raises(SpecError) as ei:
            load_project(projects("eks", own=own, named=True))

        assert problem == str(ei.value)

    def test_no_module(self, write):
        """
        What names no module with clusters is refused.
        """
        with pytest.raises(SpecError) as ei:
            load_project(write(table='clusters = "a:b"\n'))

        assert (
            "[tool.mizzen] clusters must be a module, like "
            "\"infra.clusters\" (got 'a:b')."
        ) == str(ei.value)
