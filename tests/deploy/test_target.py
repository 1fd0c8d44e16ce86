"""
A stack goes to the cluster that was named, and to no other.
"""

import pytest

from infra.deploy.errors import RefusedError
from infra.deploy.target import choose

from mizzen import Stack


class TestChoose:
    def test_other_context(self, monkeypatch):
        """
        KUBE_CONTEXT must not contradict the stack's file.
        """
        monkeypatch.setenv("KUBE_CONTEXT", "kind-kind")
        stack = Stack("prod", environment="prod", context="prod")

        with pytest.raises(RefusedError) as ei:
            choose(stack)

        assert (
            "Stack 'prod' goes to context 'prod', but KUBE_CONTEXT names "
            "'kind-kind'. Set KUBE_CONTEXT=prod, or change the stack's file."
        ) == str(ei.value)

    def test_unconfirmed_context(self, monkeypatch):
        """
        A stack whose file names a context goes neither there nor to the
        embedded cluster until KUBE_CONTEXT confirms it.
        """
        monkeypatch.delenv("KUBE_CONTEXT", raising=False)
        stack = Stack("prod", environment="prod", context="prod")

        with pytest.raises(RefusedError) as ei:
            choose(stack)

        assert (
            "Stack 'prod' goes to context 'prod'. Confirm it: "
            "KUBE_CONTEXT=prod make …"
        ) == str(ei.value)

    def test_named_context(self, monkeypatch, tmp_path):
        """
        A named context is used, with state in the checkout.
        """
        monkeypatch.setenv("KUBE_CONTEXT", "kind-kind")
        target = choose(Stack("dev", environment="dev", root=tmp_path))

        assert {"context": "kind-kind"} == target.addresses
        assert tmp_path / ".mizzen" == target.home
