"""
What is in the cache is whole, and named after what it was made from.
"""

import threading

import pytest

from infra.local import cache


class TestWriteWhole:
    def test_replaced(self, tmp_path):
        """
        A file is replaced, and nothing else is left.
        """
        path = tmp_path / "file"
        cache.write_whole(path, "one")
        cache.write_whole(path, "two")

        assert "two" == path.read_text()
        assert [path] == list(tmp_path.iterdir())


class TestFolderKey:
    def test_content(self, tmp_path):
        """
        A changed byte, a renamed file and a moved border between two files
        each give another key.
        """
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "a").write_text("12")
        (folder / "b").write_text("3")
        keys = {cache.folder_key(folder)}

        (folder / "a").write_text("1")
        (folder / "b").write_text("23")
        keys.add(cache.folder_key(folder))
        (folder / "b").write_text("24")
        keys.add(cache.folder_key(folder))
        (folder / "b").rename(folder / "c")
        keys.add(cache.folder_key(folder))

        assert 4 == len(keys)

    def test_place(self, tmp_path):
        """
        Where a folder lies, when it was written and with which modes makes
        no difference.
        """
        for name, mode in (("one", 0o600), ("two", 0o644)):
            (tmp_path / name).mkdir()
            (tmp_path / name / "file").write_text("x")
            (tmp_path / name / "file").chmod(mode)

        assert cache.folder_key(tmp_path / "one") == cache.folder_key(
            tmp_path / "two"
        )

    def test_without(self, tmp_path):
        """
        Compiled Python below the folder is left out when asked for.
        """
        (tmp_path / "file").write_text("x")
        before = cache.folder_key(tmp_path, without="__pycache__")
        (tmp_path / "__pycache__").mkdir()
        (tmp_path / "__pycache__" / "file.pyc").write_text("y")

        assert before == cache.folder_key(tmp_path, without="__pycache__")


class TestPublish:
    def test_failure(self, tmp_path):
        """
        Nothing appears when making it fails, and the next try starts from
        an empty folder.
        """
        target = tmp_path / "thing"

        def fail(folder):
            (folder / "half").touch()
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            cache.publish(target, fail)

        assert not target.exists()

        cache.publish(target, lambda folder: (folder / "whole").touch())

        assert ["whole"] == [path.name for path in target.iterdir()]

    def test_once(self, tmp_path):
        """
        What is there is not made again.
        """
        target = tmp_path / "thing"
        target.mkdir()

        def make(folder):
            raise AssertionError(folder)

        assert target == cache.publish(target, make)

    def test_together(self, tmp_path):
        """
        Of two that want the same at the same time, one makes it and the
        other gets it.
        """
        target = tmp_path / "thing"
        made = []
        both = threading.Barrier(2)

        def publish():
            both.wait()
            cache.publish(target, made.append)

        threads = [threading.Thread(target=publish) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert 1 == len(made)
        assert target.is_dir()
