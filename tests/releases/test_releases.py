"""
Releases, in a real registry and built by a real BuildKit.
"""

import attrs
import pytest

from mizzen import SpecError
from mizzen.registry import ImageName, Repository
from mizzen.releases import (
    chosen,
    parse_digests,
    releasables,
    release,
)

from .conftest import commit, write


pytestmark = pytest.mark.usefixtures("builder")


def images(shop, *names):
    """
    The images that *names* run; all without any.
    """
    found = releasables(shop.app, shop.environment, shop.stack)
    return chosen(names, shop.app, found) if names else found


def released(shop, version, *names, digests=None):
    """
    What is released of *names*, by name of the image.
    """
    found = release(
        images(shop, *names), version, shop.environment, shop.stack, digests
    )
    return {each.image.name: each for each in found}


def repository(shop, name):
    """
    Where the image of *name* is.
    """
    return Repository(
        ImageName.of(f"{shop.stack.registry.prefix}/shop-{name}")
    )


class TestRelease:
    def test_all(self, shop):
        """
        Every image of the app is built, and found by its version.
        """
        found = released(shop, "v1")

        assert sorted(found) == ["api", "web"]
        for name, each in found.items():
            assert each.built
            assert each.version.digest == repository(shop, name).digest("v1")

    def test_shared(self, shop):
        """
        Parts that share an image are released together, and the version of
        the image is recorded for the job as well.
        """
        found = released(shop, "v1", "mailer", "migrate")

        assert list(found) == ["api"]
        assert found["api"].image.recorded == ("api", "migrate")

    def test_again(self, shop):
        """
        What is there is neither built nor tagged again.
        """
        first = released(shop, "v1", "web")["web"]
        second = released(shop, "v1", "web")["web"]

        assert first.version == second.version
        assert (first.built, second.built) == (True, False)

    def test_same_content(self, shop):
        """
        One image can have several versions.
        """
        first = released(shop, "v1", "web")["web"]
        second = released(shop, "v2", "web")["web"]

        assert first.version.digest == second.version.digest
        assert not second.built

    def test_changed(self, shop):
        """
        Another content is another image, and the former version stays.
        """
        first = released(shop, "v1", "web")["web"].version
        shop.change("web", "web two")
        second = released(shop, "v2", "web")["web"].version

        assert first.digest != second.digest
        assert repository(shop, "web").digest("v1") == first.digest


class TestElsewhere:
    def test_index(self, shop, push):
        """
        What CI has built for several platforms is taken as it is.
        """
        digest = push(shop, "web", "linux/amd64,linux/arm64")
        found = released(shop, "v1", "web", digests={"web": digest})

        assert repository(shop, "web").digest("v1") == digest
        assert repository(shop, "web").platforms(digest) == {
            "linux/amd64",
            "linux/arm64",
        }
        assert not found["web"].built

    def test_dirty(self, shop, push):
        """
        Files here do not matter for what was built elsewhere.
        """
        digest = push(shop, "web", "linux/amd64")
        write(shop.root, "web", "not committed")

        assert released(shop, "v1", "web", digests={"web": digest})


