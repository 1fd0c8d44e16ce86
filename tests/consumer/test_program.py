"""
A Pulumi program of another repository that uses one component.
"""

import shutil

import pytest

from tests.pulumi.engine import Engine


UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@pytest.fixture(name="preview", scope="module")
def _preview(pulumi_environment, with_pulumi, root, tmp_path_factory):
    """
    What a deployment of the program would do.
    """
    folder = tmp_path_factory.mktemp("consumer")
    program = folder / "payments"
    shutil.copytree(root / "tests" / "consumer" / "program", program)
    (folder / "state").mkdir()
    path = f"{with_pulumi.python.parent}:{pulumi_environment['PATH']}"
    engine = Engine(
        {
            **pulumi_environment,
            "PATH": path,
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "VIRTUAL_ENV": str(with_pulumi.folder),
        }
    )
    engine.new_stack(program, "live", stackKey="0f1e2d3c4b5a69788796a5b4")

    return engine.preview(program, "live")


def _names(urns):
    return {urn.rpartition("::")[2] for urn in urns}


class TestProgram:
    def test_resources(self, preview):
        """
        One component stands among hand-written resources, and joins their
        namespace.
        """
        assert [] == preview.errors
        assert {
            "cluster": "payments-live",
            "payments": "payments-live",
            "ledger": "payments-live",
            "billing": "payments-live",
            "billing-service-account": "billing",
            "billing-network-policy": "billing",
            "billing-env": "billing",
            "billing-deployment": "billing",
            "billing-disruption-budget": "billing",
            "billing-service": "billing",
            "addresses": "payments-live",
            "public": "payments-live",
        } == {
            name: state["parent"].rpartition("::")[2]
            for name, state in preview.steps.items()
            if "parent" in state
        }
        assert {"payments"} == {
            inputs["metadata"]["namespace"]
            for name, inputs in preview.objects().items()
            if name != "payments"
        }

    def test_values_in(self, preview):
        """
        Values of other resources reach the container, also those that are
        known only after the deployment.
        """
        inputs = preview.objects()["billing-deployment"]
        (container,) = inputs["spec"]["template"]["spec"]["containers"]

        assert [
            {"name": "LEDGER", "value": "ledger"},
            {"name": "LEDGER_ID", "value": UNKNOWN},
            {
                "name": "TOKEN",
                "valueFrom": {
                    "secretKeyRef": {"name": UNKNOWN, "key": "TOKEN"}
                },
            },
        ] == container["env"]

    def test_secret_in(self, preview):
        """
        A secret that is known only after the deployment is as secret as any
        other.
        """
        inputs = preview.objects()["billing-env"]

        assert "[secret]" == inputs["stringData"]

    def test_values_out(self, preview):
        """
        Address and typed resources of the component reach other resources.
        """
        data = preview.objects()["addresses"]["data"]
        backend = preview.objects()["public"]["spec"]["defaultBackend"]

        assert "http://billing.payments.svc:8080" == data["billing"]
        assert '"app.kubernetes.io/name": "billing"' in data["labels"]
        assert {"name": "billing", "port": {"number": 8080}} == backend[
            "service"
        ]

    def test_order(self, preview):
        """
        The component waits for what its program tells and for the resources
        whose values it takes; those that take its values wait for it.
        """
        waiting = {
            name: _names(state.get("dependencies", ()))
            for name, state in preview.steps.items()
        }

        assert {"payments"} == waiting["billing-service"]
        assert {"payments", "ledger"} <= waiting["billing-deployment"]
        assert {"billing-service"} == waiting["public"]

    def test_provider(self, preview):
        """
        The component uses the provider that its program gives it.
        """
        assert {"cluster"} == {
            state["provider"].split("::")[-2]
            for name, state in preview.steps.items()
            if state["type"].startswith("kubernetes:")
        }
