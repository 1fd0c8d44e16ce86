"""
Several apps and stacks in one cluster or namespace.
"""

import attrs
import pytest
import yaml

from mizzen import (
    App,
    Conventions,
    Environment,
    Image,
    Ingress,
    Namespace,
    NodePort,
    Project,
    Route,
    Service,
    SpecError,
    compile_app,
    load_project,
)
from mizzen._names import instance
from mizzen._neighbours import neighbours
from mizzen.checks import check


API = Service("api", image=Image("acme/api:v5"), port=8000, health="/healthz")


def app(name, *parts):
    """
    An app of *parts*, its first one at ``/``.
    """
    return App(
        name, edition="2026", parts=parts, routes=[Route("/", parts[0])]
    )


@pytest.fixture(name="collisions")
def _collisions(tmp_path):
    """
    What collides in a project: the messages about the first app in the
    first stack.
    """

    def collisions(apps, environment, **stacks):
        for name, addresses in stacks.items():
            config = {"environment": environment.name, **addresses}
            (tmp_path / f"Pulumi.{name}.yaml").write_text(
                yaml.safe_dump({"config": config})
            )
        project = Project(
            tmp_path,
            {each.name: each for each in apps},
            {environment.name: environment},
        )
        stack = project.stack(next(iter(stacks)))
        around = neighbours(project, apps[0], stack)
        manifests = compile_app(apps[0], environment, stack)
        return [
            f"{finding.subject}: {finding.message}"
            for finding in check(
                apps[0], environment, stack, manifests, neighbours=around
            )
            if finding.id == "collision"
        ]

    return collisions


JOINED = Environment("dev", namespace=Namespace("team", create=False))


class TestCollisions:
    def test_apart(self, collisions):
        """
        Two apps of one stack have namespaces of their own, and nothing
        collides.
        """
        apps = [app("shop", API), app("mails", attrs.evolve(API))]

        assert [] == collisions(apps, Environment("dev"), dev={})

    def test_joined(self, collisions):
        """
        Parts of one name collide in a namespace that two apps join.
        """
        apps = [app("shop", API), app("mails", attrs.evolve(API))]

        assert [
            f"{kind} 'api': the name 'api' of namespace 'team' is taken by "
            "app 'mails' in stack 'dev'"
            for kind in (
                "ServiceAccount",
                "NetworkPolicy",
                "Deployment",
                "Service",
            )
        ] == collisions(apps, JOINED, dev={})

    def test_convention(self, collisions):
        """
        A pattern with the app's name keeps them apart.
        """
        apps = [app("shop", API), app("mails", attrs.evolve(API))]
        apart = JOINED.derive(
            "apart", conventions=Conventions(name="{app}-{part}")
        )

        assert [] == collisions(apps, apart, dev={})

    def test_made_twice(self, collisions):
        """
        A namespace has one owner: who joins it does not make it.
        """
        both = Environment("dev", namespace=Namespace("team"))
        apps = [app("shop", API), app("mails", attrs.evolve(API, name="x"))]

        assert [
            (
                "Namespace 'team': the name 'team' is taken by app 'mails' in "
                "stack 'dev'"
            )
        ] == collisions(apps, both, dev={})

    def test_node_port(self, collisions):
        """
        Stacks of one context cannot have the same NodePort.
        """
        dev = Environment("dev", exposure=NodePort({API: 30080}))

        assert [
            (
                "Service 'api': NodePort 30080 is taken by app 'shop' in stack "
                "'test'"
            )
        ] == collisions(
            [app("shop", API)],
            dev,
            dev={"context": "kind"},
            test={"context": "kind"},
            prod={"context": "eks"},
        )

    def test_unknown_cluster(self, collisions):
        """
        Stacks without a context may go anywhere, and are left alone.
        """
        dev = Environment("dev", exposure=NodePort({API: 30080}))

        assert [] == collisions([app("shop", API)], dev, dev={}, test={})

    def test_address(self, collisions):
        """
        Nor can they have the same path under the same host, which a host
        with the stack's name prevents.
        """
        online = Environment("dev", exposure=Ingress())
        common = {"context": "kind"}
        same = {**common, "hosts": ["shop.example.com"]}
        own = {**common, "hosts": ["{stack}.example.com"]}

        assert [
            (
                "Ingress 'shop': the address shop.example.com/ is taken by app "
                "'shop' in stack 'test'"
            )
        ] == collisions([app("shop", API)], online, dev=same, test=same)
        assert [] == collisions([app("shop", API)], online, dev=own, test=own)

    def test_unfit(self, collisions):
        """
        What could not be deployed takes nothing.
        """
        dev = Environment("dev", exposure=NodePort({API: 30080}))
        apps = [app("shop", API), app("mails", attrs.evolve(API, name="x"))]

        assert [] == collisions(
            apps,
            dev,
            dev={"context": "kind"},
            broken={"context": "kind", "environment": "gone"},
        )


