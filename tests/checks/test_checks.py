"""
All checks together, and what a finding tells.
"""

import inspect

import attrs
import pytest

from mizzen import (
    App,
    Environment,
    Image,
    Raw,
    Route,
    Service,
    Stack,
    compile_app,
    load_project,
)
from mizzen.checks import CHECKS, Severity, check

from .support import container, raw, spec, with_raw


class TestCheck:
    def test_ids(self):
        """
        Names of checks are unique, and the worst come first.
        """
        ids = [each.id for each in CHECKS]
        severities = [each.severity for each in CHECKS]

        assert len(ids) == len(set(ids))
        assert severities == sorted(severities, key=list(Severity).index)

    def test_documented(self, root):
        """
        The documentation lists all checks, in the words of the code.
        """
        rows = [
            f"| `{each.id}` | {each.severity.value} | "
            f"{' '.join(str(inspect.getdoc(each.find)).split())} |"
            for each in CHECKS
        ]
        text = (root / "docs" / "checks.md").read_text()

        assert "\n".join(rows) in text

    @pytest.mark.parametrize("name", ["dev", "prod"])
    def test_example(self, root, name):
        """
        Nothing worse than a hint is found in the example app.
        """
        project = load_project(root)
        stack = project.stack(name)
        environment = project.environment(stack)
        manifests = compile_app(project.app(), environment, stack)
        findings = check(project.app(), environment, stack, manifests)

        assert {"info"} == {f.severity.value for f in findings}

    def test_finding(self, shop, dev, stack, made):
        """
        A finding tells what it is about in fields of its own, too.
        """
        del container(made, "Deployment", "api")["resources"]
        (finding,) = (
            finding
            for finding in check(shop, dev, stack, made)
            if finding.id == "memory-limit"
        )

        assert (Severity.WARNING, "api", "Deployment 'api'") == (
            finding.severity,
            finding.part,
            finding.subject,
        )

    def test_of_the_app(self, made, found):
        """
        What belongs to no part is changed where it is written.
        """
        body = raw(
            "Pod", "tool", {"containers": [{"name": "t", "image": "x"}]}
        )

        assert [
            (
                "Pod 'tool': container 't' has no memory limit (memory-limit). "
                "Set memory on Pod 'tool'."
            )
        ] == found("memory-limit", with_raw(made, body))


class TestScale:
    def test_many_parts(self, desired):
        """
        All checks together look at each pod a few times, however many
        there are.
        """
        looks = 0

        class Labels(dict[str, str]):
            def get(self, key: str, default: object = None) -> object:
                nonlocal looks
                looks += 1
                return super().get(key, default)

        parts = [
            Service(f"part-{n}", image=Image("acme/a:v5"), port=80)
            for n in range(100)
        ]
        app = App(
            "shop", edition="2026", parts=parts, routes=[Route("/", parts[0])]
        )
        made = desired(app)
        for part in parts:
            template = spec(made, "Deployment", part.name)["template"]
            labels = template["metadata"]["labels"]
            template["metadata"]["labels"] = Labels(labels)
        check(app, Environment("dev"), Stack("dev", environment="dev"), made)

        assert looks < 20 * len(parts)


class TestAccepts:
    @pytest.fixture(name="judged")
    def _judged(self, shop, dev, made):
        """
        What is found where the file of the stack accepts something.
        """
        container(made, "Deployment", "api")["securityContext"] = {
            "runAsUser": 0
        }

        def judged(**accepts):
            stack = Stack("dev", environment="dev", **accepts)
            return check(shop, dev, stack, made)

        return judged

    def test_meant(self, judged):
        """
        What is accepted stays visible with its reason, and is no error.
        """
        reason = "it reads the logs of the node."
        (found,) = (
            finding
            for finding in judged(accepts={"api: runs-as-root": reason})
            if finding.id == "runs-as-root"
        )

        assert found.severity is Severity.INFO
        assert str(found) == (
            "Deployment 'api': container 'api' runs as root (runs-as-root). "
            "Accepted in the stack's file: it reads the logs of the node."
        )

    def test_other(self, judged):
        """
        The same of another part is not accepted, and what nothing finds is
        told.
        """
        findings = judged(accepts={"worker: runs-as-root": "it is old"})
        told = [str(f) for f in findings if f.severity is Severity.WARNING]

        assert "runs-as-root" in {
            f.id for f in findings if f.severity is Severity.ERROR
        }
        assert (
            "Stack 'dev': its file accepts 'worker: runs-as-root', which no "
            "check finds (acknowledges-nothing). Remove it, or it is accepted "
            "later, when nobody means it."
        ) in told

    def test_of_the_app(self, shop, dev, desired):
        """
        What is about no part is about the app.
        """
        stack = Stack(
            "dev",
            environment="dev",
            accepts={"the app: raw-object": "others need it"},
        )
        names = {"apiVersion": "v1", "kind": "ConfigMap"}
        body = {**names, "metadata": {"name": "x"}}
        app = attrs.evolve(shop, extras=[Raw(body)])
        found = check(app, dev, stack, desired(app, stack=stack))

        assert "acknowledges-nothing" not in {finding.id for finding in found}
