"""
Claims get disks that can grow, from a real API server.
"""

import uuid

import pytest

from infra.local.volumes import MANIFEST, Claims, Volumes


CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims"


@pytest.fixture(name="api", scope="module")
def _api(connected):
    with connected() as api:
        api.apply(MANIFEST)
        yield api


@pytest.fixture(name="claim")
def _claim(api, home):
    """
    A claim whose pod was given a node.
    """
    name = f"claim-{uuid.uuid4()}"
    content = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": name,
            "annotations": {"volume.kubernetes.io/selected-node": "mizzen"},
        },
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "standard",
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    api.post(CLAIMS, content)

    return api.get(f"{CLAIMS}/{name}")


def _volume_of(claim):
    return f"/api/v1/persistentvolumes/pvc-{claim['metadata']['uid']}"


def _folder_of(home, claim):
    folder = home / ".local/share/mizzen/local/volumes"

    return folder / f"pvc-{claim['metadata']['uid']}"


class TestClaims:
    def test_provided(self, api, home, claim):
        """
        The volume is a folder that every user id may write to, and being
        told twice makes no second one.
        """
        claims = Claims(api)
        claims("ADDED", claim)
        claims("MODIFIED", claim)
        spec = api.get(_volume_of(claim))["spec"]

        assert str(_folder_of(home, claim)) == spec["hostPath"]["path"]
        assert 0o777 == _folder_of(home, claim).stat().st_mode & 0o777
        assert "1Gi" == spec["capacity"]["storage"]
        assert claim["metadata"]["uid"] == spec["claimRef"]["uid"]

    def test_waits(self, api, home, claim):
        """
        Nothing is made before a pod wants it, nor for another class.
        """
        del claim["metadata"]["annotations"]
        Claims(api)("ADDED", claim)
        claim["spec"]["storageClassName"] = "fast"
        claim["metadata"]["annotations"] = {
            "volume.kubernetes.io/selected-node": "mizzen"
        }
        Claims(api)("ADDED", claim)

        assert api.get(_volume_of(claim)) is None
        assert not _folder_of(home, claim).exists()

    def test_grows(self, api, claim):
        """
        A larger request is met on the volume and told on the claim; both are
        what the API server accepts for this class.
        """
        name = claim["metadata"]["name"]
        claims = Claims(api)
        claims("ADDED", claim)
        volume = f"pvc-{claim['metadata']['uid']}"
        api.patch(f"{CLAIMS}/{name}", {"spec": {"volumeName": volume}})
        api.patch(
            f"{CLAIMS}/{name}/status",
            {"status": {"phase": "Bound", "capacity": {"storage": "1Gi"}}},
        )
        api.patch(
            f"{CLAIMS}/{name}",
            {"spec": {"resources": {"requests": {"storage": "3Gi"}}}},
        )

        claims("MODIFIED", api.get(f"{CLAIMS}/{name}"))

        grown = api.get(f"{CLAIMS}/{name}")["status"]
        assert "3Gi" == grown["capacity"]["storage"]
        assert (
            "3Gi" == api.get(_volume_of(claim))["spec"]["capacity"]["storage"]
        )


class TestVolumes:
    @pytest.mark.parametrize("policy", ["Delete", "Retain"])
    def test_released(self, api, home, claim, policy):
        """
        The folder goes with a claim that is gone, unless it is to be
        retained.
        """
        Claims(api)("ADDED", claim)
        (_folder_of(home, claim) / "file").write_text("data")
        volume = api.get(_volume_of(claim))
        volume["spec"]["persistentVolumeReclaimPolicy"] = policy
        volume["status"] = {"phase": "Released"}

        Volumes(api)("MODIFIED", volume)

        kept = policy == "Retain"
        assert kept == _folder_of(home, claim).exists()
        # The controller manager, which lets it go, does not run here.
        metadata = api.get(_volume_of(claim))["metadata"]
        assert kept == ("deletionTimestamp" not in metadata)
