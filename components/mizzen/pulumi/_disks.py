"""
What may become of disks that are there already.

Pulumi changes nothing of a claim that is there: it would send the size that
it once was made with, which a disk that has grown since cannot have again, or
replace it. The account of a part says how large its disks are to be, and
which version of a store has written to them, and is asked before each of its
updates; it is kubectl that changes the claims then.
"""

import json
import subprocess

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import pulumi

from .._claims import VERSION, is_shared, size_key, sized_role
from ..manifests import Manifest, Manifests, pod_template
from ..quantities import parse_bytes
from ..spec import Part, Store, title
from ..stack import Stack


def _metadata(
    inputs: Mapping[str, Any] | None, field: str
) -> Mapping[str, Any]:
    metadata = (inputs or {}).get("metadata") or {}
    found: Mapping[str, Any] = metadata.get(field) or {}

    return found


@attrs.frozen(kw_only=True)
class Claim:
    """
    The claim to a disk of a part, where it is, and what it is to become.

    Attributes:
        part: The part that mounts it.

        key: The annotation of the part's account that tells its size.

        size: Its size.

        name: Its name.

        namespace: Where it is.

        labels: The labels that it is to have.

        stack: The stack, which knows the cluster and what is meant.
    """

    part: Part
    key: str
    size: str
    name: str
    namespace: str
    labels: Mapping[str, str]
    stack: Stack

    @property
    def title(self) -> str:
        """
        How messages about it begin.
        """
        words = str(sized_role(self.key)).replace("-disk", " disk")
        shared = "shared " if is_shared(self.key) else "its "

        return f"{title(self.part)}: {shared}{words}"

    @property
    def way_out(self) -> str:
        """
        What to do where it cannot become what it is to be.
        """
        another = "store" if isinstance(self.part, Store) else "disk"

        return f"add a second {another} and copy the data"

    def refusal(self, old: str) -> str | None:
        """
        Why it cannot get its size after that of *old*. A smaller one may be
        meant: then it stays as it is, because no cluster makes it smaller.
        """
        if parse_bytes(self.size) >= parse_bytes(old) or self.may_shrink(old):
            return None
        return (
            f"{self.title} has {old} and never shrinks to {self.size}. Say "
            f"{old!r} again, or {self.way_out}."
        )

    def may_shrink(self, old: str) -> bool:
        """
        Whether the stack's file says that it is meant to be smaller.
        """
        from ..changes.acknowledgements import (  # noqa: PLC0415 - only then
            is_acknowledged,
            shrunk,
        )

        line = shrunk(self.part.name, self.key, old, self.size)

        return is_acknowledged(line, self.stack.acknowledge)


def claims_of(
    part: Part, manifests: Manifests, stack: Stack
) -> tuple[Claim, ...]:
    """
    The claims to disks of which the account of *part* tells.
    """
    sizes = {
        key: size
        for manifest in manifests.of(part)
        if manifest.kind == "ServiceAccount"
        for key, size in _metadata(manifest.body, "annotations").items()
    }
    return tuple(
        Claim(
            part=part,
            key=key,
            size=sizes[key],
            name=manifest.name,
            namespace=manifests.namespace,
            labels=_metadata(manifest.body, "labels"),
            stack=stack,
        )
        for manifest in (*manifests.of(None), *manifests.of(part))
        for key in [size_key(manifest.role, shared=manifest.part is None)]
        if manifest.kind == "PersistentVolumeClaim" and key in sizes
    )


def _mounted(manifest: Manifest) -> frozenset[str]:
    """
    Names of the claims that the pods of *manifest* mount.
    """
    template = pod_template(manifest.body) or {"spec": {}}

    return frozenset(
        volume["persistentVolumeClaim"]["claimName"]
        for volume in template["spec"].get("volumes", ())
        if "persistentVolumeClaim" in volume
    )


def _outdated(
    part: Part, old: Mapping[str, Any], new: Mapping[str, Any]
) -> str | None:
    """
    Why a store whose account has said *old* cannot go on as *new* says.
    """
    before, after = old.get(VERSION), new.get(VERSION)
    if not before or before == after:
        return None
    return (
        f"{title(part)}: version {after} does not read what version "
        f"{before} has written. Add a second store of version {after}, "
        "copy the data by pg_dump or its like, let the parts use it, and "
        "remove this one."
    )


