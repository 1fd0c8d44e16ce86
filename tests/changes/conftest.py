"""
The example app in production, before and after an edit.
"""

import shutil

from pathlib import Path

import attrs
import pytest

from mizzen import App, Environment, Stack, load_project
from mizzen.changes import StackChange, compared, snapshot
from mizzen.spec import uses_of


@attrs.frozen
class Edited:
    """
    An app, its environment and its stack; all that an edit may change.
    """

    app: App
    environment: Environment
    stack: Stack

    def part(self, name, /, **changes):
        """
        With other values of one part.
        """
        return attrs.evolve(
            self, app=self.app.replace(self.app[name], **changes)
        )

    def renamed(self, old, new):
        """
        With another name of a part, also where it is overridden.
        """
        edited = self.part(old, name=new)
        overrides = [
            edited.app[new].override(**override.changes)
            if override.part.name == old
            else override
            for override in self.environment.overrides
        ]
        environment = attrs.evolve(self.environment, overrides=overrides)

        return attrs.evolve(edited, environment=environment)

    def derive(self, **changes):
        """
        With another environment.
        """
        return attrs.evolve(
            self,
            environment=self.environment.derive(
                self.environment.name, **changes
            ),
        )

    def address(self, **changes):
        """
        With another stack file.
        """
        return attrs.evolve(self, stack=attrs.evolve(self.stack, **changes))

    def without(self, *names):
        """
        Without some parts, and whatever leads to them.
        """
        app = self.app
        for part in self.app.parts:
            if any(use.part.name in names for use in uses_of(part)):
                old = app[part.name]
                kept = [u for u in old.uses if u.part.name not in names]
                app = app.replace(old, uses=kept)
        parts = [part for part in app.parts if part.name not in names]
        overrides = [
            override
            for override in self.environment.overrides
            if override.part.name not in names
        ]

        return attrs.evolve(
            self,
            app=attrs.evolve(app, parts=parts),
            environment=attrs.evolve(self.environment, overrides=overrides),
        )


@pytest.fixture(name="tree")
def _tree(root, tmp_path) -> Path:
    """
    A copy of what images are built from.
    """
    shutil.copytree(
        root / "apps",
        tmp_path / "apps",
        ignore=shutil.ignore_patterns("node_modules", "__pycache__", "dist"),
    )
    return tmp_path


@pytest.fixture(name="prod")
def _prod(root, tree) -> Edited:
    project = load_project(root)
    stack = project.stack("prod")

    return Edited(
        project.app(),
        project.environment(stack),
        attrs.evolve(stack, root=tree),
    )


@pytest.fixture(name="change")
def _change(prod):
    """
    What leads from the example app to an edited one.
    """
    before = snapshot(prod.app, prod.environment, prod.stack)

    def change(edited: Edited) -> StackChange:
        after = snapshot(edited.app, edited.environment, edited.stack)
        return compared(before, after)

    return change
