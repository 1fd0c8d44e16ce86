"""
Versions that are recorded for a stack, changed and taken back.
"""

import attrs
import pytest

from mizzen import SpecError, Version, compile_app
from mizzen.releases import chosen, releasables, release
from mizzen.versions import rolled_back, rolled_out, successor, targets


ONE, TWO, THREE = (
    Version(f"v{number}", "sha256:" + 64 * str(number)) for number in (1, 2, 3)
)


def images(shop):
    """
    The images of *shop*.
    """
    return releasables(shop.app, shop.environment, shop.stack)


def recording(shop, versions):
    """
    *shop* with *versions* recorded.
    """
    stack = attrs.evolve(shop.stack, versions=versions)
    return attrs.evolve(shop, stack=stack)


def digest_of(shop, version, *names):
    """
    Digest of what is released as *version* of *names*.
    """
    found = release(
        chosen(names, shop.app, images(shop)),
        version,
        shop.environment,
        shop.stack,
    )
    return found[0].version.digest


def refusal(call, *arguments):
    """
    What is said when something is refused.
    """
    with pytest.raises(SpecError) as ei:
        call(*arguments)

    return str(ei.value)


class TestSuccessor:
    def test_same(self):
        """
        The same version twice is one version.
        """
        two = successor(ONE, TWO)

        assert successor(two, TWO) == two

    def test_back_by_name(self):
        """
        Who goes back by name can come forward again, and meets no version
        twice.
        """
        three = successor(successor(ONE, TWO), THREE)

        assert successor(three, ONE).previous == (THREE, TWO)

    def test_bounded(self):
        """
        Five versions are remembered.
        """
        version = None
        for number in range(8):
            digest = f"sha256:{number:064}"
            version = successor(version, Version(f"v{number}", digest))

        assert [each.tag for each in version.previous] == [
            f"v{number}" for number in (6, 5, 4, 3, 2)
        ]


@pytest.mark.usefixtures("builder")
class TestRolledOut:
    def test_versions(self, shop):
        """
        A released version is recorded with its digest, before it the one
        that was, and nothing for other parts.
        """
        digest = digest_of(shop, "v2", "web")
        shop = recording(shop, {"web": ONE, "api": ONE, "migrate": ONE})
        found = rolled_out(["web"], "v2", shop.app, images(shop), shop.stack)

        assert found == {"web": Version("v2", digest, (ONE,))}

    def test_job_alone(self, shop):
        """
        A job that shares an image has a version of its own.
        """
        digest = digest_of(shop, "v2", "api")
        found = rolled_out(
            ["migrate"], "v2", shop.app, images(shop), shop.stack
        )

        assert found == {"migrate": Version("v2", digest)}

    def test_unknown(self, shop):
        """
        What has not been released is refused, for all parts at once.
        """
        prefix = shop.stack.registry.prefix
        text = refusal(
            rolled_out,
            ["web", "api"],
            "v9",
            shop.app,
            images(shop),
            shop.stack,
        )

        assert text == (
            "Version 'v9' cannot be rolled out:\n"
            f"  - There is no {prefix}/shop-web:v9. Release it first: mizzen "
            "release v9 web --stack prod\n"
            f"  - There is no {prefix}/shop-api:v9. Release it first: mizzen "
            "release v9 api --stack prod"
        )

    def test_shares(self, shop):
        """
        A part that shares an image has no version of its own.
        """
        text = refusal(
            rolled_out, ["mailer"], "v1", shop.app, images(shop), shop.stack
        )

        assert text == (
            "'mailer' runs the image of 'api' and has no version of its own. "
            "Name 'api'; both change."
        )


@pytest.mark.usefixtures("builder")
class TestRolledBack:
    def test_versions(self, shop):
        """
        Each rollback takes back one version more.
        """
        one, two = (
            Version(tag, digest_of(shop, tag, "web")) for tag in ("v1", "v2")
        )
        three = attrs.evolve(THREE, previous=(two, one))
        shop = recording(shop, {"web": three})
        found = rolled_back(["web"], shop.app, images(shop), shop.stack)

        assert found == {"web": attrs.evolve(two, previous=(one,))}

    def test_gone(self, shop):
        """
        There is no way back to what the registry has forgotten.
        """
        name = f"{shop.stack.registry.prefix}/shop-web"
        shop = recording(shop, {"web": successor(ONE, TWO)})
        text = refusal(
            rolled_back, ["web"], shop.app, images(shop), shop.stack
        )

        assert text == (
            "There is no way back:\n"
            f"  - There is no {name}@{ONE.digest}, which v1 of 'web' should "
            "be. Push it first."
        )

    @pytest.mark.parametrize(
        ("versions", "told"),
        [
            (
                {},
                (
                    "Stack 'prod' records no version of 'web'. Name the one to "
                    "go back to: mizzen rollout web VERSION --stack prod"
                ),
            ),
            (
                {"web": TWO},
                (
                    "Stack 'prod' records no version before v2 of 'web'. Name "
                    "the one to go back to: mizzen rollout web VERSION "
                    "--stack prod"
                ),
            ),
        ],
    )
    def test_nothing_before(self, shop, versions, told):
        """
        There is no way back from the first version.
        """
        shop = recording(shop, versions)
        text = refusal(
            rolled_back, ["web"], shop.app, images(shop), shop.stack
        )

        assert text == told


class TestTargets:
    def changed(self, shop, before, after):
        """
        Patterns of all objects that differ between two records.
        """
        states = [
            compile_app(
                shop.app,
                shop.environment,
                recording(shop, versions).stack,
            )
            for versions in (before, after)
        ]
        old = {(m.part, m.role): m.body for m in states[0]}

        return {
            f"**$kubernetes:**::{m.part}-{m.role}"
            for m in states[1]
            if old[m.part, m.role] != m.body
        }

    @pytest.mark.parametrize("names", [["web"], ["api"], ["migrate"]])
    def test_changed(self, shop, names):
        """
        The resources that are deployed are those that the record changes.
        """
        before = dict.fromkeys(("web", "api", "migrate"), ONE)
        after = {**before, **dict.fromkeys(names, TWO)}
        manifests = compile_app(
            shop.app, shop.environment, recording(shop, after).stack
        )
        found = set(targets(names, images(shop), manifests))

        assert found
        assert found == self.changed(shop, before, after)