def _patch(
    claim: Claim, *, labels: Mapping[str, None] | None, grows: bool
) -> dict[str, Any]:
    """
    What has to change of the claim: its *labels* of before, and its size.
    """
    patch: dict[str, Any] = {}
    if labels is not None:
        patch["metadata"] = {"labels": {**labels, **claim.labels}}
    if grows:
        patch["spec"] = {"resources": {"requests": {"storage": claim.size}}}

    return patch


def _change(claim: Claim, patch: Mapping[str, Any]) -> None:
    """
    Let the cluster change the claim in place; while previewing, ask it
    whether it would.
    """
    aim, way_out = "get its labels", ""
    if "spec" in patch:
        aim = f"grow to {claim.size}"
        way_out = (
            " Use a storage class with allowVolumeExpansion, or "
            f"{claim.way_out}."
        )
    if claim.stack.context is None:
        # The current context may lead anywhere.
        msg = (
            f"{claim.title} cannot {aim} (stack {claim.stack.name!r} names no "
            "context). Name the cluster, like Stack(…, context='kind-dev')."
        )
        raise pulumi.RunError(msg)
    command = [
        "kubectl",
        f"--namespace={claim.namespace}",
        f"--context={claim.stack.context}",
        "patch",
        "persistentvolumeclaim",
        claim.name,
        f"--patch={json.dumps(patch)}",
    ]
    if pulumi.runtime.is_dry_run():
        command.append("--dry-run=server")
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            command, capture_output=True, check=False, text=True
        )
    except FileNotFoundError:
        msg = f"{claim.title} cannot {aim} (kubectl is not installed)."
        raise pulumi.RunError(msg) from None
    if done.returncode:
        reason = " ".join(done.stderr.split())
        msg = f"{claim.title} cannot {aim} ({reason}).{way_out}"
        raise pulumi.RunError(msg)


def judge(claims: Iterable[Claim], args: pulumi.ResourceHookArgs) -> None:
    """
    Let the account of a part be updated or not, and its disks change.

    Raises:
        pulumi.RunError: If the data would not survive it.
    """
    old, new = (
        _metadata(inputs, "annotations")
        for inputs in (args.old_inputs, args.new_inputs)
    )
    there = [claim for claim in claims if claim.key in old]
    for claim in there:
        reason = _outdated(claim.part, old, new) or claim.refusal(
            old[claim.key]
        )
        if reason:
            raise pulumi.RunError(reason)
    known = _metadata(args.old_inputs, "labels")
    marked = known != _metadata(args.new_inputs, "labels")
    for claim in there:
        patch = _patch(
            claim,
            labels=dict.fromkeys(known) if marked else None,
            grows=parse_bytes(claim.size) > parse_bytes(old[claim.key]),
        )
        if patch:
            _change(claim, patch)


def adopt(claims: Iterable[Claim]) -> None:
    """
    Let the disks that a part brings along from its former name have their
    labels, and be as large as the part says; the cluster refuses smaller
    ones.

    Raises:
        pulumi.RunError: If they cannot be.
    """
    for claim in claims:
        _change(claim, _patch(claim, labels={}, grows=True))


def guarded(
    claims: Iterable[Claim], name: str
) -> pulumi.ResourceHookBinding | None:
    """
    What the account, the resource *name*, of a part with *claims* is asked
    before it is updated.
    """
    found = tuple(claims)
    if not found:
        return None
    asked = pulumi.ResourceHook(
        f"{name}-disks",
        lambda args: judge(found, args),
        pulumi.ResourceHookOptions(on_dry_run=True),
    )
    return pulumi.ResourceHookBinding(before_update=[asked])


def adopting(
    claims: Iterable[Claim], manifest: Manifest, name: str
) -> pulumi.ResourceHookBinding | None:
    """
    What is done before pods under another name, those of *manifest*, the
    resource *name*, mount any of *claims*.
    """
    names = _mounted(manifest)
    found = [claim for claim in claims if claim.name in names]
    if not found:
        return None
    asked = pulumi.ResourceHook(
        f"{name}-adopted-disks", lambda _: adopt(found)
    )
    return pulumi.ResourceHookBinding(before_create=[asked])
