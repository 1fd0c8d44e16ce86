"""
All that a user says, which mostly fits together.
"""

import attrs

from hypothesis import assume
from hypothesis import strategies as st

from mizzen import (
    App,
    Environment,
    Manifests,
    SpecError,
    Stack,
    compile_app,
)
from mizzen.environment import Opening
from mizzen.spec.relinking import Relinker

from .environments import environments
from .exposures import exposed_ports, openings
from .parts import parts
from .routes import routes
from .stacks import stacks
from .values import names


@attrs.frozen
class Description:
    """
    All that a user says.
    """

    name: str
    parts: list
    routes: list
    exposes: list
    environment: Environment
    stack: Stack

    def app(self) -> App:
        """
        The app, if it does not contradict itself.
        """
        return App(
            self.name,
            edition="2026",
            parts=self.parts,
            routes=self.routes,
            exposes=self.exposes,
        )

    def compiled(self) -> Manifests:
        """
        The desired state, if nothing contradicts itself.
        """
        return compile_app(self.app(), self.environment, self.stack)

    def openings(self) -> list[Opening]:
        """
        All that has a public port.
        """
        return openings(self.environment, self.exposes)

    def but(self, **changes) -> "Description":
        """
        The same with other *changes*.
        """
        return attrs.evolve(self, **changes)

    def with_part(self, part, **changes) -> "Description":
        """
        The same with other values in *part*, to which all refers.
        """
        relink = Relinker({id(part): attrs.evolve(part, **changes)})

        return self.but(
            parts=[*relink(tuple(self.parts))],
            routes=[*relink(tuple(self.routes))],
            exposes=[*relink(tuple(self.exposes))],
            environment=relink(self.environment),
        )

    def within(self, **changes) -> "Description":
        """
        The same with other values in the environment.
        """
        return self.but(environment=attrs.evolve(self.environment, **changes))

    def overriding(self, part, **changes) -> "Description":
        """
        The same with one more override, of *part*.
        """
        last = part.override(**changes)

        return self.within(overrides=[*self.environment.overrides, last])

    def at(self, **changes) -> "Description":
        """
        The same with other values in the stack.
        """
        return self.but(stack=attrs.evolve(self.stack, **changes))


@st.composite
def descriptions(draw):
    """
    An app, an environment and a stack, which mostly fit together.
    """
    name = draw(names)
    all_parts = draw(parts())
    environment = draw(environments(name, all_parts))
    exposed = draw(exposed_ports(all_parts))
    stack = draw(stacks(all_parts, environment, exposed))

    return Description(
        name,
        all_parts,
        draw(routes(all_parts, environment.exposure, stack)),
        exposed,
        environment,
        stack,
    )


@attrs.frozen
class Deployment:
    """
    A description that fits together, and its desired state.

    Whoever reads of one that goes wrong is shown the former alone: the latter
    follows from it, and is a hundred times as long.
    """

    description: Description
    manifests: Manifests = attrs.field(repr=False)


@st.composite
def deployments(draw):
    """
    What fits together, compiled.
    """
    description = draw(descriptions())
    try:
        return Deployment(description, description.compiled())
    except SpecError:
        assume(False)  # noqa: FBT003
        raise
