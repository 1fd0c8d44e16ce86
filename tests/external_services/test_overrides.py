"""
What another app or team runs, somewhere else in some environments.
"""

import pytest

from mizzen import App, Environment, ExternalService, SpecError, Use
from mizzen.changes import compared, snapshot
from mizzen.testing import Facts

from .support import STACK, used


class TestOverride:
    @pytest.fixture(name="moved")
    def _moved(self):
        """
        What a worker is told, and let out to beside name servers, where an
        environment has the overrides of *changes*.
        """

        def moved(said, *changes):
            other = ExternalService("billing", **said)
            app = App("shop", edition="2026", parts=[used(other)])
            overrides = [other.override(**each) for each in changes]
            environment = Environment("prod", overrides=overrides)
            found = Facts.of(app, environment, STACK).manifests
            pod = found.get("Deployment", "worker")["spec"]["template"]["spec"]
            policy = found.get("NetworkPolicy", "worker")["spec"]
            _, *rules = policy["egress"]
            told = {e["name"]: e["value"] for e in pod["containers"][0]["env"]}
            return told, rules

        return moved

    def test_namespace(self, moved):
        """
        The part may be in another namespace.
        """
        said = {"app": "billing", "part": "api", "port": 8000}

        told, (rule,) = moved(said, {"namespace": "billing-stable"})

        assert "http://api.billing-stable.svc:8000" == told["BILLING_URL"]
        assert {
            "namespaceSelector": {
                "matchLabels": {
                    "kubernetes.io/metadata.name": "billing-stable"
                }
            },
            "podSelector": {
                "matchLabels": {
                    "app.kubernetes.io/name": "api",
                    "app.kubernetes.io/part-of": "billing",
                }
            },
        } == rule["to"][0]

    def test_host(self):
        """
        It may be somewhere else altogether, also in variables of one's own.
        """
        said = {"app": "billing", "part": "api", "port": 8000}
        other = ExternalService("billing", **said)
        worker = used(Use(other, env={"BILLING": other.url, "LEVEL": "info"}))
        app = App("shop", edition="2026", parts=[worker])
        change = other.override(
            host="b.example.com",
            port=443,
            application="https",
            cidrs=["192.0.2.0/24"],
        )

        facts = Facts.of(app, Environment("prod", overrides=[change]), STACK)

        (container,) = facts.manifests.get("Deployment", "worker")["spec"][
            "template"
        ]["spec"]["containers"]
        assert [
            {"name": "BILLING", "value": "https://b.example.com:443"},
            {"name": "LEVEL", "value": "info"},
        ] == container["env"]
        policy = facts.manifests.get("NetworkPolicy", "worker")["spec"]
        assert {
            "to": [{"ipBlock": {"cidr": "192.0.2.0/24"}}],
            "ports": [{"protocol": "TCP", "port": 443}],
        } == policy["egress"][1]

    @pytest.mark.parametrize(
        "said",
        [
            {"host": "b.example.com", "cidrs": ["192.0.2.0/24"]},
            {
                "host": "b.money.svc",
                "namespace": "money",
                "labels": {"app": "b"},
            },
        ],
    )
    def test_part(self, moved, said):
        """
        A part of an app takes the place of a host and what is known of it.
        """
        told, (rule,) = moved(
            {**said, "port": 80},
            {"app": "ledger", "part": "api", "namespace": "ledgers"},
        )

        assert "api.ledgers.svc" == told["BILLING_HOST"]
        (peer,) = rule["to"]
        assert {
            "app.kubernetes.io/name": "api",
            "app.kubernetes.io/part-of": "ledger",
        } == peer["podSelector"]["matchLabels"]

    def test_order(self, moved):
        """
        The last override counts, and what it leaves out stays.
        """
        told, _ = moved(
            {"app": "billing", "part": "api", "port": 8000},
            {"host": "b.example.com", "port": 8443},
            {"host": "c.example.com", "application": "https", "port": None},
        )

        assert "https://c.example.com:8443" == told["BILLING_URL"]

    def test_namespace_of_host(self, moved):
        """
        A part of an app is not in the namespace that the host was in.
        """
        told, _ = moved(
            {"host": "b.money.svc", "namespace": "money", "port": 80},
            {"app": "ledger", "part": "api"},
        )

        assert "api.ledger-prod.svc" == told["BILLING_HOST"]

    @pytest.mark.parametrize(
        "changes",
        [
            ({"app": "ledger", "part": "api"}, {"part": "web"}),
            ({"app": "ledger"}, {"part": "web"}),
            ({"part": "web"}, {"namespace": "money"}, {"app": "ledger"}),
        ],
    )
    def test_together(self, moved, changes):
        """
        Overrides only have to fit all together.
        """
        told, _ = moved({"host": "10.1.2.3", "port": 80}, *changes)

        assert told["BILLING_HOST"].startswith("web.")

    def test_stays(self, moved):
        """
        Without an override it is where it is said.
        """
        told, _ = moved({"app": "billing", "part": "api", "port": 8000})

        assert "api.billing-prod.svc" == told["BILLING_HOST"]

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            (
                {"name": "ledger"},
                (
                    "there is no field 'name' to override; choose one of: 'app', "
                    "'application', 'cidrs', 'host', 'labels', 'namespace', "
                    "'part', 'port', 'protocol' (nearest to 'name': "
                    "'namespace')."
                ),
            ),
            (
                {"port": 0},
                (
                    "port must be a whole number from 1 to 65535, like 8000 "
                    "(got 0)."
                ),
            ),
            (
                {"app": "b", "labels": {"app": "b"}},
                (
                    "labels must come with host, because parts have labels of "
                    "their own (got {'app': 'b'})."
                ),
            ),
            (
                {"host": "b.example.com", "labels": {"app": "b"}},
                (
                    "labels must come with namespace, in which the pods are "
                    "(got {'app': 'b'})."
                ),
            ),
            (
                {"namespace": "money", "cidrs": ["10.0.0.0/8"]},
                (
                    "cidrs must be left out with namespace, whose pods are "
                    "found (got ('10.0.0.0/8',))."
                ),
            ),
            (
                {"host": "b.example.com", "part": "api"},
                (
                    "say either host, like host='billing.example.com', or "
                    "app and part, like app='billing', part='api'."
                ),
            ),
        ],
    )
    def test_unfit(self, changes, problem):
        """
        What fits nowhere is refused where it is written.
        """
        other = ExternalService("billing", app="billing", part="api", port=80)

        with pytest.raises(SpecError) as ei:
            other.override(**changes)

        assert f"ExternalService 'billing': {problem}" == str(ei.value)

    @pytest.mark.parametrize(
        ("said", "changes", "problem"),
        [
            (
                {"app": "billing", "part": "api"},
                ({"host": "10.1.2.3"}, {"port": 80, "part": "web"}),
                (
                    "host, and then port, part of ExternalService 'billing': "
                    "say either host, like host='billing.example.com', or "
                    "app and part, like app='billing', part='api'."
                ),
            ),
            (
                {"app": "billing", "part": "api"},
                ({"labels": {"app": "b"}},),
                (
                    "labels of ExternalService 'billing': labels must come "
                    "with host, because parts have labels of their own (got "
                    "{'app': 'b'})."
                ),
            ),
        ],
    )
    def test_unfit_together(self, moved, said, changes, problem):
        """
        What does not fit the service, or the overrides before, is refused
        with the environment and all that it overrides.
        """
        with pytest.raises(SpecError) as ei:
            moved({**said, "port": 8000}, *changes)

        assert f"Environment 'prod' overrides {problem}" == str(ei.value)

    def test_derived(self):
        """
        The environment is the one whose override does not fit.
        """
        other = ExternalService("billing", app="billing", part="api", port=80)
        app = App("shop", edition="2026", parts=[used(other)])
        base = Environment("p", overrides=[other.override(host="10.1.2.3")])
        derived = base.derive("q", overrides=[other.override(part="web")])

        assert Facts.of(app, base, STACK)
        with pytest.raises(
            SpecError, match=r"^Environment 'q' overrides host"
        ):
            Facts.of(app, derived, STACK)

    def test_unused(self):
        """
        What no part uses is refused.
        """
        ledger, billing = (
            ExternalService(name, app=name, part="api", port=80)
            for name in ("ledger", "billing")
        )
        app = App("shop", edition="2026", parts=[used(billing)])
        change = ledger.override(namespace="stable")

        with pytest.raises(SpecError) as ei:
            Facts.of(app, Environment("prod", overrides=[change]), STACK)

        (problem,) = ei.value.problems
        assert (
            "Environment 'prod' overrides ExternalService 'ledger', which no "
            "part uses; choose one of: 'billing'."
        ) == problem

    def test_reason(self):
        """
        A report tells that it has moved as the reason.
        """
        other = ExternalService("billing", app="billing", part="api", port=80)
        app = App("shop", edition="2026", parts=[used(other)])
        before, after = (
            snapshot(app, Environment("prod", overrides=overrides), STACK)
            for overrides in ([], [other.override(namespace="stable")])
        )

        (change,) = compared(before, after).parts

        assert (
            "uses billing.namespace stable added (override of environment "
            "prod)"
        ) == change.reasons[0]
