"""
What a ``pulumi preview`` says, as two desired states.
"""

import json
import re

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from ..exceptions import SpecError
from ..manifests import Manifest
from .fields import FieldChange, Path
from .masks import SECRET
from .objects import Action, ObjectChange, object_change
from .reasons import reasons_from_fields
from .report import StackChange, States, stack_change


_ACTIONS = {
    "create": Action.CREATED,
    "update": Action.UPDATED,
    "replace": Action.REPLACED,
    "create-replacement": Action.REPLACED,
    "delete-replaced": Action.REPLACED,
    "delete": Action.DELETED,
}
# Components and providers run nothing themselves.
_SILENT = ("pulumi:", "mizzen:")
_KEY = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)')


@attrs.frozen(kw_only=True, eq=False)
class Step:
    """
    What a preview says about one resource.

    Attributes:
        urn: Its name in Pulumi.

        action: What happens to it; `None` if nothing does.

        old: Its inputs before; `None` if it is new.

        new: Its inputs after; `None` if it goes.

        parent: Name of its component in Pulumi; empty for the stack.

        paths: Fields that differ, as the plugin says.
    """

    urn: str
    action: Action | None
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    parent: str
    paths: tuple[str, ...]

    @property
    def token(self) -> str:
        """
        Type of the resource.
        """
        return self.urn.split("::")[2].rpartition("$")[2]

    @property
    def name(self) -> str:
        """
        Name of the resource.
        """
        return self.urn.rpartition("::")[2]

    @property
    def part(self) -> str | None:
        """
        The part that it belongs to: its component, unless that is the app.
        """
        types = self.parent.split("::")[2:3]
        nested = types and "$" in types[0]

        return self.parent.rpartition("::")[2] if nested else None

    @property
    def role(self) -> str:
        """
        What it is to its part.
        """
        rest = self.name.removeprefix(f"{self.part}-")
        kind = self.token.rpartition(":")[2].lower()

        return rest if rest != self.name else kind


def path_of(text: str) -> Path:
    """
    The keys in a path of Pulumi.

    >>> path_of('data["app.yaml"]')
    ('data', 'app.yaml')
    >>> path_of("spec.containers[0].image")
    ('spec', 'containers', 0, 'image')
    """
    return tuple(
        int(number) if number else quoted or plain
        for quoted, number, plain in _KEY.findall(text)
    )


def _inputs(state: Any) -> Mapping[str, Any] | None:
    if not state or state.get("inputs") is None:
        return None
    inputs: dict[str, Any] = state["inputs"]
    # Plugins keep notes of their own beside what the program says.
    return {k: v for k, v in inputs.items() if not k.startswith("__")}


def _step(
    urn: str, op: str, old: Any, new: Any, paths: Iterable[str]
) -> Step | None:
    token = urn.split("::")[2].rpartition("$")[2]
    if token.startswith(_SILENT):
        return None
    parent = (new or {}).get("parent") or (old or {}).get("parent") or ""

    return Step(
        urn=urn,
        action=_ACTIONS.get(op),
        old=_inputs(old),
        new=_inputs(new),
        parent=parent,
        paths=tuple(paths),
    )


def _of_a_digest(digest: Mapping[str, Any]) -> Iterator[Step | None]:
    for step in digest.get("steps") or ():
        paths = step.get("detailedDiff") or step.get("diffReasons") or ()
        yield _step(
            step["urn"],
            step["op"],
            step.get("oldState"),
            step.get("newState"),
            paths,
        )


def _of_events(events: Iterable[Mapping[str, Any]]) -> Iterator[Step | None]:
    for event in events:
        found = event.get("resourcePreEvent") or event.get("resOutputsEvent")
        if found:
            step = found["metadata"]
            paths = step.get("detailedDiff") or step.get("diffs") or ()
            yield _step(
                step["urn"], step["op"], step["old"], step["new"], paths
            )


def _diagnostics(document: Any) -> Iterator[str]:
    entries = (
        document.get("diagnostics") or ()
        if isinstance(document, Mapping)
        else (e["diagnosticEvent"] for e in document if "diagnosticEvent" in e)
    )
    for entry in entries:
        if entry.get("severity") == "error" and entry.get("message"):
            yield entry["message"].strip().removeprefix("error: ")


def _parsed(text: str) -> Any:
    """
    The digest of a preview, or its events if they were streamed.
    """
    try:
        digest = json.loads(text)
    except ValueError:
        try:
            digest = [json.loads(line) for line in text.splitlines() if line]
        except ValueError:
            digest = None
    if isinstance(digest, dict):
        return [digest] if "sequence" in digest else digest
    if digest and all(isinstance(event, dict) for event in digest):
        return digest
    msg = (
        "This is no preview. Make one by: pulumi preview --json --stack STACK"
    )
    raise SpecError(msg)


def _merged(steps: Iterable[Step | None]) -> tuple[Step, ...]:
    """
    One step for each resource: a replacement comes in up to three.
    """
    found: dict[str, Step] = {}
    for step in steps:
        if step is None:
            continue
        first = found.get(step.urn, step)
        found[step.urn] = attrs.evolve(
            first,
            action=step.action or first.action,
            old=first.old or step.old,
            new=first.new or step.new,
            paths=first.paths or step.paths,
        )
    return tuple(found.values())


def _manifest(step: Step, body: Mapping[str, Any]) -> Manifest:
    kind = step.token.rpartition(":")[2]
    named = {"kind": kind, "metadata": {"name": step.name}, **body}

    return Manifest(step.part, step.role, named)


def _changes(steps: Iterable[Step]) -> Iterator[ObjectChange]:
    for step in steps:
        if step.action is None:
            continue
        old = step.old and _manifest(step, step.old).body
        new = step.new and _manifest(step, step.new).body
        change = object_change(step.part, step.role, old, new)
        if change is not None:
            yield attrs.evolve(change, action=step.action)
        elif step.paths:
            # What is secret is hidden on both sides, and looks the same.
            yield ObjectChange(
                part=step.part,
                role=step.role,
                action=step.action,
                old=old,
                new=new,
                fields=tuple(
                    FieldChange(path_of(path), SECRET, SECRET)
                    for path in step.paths
                ),
            )


def preview_change(stack: str, text: str) -> StackChange:
    """
    What changes in *stack*, as a preview in JSON says, streamed or not.

    Args:
        stack: Name of the stack.

        text: What ``pulumi preview --json`` has printed.

    Raises:
        SpecError: If it is no preview.
    """
    document = _parsed(text)
    steps = _merged(
        _of_a_digest(document)
        if isinstance(document, Mapping)
        else _of_events(document)
    )
    states = States(
        base=tuple(_manifest(s, s.old) for s in steps if s.old is not None),
        head=tuple(_manifest(s, s.new) for s in steps if s.new is not None),
        changes=tuple(_changes(steps)),
    )
    return stack_change(
        stack,
        states,
        lambda change: reasons_from_fields(change.objects),
        _diagnostics(document),
    )
