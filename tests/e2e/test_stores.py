"""
Stores for real: passwords that are changed, and a volume that is lost.
"""

import json
import secrets

import attrs
import pytest

from infra.deploy.pulumi_stack import opened
from infra.deploy.target import choose

from mizzen import load_project

from .deployments import eventually
from .facts import became, settled
from .load import MIXED, Target, loaded


COUNTS = dict.fromkeys(("client", "api", "worker", "redis", "postgres"), 1)


def rotate(deployment):
    """
    Give the stack another key, and keep the one before, as docs/stores.md
    says.
    """
    project = load_project(deployment.folder)
    target = choose(project.stack(deployment.stack))
    home = target.home / "init"
    with opened(project, deployment.stack, target) as found:
        stack = attrs.evolve(
            found,
            root=home,
            config_file=home / f"Pulumi.{deployment.stack}.yaml",
        )
        old = stack.output("config", "get", "multi:stackKey")
        for key, value in (
            ("stackKeyPrevious", old),
            ("stackKey", secrets.token_hex(32)),
        ):
            stack.output(
                "config", "set", "--secret", f"multi:{key}", given=value
            )


def test_changed_passwords(deployment, tmp_path):
    """
    When all passwords change, the stores know the new ones before the parts
    that use them are exchanged: no request fails, and no store restarts.
    """
    target = Target(url=deployment.url, kept=False)
    before = settled(deployment, COUNTS)
    rotate(deployment)
    with loaded(target, tmp_path, rate=20, requests=MIXED) as outcomes:
        deployment.up()
        after = settled(deployment, COUNTS)

    assert {
        "client": "kept",
        "api": "exchanged",
        "worker": "exchanged",
        "redis": "kept",
        "postgres": "kept",
    } == {part: became(part, before, after) for part in COUNTS}
    for part in ("redis", "postgres"):
        assert before.secrets[part].isdisjoint(after.secrets[part])
    assert {} == outcomes.lost


@pytest.fixture(name="backed_up")
def _backed_up(deployment):
    """
    The deployment with backups of its database, of which one is made.
    """
    path = deployment.folder / "infra" / "app.py"
    path.write_text(
        path.read_text()
        .replace("from mizzen import ", "from mizzen import Backup, ")
        .replace(
            '"postgres", version=17, disk="1Gi"',
            '"postgres", version=17, disk="1Gi", '
            'backup=Backup("@yearly", disk="1Gi")',
        )
    )
    deployment.up()
    assert deployment.ask(10).is_success
    deployment.kubectl(
        "create", "job", "--from=cronjob/postgres-backup", "first-backup"
    )
    deployment.kubectl(
        "wait", "job/first-backup", "--for=condition=Complete", "--timeout=3m"
    )
    return deployment


def test_lost_volume(backed_up):
    """
    When the volume of the database is lost, a restore brings back every
    value that the backup had.
    """
    known = eventually(backed_up.values)
    claim = "persistentvolumeclaim/postgres"
    (body,) = backed_up.objects(
        "pvc", "--field-selector=metadata.name=postgres"
    )
    backed_up.kubectl("delete", claim, "--wait=false")
    backed_up.kubectl("delete", "pod", "postgres-0")
    backed_up.kubectl("wait", claim, "--for=delete", "--timeout=2m")
    # What binds it to the lost volume is not what was declared.
    del body["spec"]["volumeName"], body["metadata"]["annotations"]
    for field in ("uid", "resourceVersion", "creationTimestamp"):
        del body["metadata"][field]
    backed_up.kubectl("create", "--filename=-", given=json.dumps(body))
    backed_up.kubectl(
        "wait", "pod/postgres-0", "--for=condition=Ready", "--timeout=3m"
    )
    done = backed_up.mizzen(
        *("restore", "postgres", "--stack", backed_up.stack, "--yes")
    )

    assert 0 == done.returncode, done.stdout + done.stderr
    assert known.keys() <= eventually(backed_up.values).keys()
