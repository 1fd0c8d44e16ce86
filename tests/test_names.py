"""
Names that stay the same as long as what they name.
"""

from hypothesis import given
from hypothesis import strategies as st

from mizzen import _names


class TestDigest:
    def test_stored(self):
        """
        The hash of some content is the same forever.
        """
        assert "015abd7f5c" == _names.digest({"a": 1})

    @given(st.dictionaries(st.text(), st.text()))
    def test_order(self, content):
        """
        The order of keys doesn't matter.
        """
        backwards = dict(reversed(content.items()))

        assert _names.digest(content) == _names.digest(backwards)

    @given(
        st.dictionaries(st.text(), st.text()),
        st.dictionaries(st.text(), st.text()),
    )
    def test_content(self, one, other):
        """
        Other content has another hash.
        """
        same = _names.digest(one) == _names.digest(other)

        assert same is (one == other)


class TestLabels:
    def test_keys(self, root):
        """
        Keys of labels are written in one place, and where others' labels or
        all with their prefix are meant.
        """
        package = root / "components" / "mizzen"
        literal = {
            path.relative_to(package).as_posix()
            for path in package.rglob("*.py")
            if "app.kubernetes.io/" in path.read_text(encoding="utf-8")
        }

        assert literal <= {
            "_names.py",
            "environment/controllers.py",
            "spec/marks.py",
        }

    def test_selector(self):
        """
        Selectors are name and instance and nothing else, and part of the
        labels.
        """
        selector = _names.selector("api", "shop-dev")
        labels = _names.labels("api", "shop-dev", "shop", "service")

        assert 2 == len(selector)
        assert selector.items() <= labels.items()

    def test_version(self):
        """
        A tag that is too long is cut, and ends as labels may end.
        """
        assert "a" * 62 == _names.version_label(f"{'a' * 62}.b")
        assert "v1.0_x-y" == _names.version_label("v1.0_x-y")


class TestImageRepository:
    def test_registry(self):
        """
        Images are named after app and part, below the registry if any.
        """
        assert "shop-api" == _names.image_repository(None, "shop", "api")
        assert "ghcr.io/acme/shop-api" == _names.image_repository(
            "ghcr.io/acme", "shop", "api"
        )


class TestSuffixed:
    def test_alike(self):
        """
        Names that differ only where they are cut off stay apart, and are
        short enough for what is called after them.
        """
        one, other = (
            _names.suffixed(f"{'a' * 51}{letter}", "administrator")
            for letter in "xy"
        )

        assert one != other
        assert len(one) <= 52

    def test_short(self):
        """
        Nothing is cut off where all of it fits.
        """
        assert "db-backup" == _names.suffixed("db", "backup")
