"""
Later values, secrets and the names that depend on them, as Pulumi outputs.
"""

import base64
import hashlib
import hmac
import json

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi

from .._config import Generated, HashedName, Placeholder, Source
from .._names import DIGEST_LENGTH
from ..exceptions import SpecError, choices, raise_problems
from ..manifests import Manifests
from ..spec import FromConfig, FromProgram, FromStack


PASSWORD_LENGTH = 32


def derived_password(key: str, purpose: str) -> str:
    """
    The secret that *key* gives for *purpose*; letters, digits, ``-`` and
    ``_``.
    """
    digest = hmac.digest(key.encode(), purpose.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode()[:PASSWORD_LENGTH]


def keyed_name(key: str, prefix: str, content: Mapping[str, str]) -> str:
    """
    Name that changes with *content* and gives nothing of it away.
    """
    text = json.dumps(dict(content), sort_keys=True)
    code = hmac.new(key.encode(), text.encode(), hashlib.sha256)

    return f"{prefix}-{code.hexdigest()[:DIGEST_LENGTH]}"


def placeholders(node: Any) -> Iterator[Placeholder]:
    """
    All placeholders in a manifest, the ones behind hashed names among them.
    """
    if isinstance(node, dict):
        for value in node.values():
            yield from placeholders(value)
    elif isinstance(node, list):
        for value in node:
            yield from placeholders(value)
    elif isinstance(node, HashedName):
        yield from placeholders(dict(node.content))
    elif isinstance(node, Placeholder):
        yield node


class Resolver:
    """
    Turns manifests into inputs of Pulumi resources.

    Args:
        app: Name of the app, to tell its secrets from those of others.

        stack: Name of the stack, for messages.

        bind: Values of `FromProgram` by name.
    """

    def __init__(
        self, app: str, stack: str, bind: Mapping[str, pulumi.Input[str]]
    ) -> None:
        self._app = app
        self._stack = stack
        self._bind = bind
        self._config = pulumi.Config()
        self._stacks: dict[str, pulumi.StackReference] = {}
        self._names: dict[str, pulumi.Output[str]] = {}

    def check(self, manifests: Manifests) -> None:
        """
        Make sure that everything can be resolved, before anything is made.

        Raises:
            SpecError: If a later value is bound to nothing.
        """
        sources = {
            source: None
            for manifest in manifests
            for placeholder in placeholders(manifest.body)
            for source in placeholder.template.sources
        }
        raise_problems(
            f"App {self._app!r} cannot be deployed to stack {self._stack!r}",
            (
                problem
                for source in sources
                for problem in self._problems(source)
            ),
        )
        if sources:
            self._key()

    def _problems(self, source: Source) -> Iterator[str]:
        if isinstance(source, FromProgram) and source.name not in self._bind:
            yield (
                f"FromProgram({source.name!r}) is bound to nothing; "
                f"{choices(source.name, self._bind)}. Pass "
                f"bind={{{source.name!r}: …}} to the component."
            )
        if isinstance(source, FromConfig):
            config, key = self._configuration(source)
            if config.get(key) is None:
                yield (
                    f"FromConfig({source.key!r}) is not in the configuration "
                    f"of the stack. Run: pulumi config set {source.key}"
                )
            elif not source.secret and pulumi.runtime.is_config_secret(
                config.full_key(key)
            ):
                yield (
                    f"FromConfig({source.key!r}) is stored as a secret. "
                    "Declare it with secret=True."
                )

    def _configuration(self, source: FromConfig) -> tuple[Any, str]:
        namespace, colon, key = source.key.rpartition(":")
        return (
            (pulumi.Config(namespace), key)
            if colon
            else (
                self._config,
                key,
            )
        )

    def _key(self) -> pulumi.Output[str]:
        key = self._config.get_secret("stackKey")
        if key is None:
            msg = (
                f"Stack {self._stack!r} has no key, from which its passwords "
                "and the names of its Secrets derive. Run once: openssl rand "
                f"-hex 32 | pulumi config set --secret stackKey --stack "
                f"{self._stack}"
            )
            raise SpecError(msg)
        return key

    def _source(self, source: Source) -> pulumi.Input[str]:
        if isinstance(source, Generated):
            purpose = f"{self._app}/{source.purpose}"
            return self._key().apply(
                lambda key: derived_password(key, purpose)
            )
        if isinstance(source, FromConfig):
            config, key = self._configuration(source)
            value: Any = (
                config.require_secret(key)
                if source.secret
                else config.require(key)
            )
        elif isinstance(source, FromStack):
            if source.stack not in self._stacks:
                reference = pulumi.StackReference(source.stack)
                self._stacks[source.stack] = reference
            value = self._stacks[source.stack].require_output(source.output)
        else:
            value = self._bind[source.name]
        if source.secret:
            return pulumi.Output.secret(value)

        return value  # type: ignore[no-any-return]

    def _text(self, placeholder: Placeholder) -> pulumi.Input[str]:
        template = placeholder.template
        sources = list(dict.fromkeys(template.sources))

        def fill(values: list[Any]) -> str:
            found = {
                source: str(value)
                for source, value in zip(sources, values, strict=True)
            }
            return template.fill(lambda source: found[source])

        values = [self._source(source) for source in sources]

        return pulumi.Output.all(*values).apply(fill)

    def _name(self, name: HashedName) -> pulumi.Output[str]:
        if str(name) not in self._names:
            prefix = name.prefix
            content = {
                key: self.resolve(text) for key, text in name.content.items()
            }
            keyed = pulumi.Output.all(self._key(), content).apply(
                lambda known: keyed_name(known[0], prefix, known[1])
            )
            # A keyed hash tells nothing, and has to be seen in previews.
            self._names[str(name)] = pulumi.Output.unsecret(keyed)
        return self._names[str(name)]

    def resolve(self, node: Any) -> Any:
        """
        *node* with outputs in place of everything that is known later.
        """
        if isinstance(node, dict):
            return {key: self.resolve(value) for key, value in node.items()}
        if isinstance(node, list):
            return [self.resolve(value) for value in node]
        if isinstance(node, HashedName):
            return self._name(node)
        if isinstance(node, Placeholder):
            return self._text(node)
        return node
