"""
Disks that are there already: what may become of them.
"""

import json

import attrs
import pulumi
import pytest

from mizzen import (
    App,
    Backup,
    CronJob,
    DaemonSet,
    Disk,
    Environment,
    Image,
    Job,
    Postgres,
    SharedDisk,
    Stack,
    Worker,
    compile_app,
)
from mizzen.pulumi import AppComponent, StoreComponent
from mizzen.pulumi._disks import Claim, adopt, claims_of, judge


DB = Postgres("db", version=17, disk="1Gi")
LABELS = {"app.kubernetes.io/name": "db", "team": "orders"}
IMAGE = Image("acme/api:v5")
STACK = Stack(
    "dev", environment="dev", shared_class="files", context="kind-shop"
)
CLAIM = Claim(
    part=DB,
    key="disk.mizzen.dev/size",
    size="1Gi",
    name="shop-db",
    namespace="shop",
    labels=LABELS,
    stack=STACK,
)


def asked(old, new, labels=LABELS):
    """
    The account of a part that says *new* in place of *old*, and has the
    labels of today in place of *labels*.
    """

    def inputs(annotations, labels):
        if annotations is None:
            return {"metadata": {"labels": labels}}
        return {"metadata": {"annotations": annotations, "labels": labels}}

    return pulumi.ResourceHookArgs(
        "urn",
        "id",
        "db-service-account",
        "kubernetes:core/v1:ServiceAccount",
        new_inputs=inputs(new, LABELS),
        old_inputs=inputs(old, labels),
    )


def update(old, new, context="kind-shop", acknowledge=(), labels=LABELS):
    """
    Ask whether a store may change from version and disk to others, and from
    *labels* to those of today.
    """

    def said(facts):
        if facts is None:
            return None
        version, disk = facts
        return {"mizzen.dev/version": version, "disk.mizzen.dev/size": disk}

    stack = attrs.evolve(STACK, context=context, acknowledge=acknowledge)
    claim = attrs.evolve(CLAIM, size=new[1], stack=stack)
    judge([claim], asked(said(old), said(new), labels))


def found(*parts, stack=STACK):
    """
    Claims to the disks of an app, by the parts that tell of them.
    """
    app = App("shop", edition="2026", parts=parts)
    manifests = compile_app(app, Environment("dev"), stack)

    return {part.name: claims_of(part, manifests, stack) for part in parts}


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
                    "900Mi. Say '1Gi' again, or add a second store and copy "
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
            "Use a storage class with allowVolumeExpansion, or add a second "
            "store and copy the data."
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
        said = kubectl()
        monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: preview)
        update(("17", "1Gi"), ("17", "2Gi"))

        words = (
            "--namespace=shop --context=kind-shop patch persistentvolumeclaim shop-db "
            '--patch={"spec": {"resources": {"requests": {"storage": "2Gi"}}}}'
        )
        assert (f"{words} --dry-run=server" if preview else words) == (
            said.read_text().strip()
        )

    @pytest.mark.parametrize(
        ("change", "aim"),
        [
            (lambda claim: adopt([claim]), "grow to 1Gi"),
            (
                lambda claim: judge(
                    [claim], asked({claim.key: "1Gi"}, {}, {"cost": "7"})
                ),
                "get its labels",
            ),
        ],
    )
    def test_unnamed(self, kubectl, change, aim):
        """
        A cluster that nobody has named is never touched, least of all the one
        that happens to be the current one.
        """
        said = kubectl()
        stack = attrs.evolve(STACK, context=None)
        with pytest.raises(pulumi.RunError) as ei:
            change(attrs.evolve(CLAIM, stack=stack))

        assert (
            f"Postgres 'db': its disk cannot {aim} (stack 'dev' names no "
            "context). Name the cluster, like Stack(…, context='kind-dev')."
        ) == str(ei.value)
        assert not said.exists()

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
        said = kubectl()
        update(("17", "1Gi"), ("17", "1Gi"), labels={"cost": "7"})

        assert (
            '--patch={"metadata": {"labels": {"cost": null, '
            '"app.kubernetes.io/name": "db", "team": "orders"}}}'
        ) in said.read_text()

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
        made = deploy(lambda: StoreComponent("db", DB) and None)

        assert [
            "spec",
            "metadata.labels",
            "metadata.annotations",
        ] == list(made["db-disk"].request.ignoreChanges)

    def test_of_a_new_disk(self, monkeypatch, tmp_path):
        """
        A disk that nobody has told of is not there yet.
        """
        monkeypatch.setenv("PATH", str(tmp_path))

        assert update(None, ("17", "1Gi"), labels={}) is None


