"""
Parts of another name: what they keep, and what is said of it.
"""

import pytest

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.strategies import deployments

from mizzen import (
    App,
    Backup,
    Conventions,
    Disk,
    Environment,
    Image,
    Postgres,
    Redis,
    Service,
    SpecError,
    Worker,
)
from mizzen.changes import Effect, compared, snapshot
from mizzen.spec.texts import Generated, Placeholder


IMAGE = Image("acme/api:v5")


def claims(manifests):
    """
    The names of all claims, by part and role.
    """
    return {
        (m.part, m.role): m.name
        for m in manifests
        if m.kind == "PersistentVolumeClaim"
    }


class TestRefused:
    def test_own_name(self):
        """
        Nothing was called formerly what it is called.
        """
        with pytest.raises(SpecError) as ei:
            Worker("api", image=IMAGE, formerly="api")

        assert (
            "Worker 'api': formerly must differ from its name (got 'api')."
        ) == str(ei.value)

    def test_twice(self):
        """
        A name is given once.
        """
        with pytest.raises(SpecError) as ei:
            Redis("c", version=8, disk="1Gi", formerly=["a", "a"])

        assert (
            "Redis 'c': formerly must have different names (got ('a', 'a'))."
        ) == str(ei.value)

    def test_no_name(self):
        """
        What no part could be called, no part was called.
        """
        with pytest.raises(SpecError, match=r"^Worker 'api': formerly must"):
            Worker("api", image=IMAGE, formerly="API")

    def test_name_of_a_part(self, db):
        """
        A name that another part has was not given away.
        """
        gateway = Service("gateway", image=IMAGE, port=80, formerly="db")
        with pytest.raises(SpecError) as ei:
            App("shop", edition="2026", parts=[gateway, db])

        assert (
            "App 'shop' contradicts itself:\n  - Service 'gateway' cannot formerly "
            "have been 'db', because Postgres 'db' is called so."
        ) == str(ei.value)

    def test_former_name_of_a_part(self):
        """
        Two parts cannot have been the same one.
        """
        one = Worker("one", image=IMAGE, formerly="it")
        two = Worker("two", image=IMAGE, formerly=["that", "it"])
        with pytest.raises(SpecError) as ei:
            App("shop", edition="2026", parts=[one, two])

        assert (
            "App 'shop' contradicts itself:\n  - Worker 'two' cannot formerly have "
            "been 'it', because Worker 'one' was."
        ) == str(ei.value)

    def test_backups(self, desired):
        """
        The claim of the backups of a store goes on to be called after its
        first name, which no other part can take.
        """
        db = Postgres("main", version=17, disk="1Gi", formerly="db")
        other = Redis("db-backup", version=8, disk="1Gi")
        with pytest.raises(SpecError, match=r"has the name of what admin"):
            desired(db, other)

    def test_override(self, db):
        """
        The name is the same in all stacks, so what it was is as well.
        """
        with pytest.raises(SpecError, match=r"formerly cannot be overridden"):
            db.override(formerly="postgres")


class TestCompiled:
    def test_store(self, desired):
        """
        The claims of a store keep its first name, and its pods mount them.
        """
        backup = Backup("0 3 * * *", disk="2Gi")
        fields = {"version": 17, "disk": "1Gi", "backup": backup}
        old = desired(Postgres("db", **fields))
        new = desired(Postgres("main", formerly=["db", "data"], **fields))

        assert claims(old) == {
            ("db", "disk"): "db",
            ("db", "backup-disk"): "db-backup",
        }
        assert [*claims(old).values()] == [*claims(new).values()]
        pod = new.get("StatefulSet", "main")["spec"]["template"]["spec"]
        assert pod["volumes"][0]["persistentVolumeClaim"] == {
            "claimName": "db"
        }
        run = new.get("CronJob", "main-backup")["spec"]["jobTemplate"]["spec"]
        assert {"claimName": "db-backup"} in [
            volume.get("persistentVolumeClaim")
            for volume in run["template"]["spec"]["volumes"]
        ]

    def test_disk(self, desired):
        """
        The disk of a service keeps its claim, and the service mounts it.
        """
        fields = {"image": IMAGE, "port": 80, "volumes": {"/x": Disk("1Gi")}}
        old = desired(Service("api", **fields))
        new = desired(Service("gateway", formerly="api", **fields))

        assert [*claims(old).values()] == [*claims(new).values()]
        pod = new.get("Deployment", "gateway")["spec"]["template"]["spec"]
        (volume,) = [v for v in pod["volumes"] if "persistentVolumeClaim" in v]
        assert [volume["persistentVolumeClaim"]["claimName"]] == [
            *claims(old).values()
        ]

    def test_password(self, desired):
        """
        The administrator's password is on the disk, so it stays.
        """
        db = Postgres("main", version=17, disk="1Gi", formerly="db")
        secret = desired(db).get("Secret", "main-administrator")
        password = Placeholder.of(Generated("db password"))

        assert password == secret["stringData"]["password"]

    def test_conventions(self, desired):
        """
        A pattern of names holds for former names as well.
        """
        conventions = Conventions(name="{app}-{part}")
        there = Environment("dev", conventions=conventions)
        db = Postgres("main", version=17, disk="1Gi", formerly="db")

        assert claims(desired(db, environment=there)) == {
            ("main", "disk"): "shop-db"
        }


def renamed(description, old, *, formerly):
    """
    *description* with its part *old* under another name.
    """
    names = (*old.formerly, old.name) if formerly else ()
    name = "of-another-name"
    versions = {
        name if owner == old.name else owner: version
        for owner, version in description.stack.versions.items()
    }
    new = description.with_part(old, name=name, formerly=names)

    return new.at(versions=versions)


def change(description, edited):
    """
    What leads from the one to the other.
    """
    return compared(
        *(
            snapshot(each.app(), each.environment, each.stack)
            for each in (description, edited)
        )
    )


@settings(settings.get_profile("few"))
@given(deployments(), st.data())
def test_data_is_kept(deployment, data):
    """
    Whatever is renamed with its former name keeps its claims; without it,
    their data is at risk. Either way it can be compiled.
    """
    description = deployment.description
    assume(description.parts)
    part = data.draw(st.sampled_from(description.parts))
    known = renamed(description, part, formerly=True)
    unknown = renamed(description, part, formerly=False)
    try:
        found = known.compiled()
    except SpecError:
        # Names of some exposures and hosts are made of those of parts.
        assume(False)  # noqa: FBT003

    assert set(claims(deployment.manifests).values()) == set(
        claims(found).values()
    )
    assert Effect.DATA_AT_RISK not in change(description, known).effects
    own = {
        claim
        for owner, claim in claims(deployment.manifests)
        if owner == part.name
    }
    assert bool(own) is (
        Effect.DATA_AT_RISK in change(description, unknown).effects
    )
