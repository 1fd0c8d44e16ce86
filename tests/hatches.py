"""
Deployments that are patched.
"""

import pytest

from mizzen import Environment


def container(manifests, part):
    """
    The first container of *part*.
    """
    spec = manifests.get("Deployment", part)["spec"]["template"]["spec"]
    return spec["containers"][0]


def pods(fields):
    """
    The fields of a Deployment that its pods have.
    """
    return {"spec": {"template": {"spec": fields}}}


@pytest.fixture(name="patched")
def patched_fixture(desired):
    """
    Compiles an app of one part whose Deployment is patched.
    """

    def patched(part, fields):
        patch = part.patch("Deployment", fields)
        environment = Environment("dev", patches=[patch])
        return desired(part, environment=environment)

    return patched
