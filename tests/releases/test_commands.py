"""
``mizzen release``, ``rollout`` and ``rollback`` of a project, with a real
registry and a ``pulumi`` that only notes what it is asked for.
"""

import json

import yaml

from .project import STACK, project_fixture


__all__ = ["project_fixture"]


class TestRelease:
    def test_recorded(self, project):
        """
        What was released is recorded between the lines that were there, and
        printed.
        """
        ran = project.run("release", "v1", "--stack", "prod")
        api, web = (project.digest(name, "v1") for name in ("api", "web"))
        before, end = STACK.format(registry=project.registry).split("# The")

        assert project.file.read_text() == (
            f"{before}"
            "  shop:versions:\n"
            f"    web:\n      tag: v1\n      digest: {web}\n"
            f"    api:\n      tag: v1\n      digest: {api}\n"
            f"    migrate:\n      tag: v1\n      digest: {api}\n"
            f"# The{end}"
        )
        assert ran.stdout == (
            f"web: v1 is {web} (built)\napi, migrate: v1 is {api} (built)\n"
        )
        assert ran.stderr.endswith("Recorded in stacks/Pulumi.prod.yaml.\n")

    def test_part(self, project):
        """
        The versions of other parts stay as they are.
        """
        project.run("release", "v1", "--stack", "prod")
        before = project.versions()
        project.run("release", "v2", "web", "--stack", "prod")

        assert project.versions() == {
            **before,
            "web": {
                **before["web"],
                "tag": "v2",
                "previous": [before["web"]],
            },
        }

    def test_images(self, project, push, shop):
        """
        What CI has built is taken, and of other parts nothing.
        """
        digest = push(shop, "web", "linux/amd64,linux/arm64")
        path = project.root / "metadata.json"
        path.write_text(json.dumps({"web": {"containerimage.digest": digest}}))
        ran = project.run(
            "release", "v1", "--stack", "prod", "--images", str(path)
        )

        assert project.versions() == {"web": {"tag": "v1", "digest": digest}}
        assert "(was there)" in ran.stdout

    def test_part_of_images(self, project, push, shop):
        """
        A part that CI has not built is refused.
        """
        digest = push(shop, "web", "linux/amd64")
        path = project.root / "metadata.json"
        path.write_text(json.dumps({"web": digest}))
        ran = project.run(
            *("release", "v1", "web", "api", "--stack", "prod"),
            *("--images", str(path)),
            code=2,
        )

        assert ran.stderr == (
            "Version 'v1' cannot be released:\n"
            "  - 'api' is not among the images that were built; choose one "
            "of: 'web'.\n"
        )
        assert project.versions() == {}

    def test_no_json(self, project):
        """
        A file that is not JSON is named.
        """
        ran = project.run(
            *("release", "v1", "--stack", "prod", "--images", "shop.py"),
            code=2,
        )

        assert "shop.py is not JSON." in ran.stderr

    def test_tag(self, project):
        """
        What cannot be a tag is refused before anything is built.
        """
        ran = project.run("release", "v 1", "--stack", "prod", code=2)

        assert ran.stderr == (
            "Version 'v 1': tag must be an image's tag, like 'v5' (got 'v "
            "1').\n"
        )

    def test_shared_file(self, project):
        """
        What many stacks share records no version of one.
        """
        ran = project.run("release", "v1", "--stack", "pr-5", code=2)

        assert (
            "Stack 'pr-5' has no file of its own that could record a "
            "version, but shares Pulumi.prod.yaml with others. Make one: "
            "Pulumi.pr-5.yaml\n"
        ) in ran.stderr


