"""
Stores for real: a volume that is lost.

The test changes the deployment and stands after those of the app.
"""

import json
import os
import subprocess

import pytest

from .deployments import eventually


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
    context = backed_up.kubectl("config", "current-context").strip()
    done = subprocess.run(
        [
            *(".venv/bin/python", "-m", "mizzen.cli", "restore", "postgres"),
            *("--stack", backed_up.stack, "--context", context, "--yes"),
        ],
        capture_output=True,
        cwd=backed_up.folder,
        env={**os.environ, **backed_up.environment},
        text=True,
    )

    assert 0 == done.returncode, done.stdout + done.stderr
    assert known.keys() <= eventually(backed_up.values).keys()
