"""
A desired state as a document, with what was written to get it: so that two
revisions can be compared whose code cannot be in one process.
"""

import functools
import hashlib
import json

from collections.abc import Iterator, Mapping

import attrs

from ..compiler import compile_app
from ..environment import Environment
from ..exceptions import SpecError
from ..images import dockerfile_path, fingerprints
from ..manifests import Manifest
from ..origins import Origin, origins
from ..spec import App, Dockerfile
from ..stack import Stack
from .marks import Marks
from .masks import literal_secrets


FORMAT = 1

Facts = Mapping[str, Mapping[str, Origin]]


@attrs.frozen(kw_only=True, eq=False)
class Snapshot:
    """
    The desired state of one stack, and where it comes from.

    Attributes:
        stack: Name of the stack.

        manifests: The objects.

        facts: Values that were decided, by part and field; those of the app
            and its addresses under an empty name.

        files: Hashes of what image builds read, by part and path.

        acknowledge: Dangerous changes that are meant.

        problems: Why there are no objects.
    """

    stack: str
    manifests: tuple[Manifest, ...] = ()
    facts: Facts = attrs.field(factory=dict)
    files: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)
    acknowledge: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @functools.cached_property
    def secrets(self) -> tuple[str, ...]:
        """
        The secrets that stand in the objects in plain text.
        """
        return literal_secrets(m.body for m in self.manifests)

    def to_json(self) -> str:
        """
        All of it as one JSON document.
        """
        return json.dumps(
            {
                "format": FORMAT,
                "stack": self.stack,
                "objects": [
                    {"part": m.part, "role": m.role, "body": m.body}
                    for m in self.manifests
                ],
                "facts": {
                    part: {
                        field: [origin.value, origin.source]
                        for field, origin in fields.items()
                    }
                    for part, fields in self.facts.items()
                },
                "files": self.files,
                "acknowledge": self.acknowledge,
                "problems": self.problems,
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "Snapshot":
        """
        What `to_json` has written, also by another version of mizzen.

        Raises:
            SpecError: If it is something else.
        """
        try:
            found = json.loads(text)
            return cls(
                stack=found["stack"],
                manifests=tuple(
                    Manifest(entry["part"], entry["role"], entry["body"])
                    for entry in found["objects"]
                ),
                facts={
                    part: {name: Origin(*fact) for name, fact in facts.items()}
                    for part, facts in found["facts"].items()
                },
                files=found["files"],
                # Versions before had none.
                acknowledge=tuple(found.get("acknowledge", ())),
                problems=tuple(found["problems"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            msg = (
                "This is no snapshot of a stack. Make one by: mizzen snapshot "
                "STACK"
            )
            raise SpecError(msg) from None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _files(app: App, stack: Stack) -> Iterator[tuple[str, Mapping[str, str]]]:
    """
    What each image build reads, under the name of each part that runs it.
    """
    for part in app.parts:
        image = getattr(part, "image", None)
        if isinstance(image, Dockerfile) and part.name not in stack.versions:
            read = dockerfile_path(stack.root, image).read_bytes()
            found = {
                path: _digest(fingerprint)
                for path, fingerprint in fingerprints(stack.root, image)
            }
            # It is read even where an ignore file leaves it out.
            found[image.file] = _digest(read)
            yield part.name, found


def snapshot(app: App, environment: Environment, stack: Stack) -> Snapshot:
    """
    The desired state of *app* in *stack*, and what was written to get it.
    What contradicts itself gives a snapshot that says so.

    >>> from mizzen import App, Environment, Image, Stack, Worker
    >>> worker = Worker("worker", image=Image("acme/worker:v5"))
    >>> app = App("shop", edition="2026", parts=[worker])
    >>> stack = Stack("dev", environment="dev")
    >>> shot = snapshot(app, Environment("dev"), stack)
    >>> shot.facts["worker"]["replicas"]
    Origin(value='1', source='edition 2026')
    """
    try:
        compiled = compile_app(app, environment, stack)
        marks = Marks(stack.config_hashes)
        manifests = tuple(map(marks.marked, compiled.objects))
        facts = origins(app, environment, stack)
        facts[""].update(marks.facts)
        return Snapshot(
            stack=stack.name,
            manifests=manifests,
            facts=facts,
            files=dict(_files(app, stack)),
            acknowledge=stack.acknowledge,
        )
    except SpecError as error:
        return Snapshot(stack=stack.name, problems=tuple(error.problems))
