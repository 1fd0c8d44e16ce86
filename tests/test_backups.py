"""
Copies of stores, and what is made of them.
"""

import re

import attrs
import pytest

from tests.own_stores import Shelf

from mizzen import (
    Access,
    Account,
    Backup,
    Cluster,
    Environment,
    Isolation,
    SpecError,
    Stack,
    Store,
)
from mizzen._backups import restoration


def read(word):
    """
    What a container gets of *word* if it has no variable that is named in
    it, by Kubernetes' rules.
    """
    return re.sub(r"[$]([$]|[(][-._a-zA-Z0-9]+[)])", _one, word)


def _one(found):
    assert "$" == found[1], found[0]

    return "$"


class TestBackup:
    @pytest.fixture(name="kept")
    def _kept(self, db):
        return attrs.evolve(db, backup=Backup("0 3 * * *", disk="5Gi", keep=3))

    @pytest.mark.parametrize("storage_class", [None, "fast"])
    def test_objects(self, kept, desired, storage_class):
        """
        Copies are made at the times of a schedule, and lie on a disk of
        their own.
        """
        cluster = Cluster("own", storage_class=storage_class)
        stack = Stack("dev", environment="dev", cluster=cluster)
        found = desired(kept, stack=stack)
        disk = found.get("PersistentVolumeClaim", "db-backup")["spec"]
        cron_job = found.get("CronJob", "db-backup")["spec"]
        pod = cron_job["jobTemplate"]["spec"]["template"]["spec"]
        (container,) = pod["containers"]

        assert storage_class == disk.get("storageClassName")
        assert "5Gi" == disk["resources"]["requests"]["storage"]
        assert ("0 3 * * *", "Etc/UTC", "Forbid") == (
            cron_job["schedule"],
            cron_job["timeZone"],
            cron_job["concurrencyPolicy"],
        )
        assert {"name": "KEEP", "value": "3"} == container["env"][-1]
        assert {"name": "backup", "mountPath": "/backup"} == container[
            "volumeMounts"
        ][-1]
        assert "db-administrator" == pod["volumes"][0]["secret"]["secretName"]
        assert {"claimName": "db-backup"} == pod["volumes"][-1][
            "persistentVolumeClaim"
        ]

    def test_size(self, db, desired):
        """
        What makes copies has the room that they need, and what makes
        accounts needs none of it.
        """
        backup = Backup("@daily", disk="5Gi", memory="1Gi", cpu="2")
        found = desired(attrs.evolve(db, backup=backup))
        (accounts,) = (m.body for m in found if m.kind == "Job")
        copies = found.get("CronJob", "db-backup")["spec"]["jobTemplate"]
        sizes = [
            job["spec"]["template"]["spec"]["containers"][0]["resources"]
            for job in (accounts, copies)
        ]

        assert [("128Mi", "50m"), ("1Gi", "2")] == [
            (size["limits"]["memory"], size["requests"]["cpu"])
            for size in sizes
        ]

    @pytest.mark.parametrize("backup", [None, "2026-11-01T03-00-00Z"])
    def test_restoration(self, kept, desired, backup):
        """
        What restores runs where copies are made, once.
        """
        cron_job = desired(kept).get("CronJob", "db-backup")
        job = restoration(kept, cron_job, backup)
        (container,) = job["spec"]["template"]["spec"]["containers"]
        chosen = {"name": "BACKUP", "value": backup}

        assert "db-restore-" == job["metadata"]["generateName"]
        assert {"activeDeadlineSeconds", "backoffLimit", "template"} == {
            *job["spec"]
        }
        assert 0 == job["spec"]["backoffLimit"]
        assert list(kept.restore) == [*map(read, container["command"])]
        assert (backup is not None) is (chosen in container["env"])

    def test_programs(self, kept, desired):
        """
        The containers run what was written, after Kubernetes has read one
        dollar sign in the place of two.
        """
        found = desired(kept)
        access = Access(
            host="db",
            port="5432",
            database="app",
            administrator=Account(user="postgres", password="x"),
        )
        cron_job = found.get("CronJob", "db-backup")
        spec = cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        job = restoration(kept, cron_job, None)
        put_back = job["spec"]["template"]["spec"]["containers"]
        assert "$$" in "".join(kept.restore)

        for command, (container,) in (
            (kept.restore, put_back),
            (kept.dump(access).command, spec["containers"]),
        ):
            assert command == tuple(map(read, container["command"]))

    @pytest.mark.parametrize(
        ("name", "backup", "text"),
        [
            (
                "db",
                "daily",
                (
                    "Postgres 'db': backup must be Backup(…), like Backup('0 3 * "
                    "* *', disk='20Gi') (got 'daily')."
                ),
            ),
            (
                "cache",
                Backup("@daily", disk="1Gi"),
                (
                    "Redis 'cache': backup must be left out, because nothing says "
                    "how to restore one (got Backup(schedule='@daily', "
                    "disk='1Gi', keep=7, time_zone='Etc/UTC', memory='128Mi', "
                    "cpu='50m', storage_class=None))."
                ),
            ),
        ],
    )
    def test_refused(self, request, name, backup, text):
        """
        Backups are for stores that can be restored.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(request.getfixturevalue(name), backup=backup)

        assert text == str(ei.value)

    def test_without_accounts(self, desired):
        """
        A store of one's own has backups without accounts too, and what
        makes them reaches it.
        """
        shelf = Shelf(
            "shelf", version=1, disk="1Gi", backup=Backup("@daily", disk="1Gi")
        )
        found = desired(
            shelf, environment=Environment("prod", isolation=Isolation.FULL)
        )
        (rule,) = found.get("NetworkPolicy", "shelf")["spec"]["ingress"]
        pods = {
            "app.kubernetes.io/name": "shelf-administrator",
            "app.kubernetes.io/instance": "shop-dev",
        }

        cron_job = found.get("CronJob", "shelf-backup")["spec"]
        pod = cron_job["jobTemplate"]["spec"]["template"]["spec"]

        assert ["writable", "backup"] == [v["name"] for v in pod["volumes"]]
        assert found.get("PersistentVolumeClaim", "shelf-backup")
        assert found.get("NetworkPolicy", "shelf-administrator")
        assert [{"podSelector": {"matchLabels": pods}}] == rule["from"]

    def test_unfinished(self, db):
        """
        A store of one's own says itself how it runs and how copies and
        accounts are made.
        """
        for missing in (Store.server, Store.setup, Store.dump):
            with pytest.raises(NotImplementedError):
                missing(db, None)
