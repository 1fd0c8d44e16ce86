"""
The example app in production, before and after an edit.
"""

import shutil

from pathlib import Path

import attrs
import pytest

from mizzen import App, Environment, Manifest, Stack, load_project
from mizzen.changes import Snapshot, StackChange, compared, snapshot
from mizzen.changes.objects import object_changes
from mizzen.changes.report import States, stack_change
from mizzen.checks import Finding, Severity
from mizzen.spec import uses_of
from mizzen.spec.relinking import Relinker

from .forms import HOSTILE


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

    def renamed(self, old, new, formerly=()):
        """
        With another name of a part, also where the environment names it.
        """
        edited = self.part(old, name=new, formerly=formerly)
        relink = Relinker({id(self.app[old]): edited.app[new]})

        return attrs.evolve(edited, environment=relink(self.environment))

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


def _snapshot(edited: Edited) -> Snapshot:
    return snapshot(edited.app, edited.environment, edited.stack)


@pytest.fixture(name="change")
def _change(prod):
    """
    What leads from the example app, or an edited one, to an edited one.
    """
    first = _snapshot(prod)

    def change(edited: Edited, before: Edited | None = None) -> StackChange:
        base = _snapshot(before) if before else first
        return compared(base, _snapshot(edited))

    return change


def state(disk, level, *more):
    """
    A few objects, which no default of mizzen can change.
    """
    container = {"name": "api", "env": [{"name": "LEVEL", "value": level}]}
    deployment = {"template": {"spec": {"containers": [container]}}}
    claim = {"resources": {"requests": {"storage": disk}}}
    bodies = [
        ("postgres", "disk", "PersistentVolumeClaim", claim),
        ("api", "deployment", "Deployment", {"replicas": 2, **deployment}),
        ("client", "service", "Service", {"type": "ClusterIP"}),
        *more,
    ]
    return tuple(
        Manifest(
            part,
            role,
            {"kind": kind, "metadata": {"name": part}, "spec": spec},
        )
        for part, role, kind, spec in bodies
    )


@pytest.fixture(name="dangerous")
def _dangerous():
    """
    Several changes at once.
    """
    closed = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    worker = {"replicas": 1, "template": {"spec": {"containers": []}}}
    base = state(
        "1Gi",
        "info",
        ("api", "network-policy", "NetworkPolicy", closed),
        ("worker", "deployment", "Deployment", worker),
    )
    head = state("512Mi", "debug")
    reasons = {
        "postgres": ("disk: 1Gi → 512Mi (part)",),
        "api": ("env LEVEL: info → debug (part)", "isolation: FULL → OFF"),
        "worker": ("it is no part of the app any more",),
    }

    return stack_change(
        "prod",
        States(base=base, head=head, changes=object_changes(base, head)),
        lambda change: reasons[change.part],
    )


@pytest.fixture(name="hostile")
def _hostile(prod):
    """
    A change whose values try to break what shows them.
    """
    before = snapshot(prod.app, prod.environment, prod.stack)
    edited = prod.part(
        "api", env={"A": HOSTILE}, files={"/etc/<b>`x`|.md": HOSTILE}
    )

    return compared(
        before, snapshot(edited.app, edited.environment, edited.stack)
    )


@pytest.fixture(name="remarkable")
def _remarkable(dangerous, hostile):
    """
    A change about which there is more to say, hostile words among it.
    """
    return attrs.evolve(
        dangerous,
        drift=tuple(
            found
            for part in (*hostile.parts, *dangerous.parts)
            for found in part.objects
            if found.old is not None
        ),
        findings=(
            Finding(
                id="memory-limit",
                severity=Severity.WARNING,
                part="api",
                subject="Deployment 'api'",
                message="it has no limit",
                remedy="Set memory.",
            ),
            Finding(
                id="image-digest",
                severity=Severity.INFO,
                part=None,
                subject="Job 'a'",
                message="it has a tag",
                remedy="Take a digest.",
            ),
        ),
        warnings=(HOSTILE,),
    )
