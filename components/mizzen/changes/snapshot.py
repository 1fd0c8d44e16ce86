"""
A desired state as a document, with what was written to get it: so that two
revisions can be compared whose code cannot be in one process.
"""

import functools
import hashlib
import json

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ..compiler import compile_app
from ..environment import Environment
from ..exceptions import SpecError
from ..images import dockerfile_path, fingerprints
from ..manifests import Manifest
from ..origins import Fact, Facts, Origin, OriginKind, origins
from ..spec import App, Dockerfile
from ..stack import Stack
from .marks import Marks
from .masks import literal_secrets


FORMAT = 2


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
    facts: Mapping[str, Facts] = attrs.field(factory=dict)
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
                    part: [
                        [
                            *(fact.field, fact.key),
                            *(origin.value, origin.kind.name, origin.owner),
                        ]
                        for fact, origin in facts.items()
                    ]
                    for part, facts in self.facts.items()
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
        What `to_json` has written, also by another version of mizzen that
        writes the same format.

        Raises:
            SpecError: If it is something else.
        """
        try:
            found = _loaded(text)
            return cls(
                stack=found["stack"],
                manifests=tuple(
                    Manifest(entry["part"], entry["role"], entry["body"])
                    for entry in found["objects"]
                ),
                facts={
                    part: dict(map(_decided, facts))
                    for part, facts in found["facts"].items()
                },
                files=found["files"],
                acknowledge=tuple(found["acknowledge"]),
                problems=tuple(found["problems"]),
            )
        except SpecError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError):
            msg = (
                "This is no snapshot of a stack. Make one by: mizzen snapshot "
                "STACK"
            )
            raise SpecError(msg) from None


def _decided(entry: list[Any]) -> tuple[Fact, Origin]:
    field, key, value, kind, owner = entry

    return Fact(field, key), Origin(value, OriginKind[kind], owner)


def _loaded(text: str) -> Any:
    found = json.loads(text)
    if found["format"] != FORMAT:
        msg = (
            f"This snapshot has format {found['format']!r}, but this mizzen "
            f"reads {FORMAT}. Compare revisions that have the same mizzen."
        )
        raise SpecError(msg)
    return found


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
    >>> shot.facts["worker"][Fact("replicas")].source
    'edition 2026'
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
