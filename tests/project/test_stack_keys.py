"""
Keys of a stack's file that nobody reads, and those that somebody does.
"""

import pytest

from mizzen import SpecError, load_project

from .stack_file import StackFile


class TestAddresses(StackFile):
    @pytest.mark.parametrize(
        ("key", "value", "message"),
        [
            (
                "ingressClass",
                "Foo Bar",
                (
                    "be the name of an object of Kubernetes, lower-case "
                    "letters, digits, hyphens and dots, like 'billing' (got "
                    "'Foo Bar')"
                ),
            ),
            ("internalClass", "Foo", "be the name of an object of "),
            ("internalIssuer", "Foo", "be the name of an object of "),
            (
                "ingressSources",
                "[nonsense]",
                "hold networks, like '192.0.2.0/24' (got 'nonsense')",
            ),
            ("issuer", "Bad issuer!", "be the name of an object of "),
            (
                "loadBalancerClass",
                "a b",
                (
                    "be the name of a class, like 'service.k8s.aws/nlb' or "
                    "'tailscale' (got 'a b')"
                ),
            ),
            (
                "ingressNamespace",
                "a.b",
                (
                    "be the name of a namespace, like 'ingress-nginx' (got "
                    "'a.b')"
                ),
            ),
            (
                "hostGroups",
                "{admin: []}",
                "list hosts for 'admin', like [admin.example.com] (got ())",
            ),
            (
                "hostGroups",
                "{admin: null}",
                "list hosts for 'admin', like [admin.example.com] (got None)",
            ),
            (
                "hostGroups",
                "{admin: a.example.com}",
                (
                    "list hosts for 'admin', like [admin.example.com] (got "
                    "'a.example.com')"
                ),
            ),
            (
                "hostGroups",
                "{admin: [A]}",
                "hold host names in lower case, like 'app.example.com' (got",
            ),
            (
                "hostGroups",
                "{ops: [a.b], admin: [a.b, c.d, c.d]}",
                "name each host once in 'admin' (got 'c.d')",
            ),
            (
                "hosts",
                f"[{'.'.join(['a' * 63] * 4)}]",
                "hold host names in lower case, like 'app.example.com' (got",
            ),
            (
                "hosts",
                f"[{'a' * 64}.example.com]",
                "hold host names in lower case, like 'app.example.com' (got",
            ),
        ],
    )
    def test_refused(self, write, key, value, message):
        """
        What could be no address is refused in the words of the file.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(
                write,
                f"config: {{shop:environment: dev, shop:{key}: {value}}}\n",
            )

        assert str(ei.value).startswith(f"Stack 'dev': {key} must {message}")


class TestKeys(StackFile):
    @pytest.mark.parametrize(
        ("key", "near"),
        [
            ("enviroment", "environment"),  # codespell:ignore
            ("ingresClass", "ingressClass"),
            ("host", "hosts"),
        ],
    )
    def test_slip(self, write, key, near):
        """
        A key that is nearly one of mizzen's, and that nobody reads, is
        refused with the one that is meant.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(
                write,
                f"config: {{shop:environment: dev, shop:{key}: nginx}}\n",
            )

        assert (
            (
                f"Pulumi.dev.yaml: nothing reads {key!r}; did you mean "
                f"{near!r}? If the program reads it, declare it under config "
                "in Pulumi.yaml."
            ),
        ) == ei.value.problems

    @pytest.mark.parametrize(
        "reader",
        [
            "env={'A': FromConfig('host')}",
            "files={'/a': Template('{h}', h=FromConfig('host'))}",
        ],
    )
    def test_read(self, write, reader):
        """
        A key that an app reads is its own, however near to others.
        """
        app = (
            "from mizzen import App, FromConfig, Image, Template, Worker\n"
            f"work = Worker('work', image=Image('a/b:1'), {reader})\n"
            "app = App('shop', edition='2026', parts=[work])\n"
        )
        root = write(
            files={
                f"{write.folder}/app.py": app,
                "Pulumi.dev.yaml": (
                    "config: {shop:environment: dev, shop:host: a}\n"
                ),
            }
        )

        assert "host" in load_project(root).stack("dev").config_keys

    def test_patched(self, write):
        """
        What a patch of an environment reads is read.
        """
        environments = (
            "from mizzen import Environment, FromConfig, Image, Worker\n"
            "part = Worker('work', image=Image('a/b:1'))\n"
            "fields = {'spec': [{'host': FromConfig('host')}]}\n"
            "DEV = Environment('dev', patches=[part.patch('X', fields)])\n"
        )
        root = write(
            files={
                f"{write.folder}/environments.py": environments,
                "Pulumi.dev.yaml": (
                    "config: {shop:environment: dev, shop:host: a}\n"
                ),
            }
        )

        assert load_project(root).stack("dev").environment == "dev"

    @pytest.mark.parametrize(
        "key",
        ["shop:apiKey", "a:ingressClass", "shop:stackKey", "shop:color"],
    )
    def test_no_slip(self, write, key):
        """
        Keys of providers, of mizzen, of the schema, and those that are like
        none of mizzen's are left alone.
        """
        text = f"config: {{shop:environment: dev, {key}: x}}\n"

        assert key.removeprefix("shop:") in self.stack(write, text).config_keys

    @pytest.mark.parametrize("key", ["host", "shop:host"])
    def test_declared(self, write, key):
        """
        What Pulumi.yaml declares is for the program to read.
        """
        stack = self.stack(
            write,
            "config: {shop:environment: dev, shop:host: x}\n",
            pulumi=f"{self.FOLDER}config: {{{key}: {{type: string}}}}\n",
        )

        assert "host" in stack.config_keys

    def test_config_slip(self, write):
        """
        A file whose configuration is under another word is refused with the
        right one.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(write, "7: x\nconfg: {shop:environment: dev}\n")

        assert (
            "Pulumi.dev.yaml: nothing reads 'confg'; did you mean 'config'?"
        ) == str(ei.value)
