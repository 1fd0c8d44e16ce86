"""
Values that a spec declares and that a deployment fills in.
"""

import pulumi
import pytest

from mizzen import (
    App,
    FromConfig,
    FromProgram,
    FromStack,
    Image,
    Service,
    SpecError,
)
from mizzen.pulumi import AppComponent
from mizzen.pulumi._values import as_text, shown


@pytest.fixture(name="run")
def _run(deploy, dev, stack):
    """
    Deploys a service with a variable that has the given value, and finds
    the variable, or the Secret that it refers to.
    """

    def run(value, *, bind=None, config=None, secrets=None):
        web = Service(
            "web", image=Image("acme/web:v5"), port=8080, env={"VALUE": value}
        )
        app = App("shop", edition="2026", parts=[web])
        found = deploy(
            lambda: AppComponent(
                "shop", app=app, environment=dev, stack=stack, bind=bind
            ),
            config=config,
            secrets=secrets,
        )
        spec = found["web-deployment"].inputs["spec"]["template"]["spec"]
        (variable,) = spec["containers"][0]["env"]

        return variable.get("value") or found["web-env"].inputs["stringData"]

    return run


class TestFromConfig:
    @pytest.mark.parametrize("key", ["region", "shop:region"])
    def test_resolved(self, run, key):
        """
        A key without a namespace belongs to the project.
        """
        assert "eu" == run(FromConfig(key), config={"shop:region": "eu"})

    def test_other_namespace(self, run):
        """
        A key may belong to another namespace.
        """
        assert "eu" == run(
            FromConfig("cloud:region"), config={"cloud:region": "eu"}
        )

    def test_secret(self, run, key):
        """
        A secret arrives as a secret.
        """
        found = run(
            FromConfig("token", secret=True),
            secrets={"shop:token": "t0ken", "shop:stackKey": key},
        )

        assert {"VALUE": "t0ken"} == found.value

    @pytest.mark.parametrize(
        ("value", "option"),
        [
            (FromConfig("region"), ""),
            (FromConfig("region", secret=True), " --secret"),
        ],
    )
    def test_missing(self, run, monitor, value, option):
        """
        A key that is not configured is refused before anything is
        registered; the message has the command that sets it.
        """
        with pytest.raises(SpecError) as ei:
            run(value)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - FromConfig('region') is not in the configuration of the "
            f"stack. Run: pulumi config set{option} region --stack dev"
        ) == str(ei.value)
        assert {} == monitor.registered

    def test_undeclared_secret(self, run, monitor):
        """
        A secret that is declared as plain would end up in a container.
        """
        with pytest.raises(SpecError) as ei:
            run(FromConfig("token"), secrets={"shop:token": "t0ken"})

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - FromConfig('token') is a secret. Declare it with "
            "secret=True, so that it reaches containers through a Secret."
        ) == str(ei.value)
        assert {} == monitor.registered


class TestFromProgram:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("db.example.com", "db.example.com"),
            (5432, "5432"),
            (0.5, "0.5"),
            (True, "true"),
        ],
    )
    def test_resolved(self, run, value, text):
        """
        Values of the program arrive as text, numbers as they are written.
        """
        assert text == run(FromProgram("value"), bind={"value": value})

    def test_output(self, run):
        """
        Values may be outputs of other resources.
        """
        found = pulumi.Output.from_input("db.example.com")

        assert "db.example.com" == run(
            FromProgram("host"), bind={"host": found}
        )

    def test_unbound(self, run, monitor):
        """
        A value that nobody gives is refused before anything is registered;
        the message names the nearest one that is given.
        """
        with pytest.raises(SpecError) as ei:
            run(FromProgram("host"), bind={"hots": "x", "port": "1"})

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - FromProgram('host') is bound to nothing; choose one of: "
            "'hots', 'port' (nearest to 'host': 'hots'). Pass bind={'host': "
            "…} to the component."
        ) == str(ei.value)
        assert {} == monitor.registered

    def test_secret_output(self, run):
        """
        A secret that is declared as plain would end up in a container.
        """
        with pytest.raises(pulumi.RunError) as ei:
            run(
                FromProgram("token"),
                bind={"token": pulumi.Output.secret("t0ken")},
            )

        assert (
            "FromProgram('token') is a secret. Declare it with secret=True, "
            "so that it reaches containers through a Secret."
        ) == str(ei.value)

    def test_no_text(self, run):
        """
        What cannot be written as text is refused.
        """
        with pytest.raises(pulumi.RunError) as ei:
            run(FromProgram("hosts"), bind={"hosts": ["a", "b"]})

        assert (
            "FromProgram('hosts') must be text, a number, true or false (got "
            "list)."
        ) == str(ei.value)


class TestFromStack:
    def test_resolved(self, run):
        """
        An output of another stack arrives in the container.
        """
        assert "db.example.com" == run(FromStack("acme/data/prod", "host"))

    def test_read_once(self, deploy, monitor, dev, stack):
        """
        A stack is read once, however many of its outputs are asked for.
        """
        web = Service(
            "web",
            image=Image("acme/web:v5"),
            port=8080,
            env={
                "DATABASE_HOST": FromStack("acme/data/prod", "host"),
                "DATABASE_PORT": FromStack("acme/data/prod", "port"),
            },
        )
        app = App("shop", edition="2026", parts=[web])
        deploy(
            lambda: (
                AppComponent("shop", app=app, environment=dev, stack=stack)
                and None
            )
        )

        assert ["acme/data/prod"] == monitor.read

    def test_number(self, run):
        """
        Whole numbers of other stacks have no fraction.
        """
        assert "5432" == run(FromStack("acme/data/prod", "port"))

    def test_secret(self, run):
        """
        A secret output arrives as a secret.
        """
        found = run(FromStack("acme/vault/prod", "token", secret=True))

        assert {"VALUE": "t0ken"} == found.value

    def test_beside_a_secret(self, run):
        """
        A plain output of a stack that has secret ones stays plain.
        """
        assert "eu" == run(FromStack("acme/vault/prod", "region"))

    def test_undeclared_secret(self, run):
        """
        A secret that is declared as plain would end up in a container.
        """
        with pytest.raises(pulumi.RunError) as ei:
            run(FromStack("acme/vault/prod", "token"))

        assert (
            "FromStack('acme/vault/prod', 'token') is a secret. Declare it "
            "with secret=True, so that it reaches containers through a "
            "Secret."
        ) == str(ei.value)

    def test_missing(self, run):
        """
        An output that the other stack does not have is refused; the message
        names the nearest one.
        """
        with pytest.raises(pulumi.RunError) as ei:
            run(FromStack("acme/data/prod", "hots"))

        assert (
            "FromStack('acme/data/prod', 'hots') is not an output of that "
            "stack; choose one of: 'host', 'port' (nearest to 'hots': "
            "'host')."
        ) == str(ei.value)


class TestText:
    def test_generated(self):
        """
        What mizzen generates is never shown, only named.
        """
        from mizzen.spec.texts import Generated  # noqa: PLC0415

        assert "generated: db password" == shown(Generated("db password"))

    def test_nothing(self):
        """
        Nothing is no text.
        """
        with pytest.raises(pulumi.RunError, match=r"\(got NoneType\)\.$"):
            as_text(FromProgram("host"), None)
