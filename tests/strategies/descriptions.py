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

from .environments import environments
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
    environment: Environment
    stack: Stack

    def app(self) -> App:
        """
        The app, if it does not contradict itself.
        """
        return App(
            self.name, edition="2026", parts=self.parts, routes=self.routes
        )

    def compiled(self) -> Manifests:
        """
        The desired state, if nothing contradicts itself.
        """
        return compile_app(self.app(), self.environment, self.stack)


@st.composite
def descriptions(draw):
    """
    An app, an environment and a stack, which mostly fit together.
    """
    name = draw(names)
    all_parts = draw(parts())
    environment = draw(environments(name, all_parts))

    return Description(
        name,
        all_parts,
        draw(routes(all_parts, environment.exposure)),
        environment,
        draw(stacks(all_parts, environment)),
    )


@st.composite
def deployments(draw):
    """
    A description that fits together, and its desired state.
    """
    description = draw(descriptions())
    try:
        return description, description.compiled()
    except SpecError:
        assume(False)  # noqa: FBT003
        raise