class TestInstances:
    def test_different(self):
        """
        No two pairs of app and stack have the same namespace and label,
        wherever the hyphens are.
        """
        words = ["a", "b", "a-b", "b-a", "a--b", "b--a", "a-b-a", "a-b--a"]
        pairs = [(one, other) for one in words for other in words]

        assert len(pairs) == len({instance(*pair) for pair in pairs})


@pytest.fixture(name="project")
def _project(tmp_path):
    """
    A project whose pull requests have stacks.
    """
    (tmp_path / "pyproject.toml").write_text(
        '[tool.mizzen]\nenvironments = "collections"\n'
        '[tool.mizzen.stacks]\n"pr-*" = "preview"\n'
    )
    (tmp_path / "Pulumi.preview.yaml").write_text(
        "config:\n  environment: preview\n"
        "  hosts: ['{stack}.example.com']\n"
        "  hostGroups: {admin: ['admin-{stack}.example.com']}\n"
    )
    return load_project(tmp_path)


class TestPatterns:
    def test_file(self, project):
        """
        A stack that is called like a pattern takes the file of the stack
        which the pattern names, under its own name.
        """
        stack = project.stack("pr-123")

        assert stack.name == "pr-123"
        assert stack.environment == "preview"
        assert stack.hosts == ("pr-123.example.com",)
        assert stack.host_groups == {"admin": ("admin-pr-123.example.com",)}

    def test_own(self, project):
        """
        A file of its own stands above a pattern.
        """
        own = project.root / "Pulumi.pr-1.yaml"
        own.write_text("config:\n  environment: own\n")

        assert project.stack("pr-1").environment == "own"
        assert project.stacks() == ("pr-1", "preview")

    def test_apart(self, project):
        """
        Each has a namespace of its own, which goes with it: nothing is
        protected.
        """
        found = {
            compile_app(
                app("shop", API), Environment("preview"), project.stack(name)
            ).namespace
            for name in ("pr-1", "pr-12", "preview")
        }

        assert found == {"shop-pr-1", "shop-pr-12", "shop-preview"}

    def test_unknown(self, project):
        """
        Other stacks need files; patterns are among the choices.
        """
        with pytest.raises(SpecError) as ei:
            project.stack("pr123")

        assert str(ei.value).startswith(
            "Stack 'pr123' has no file; choose one of: 'pr-*', 'preview'"
        )

    def test_table(self, project):
        """
        Patterns give names of stacks.
        """
        (project.root / "pyproject.toml").write_text(
            '[tool.mizzen]\nenvironments = "collections"\nstacks = ["pr-*"]\n'
        )

        with pytest.raises(SpecError) as ei:
            load_project(project.root)

        assert str(ei.value) == (
            "[tool.mizzen.stacks] must give patterns the names of stacks "
            "with files, like '\"pr-*\" = \"preview\"' (got ['pr-*'])."
        )
