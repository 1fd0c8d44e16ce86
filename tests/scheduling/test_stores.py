"""
Where stores run, and their errands.
"""

import attrs
import pytest

from mizzen import OFF, Backup, Defaults, Environment, Postgres, Toleration


FIELDS = {
    "nodes": {"pool": "data"},
    "tolerations": [Toleration("data")],
    "architectures": ["arm64"],
    "priority_class": "high",
}


class TestStores:
    @pytest.fixture(name="pods")
    def _pods(self, desired):
        """
        The pods of a store: its own, and those of its errands.
        """

        def pods(environment, **changes):
            backup = Backup("@daily", disk="1Gi")
            db = Postgres("db", version=17, disk="1Gi", backup=backup)
            found = desired(
                attrs.evolve(db, **changes), environment=environment
            )
            (job,) = (m.body["spec"] for m in found if m.kind == "Job")
            copies = found.get("CronJob", "db-backup")["spec"]["jobTemplate"]
            owners = (
                found.get("StatefulSet", "db")["spec"],
                job,
                copies["spec"],
            )
            return [owner["template"]["spec"] for owner in owners]

        return pods

    def test_placed(self, pods, placed):
        """
        A store, what makes its accounts and what makes its backups run
        where other parts would with the same words.
        """
        wanted = placed(spread=OFF, **FIELDS)

        for pod in pods(Environment("dev"), **FIELDS):
            for field in (
                "nodeSelector",
                "tolerations",
                "affinity",
                "priorityClassName",
            ):
                assert wanted[field] == pod[field]

    def test_defaults(self, pods):
        """
        Defaults of the environment hold for stores as for all parts.
        """
        environment = Environment("dev", defaults=Defaults(**FIELDS))

        assert pods(environment) == pods(Environment("dev"), **FIELDS)

    def test_override(self, desired, db):
        """
        Overrides come last; nodes merge by key, and all can be taken back.
        """
        environment = Environment(
            "dev",
            defaults=Defaults(**FIELDS),
            overrides=[
                db.override(
                    nodes={"pool": OFF, "disk": "ssd"},
                    tolerations=[],
                    architectures=[],
                    priority_class=OFF,
                )
            ],
        )
        found = desired(db, environment=environment)
        pod = found.get("StatefulSet", "db")["spec"]["template"]["spec"]

        assert {"disk": "ssd"} == pod["nodeSelector"]
        assert not {"tolerations", "affinity", "priorityClassName"} & {*pod}
