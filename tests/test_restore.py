"""
``mizzen restore``: which Job it makes, and how it ends.
"""

import json

import pytest

from click.testing import CliRunner

from mizzen.cli import main


PROJECT = """\
from mizzen import App, Backup, Environment, Postgres

db = Postgres(
    "db", version=17, disk="1Gi", backup=Backup("@daily", disk="1Gi")
)
plain = Postgres("plain", version=17, disk="1Gi")
app = App("shop", edition="2026", parts=[db, plain])
DEV = Environment("dev")
"""
# Answers as kubectl does, and writes down what it is asked.
KUBECTL = """\
#!/bin/sh
echo "$@" >>{folder}/asked
case "$*" in
    *create*) cat >{folder}/job; echo '{{"metadata": {{"name": "it"}}}}' ;;
    *"get cronjob"*) cat {folder}/cron_jobs ;;
    *"get pods"*) cat {folder}/pods ;;
    *"get job"*) echo '{{"kind": "Job"}}' ;;
    *"get events"*) echo '{{"items": []}}' ;;
    *logs*) echo Restoring. ;;
esac
"""


def pods(code):
    """
    What kubectl says of a Job's pod that has ended.
    """
    state = {"terminated": {"exitCode": code}}
    metadata = {"name": "it-x", "creationTimestamp": "2026-11-01"}
    status = {"containerStatuses": [{"name": "errand", "state": state}]}
    return {"items": [{"metadata": metadata, "status": status}]}


def cron_jobs(*containers):
    """
    What kubectl says of what makes backups, as it is deployed.
    """
    pod = {"containers": list(containers)}
    spec = {"template": {"metadata": {}, "spec": pod}}
    metadata = {
        "namespace": "shop-dev",
        "labels": {},
        "creationTimestamp": "2026-11-01",
    }
    body = {
        "metadata": metadata,
        "spec": {"jobTemplate": {"spec": spec}},
    }
    return {"items": [body] if containers else []}


DEPLOYED = {"name": "errand", "image": "deployed:17"}


@pytest.fixture(name="restore")
def _restore(tmp_path, monkeypatch):
    """
    Runs the command in a project, with a program in the place of kubectl.
    """
    name = "shop_with_backups"
    (tmp_path / f"{name}.py").write_text(PROJECT)
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.mizzen]\napps = ["{name}:app"]\nenvironments = "{name}"\n'
    )
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(
        "config:\n  shop:environment: dev\n  shop:context: kind-shop\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delitem(__import__("sys").modules, name, raising=False)

    def restore(*words, code=0, answer=None, containers=(DEPLOYED,)):
        path = tmp_path / "kubectl"
        path.write_text(KUBECTL.format(folder=tmp_path))
        path.chmod(0o755)
        (tmp_path / "cron_jobs").write_text(json.dumps(cron_jobs(*containers)))
        (tmp_path / "pods").write_text(json.dumps(pods(code)))
        return CliRunner().invoke(
            main, ["restore", *words, "--stack", "dev"], input=answer
        )

    restore.folder = tmp_path

    return restore


class TestRestore:
    def test_followed(self, restore):
        """
        A Job is made of what is in the cluster of the stack, its log shown,
        and its end waited for.
        """
        result = restore("db", "--yes")
        job = json.loads((restore.folder / "job").read_text())

        assert 0 == result.exit_code
        assert "db-restore-" == job["metadata"]["generateName"]
        asked = (restore.folder / "asked").read_text().splitlines()
        where = "--context kind-shop --namespace shop-dev"
        (container,) = job["spec"]["template"]["spec"]["containers"]
        assert "deployed:17" == container["image"]
        assert "sh" == container["command"][0]
        labels = (
            "app.kubernetes.io/name=db-administrator,"
            "app.kubernetes.io/instance=shop-dev"
        )
        assert f"{where} get cronjob -l {labels} -o json" == asked[0]
        assert f"{where} create -f - -o json" == asked[1]
        assert (
            f"{where} logs it-x --container errand --follow --timestamps"
            in asked
        )
        # Its pod would keep the disks of the store from going.
        assert (
            f"{where} delete job it --wait=false --ignore-not-found"
            == asked[-1]
        )

    def test_chosen(self, restore):
        """
        A backup can be chosen by its name.
        """
        restore("db", "first", "--yes")
        job = json.loads((restore.folder / "job").read_text())
        (container,) = job["spec"]["template"]["spec"]["containers"]

        assert {"name": "BACKUP", "value": "first"} in container["env"]

    def test_failed(self, restore):
        """
        What fails in the cluster fails the command.
        """
        assert 3 == restore("db", "--yes", code=3).exit_code

    def test_not_deployed(self, restore):
        """
        Nothing can be restored where nothing was deployed.
        """
        result = restore("db", "--yes", containers=())

        assert 2 == result.exit_code
        assert (
            "What makes backups of Postgres 'db' is not deployed in namespace "
            "'shop-dev' of context 'kind-shop'. Deploy the stack first."
        ) in result.stderr

    def test_asks(self, restore):
        """
        Nothing happens without a yes.
        """
        result = restore("db", answer="n\n")

        assert 1 == result.exit_code
        assert (
            "Put Postgres 'db' of stack 'dev' back to its last backup? [y/N]"
        ) in result.stderr
        assert not (restore.folder / "asked").exists()

    @pytest.mark.parametrize(
        ("store", "text"),
        [
            (
                "web",
                "Store 'web' is unknown; choose one of: 'db', 'plain'.",
            ),
            (
                "plain",
                (
                    "Postgres 'plain' has no backups in stack 'dev'. Set backup, "
                    "like backup=Backup('0 3 * * *', disk='20Gi')."
                ),
            ),
        ],
    )
    def test_refused(self, restore, store, text):
        """
        Only stores that have backups can be restored.
        """
        result = restore(store, "--yes")

        assert 2 == result.exit_code
        assert text in result.stderr
