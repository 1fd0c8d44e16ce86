"""
``mizzen render``: manifests as one text and as a folder.
"""

import json

from pathlib import Path

import pytest
import yaml


class TestRender:
    def test_json(self, mizzen):
        """
        JSON holds what YAML holds.
        """
        as_json = json.loads(mizzen("render", "dev", "--format=json").stdout)
        as_yaml = yaml.safe_load_all(mizzen("render", "dev").stdout)

        assert {"apiVersion": "v1", "kind": "List"}.items() < as_json.items()
        assert list(as_yaml) == as_json["items"]

    def test_secret(self, mizzen):
        """
        Of secrets, it is written where they come from.
        """
        done = mizzen("render", "dev")

        assert "‹config: token›" in done.stdout
        assert "hunter2" not in done.stdout

    def test_sub_folder(self, project, mizzen, monkeypatch):
        """
        It works from any folder of the project.
        """
        above = mizzen("render", "dev")
        (project.root / "a" / "b").mkdir(parents=True)
        monkeypatch.chdir(project.root / "a" / "b")

        assert (0, above.stdout) == (
            mizzen("render", "dev").exit_code,
            above.stdout,
        )

    def test_several_apps(self, project, mizzen):
        """
        Of several apps, one has to be chosen.
        """
        project.change("pyproject.toml", ":app", ':app", "shop_infra:other')
        unclear = mizzen("render", "dev")
        project.change(
            "shop_infra.py", ", exposure=NodePort({web: 30080})", ""
        )
        chosen = mizzen("render", "dev", "--app", "other")

        assert 2 == unclear.exit_code
        assert (
            "The project has several apps; choose one of: 'other', 'shop'.\n"
        ) == unclear.stderr
        assert (0, 'name: "other-dev"') == (
            chosen.exit_code,
            chosen.stdout.splitlines()[3].strip(),
        )

    def test_same_names(self, project, mizzen):
        """
        What is public in one app is not in another whose part has its name.
        """
        project.change("pyproject.toml", ":app", ':app", "shop_infra:other')
        project.change(
            "shop_infra.py",
            "parts=[worker])",
            'parts=[Service("web", image=web.image, port=80)])',
        )
        shop, other = (
            mizzen("render", "dev", "--app", app).stdout
            for app in ("shop", "other")
        )

        assert "nodePort: 30080" in shop
        assert 'name: "web"' in other
        assert "nodePort" not in other

    def test_no_project(self, mizzen, monkeypatch):
        """
        Outside of all projects, the message says where to start.
        """
        monkeypatch.chdir("/")
        done = mizzen("render", "dev")

        assert (2, "") == (done.exit_code, done.stdout)
        assert (
            "No pyproject.toml with [tool.mizzen] here or above. Start in "
            "the project's folder.\n"
        ) == done.stderr

    def test_unknown_stack(self, mizzen):
        """
        Of an unknown stack, the known ones are told.
        """
        done = mizzen("render", "prod")

        assert (2, "Stack 'prod' has no file; choose one of: 'dev'.\n") == (
            done.exit_code,
            done.stderr,
        )


class TestFolder:
    NAMES = (
        "0.namespace.yaml",
        "web.deployment.yaml",
        "web.env.yaml",
        "web.files.yaml",
        "web.network-policy.yaml",
        "web.service-account.yaml",
        "web.service.yaml",
        "worker.deployment.yaml",
        "worker.network-policy.yaml",
        "worker.service-account.yaml",
    )

    @pytest.fixture(name="rendered")
    def _rendered(self, mizzen):
        def rendered(*options):
            done = mizzen("render", "dev", "--output", "out/k8s", *options)
            assert (0, "") == (done.exit_code, done.output)
            return sorted(path.name for path in Path("out/k8s").iterdir())

        return rendered

    def test_files(self, mizzen, rendered):
        """
        There is one file for each object, the namespace first.
        """
        names = rendered()
        written = [
            yaml.safe_load(Path("out/k8s", name).read_text())
            for name in self.NAMES
        ]
        printed = list(yaml.safe_load_all(mizzen("render", "dev").stdout))

        assert [".mizzen-files", *self.NAMES] == names
        assert len(printed) == len(written)
        assert all(body in printed for body in written)

    def test_stable(self, project, rendered):
        """
        A file keeps its name when the hash in its object's name changes.
        """
        names = rendered()
        before = Path("out/k8s/web.files.yaml").read_text()
        project.change("shop_infra.py", "a = 1", "a = 2")

        assert names == rendered()
        assert before != Path("out/k8s/web.files.yaml").read_text()

    def test_gone(self, project, rendered):
        """
        Files of objects that are gone go, and those of others stay.
        """
        rendered()
        Path("out/k8s/kustomization.yaml").write_text("mine")
        project.change("shop_infra.py", "[web, worker]", "[web]")
        kept = [name for name in self.NAMES if not name.startswith("worker")]

        assert [
            ".mizzen-files",
            *kept[:1],
            "kustomization.yaml",
            *kept[1:],
        ] == (rendered())

    def test_format(self, rendered):
        """
        In another format, all files are others.
        """
        rendered()
        names = rendered("--format=json")

        assert [".mizzen-files"] == [n for n in names if "json" not in n]
        assert (
            "Namespace"
            == json.loads(Path("out/k8s/0.namespace.json").read_text())["kind"]
        )

    def test_foreign(self, mizzen):
        """
        A file of somebody else is never replaced.
        """
        Path("out").mkdir()
        Path("out/web.service.yaml").write_text("mine")
        done = mizzen("render", "dev", "--output", "out")

        assert 2 == done.exit_code
        assert (
            "File web.service.yaml in 'out' was not written by mizzen. "
            "Choose another folder, or move the file away.\n"
        ) == done.stderr
        assert [Path("out/web.service.yaml")] == list(Path("out").iterdir())
        assert "mine" == Path("out/web.service.yaml").read_text()

    def test_other_folders(self, rendered):
        """
        Nothing outside of the folder is touched, whatever its list says.
        """
        rendered()
        Path("out/mine").write_text("mine")
        Path("out/k8s/.mizzen-files").write_text("../mine\n")

        Path("out/k8s/0.namespace.yaml").unlink()
        for name in self.NAMES[1:]:
            Path("out/k8s", name).unlink()
        rendered()

        assert "mine" == Path("out/mine").read_text()

    def test_unwritable(self, mizzen):
        """
        A folder that cannot be is named.
        """
        Path("out").write_text("a file")
        done = mizzen("render", "dev", "--output", "out/k8s")

        assert (
            2,
            "Folder 'out/k8s' cannot be written: Not a directory.\n",
        ) == (
            done.exit_code,
            done.stderr,
        )