class TestRollout:
    def test_one(self, project):
        """
        One part is recorded and deployed, and nothing else.
        """
        project.run("release", "v1", "--stack", "prod")
        before = project.versions()
        project.change("web", "web two")
        project.change("api", "api two")
        project.run("release", "v2", "--stack", "prod")
        two = project.versions()["web"]["digest"]
        project.file.write_text(
            yaml.safe_dump(
                {
                    "config": {
                        **yaml.safe_load(project.file.read_text())["config"],
                        "shop:versions": before,
                    }
                }
            )
        )
        ran = project.run("rollout", "web", "v2", "--stack", "prod")

        assert project.versions() == {
            **before,
            "web": {"tag": "v2", "digest": two, "previous": [before["web"]]},
        }
        assert ran.stderr == "web: v1 → v2\n"
        assert project.asked()[:5] == [
            "up",
            "--yes",
            "--skip-preview",
            "--target",
            "**$kubernetes:**::web-deployment",
        ]
        assert project.asked().count("--target") == 1

    def test_several(self, project):
        """
        A part and the job that prepares it are rolled out at once.
        """
        project.run("release", "v1", "--stack", "prod")
        project.run("release", "v2", "--stack", "prod")
        project.run("rollout", "api", "migrate", "v1", "--stack", "prod")

        assert [
            (name, version["tag"])
            for name, version in project.versions().items()
        ] == [("web", "v2"), ("api", "v1"), ("migrate", "v1")]
        assert project.asked().count("--target") == 2

    def test_first(self, project):
        """
        A part that had no version gets one; without one for the job that
        runs the same image, nothing is recorded.
        """
        project.run("release", "v1", "--stack", "prod")
        project.file.write_text(STACK.format(registry=project.registry))
        ran = project.run("rollout", "web", "v1", "--stack", "prod")

        assert ran.stderr == "web: what was built → v1\n"
        text = project.file.read_text()
        ran = project.run("rollout", "api", "v1", "--stack", "prod", code=2)

        assert "Record the version of 'migrate' too" in ran.stderr
        assert project.file.read_text() == text

    def test_config_file(self, project):
        """
        A version is recorded in the committed file and in the one that
        Pulumi reads.
        """
        project.run("release", "v1", "--stack", "prod")
        other = project.root / "personal.yaml"
        other.write_text(STACK.format(registry=project.registry))
        project.file.write_text("config:\n  shop:environment: prod\n")
        project.run(
            *("rollout", "web", "v1", "--stack", "prod"),
            *("--config-file", str(other)),
        )

        assert project.versions() == project.versions(other)
        assert "web" in project.versions()
        assert project.asked()[-2:] == ["--config-file", str(other)]

    def test_own_config_file(self, project):
        """
        The usual file can be named, too.
        """
        project.run("release", "v1", "--stack", "prod")
        project.run(
            *("rollout", "web", "v1", "--stack", "prod"),
            *("--config-file", str(project.file)),
        )

        assert project.versions()["web"]["tag"] == "v1"

    def test_fails(self, project):
        """
        When the deployment fails, the record stays, and it is told how to go
        back.
        """
        project.run("release", "v1", "--stack", "prod")
        project.run("release", "v2", "web", "--stack", "prod")
        (project.pulumi / "fails").touch()
        ran = project.run("rollout", "web", "v2", "--stack", "prod", code=1)

        assert project.versions()["web"]["tag"] == "v2"
        assert ran.stderr == "web: v2 → v2\n"
        assert ran.stdout == (
            "\npulumi up failed: no plugin 'kubernetes'\n"
            "To go back: mizzen rollback web --stack prod\n"
        )

    def test_no_context(self, project):
        """
        What nobody can watch is not recorded.
        """
        text = STACK.format(registry=project.registry)
        project.file.write_text(
            text.replace("  shop:context: kind-prod\n", "")
        )
        project.run("release", "v1", "--stack", "prod")
        text = project.file.read_text()
        ran = project.run("rollout", "web", "v1", "--stack", "prod", code=2)
        assert "names no context" in ran.stderr
        assert project.file.read_text() == text


class TestRollback:
    def test_back(self, project):
        """
        The record is exactly what it was before.
        """
        project.run("release", "v1", "--stack", "prod")
        before = project.file.read_text()
        project.run("release", "v2", "--stack", "prod")
        ran = project.run(
            *("rollback", "web", "api", "migrate", "--stack", "prod")
        )

        assert project.file.read_text() == before
        assert ran.stderr == ("web: v2 → v1\napi: v2 → v1\nmigrate: v2 → v1\n")

    def test_no_way(self, project):
        """
        Where there is no way back, nothing is written or deployed.
        """
        project.run("release", "v1", "--stack", "prod")
        before = project.file.read_text()
        ran = project.run("rollback", "web", "--stack", "prod", code=2)

        assert "records no version before v1 of 'web'" in ran.stderr
        assert project.file.read_text() == before
        assert not (project.pulumi / "asked").exists()