class TestRefused:
    def refusal(self, *arguments, **options):
        """
        What is said when something is not released.
        """
        with pytest.raises(SpecError) as ei:
            released(*arguments, **options)

        return str(ei.value)

    def test_taken(self, shop):
        """
        A version is never overwritten, and if one image is refused, no image
        gets the version.
        """
        old = released(shop, "v1", "web")["web"].version
        shop.change("web", "web two")
        text = self.refusal(shop, "v1")

        assert text == (
            "Version 'v1' cannot be released:\n"
            f"  - v1 of 'web' exists already as {old.digest}, which is not "
            "what would be built. A version is never overwritten: choose "
            "another one, or deploy that one: mizzen rollout web v1 --stack "
            "prod"
        )
        assert repository(shop, "web").digest("v1") == old.digest
        assert repository(shop, "api").digest("v1") is None

    def test_taken_by_another(self, shop):
        """
        A version is not given to another image that is there already.
        """
        released(shop, "v1", "web")
        shop.change("web", "web two")
        two = released(shop, "v2", "web")["web"].version

        assert f"which is not {two.digest}." in self.refusal(shop, "v1")

    def test_uncommitted(self, shop):
        """
        A build context that no commit has cannot be released.
        """
        write(shop.root, "web", "not committed")
        for number in range(5):
            (shop.root / "apps/web" / str(number)).touch()

        assert self.refusal(shop, "v1") == (
            "Version 'v1' cannot be released:\n"
            "  - The build context of 'web' is not what is committed: "
            "apps/web/0, apps/web/1, apps/web/2, apps/web/3, apps/web/4 and "
            "1 more. Commit or stash it first, so that the version can be "
            "built again."
        )

    def test_broken(self, shop, capfd):
        """
        What cannot be built has no version, and the reason is shown.
        """
        dockerfile = shop.root / "apps/web/Dockerfile"
        dockerfile.write_text("FROM scratch\nCOPY nothing /\n")
        commit(shop.root)

        assert self.refusal(shop, "v1", "web") == (
            "buildctl build cannot build 'web'; see above."
        )
        assert '"/nothing": not found' in capfd.readouterr().err

    def test_not_there(self, shop):
        """
        A digest that was never pushed cannot get a version.
        """
        digest = "sha256:" + 64 * "0"
        name = repository(shop, "web").name

        assert self.refusal(shop, "v1", "web", digests={"web": digest}) == (
            "Version 'v1' cannot be released:\n"
            f"  - There is no {name}@{digest}, which 'web' should be. Push it "
            "first."
        )

    def test_platform(self, shop, push):
        """
        An image that the nodes cannot run has no version.
        """
        digest = push(shop, "web", "linux/arm64")

        assert self.refusal(shop, "v1", "web", digests={"web": digest}) == (
            "Version 'v1' cannot be released:\n"
            "  - 'web' is built for linux/arm64, but the stack runs "
            "linux/amd64. Build it for that platform, or set platform in the "
            "stack's file."
        )
        assert repository(shop, "web").digest("v1") is None

    def test_no_registry(self, shop):
        """
        A stack without a registry has no versions.
        """
        stack = attrs.evolve(shop.stack, registry=None)

        assert self.refusal(attrs.evolve(shop, stack=stack), "v1") == (
            "Stack 'prod' has no registry that could keep versions. Set "
            "registry in its file, like 'registry: ghcr.io/acme'."
        )

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            (
                "wep",
                (
                    "App 'shop' has no part 'wep'; choose one of: 'api', "
                    "'mailer', 'migrate', 'web' (nearest to 'wep': 'web')."
                ),
            ),
            (
                "clock",
                (
                    "Worker 'clock' of app 'shop' runs an image that the app "
                    "does not build, so it has no versions here. Write "
                    "another one into the app."
                ),
            ),
            (
                "db",
                (
                    "Postgres 'db' of app 'shop' runs an image that the app "
                    "does not build, so it has no versions here. Write "
                    "another one into the app."
                ),
            ),
        ],
    )
    def test_part(self, shop, name, told):
        """
        What the app does not build has no versions.
        """
        assert self.refusal(shop, "v1", name) == told


class TestDigests:
    ONE = "sha256:" + 64 * "1"

    @pytest.mark.parametrize(
        "written",
        [ONE, f"ghcr.io/acme/web@{ONE}", {"containerimage.digest": ONE}],
    )
    def test_spellings(self, shop, written):
        """
        Digests are understood as people and as bake write them.
        """
        found = parse_digests({"web": written}, shop.app, images(shop))

        assert found == {"web": self.ONE}

    def test_shared(self, shop):
        """
        The digest of a shared image can be given for any part that runs it.
        """
        found = parse_digests(
            {"mailer": self.ONE, "api": self.ONE}, shop.app, images(shop)
        )

        assert found == {"api": self.ONE}

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (
                ["web"],
                (
                    "The images that were built must be digests by names of "
                    'parts, like \'{"client": "sha256:…"}\'.'
                ),
            ),
            (
                {"web": 5},
                (
                    "The images that were built must give a digest to 'web', "
                    "like 'web: sha256:…'."
                ),
            ),
            (
                {"api": "sha256:1", "migrate": "sha256:2"},
                (
                    "'api', 'mailer', 'migrate' run one image, but the images "
                    "that were built give it several digests."
                ),
            ),
        ],
    )
    def test_refused(self, shop, content, told):
        """
        What gives no digests is refused.
        """
        with pytest.raises(SpecError) as ei:
            parse_digests(content, shop.app, images(shop))

        assert str(ei.value) == told
