"""
Disks that are there already: what may become of them.
"""

import json

import attrs
import pulumi
import pytest

from mizzen import Postgres
from mizzen.pulumi import StoreComponent
from mizzen.pulumi._disks import Claim, adopt, judge


DB = Postgres("db", version=17, disk="1Gi")
LABELS = {"app.kubernetes.io/name": "db", "team": "orders"}


@pytest.fixture(name="kubectl")
def _kubectl(tmp_path, monkeypatch):
    """
    A program in the place of kubectl, which writes down what it is asked
    and answers with an exit code.
    """
    asked = tmp_path / "asked"

    def kubectl(code=0):
        path = tmp_path / "kubectl"
        path.write_text(
            f'#!/bin/sh\necho "$@" >>{asked}\necho only dynamic ones >&2\n'
            f"exit {code}\n"
        )
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        return asked

    return kubectl


def update(old, new, context="kind-shop", acknowledge=(), labels=LABELS):
    """
    Ask whether a StatefulSet may change from version and disk to others,
    and from *labels* to those of today.
    """

    def inputs(facts, labels=LABELS):
        if facts is None:
            return {"metadata": {"labels": labels}}
        version, disk = facts
        written = {"mizzen.dev/version": version, "mizzen.dev/disk": disk}
        return {"metadata": {"annotations": written, "labels": labels}}

    args = pulumi.ResourceHookArgs(
        "urn",
        "id",
        "db-stateful-set",
        "kubernetes:apps/v1:StatefulSet",
        new_inputs=inputs(new),
        old_inputs=inputs(old, labels),
    )
    claim = Claim(
        part=DB,
        name="shop-db",
        namespace="shop",
        context=context,
        labels=LABELS,
        acknowledge=acknowledge,
    )
    judge(claim, args)


class TestRefused:
    @pytest.mark.parametrize(
        ("old", "new", "text"),
        [
            (
                ("16", "1Gi"),
                ("17", "1Gi"),
                (
                    "Postgres 'db': version 17 does not read what version 16 "
                    "has written. Add a second store of version 17, copy the "
                    "data by pg_dump or its like, let the parts use it, and "
                    "remove this one."
                ),
            ),
            (
                ("17", "1Gi"),
                ("17", "900Mi"),
                (
                    "Postgres 'db': its disk has 1Gi and never shrinks to "
                    "900Mi. Say disk='1Gi', or add a second store and copy "
                    "the data."
                ),
            ),
        ],
        ids=["version", "shrunk"],
    )
    def test_data(self, old, new, text):
        """
        What would lose data is refused before anything is touched, with
        the way out.
        """
        with pytest.raises(pulumi.RunError) as ei:
            update(old, new)

        assert text == str(ei.value)

    def test_acknowledged(self, monkeypatch, tmp_path):
        """
        A smaller disk that is meant passes, and nobody touches the claim;
        what the server has written does not pass along with it.
        """
        monkeypatch.setenv("PATH", str(tmp_path))
        meant = ("db: disk 1Gi → 900Mi",)

        assert update(("17", "1Gi"), ("17", "900Mi"), None, meant) is None
        with pytest.raises(pulumi.RunError, match="version 17 does not read"):
            update(("16", "1Gi"), ("17", "900Mi"), None, meant)

    def test_cluster(self, kubectl):
        """
        Where the cluster cannot enlarge a disk, its reason is told.
        """
        kubectl(code=1)
        with pytest.raises(pulumi.RunError) as ei:
            update(("17", "1Gi"), ("17", "2Gi"))

        assert (
            "Postgres 'db': its disk cannot grow to 2Gi (only dynamic ones). "
            "Add a second store with a larger disk and copy the data, or use "
            "a storage class with allowVolumeExpansion."
        ) == str(ei.value)

    def test_no_kubectl(self, monkeypatch, tmp_path):
        """
        It is said what is missing.
        """
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(pulumi.RunError) as ei:
            update(("17", "1Gi"), ("17", "2Gi"))

        assert (
            "Postgres 'db': its disk cannot grow to 2Gi (kubectl is not "
            "installed)."
        ) == str(ei.value)


