"""
Later values, secrets and the names that depend on them, as Pulumi outputs.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pulumi

from .._later import HashedName
from ..exceptions import SpecError, choices, raise_problems
from ..spec import FromConfig, FromProgram, FromStack
from ..spec.texts import Generated, Placeholder, Previous, Source
from ._values import as_text, derived_password, keyed_name, later_parts, shown


Bindings = Mapping[str, pulumi.Input[str | int | float | bool]]

_ADVICE = (
    "Declare it with secret=True, so that it reaches containers through a "
    "Secret."
)


def _configuration(source: FromConfig) -> tuple[pulumi.Config, str]:
    namespace, _, key = source.key.rpartition(":")
    return pulumi.Config(namespace or None), key


def _checked(value: pulumi.Output[Any], check: Any) -> pulumi.Output[Any]:
    """
    *value*, once *check* has not raised.
    """
    return pulumi.Output.all(value, check).apply(lambda both: both[0])


def _refuse_secret(
    source: Source, value: pulumi.Output[Any]
) -> pulumi.Output[Any]:
    def check(secret: bool) -> None:  # noqa: FBT001 - called by Pulumi
        if secret:
            msg = f"{shown(source)} is a secret. {_ADVICE}"
            raise pulumi.RunError(msg)

    secret = pulumi.Output.all(value.is_secret())

    return _checked(value, secret.apply(lambda known: check(known[0])))


class Resolver:
    """
    Turns manifests into inputs of Pulumi resources.

    Args:
        app: Name of the app, to tell its secrets from those of others.

        stack: Name of the stack, for messages.

        bind: Values of `FromProgram` by name.
    """

    def __init__(self, app: str, stack: str, bind: Bindings) -> None:
        self._app = app
        self._stack = stack
        self._bind = bind
        self._stacks: dict[str, pulumi.StackReference] = {}
        self._values: dict[Source, pulumi.Output[str]] = {}
        self._names: dict[str, pulumi.Output[str]] = {}

    def check(self, bodies: Iterable[dict[str, Any]]) -> None:
        """
        Make sure that everything can be resolved, before anything is made.

        Raises:
            SpecError: If a later value is bound to nothing, or the stack
                has no key and needs one.
        """
        later = [part for body in bodies for part in later_parts(body)]
        sources = {
            source: None
            for part in later
            if isinstance(part, Placeholder)
            for source in part.pieces.sources
        }
        raise_problems(
            f"App {self._app!r} cannot be deployed to stack {self._stack!r}",
            (
                problem
                for source in sources
                for problem in self._problems(source)
            ),
        )
        names = any(isinstance(part, HashedName) for part in later)
        if names or any(isinstance(source, Generated) for source in sources):
            self._key()

    def _problems(self, source: Source) -> Iterator[str]:
        if isinstance(source, FromProgram) and source.name not in self._bind:
            yield (
                f"{shown(source)} is bound to nothing; "
                f"{choices(source.name, self._bind)}. Pass "
                f"bind={{{source.name!r}: …}} to the component."
            )
        if not isinstance(source, FromConfig):
            return
        config, key = _configuration(source)
        if config.get_secret(key) is None:
            option = " --secret" if source.secret else ""
            yield (
                f"{shown(source)} is not in the configuration of the stack. "
                f"Run: pulumi config set{option} {source.key} --stack "
                f"{self._stack}"
            )
        elif not source.secret and pulumi.runtime.is_config_secret(
            config.full_key(key)
        ):
            yield f"{shown(source)} is a secret. {_ADVICE}"

    def _key(self) -> pulumi.Output[str]:
        key = pulumi.Config().get_secret("stackKey")
        if key is None:
            msg = (
                f"Stack {self._stack!r} has no key, from which its passwords "
                "and the names of its Secrets derive. Run once: openssl rand "
                "-hex 32 | pulumi config set --secret stackKey --stack "
                f"{self._stack}"
            )
            raise SpecError(msg)
        return key

    def _value(self, source: Source) -> pulumi.Output[str]:
        if source not in self._values:
            value = pulumi.Output.from_input(self._input(source))
            if source.secret:
                value = pulumi.Output.secret(value)
            else:
                value = _refuse_secret(source, value)
            self._values[source] = value.apply(
                lambda known: as_text(source, known)
            )
        return self._values[source]

    def _input(self, source: Source) -> pulumi.Input[Any]:
        if isinstance(source, Generated):
            return self._derived(source, self._key())
        if isinstance(source, Previous):
            return self._before(source.source)
        if isinstance(source, FromConfig):
            config, key = _configuration(source)
            if source.secret:
                return config.require_secret(key)
            return config.require(key)
        if isinstance(source, FromStack):
            return self._output_of_stack(source)
        return self._bind[source.name]

    def _derived(
        self, source: Generated, key: pulumi.Output[str]
    ) -> pulumi.Output[str]:
        purpose = f"{self._app}/{source.purpose}"
        return key.apply(lambda key: derived_password(key, purpose))

    def _before(self, source: Source) -> pulumi.Input[Any]:
        """
        What *source* was before it was changed, if that is known.
        """
        if isinstance(source, FromConfig):
            config, key = _configuration(source)
            return config.get_secret(f"{key}Previous") or self._input(source)
        previous = pulumi.Config().get_secret("stackKeyPrevious")
        if isinstance(source, Generated) and previous is not None:
            return self._derived(source, previous)
        return self._input(source)

    def _output_of_stack(self, source: FromStack) -> pulumi.Output[Any]:
        if source.stack not in self._stacks:
            reference = pulumi.StackReference(source.stack)
            self._stacks[source.stack] = reference
        reference = self._stacks[source.stack]

        def check(outputs: Mapping[str, Any]) -> None:
            if source.output not in outputs:
                msg = (
                    f"{shown(source)} is not an output of that stack; "
                    f"{choices(source.output, outputs)}."
                )
                raise pulumi.RunError(msg)

        # One secret output makes all of them secret; the names are not.
        names = pulumi.Output.unsecret(reference.outputs)

        return _checked(
            reference.get_output(source.output), names.apply(check)
        )

    def _text(self, placeholder: Placeholder) -> pulumi.Output[str]:
        pieces = placeholder.pieces
        sources = list(dict.fromkeys(pieces.sources))

        def fill(values: list[str]) -> str:
            found = dict(zip(sources, values, strict=True))
            return pieces.fill(lambda source: found[source])

        values = [self._value(source) for source in sources]

        return pulumi.Output.all(*values).apply(fill)

    def _name(self, name: HashedName) -> pulumi.Output[str]:
        if name not in self._names:
            content = self.resolve(dict(name.content))
            keyed = pulumi.Output.all(self._key(), content).apply(
                lambda known: keyed_name(known[0], name.prefix, known[1])
            )
            # A keyed hash tells nothing, and has to be seen in previews.
            self._names[name] = pulumi.Output.unsecret(keyed)
        return self._names[name]

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
