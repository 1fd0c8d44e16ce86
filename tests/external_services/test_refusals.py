"""
Wrong descriptions of what another app or team runs.
"""

import pytest

from mizzen import App, ExternalService, FromConfig, SpecError, Worker

from .support import used


class TestRefused:
    @pytest.mark.parametrize(
        "where",
        [
            {},
            {"app": "billing"},
            {"part": "api"},
            {"host": "b.example.com", "part": "api"},
        ],
    )
    def test_where(self, where):
        """
        It is at one place.
        """
        with pytest.raises(SpecError) as ei:
            ExternalService("billing", port=443, **where)

        assert (
            "ExternalService 'billing': say either host, like "
            "host='billing.example.com', or app and part, like "
            "app='billing', part='api'."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("where", "sentence"),
        [
            (
                {"app": "b", "part": "api", "cidrs": ["192.0.2.0/24"]},
                (
                    "cidrs must come with host, because pods are found by "
                    "their labels (got ('192.0.2.0/24',))."
                ),
            ),
            (
                {"app": "b", "part": "api", "labels": {"a": "b"}},
                (
                    "labels must come with host, because parts have labels "
                    "of their own (got {'a': 'b'})."
                ),
            ),
            (
                {"host": "b.money.svc", "labels": {"a": "b"}},
                (
                    "labels must come with namespace, in which the pods are "
                    "(got {'a': 'b'})."
                ),
            ),
            (
                {
                    "host": "b.money.svc",
                    "namespace": "money",
                    "cidrs": ["192.0.2.0/24"],
                },
                (
                    "cidrs must be left out with namespace, whose pods are "
                    "found (got ('192.0.2.0/24',))."
                ),
            ),
        ],
    )
    def test_of_the_other_kind(self, where, sentence):
        """
        What says where pods are says nothing of hosts, and the other way
        round.
        """
        with pytest.raises(SpecError) as ei:
            ExternalService("billing", port=443, **where)

        assert f"ExternalService 'billing': {sentence}" == str(ei.value)

    def test_network(self):
        """
        A network is no host.
        """
        with pytest.raises(SpecError) as ei:
            ExternalService("billing", host="10.0.0.0/8", port=443)

        assert (
            "ExternalService 'billing': host must be a host name, an address "
            "or a later value, like 'db.example.com' or FromConfig('key') "
            "(got '10.0.0.0/8')."
        ) == str(ei.value)

    def test_same_name(self):
        """
        Parts and what others run have different names.
        """
        first, second = (
            ExternalService(name, host="b.example.com", port=443)
            for name in ("worker", "worker")
        )
        worker = used(first)
        second_user = Worker("other", image=worker.image, uses=[second])

        with pytest.raises(SpecError) as ei:
            App("shop", edition="2026", parts=[worker, second_user])

        assert (
            "ExternalService 'worker' has the same name as Worker 'worker'.",
        ) == ei.value.problems

    def test_secret(self):
        """
        Variables hold no secrets.
        """
        with pytest.raises(SpecError) as ei:
            ExternalService(
                "billing", host=FromConfig("host", secret=True), port=443
            )

        assert (
            "ExternalService 'billing': host must be no secret, because "
            "variables tell it (got FromConfig(key='host', secret=True))."
        ) == str(ei.value)