class TestAdopted:
    def test_grows(self, kubectl):
        """
        The disk that a store brings from its former name is made as large
        as the store says.
        """
        said = kubectl()
        adopt([attrs.evolve(CLAIM, size="2Gi")])

        assert said.read_text().startswith(
            "--namespace=shop --context=kind-shop patch "
            "persistentvolumeclaim shop-db --patch="
        )
        assert '{"storage": "2Gi"}' in said.read_text()
        assert f'"labels": {json.dumps(LABELS)}' in said.read_text()

    @pytest.mark.parametrize("formerly", [(), ("db",)])
    def test_asked(self, deploy, formerly):
        """
        What mounts a disk is asked before it is made if its part had
        another name.
        """
        part = attrs.evolve(
            DB,
            name="main",
            formerly=formerly,
            backup=Backup("0 3 * * *", disk="2Gi"),
        )
        made = deploy(lambda: StoreComponent("db", part) and None)

        assert {
            name: resource.before_create
            for name, resource in made.resources.items()
            if resource.before_create
        } == {
            name: (f"{name}-adopted-disks",)
            for name in ("db-stateful-set", "db-backup")
            if formerly
        }


class TestParts:
    def test_registered(self, deploy):
        """
        The account of a store says what is on its disk, and is asked before
        it says anything else.
        """
        made = deploy(lambda: StoreComponent("db", DB) and None)
        account = made["db-service-account"]

        assert {
            "pulumi.com/skipAwait": "true",
            "disk.mizzen.dev/size": "1Gi",
            "mizzen.dev/version": "17",
        } == account.inputs["metadata"]["annotations"]
        assert ["db-service-account-disks"] == list(
            account.request.hooks.before_update
        )

    def test_without(self, deploy):
        """
        The account of a part without disks says nothing and is not asked.
        """
        app = App("shop", edition="2026", parts=[Worker("w", image=IMAGE)])
        made = deploy(
            lambda: AppComponent(
                "shop", app=app, environment=Environment("dev"), stack=STACK
            )
        )
        account = made["w-service-account"]

        assert {"pulumi.com/skipAwait": "true"} == (
            account.inputs["metadata"]["annotations"]
        )
        assert [] == list(account.request.hooks.before_update)

    @pytest.mark.parametrize("kind", [Worker, Job, CronJob])
    def test_own(self, kind):
        """
        Whatever kind of part has disks of its own tells of them.
        """
        schedule = {"schedule": "0 3 * * *"} if kind is CronJob else {}
        disks = {
            "/data": Disk("1Gi"),
            "/more": Disk("2Gi", name="more"),
        }
        part = kind("work", image=IMAGE, volumes=disks, **schedule)

        assert [("work.data", "1Gi"), ("work.more", "2Gi")] == [
            (claim.name, claim.size) for claim in found(part)["work"]
        ]

    def test_shared(self):
        """
        Each part that mounts a shared disk tells of it.
        """
        uploads = {"/uploads": SharedDisk("uploads", "5Gi")}
        parts = [
            Worker("work", image=IMAGE, volumes=uploads),
            DaemonSet("scan", image=IMAGE, volumes=uploads),
        ]

        assert {"work": ["uploads"], "scan": ["uploads"]} == {
            part: [claim.name for claim in claims]
            for part, claims in found(*parts).items()
        }

    def test_backups(self, kubectl):
        """
        The disk of backups grows beside that of the data.
        """
        backup = Backup("0 3 * * *", disk="4Gi")
        claims = found(attrs.evolve(DB, backup=backup))["db"]
        old = {
            "mizzen.dev/version": "17",
            "disk.mizzen.dev/size": "1Gi",
            "backup-disk.mizzen.dev/size": "2Gi",
        }
        said = kubectl()
        judge(claims, asked(old, {**old, claims[1].key: "4Gi"}))

        assert (
            "--namespace=shop-dev --context=kind-shop patch persistentvolumeclaim db-backup "
            '--patch={"spec": {"resources": {"requests": {"storage": "4Gi"}}}}'
        ) == said.read_text().strip()

    @pytest.mark.parametrize(
        ("volume", "key", "words", "line"),
        [
            (
                Disk("1Gi"),
                "data-disk.mizzen.dev/size",
                "its data disk",
                "work: data-disk 2Gi -> 1Gi",
            ),
            (
                SharedDisk("up", "1Gi"),
                "up-disk.mizzen.dev/shared-size",
                "shared up disk",
                "the app: up-disk 2Gi -> 1Gi",
            ),
        ],
    )
    def test_shrunk(self, volume, key, words, line):
        """
        What gets smaller is refused, unless it is meant.
        """
        part = Worker("work", image=IMAGE, volumes={"/data": volume})
        args = asked({key: "2Gi"}, {key: "1Gi"})
        with pytest.raises(pulumi.RunError) as ei:
            judge(found(part)["work"], args)
        meant = attrs.evolve(STACK, acknowledge=[line])

        assert (
            f"Worker 'work': {words} has 2Gi and never shrinks to 1Gi. Say "
            "'2Gi' again, or add a second disk and copy the data."
        ) == str(ei.value)
        assert judge(found(part, stack=meant)["work"], args) is None
