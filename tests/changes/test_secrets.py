"""
What the configuration of a stack has for later values: another value is
noticed without being known.
"""

import json

import attrs
import pytest

from mizzen import Container, FromConfig, Raw
from mizzen.changes import (
    StackChange,
    compared,
    preview_change,
    snapshot,
    to_json,
    to_markdown,
)
from mizzen.changes.drift import drift
from mizzen.changes.objects import object_change
from mizzen.changes.rows import remarks
from mizzen.stack_configuration import parse_stack

from .conftest import Edited
from .forms import terminal


TOKEN = {"TOKEN": FromConfig("token", secret=True)}


def effects(change):
    """
    What happens to which part.
    """
    return {
        part.part: tuple(effect.name for effect in part.effects)
        for part in change.parts
    }


@pytest.fixture(name="rewritten")
def _rewritten(prod):
    """
    What changes where a key has another text.
    """

    def rewritten(key, edited: Edited = prod):
        before, after = (
            snapshot(
                edited.app,
                edited.environment,
                attrs.evolve(
                    edited.stack,
                    config_keys=[key],
                    config_hashes={key: text},
                ),
            )
            for text in ("0123abcd", "4567cdef")
        )
        return compared(before, after)

    return rewritten


class TestRotation:
    def test_secret(self, prod, rewritten):
        """
        Another text of a secret rotates it, restarts who reads it, and
        says by which key, not what it is.
        """
        found = rewritten("token", prod.part("worker", env=TOKEN))
        (worker,) = found.parts

        assert effects(found) == {
            "worker": ("SECRET_ROTATED", "ROLLING_RESTART")
        }
        assert worker.reasons == (
            "config token: #0123abcd → #4567cdef (the stack's file)",
        )

    def test_plain(self, prod, rewritten):
        """
        Another text of what is no secret restarts who reads it.
        """
        env = {"REGION": FromConfig("region")}
        found = rewritten("region", prod.part("worker", env=env))

        assert effects(found) == {"worker": ("ROLLING_RESTART",)}

    def test_stack_key(self, rewritten):
        """
        Another key of the stack rotates all passwords of stores.
        """
        found = effects(rewritten("stackKey"))

        assert "SECRET_ROTATED" in found["postgres"]
        assert "SECRET_ROTATED" in found["redis"]
        assert "ROLLING_RESTART" in found["api"]

    def test_unused(self, rewritten):
        """
        A key that nobody reads changes nothing.
        """
        assert effects(rewritten("other")) == {}

    def test_accounts(self, prod):
        """
        Where the account of one part makes way for that of another, no
        secret is rotated.
        """
        renamed = prod.renamed("worker", "calculator")
        found = effects(
            compared(
                *(
                    snapshot(each.app, each.environment, each.stack)
                    for each in (prod, renamed)
                )
            )
        )

        assert "SECRET_ROTATED" not in found["redis"]


class TestHashes:
    def test_text(self, tmp_path):
        """
        Hashes are equal for equal texts alone, encrypted or not.
        """
        texts = ["first", "first", "second", {"secure": "v1:abc"}]
        config = {"environment": "dev"}
        one, same, *others = (
            parse_stack(
                "dev",
                {**config, "token": text}.get,
                root=tmp_path,
                config_keys=[*config, "token"],
                clusters={},
            ).config_hashes["token"]
            for text in texts
        )

        assert one == same
        assert len({one, *others}) == 3


LITERALS = {
    "DB_PASSWORD": ("hunter2", "swordfish", "[secret] → [secret]"),
    "STORE": (
        "redis://api:hunter2@redis",
        "redis://api:swordfish@cache",
        "redis://api:[secret]@redis → redis://api:[secret]@cache",
    ),
}


def forms(change):
    """
    A report in all of its forms.
    """
    return "\n".join(
        (to_json([change]), to_markdown([change]), terminal([change]))
    )


