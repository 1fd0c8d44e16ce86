"""
What the configuration of a stack has for later values: another value is
noticed without being known.
"""

import attrs
import pytest

from mizzen import FromConfig
from mizzen.changes import compared, snapshot
from mizzen.stack import parse_stack

from .conftest import Edited


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
            ).config_hashes["token"]
            for text in texts
        )

        assert one == same
        assert len({one, *others}) == 3
