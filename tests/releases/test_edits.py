"""
What else is written in the working tree than what ``rollback`` deploys.
"""

import pytest

from ..engine_events import step
from .project import project_fixture


__all__ = ["project_fixture"]


def updated(old, new, *, kind="Deployment", op="update"):
    """
    What a preview says of a workload of web whose container changes.
    """
    metadata = step("web", kind, op)
    for side, container in (("old", old), ("new", new)):
        labels = {"app.kubernetes.io/version": container["image"]}
        metadata[side] = {
            "parent": metadata[side]["parent"],
            "inputs": {
                "metadata": {"name": f"web-{container['image']}"}
                if kind == "Job"
                else {"name": "web"},
                "spec": {
                    "template": {
                        "metadata": {"labels": labels},
                        "spec": {"containers": [{"name": "web", **container}]},
                    }
                },
            },
        }
    return {"sequence": 1, "resourcePreEvent": {"metadata": metadata}}


class TestEdits:
    """
    What else is written in the working tree is not deployed by the way.
    """

    @pytest.fixture(name="now")
    def _now(self, project):
        """
        The image of web once it is rolled back.
        """
        project.run("release", "v1", "--stack", "prod")
        project.run("release", "v2", "web", "--stack", "prod")
        digest = project.digest("web", "v1")

        return f"{project.registry}/shop-web:v1@{digest}"

    @pytest.mark.parametrize("kind", ["Deployment", "Job"])
    def test_version_alone(self, project, now, kind):
        """
        The image, and what follows from it, is what was asked for.
        """
        new = {"image": now, "imagePullPolicy": "Always"}
        project.plan(updated({"image": "web:old"}, new, kind=kind))
        ran = project.run("rollback", "web", "--stack", "prod")

        assert ran.stderr == "web: v2 → v1\n"
        assert project.asked()[0] == "up"

    @pytest.mark.parametrize(
        ("path", "code"), [("image", 0), ("env[0].value", 2)]
    )
    @pytest.mark.usefixtures("now")
    def test_hidden(self, project, path, code):
        """
        Where Pulumi hides the values, it is known by its path.
        """
        hidden = {"image": "[secret]"}
        event = updated(hidden, hidden)
        place = f"spec.template.spec.containers[0].{path}"
        event["resourcePreEvent"]["metadata"]["detailedDiff"] = {
            place: {"kind": "update", "inputDiff": True}
        }
        project.plan(event)
        ran = project.run("rollback", "web", "--stack", "prod", code=code)

        assert (place in ran.stderr) is bool(code)

    def test_refused(self, project, now):
        """
        Anything else is refused by name, and nothing is recorded or
        deployed.
        """
        before = project.file.read_text()
        old = {"image": "web:old", "env": [{"name": "LEVEL", "value": "info"}]}
        new = {"image": now, "env": [{"name": "LEVEL", "value": "debug"}]}
        project.plan(updated(old, new))
        ran = project.run("rollback", "web", "--stack", "prod", code=2)

        assert ran.stderr == (
            "More than the version of web would be deployed. Put the rest "
            "aside, like by git stash, or deploy it too: --with-edits:\n"
            "  - web: Deployment spec.template.spec.containers.web.env.LEVEL"
            ".value: info → debug\n"
        )
        assert project.file.read_text() == before
        assert not (project.pulumi / "asked").exists()

    def test_other_image(self, project, now):
        """
        An image that was not asked for is an edit like any other.
        """
        project.plan(updated({"image": now}, {"image": "web:edited"}))
        ran = project.run("rollback", "web", "--stack", "prod", code=2)

        assert "containers.web.image: " in ran.stderr

    def test_with_edits(self, project, now):
        """
        Who wants it deploys the whole part as it is written now.
        """
        project.plan(updated({"image": now}, {"image": "web:edited"}))
        project.run("rollback", "web", "--stack", "prod", "--with-edits")
        asked = project.asked()

        assert project.versions()["web"]["tag"] == "v1"
        assert asked[0] == "up"
        assert "**$kubernetes:**::web-deployment" in asked
        assert "**$kubernetes:**::web-service" in asked
        assert not any("::api-" in word for word in asked)

    @pytest.mark.usefixtures("now")
    def test_unknown(self, project):
        """
        A program that fails leaves the record as it is.
        """
        before = project.file.read_text()
        error = {"severity": "error", "message": "error: no such key 'a'"}
        project.plan({"sequence": 1, "diagnosticEvent": error})
        ran = project.run("rollback", "web", "--stack", "prod", code=2)

        assert ran.stderr == (
            "What stack 'prod' would change is not known:\n"
            "  - no such key 'a'\n"
        )
        assert project.file.read_text() == before