class TestLiterals:
    @pytest.mark.parametrize("name", LITERALS)
    def test_reports(self, prod, change, name):
        """
        What looks like a secret in an environment variable is in no report,
        neither before nor after; that it is another one is.
        """
        before, after, told = LITERALS[name]
        found = change(
            prod.part("worker", env={name: after}),
            prod.part("worker", env={name: before}),
        )
        (worker,) = found.parts
        (deployment,) = worker.objects
        text = forms(found)

        assert worker.reasons == (f"env {name}: {told} (part)",)
        (field,) = deployment.fields
        assert told == f"{field.old} → {field.new}"
        assert "hunter2" not in text
        assert "swordfish" not in text

    def test_unchanged(self, prod, change):
        """
        Nor is it where something else about the part changes.
        """
        one = prod.part("worker", env={"DB_PASSWORD": "hunter2"})
        text = forms(change(one.part("worker", grace_seconds=77), one))

        assert "grace_seconds" in text
        assert "hunter2" not in text

    def test_everywhere(self, prod, change):
        """
        What is known to be a secret is masked wherever else it stands.
        """

        def written(secret):
            return prod.part(
                "worker",
                env={"DB_PASSWORD": secret, "OPTIONS": f"-p{secret} -v"},
                args=["--db", f"postgresql://{secret}"],
                files={"/etc/app.ini": f"level = info\npassword = {secret}"},
            )

        text = forms(change(written("swordfish"), written("hunter2")))

        assert "env OPTIONS: -p[secret] -v → -p[secret] -v (part)" in text
        assert "hunter2" not in text
        assert "swordfish" not in text

    def test_short(self):
        """
        Short secrets are no parts of other words, and an object keeps its
        name.
        """
        old, new = (
            {
                "kind": "Pod",
                "metadata": {"name": "api"},
                "env": [{"name": "TOKEN", "value": "api"}],
                "args": args,
            }
            for args in (["api", "rapid"], ["api", "rapids"])
        )
        change = object_change(None, "pod", old, new)

        assert change.name == "api"
        assert change.new["args"] == ["[secret]", "rapids"]

    def test_raw(self, prod, change):
        """
        A Secret that is written by hand says that it is another one.
        """

        def written(*secrets):
            names = {"apiVersion": "v1", "kind": "Secret"}
            extras = [
                Raw(
                    {
                        **names,
                        "metadata": {"name": f"x{number}"},
                        "stringData": {"p": secret},
                    }
                )
                for number, secret in enumerate(secrets)
            ]
            return attrs.evolve(
                prod, app=attrs.evolve(prod.app, extras=extras)
            )

        found = change(written("a", "b"), written("c"))
        (own,) = [part for part in found.parts if part.part is None]

        assert own.reasons == (
            "Secret x1 created",
            "Secret stringData.p: [secret] → [secret]",
        )

    def test_sidecars(self, prod, change):
        """
        Nor where it stands deep in what was written, or is cut.
        """
        secret = "hunter2 " * 20
        idle = Container(
            "idle",
            image=prod.app["worker"].image,
            command=["sleep"],
            env={"DB_PASSWORD": secret, "LEVEL": "info"},
        )
        text = forms(change(prod.part("worker", sidecars=[idle])))

        assert "sidecars" in text
        assert "hunter2" not in text

    def test_source(self, prod, change):
        """
        Where a value comes from may be told.
        """
        env = {"API_TOKEN": FromConfig("token")}
        edited = prod.part("worker", env=env).address(config_keys=["token"])
        text = forms(change(edited))

        assert "env API_TOKEN ‹config: token› added (part)" in text

    def test_unnamed(self):
        """
        Lists whose entries are not told apart by their names hide it too.
        """
        old, new = (
            {"kind": "Pod", "env": [{"name": "TOKEN", "value": value}] * 2}
            for value in ("hunter2", "other")
        )
        change = object_change(None, "pod", old, new)

        assert "hunter2" not in str(attrs.asdict(change))
        assert len(change.fields) == 2

    @pytest.mark.parametrize("paths", [[], ["spec"]])
    def test_preview(self, paths):
        """
        It is hidden in what Pulumi says, and in what a cluster has.
        """
        parent = "urn:pulumi:prod::shop::mizzen:index:App$m:index:Service::api"
        urn = f"{parent.rpartition('::')[0]}$kubernetes:core/v1:Pod::api"
        env = [{"name": "TOKEN", "value": "hunter2"}]
        state = {"parent": parent, "inputs": {"env": env}}
        other = {"parent": parent, "inputs": {"env": env, "a": 1}}
        step = {
            "op": "update",
            "urn": urn,
            "oldState": state,
            "newState": state if paths else other,
            "diffReasons": paths,
        }
        found = preview_change("prod", json.dumps({"steps": [step]}))

        assert len(found.parts) == 1
        assert "hunter2" not in forms(found)

    def test_drift(self):
        """
        What somebody has added by hand is masked as well.
        """
        parent = "urn:pulumi:prod::shop::mizzen:index:App$m:index:Service::api"
        metadata = {
            "op": "update",
            "urn": f"{parent.rpartition('::')[0]}$kubernetes:core/v1:Pod::api",
            "old": {"parent": parent, "inputs": {}, "outputs": {"env": []}},
            "new": {
                "parent": parent,
                "outputs": {"env": [{"name": "TOKEN", "value": "hunter2"}]},
            },
        }
        found = drift([{"resOutputsEvent": {"metadata": metadata}}])
        change = StackChange(stack="prod", drift=found)

        assert [*remarks(change)]
        assert "hunter2" not in forms(change)
