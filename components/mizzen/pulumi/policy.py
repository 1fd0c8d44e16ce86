"""
Policies for Pulumi: the checks and guards, asked about the resources that a
program really registers. They need the package ``pulumi-policy``.
"""

import functools
import inspect
import json

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs
import pulumi_policy

from .. import _passphrase
from .._neighbours import neighbours
from .._revisions import change_since_base
from .._scene import subject
from ..changes import Snapshot
from ..changes.preview import Step, manifest_of
from ..checks import CHECKS, Finding, Severity, check
from ..compiler import compile_app
from ..environment import Environment
from ..guards import GUARDS, findings_of_change
from ..manifests import CONTENT, Manifest
from ..origins import origins
from ..project import Project
from ..spec import App
from ..stack import Stack
from ._app import current_stack


_LEVELS = {
    Severity.ERROR: pulumi_policy.EnforcementLevel.MANDATORY,
    Severity.WARNING: pulumi_policy.EnforcementLevel.ADVISORY,
    Severity.INFO: pulumi_policy.EnforcementLevel.DISABLED,
}

# Findings, each with the name of its resource in Pulumi.
_Found = tuple[tuple[str | None, Finding], ...]


def _plain(value: Any) -> Any:
    """
    *value* as the compiler has it: whole numbers are whole, and nothing
    refuses to be looked at because it is known later.
    """
    if isinstance(value, Mapping):
        known = value["__target"]
        return {key: _plain(known[key]) for key in known}
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, (str, int, float)):
        return value

    return [_plain(item) for item in value["__target"]]


def _described(
    resources: Iterable[pulumi_policy.PolicyResource],
) -> Iterator[Mapping[str, Any]]:
    """
    The Kubernetes objects among *resources*.
    """
    for resource in resources:
        if resource.resource_type.startswith("kubernetes:"):
            yield {
                "urn": resource.urn,
                "parent": resource.parent.urn if resource.parent else "",
                "inputs": _plain(resource.props),
            }


def _manifest(described: Mapping[str, Any]) -> Manifest:
    step = Step(
        urn=described["urn"],
        action=None,
        old=None,
        new=None,
        parent=described["parent"],
        former="",
        paths=(),
    )
    return manifest_of(step, described["inputs"])


def _untold(manifest: Manifest) -> Manifest:
    """
    *manifest* as it is compiled: without what is known only at deployment,
    which Pulumi has filled in.
    """
    if manifest.kind != "Secret":
        return manifest
    hidden: dict[str, Any] = {
        field: dict.fromkeys(manifest.body[field], "‹secret›")
        for field in CONTENT
        if field in manifest.body
    }

    return attrs.evolve(manifest, body={**manifest.body, **hidden})


@attrs.frozen(eq=False)
class _Judge:
    """
    Judges what a program has registered for an app of a project.
    """

    project: Project
    app: App

    def findings(self, args: pulumi_policy.StackValidationArgs) -> _Found:
        """
        All findings about the resources of *args*.
        """
        # Each policy is handed the same resources once more.
        return self._judged(json.dumps([*_described(args.resources)]))

    @functools.cached_property
    def _judged(self) -> Callable[[str], _Found]:
        return functools.lru_cache(maxsize=1)(self._judge)

    def _judge(self, text: str) -> _Found:
        stack = current_stack(self.project)
        environment = self.project.environment(stack, self.app)
        resources = json.loads(text)
        objects = tuple(map(_manifest, resources))
        urns = {
            subject(manifest): resource["urn"]
            for manifest, resource in zip(objects, resources, strict=True)
        }
        found = (
            *self._checked(objects, environment, stack),
            *self._guarded(objects, environment, stack),
        )
        return tuple((urns.get(f.subject), f) for f in found)

    def _checked(
        self,
        objects: tuple[Manifest, ...],
        environment: Environment,
        stack: Stack,
    ) -> Iterable[Finding]:
        compiled = compile_app(self.app, environment, stack)

        return check(
            self.app,
            environment,
            stack,
            attrs.evolve(compiled, objects=tuple(map(_untold, objects))),
            empty_passphrase=_passphrase.is_empty(),
            neighbours=neighbours(self.project, self.app, stack),
        )

    def _guarded(
        self,
        objects: tuple[Manifest, ...],
        environment: Environment,
        stack: Stack,
    ) -> Iterable[Finding]:
        if not self.project.is_versioned:
            return ()
        head = Snapshot(
            stack=stack.name,
            manifests=objects,
            facts=origins(self.app, environment, stack),
            acknowledge=stack.acknowledge,
        )
        root, name = self.project.root, self.app.name

        return findings_of_change(change_since_base(root, head, name))


def _policy(
    judge: _Judge, name: str, description: str, severity: Severity
) -> pulumi_policy.Policy:
    def validate(
        args: pulumi_policy.StackValidationArgs,
        report: pulumi_policy.ReportViolation,
    ) -> None:
        for urn, finding in judge.findings(args):
            if finding.id == name:
                report(str(finding), urn)

    return pulumi_policy.StackValidationPolicy(
        name=name,
        description=description,
        validate=validate,
        enforcement_level=_LEVELS[severity],
    )


def policies(
    project: Project, app: str | None = None
) -> list[pulumi_policy.Policy]:
    """
    A policy for each check and each guard, under its name: errors refuse a
    deployment, warnings are told, and what is merely worth knowing is
    switched off unless the configuration of the policies says otherwise.

    Args:
        project: Whose stacks are judged.

        app: Name of the app, if there are several.

    Raises:
        SpecError: If there is no such app.
    """
    judge = _Judge(project, project.app(app))
    questions = [
        (question.id, inspect.getdoc(question.find) or "", question.severity)
        for question in CHECKS
    ]
    questions.extend(
        (guard.id, guard.description, guard.severity) for guard in GUARDS
    )

    return [_policy(judge, *question) for question in questions]
