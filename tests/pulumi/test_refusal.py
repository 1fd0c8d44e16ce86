"""
What is found before a deployment stops it.
"""

import pytest

from mizzen import Environment, NodePort, Project, SpecError
from mizzen.pulumi import refuse_errors


class TestRefuseErrors:
    def test_errors(self, shop, dev, stack, worker):
        """
        Errors are refused, all in one, and nothing else is.
        """
        open_worker = shop.replace(worker, env={"TOKEN": "hunter2"})

        with pytest.raises(SpecError) as ei:
            refuse_errors(open_worker, dev, stack)

        assert (
            "Stack 'dev' is not deployed:\n"
            "  - Deployment 'worker': environment variable TOKEN holds what "
            "looks like a secret, for all to read (literal-secret). Set env "
            "TOKEN on Worker 'worker' to FromConfig(…, secret=True)."
        ) == str(ei.value)

    def test_warnings(self, shop, dev, stack):
        """
        Warnings and hints are left to ``mizzen check``.
        """
        assert refuse_errors(shop, dev, stack) is None

    def test_neighbours(self, shop, tmp_path):
        """
        So is what another stack of the project has in the same cluster.
        """
        for name in ("dev", "test"):
            (tmp_path / f"Pulumi.{name}.yaml").write_text(
                "config: {environment: dev, context: kind}"
            )
        (web,) = (part for part in shop.parts if part.name == "web")
        dev = Environment("dev", exposure=NodePort({web: 30080}))
        project = Project(tmp_path, {"shop": shop}, {"dev": dev})

        with pytest.raises(SpecError, match="NodePort 30080 is taken by"):
            refuse_errors(shop, dev, project.stack("dev"), project)

    def test_passphrase(self, shop, stack, monkeypatch):
        """
        The process knows whether the passphrase is empty.
        """
        safe = Environment("dev", protect=True)
        monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE_FILE", raising=False)
        monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")

        with pytest.raises(SpecError, match="empty-passphrase"):
            refuse_errors(shop, safe, stack)
