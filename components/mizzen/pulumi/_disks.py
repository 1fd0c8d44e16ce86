"""
What may become of the disk of a store that is there already.

Pulumi changes nothing of a claim that is there: it would send the size that
it once was made with, which a disk that has grown since cannot have again, or
replace it. The StatefulSet says how large it is to be and which version has
written to it, and is asked before each of its updates; it is kubectl that
changes the claim then.
"""

import json
import subprocess

from collections.abc import Mapping
from typing import Any

import attrs
import pulumi

from .._stores import DISK, VERSION
from ..changes.acknowledgements import is_acknowledged, shrunk
from ..quantities import parse_bytes
from ..spec import Store, title


def _metadata(
    inputs: Mapping[str, Any] | None, field: str
) -> Mapping[str, Any]:
    metadata = (inputs or {}).get("metadata") or {}
    found: Mapping[str, Any] = metadata.get(field) or {}

    return found


def refusal(
    part: Store, old: Mapping[str, Any], new: Mapping[str, Any]
) -> str | None:
    """
    Why a store with the annotations *old* cannot get those of *new*.
    """
    before, after = old.get(VERSION), new.get(VERSION)
    if before and before != after:
        return (
            f"{title(part)}: version {after} does not read what version "
            f"{before} has written. Add a second store of version {after}, "
            "copy the data by pg_dump or its like, let the parts use it, and "
            "remove this one."
        )
    size, wanted = old.get(DISK), new.get(DISK)
    if size and parse_bytes(str(wanted)) < parse_bytes(size):
        return (
            f"{title(part)}: its disk has {size} and never shrinks to "
            f"{wanted}. Say disk={size!r}, or add a second store and copy "
            "the data."
        )
    return None


@attrs.frozen(kw_only=True)
class Claim:
    """
    The claim of a store, where it is, and the labels that it is to have.
    """

    part: Store
    name: str
    namespace: str
    context: str | None
    labels: Mapping[str, str]
    acknowledge: tuple[str, ...] = ()

    def may_shrink(self, old: str, new: str) -> bool:
        """
        Whether the stack's file says that a smaller disk is meant. The one
        that is there stays as it is, because no cluster makes it smaller.
        """
        line = f"{self.part.name}: {shrunk('disk', old, new)}"

        return is_acknowledged(line, self.acknowledge)


def _patch(
    claim: Claim, *, labels: Mapping[str, None] | None, size: str | None
) -> dict[str, Any]:
    """
    What has to change of the claim: its *labels* of before, and its size.
    """
    patch: dict[str, Any] = {}
    if labels is not None:
        patch["metadata"] = {"labels": {**labels, **claim.labels}}
    if size:
        patch["spec"] = {"resources": {"requests": {"storage": size}}}

    return patch


def _change(claim: Claim, patch: Mapping[str, Any], size: str) -> None:
    """
    Let the cluster change the claim in place; while previewing, ask it
    whether it would.
    """
    command = ["kubectl", f"--namespace={claim.namespace}"]
    if claim.context is not None:
        command.append(f"--context={claim.context}")
    command += [
        "patch",
        "persistentvolumeclaim",
        claim.name,
        f"--patch={json.dumps(patch)}",
    ]
    if pulumi.runtime.is_dry_run():
        command.append("--dry-run=server")
    aim, way_out = "get its labels", ""
    if "spec" in patch:
        aim = f"grow to {size}"
        way_out = (
            " Add a second store with a larger disk and copy the data, or "
            "use a storage class with allowVolumeExpansion."
        )
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            command, capture_output=True, check=False, text=True
        )
    except FileNotFoundError:
        msg = (
            f"{title(claim.part)}: its disk cannot {aim} (kubectl is not "
            "installed)."
        )
        raise pulumi.RunError(msg) from None
    if done.returncode:
        reason = " ".join(done.stderr.split())
        msg = (
            f"{title(claim.part)}: its disk cannot {aim} ({reason}).{way_out}"
        )
        raise pulumi.RunError(msg)


def judge(claim: Claim, args: pulumi.ResourceHookArgs) -> None:
    """
    Let the StatefulSet of a store be updated or not, and its disk change.

    Raises:
        pulumi.RunError: If the data would not survive it.
    """
    old, new = (
        _metadata(inputs, "annotations")
        for inputs in (args.old_inputs, args.new_inputs)
    )
    before, size = str(old.get(DISK)), str(new.get(DISK))
    meant = claim.may_shrink(before, size)
    reason = refusal(claim.part, {**old, DISK: size} if meant else old, new)
    if reason:
        raise pulumi.RunError(reason)
    known = _metadata(args.old_inputs, "labels")
    grows = DISK in old and before != size and not meant
    patch = _patch(
        claim,
        labels=(
            None
            if known == _metadata(args.new_inputs, "labels")
            else dict.fromkeys(known)
        ),
        size=size if grows else None,
    )
    if patch:
        _change(claim, patch, size)


def adopt(claim: Claim, args: pulumi.ResourceHookArgs) -> None:
    """
    Let the disk that a store brings along from its former name have its
    labels, and be as large as the store says; the cluster refuses a smaller
    one.

    Raises:
        pulumi.RunError: If it cannot be.
    """
    size = str(_metadata(args.new_inputs, "annotations").get(DISK))
    _change(claim, _patch(claim, labels={}, size=size), size)


def guard(claim: Claim, name: str) -> pulumi.ResourceHookBinding:
    """
    What the StatefulSet of a store, the resource *name*, is asked before it
    is updated, and before it is made under another name.
    """
    updated = pulumi.ResourceHook(
        f"{name}-disk",
        lambda args: judge(claim, args),
        pulumi.ResourceHookOptions(on_dry_run=True),
    )
    found = pulumi.ResourceHookBinding(before_update=[updated])
    if claim.part.formerly:
        made = pulumi.ResourceHook(
            f"{name}-adopted-disk", lambda args: adopt(claim, args)
        )
        found.before_create = [made]

    return found
