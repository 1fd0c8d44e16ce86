"""
What a ``pulumi preview`` says, as two desired states.
"""

import json
import re

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from ..exceptions import SpecError
from ..manifests import Manifest
from .fields import FieldChange, Path
from .masks import SECRET, literal_secrets, masked
from .objects import Action, Body, ObjectChange, object_change
from .reach import Reach
from .reasons import reasons_from_fields
from .renames import rename_words
from .report import PartChange, StackChange, States, stack_change


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
_ABOUT_PLUGINS = re.compile(r"using pulumi-\S+ from |resource plugin \S+ is ")
_KEY = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)')


def _part_name(urn: str) -> str:
    """
    Name of the part whose component is *urn*; what stands before a dot is
    that of its app's.
    """
    return urn.rpartition("::")[2].rpartition(".")[2]


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

        former: What the component was called in Pulumi; empty if it is new.

        paths: Fields that differ, as the plugin says.
    """

    urn: str
    action: Action | None
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    parent: str
    former: str
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

        return _part_name(self.parent) if nested else None

    @property
    def former_part(self) -> str | None:
        """
        What its part was called, if that is another name.
        """
        name = _part_name(self.former)

        return name if self.part and name not in ("", self.part) else None

    @property
    def role(self) -> str:
        """
        What it is to its part.
        """
        owner = self.parent.rpartition("::")[2]
        rest = self.name.removeprefix(f"{owner}-")
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


def _values(state: Mapping[str, Any], side: str) -> Mapping[str, Any] | None:
    values = state.get(side)
    if values is None:
        return None
    # Plugins keep notes of their own beside what the program says.
    return {k: v for k, v in values.items() if not k.startswith("__")}


def step_of(told: Mapping[str, Any], side: str = "inputs") -> Step | None:
    """
    One step of a preview; `None` for what runs nothing itself.

    Args:
        told: The step as a digest or an event has it.

        side: Whether the ``inputs`` or the ``outputs`` are of interest.
    """
    urn = told["urn"]
    if urn.split("::")[2].rpartition("$")[2].startswith(_SILENT):
        return None
    # A digest and an event have different words for the same.
    old = told.get("oldState") or told.get("old") or {}
    new = told.get("newState") or told.get("new") or {}
    if told["op"] == "import":
        # Only a later step tells how it was.
        old = old or new
    reasons = told.get("diffReasons") or told.get("diffs") or ()

    return Step(
        urn=urn,
        action=_ACTIONS.get(told["op"]),
        old=_values(old, side),
        new=_values(new, side),
        parent=new.get("parent") or old.get("parent") or "",
        former=old.get("parent") or "",
        paths=tuple(told.get("detailedDiff") or reasons),
    )


def _told(document: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(document, Mapping):
        yield from document.get("steps") or ()
        return
    for event in document:
        found = event.get("resourcePreEvent") or event.get("resOutputsEvent")
        if found:
            yield found["metadata"]


def diagnostics(document: Any, severity: str) -> tuple[str, ...]:
    """
    What a preview says of that *severity*, but for which plugins it uses.
    """
    entries = (
        document.get("diagnostics") or ()
        if isinstance(document, Mapping)
        else [e["diagnosticEvent"] for e in document if "diagnosticEvent" in e]
    )
    said = (
        entry["message"].strip().removeprefix(f"{severity}: ")
        for entry in entries
        if entry.get("severity") == severity and entry.get("message")
    )
    return tuple(text for text in said if not _ABOUT_PLUGINS.match(text))


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
    One step for each resource: a replacement comes in up to three, and what
    is taken over is read before it is changed.
    """
    found: dict[str, Step] = {}
    for step in steps:
        if step is None:
            continue
        known = found.get(step.urn, step)
        # What does nothing has only read it.
        first, later = (known, step) if known.action else (step, known)
        found[step.urn] = attrs.evolve(
            first,
            action=step.action or known.action,
            old=first.old or later.old,
            new=first.new or later.new,
            paths=first.paths or later.paths,
        )
    return tuple(found.values())


def body_of(step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
    """
    The object with these *values*, named in any case.
    """
    kind = step.token.rpartition(":")[2]
    return {"kind": kind, "metadata": {"name": step.name}, **values}


def hidden_change(
    step: Step,
    old: Body | None,
    new: Body | None,
    secrets: tuple[str, ...],
) -> ObjectChange | None:
    """
    What is secret is hidden on both sides, and looks the same: then the
    paths that the plugin names are all that is known.
    """
    if step.action is None or not step.paths:
        return None
    return ObjectChange(
        part=step.part,
        role=step.role,
        action=step.action,
        old=masked(old, secrets),
        new=masked(new, secrets),
        fields=tuple(
            FieldChange(path_of(path), SECRET, SECRET) for path in step.paths
        ),
    )


def manifest_of(step: Step, values: Mapping[str, Any]) -> Manifest:
    """
    The object with these *values*, where it belongs.
    """
    return Manifest(step.part, step.role, body_of(step, values))


def _changes(
    steps: Iterable[Step], manifests: Iterable[Manifest]
) -> Iterator[ObjectChange]:
    secrets = literal_secrets(manifest.body for manifest in manifests)
    for step in steps:
        if step.action is None:
            continue
        old = step.old and body_of(step, step.old)
        new = step.new and body_of(step, step.new)
        change = object_change(step.part, step.role, old, new, secrets)
        if change is not None:
            yield attrs.evolve(change, action=step.action)
        elif hidden := hidden_change(step, old, new, secrets):
            yield hidden


def _staying(
    told: Iterable[Mapping[str, Any]],
    steps: Iterable[Step],
    manifests: Iterable[Manifest],
) -> tuple[str | None, ...]:
    """
    The parts whose components neither come nor go, and those that are only
    led to: a preview may tell of what changes alone.
    """
    passing = {
        step["urn"] for step in told if step["op"] in ("create", "delete")
    }
    known = [step.part for step in steps if step.parent not in passing]
    parts = {step.part for step in steps}
    led_to = {edge.target for edge in Reach(manifests).entrances} - parts

    return (*dict.fromkeys(known), *sorted(led_to))


def preview_change(
    stack: str, said: str | Sequence[Mapping[str, Any]]
) -> StackChange:
    """
    What changes in *stack*, as a preview in JSON says, streamed or not.

    Args:
        stack: Name of the stack.

        said: What ``pulumi preview --json`` has printed, or its events.

    Raises:
        SpecError: If it is no preview.
    """
    document = _parsed(said) if isinstance(said, str) else said
    told = tuple(_told(document))
    steps = _merged(map(step_of, told))
    base = tuple(manifest_of(s, s.old) for s in steps if s.old is not None)
    head = tuple(manifest_of(s, s.new) for s in steps if s.new is not None)
    states = States(
        base=base,
        head=head,
        changes=tuple(_changes(steps, (*base, *head))),
        staying=_staying(told, steps, (*base, *head)),
    )
    names = {s.part: s.former_part for s in steps if s.former_part}

    def reasons(change: PartChange) -> tuple[str, ...]:
        part, fields = change.part, reasons_from_fields(change.objects)
        former = names.get(part)
        if part is None or former is None:
            return fields

        return (rename_words(part, former, states.base, states.head), *fields)

    found = stack_change(
        stack,
        states,
        reasons,
        diagnostics(document, "error"),
    )
    return attrs.evolve(found, warnings=diagnostics(document, "warning"))
