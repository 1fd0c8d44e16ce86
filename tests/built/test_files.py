"""
What layers make of each other.
"""

import gzip
import io
import tarfile

import pytest

from mizzen.built.files import Added, Waste, analyse, read_layer

from .handmade import layer


def analysed(*layers):
    """
    What the layers with these entries make of each other.
    """
    return analyse(
        read_layer(io.BytesIO(layer(*entries))) for entries in layers
    )


class TestRead:
    @pytest.mark.parametrize("packed", [bytes, gzip.compress])
    def test_size(self, packed):
        """
        The size is that of the files, however they are compressed.
        """
        content = packed(layer(("a/", b""), ("a/b", b"123"), ("c", b"45")))

        assert 5 == read_layer(io.BytesIO(content)).size

    def test_root(self):
        """
        The root folder itself is none of the files.
        """
        found = read_layer(io.BytesIO(layer(("./", b""), ("./a", b"1"))))

        assert ["a"] == [*found.root.children]

    def test_no_archive(self):
        """
        What is no archive is none.
        """
        with pytest.raises(tarfile.TarError):
            read_layer(io.BytesIO(b"no archive"))


class TestEfficiency:
    def test_nothing(self):
        """
        Without a byte nothing is wasted.
        """
        assert 1 == analysed([]).efficiency

    def test_once(self):
        """
        What is there once is not wasted.
        """
        found = analysed([("a", b"1234")], [("b", b"5678")])

        assert (1, ()) == (found.efficiency, found.wasted)

    def test_replaced(self):
        """
        Of a file that is replaced, all versions count, and the smallest
        would be enough.
        """
        found = analysed([("x/a", b"123456")], [("x/a", b"12")])

        assert (Waste("/x/a", 2, 8),) == found.wasted
        assert 2 / 8 == found.efficiency
        assert 8 == found.wasted_bytes

    def test_removed_file(self):
        """
        A file that is removed was for nothing.
        """
        found = analysed([("a", b"1234"), ("b", b"12")], [("a", None)])

        assert (Waste("/a", 2, 4),) == found.wasted
        assert 2 / 6 == found.efficiency

    def test_removed_folder(self):
        """
        A folder that is removed counts with all that was in it, once more
        than its files do.
        """
        found = analysed(
            [("a/", b""), ("a/b/", b""), ("a/b/c", b"1234"), ("d", b"1")],
            [("a", None)],
        )

        assert () == found.wasted
        assert 1 == found.efficiency

    def test_removed_with_a_leaf(self):
        """
        An empty folder that is filled and then removed is wasted by what
        was in it.
        """
        found = analysed(
            [("a/", b"")], [("a/", b""), ("a/b", b"1234")], [("a", None)]
        )

        assert (Waste("/a", 2, 4),) == found.wasted

    def test_removed_twice(self):
        """
        What is not there can be removed, and wastes nothing.
        """
        found = analysed([("a", b"1")], [("x/y", None)], [("x/y", None)])

        assert (Waste("/x/y", 2, 0),) == found.wasted
        assert 1 == found.efficiency

    def test_opaque(self):
        """
        Marks of folders that hide all below are no files.
        """
        found = analysed([("a/b", b"1")], [("a/.wh..wh..opq", b"")])

        assert 0 == found.added[1].removed

    def test_order(self):
        """
        The most expensive is named first.
        """
        found = analysed(
            [("a", b"1"), ("b", b"123"), ("c", b"1")],
            [("a", b"1"), ("b", b"123"), ("c", b"1")],
        )

        assert ["/b", "/a", "/c"] == [each.path for each in found.wasted]


class TestAdded:
    def test_all(self):
        """
        Files are new, changed or removed; the largest are named.
        """
        found = analysed(
            [("a", b"1"), ("d/", b"")],
            [("a", b"12"), ("e/b", b"1"), ("d/c", b"123"), ("x", None)],
        )

        assert (
            Added(2, 1, 1, (("/d/c", 3), ("/a", 2), ("/e/b", 1)))
            == (found.added[1])
        )

    def test_back_again(self):
        """
        What comes back after its removal is new.
        """
        found = analysed([("a", b"1")], [("a", None)], [("a", b"1")])

        assert 1 == found.added[2].new
