"""
Pods and containers as they are compiled.
"""

import pytest


@pytest.fixture(name="pod")
def pod_fixture(desired):
    """
    The specification of the pods of a part.
    """

    def pod(part, *others, **scope):
        (template,) = (
            manifest.body["spec"]["template"]
            for manifest in desired(part, *others, **scope).of(part)
            if "template" in manifest.body.get("spec", {})
        )
        return template["spec"]

    return pod


@pytest.fixture(name="container")
def container_fixture(pod):
    """
    The one container of a part.
    """

    def container(part, *others, **scope):
        (found,) = pod(part, *others, **scope)["containers"]
        return found

    return container