class TestGrows:
    @pytest.mark.parametrize("preview", [True, False])
    def test_in_place(self, kubectl, monkeypatch, preview):
        """
        A disk grows in place; a preview asks whether it could.
        """
        asked = kubectl()
        monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: preview)
        update(("17", "1Gi"), ("17", "2Gi"), context=None)

        words = (
            "--namespace=shop patch persistentvolumeclaim shop-db "
            '--patch={"spec": {"resources": {"requests": {"storage": "2Gi"}}}}'
        )
        assert (f"{words} --dry-run=server" if preview else words) == (
            asked.read_text().strip()
        )

    def test_context(self, kubectl):
        """
        It is asked in the cluster of the stack.
        """
        asked = kubectl()
        update(("17", "1Gi"), ("17", "2Gi"))

        assert "--context=kind-shop" in asked.read_text()

    @pytest.mark.parametrize("old", [None, ("17", "1Gi")])
    def test_nothing(self, monkeypatch, tmp_path, old):
        """
        Where nothing changes, nobody is asked.
        """
        monkeypatch.setenv("PATH", str(tmp_path))

        assert update(old, ("17", "1Gi")) is None


class TestLabels:
    def test_in_place(self, kubectl):
        """
        The claim gets the labels of today, and loses those of yesterday.
        """
        asked = kubectl()
        update(("17", "1Gi"), ("17", "1Gi"), labels={"cost": "7"})

        assert (
            '--patch={"metadata": {"labels": {"cost": null, '
            '"app.kubernetes.io/name": "db", "team": "orders"}}}'
        ) in asked.read_text()

    def test_refused(self, kubectl):
        """
        Where the cluster cannot, its reason is told.
        """
        kubectl(code=1)
        with pytest.raises(pulumi.RunError) as ei:
            update(("17", "1Gi"), ("17", "1Gi"), labels={})

        assert (
            "Postgres 'db': its disk cannot get its labels (only dynamic "
            "ones)."
        ) == str(ei.value)

    def test_left_alone(self, deploy):
        """
        Pulumi itself changes nothing of the claim of a store: it would send
        the size that it was made with.
        """
        found = deploy(lambda: StoreComponent("own", DB) and None)

        assert [
            "spec",
            "metadata.labels",
            "metadata.annotations",
        ] == list(found["db-disk"].request.ignoreChanges)


class TestAdopted:
    def test_grows(self, kubectl):
        """
        The disk that a store brings from its former name is made as large
        as the store says.
        """
        asked = kubectl()
        written = {"mizzen.dev/version": "17", "mizzen.dev/disk": "2Gi"}
        made = pulumi.ResourceHookArgs(
            "urn",
            "id",
            "main-stateful-set",
            "kubernetes:apps/v1:StatefulSet",
            new_inputs={"metadata": {"annotations": written}},
        )
        claim = Claim(
            part=DB,
            name="db",
            namespace="shop",
            context=None,
            labels=LABELS,
        )
        adopt(claim, made)

        assert asked.read_text().startswith(
            "--namespace=shop patch persistentvolumeclaim db --patch="
        )
        assert '{"storage": "2Gi"}' in asked.read_text()
        assert f'"labels": {json.dumps(LABELS)}' in asked.read_text()

    @pytest.mark.parametrize(
        ("formerly", "hooks"),
        [((), ()), ("db", ("main-stateful-set-adopted-disk",))],
    )
    def test_asked(self, deploy, formerly, hooks):
        """
        A store is asked before it is made if it had another name.
        """
        part = attrs.evolve(DB, name="main", formerly=formerly)
        found = deploy(lambda: StoreComponent("own", part) and None)

        assert hooks == found["main-stateful-set"].before_create


def test_registered(deploy):
    """
    The StatefulSet says what is on its disk.
    """
    found = deploy(lambda: StoreComponent("own", DB) and None)

    assert {
        "mizzen.dev/disk": "1Gi",
        "mizzen.dev/version": "17",
    } == found["db-stateful-set"].inputs["metadata"]["annotations"]
