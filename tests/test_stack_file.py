"""
Edits of a stack's file.
"""

import os

import pytest
import yaml

from mizzen.exceptions import SpecError
from mizzen.stack_file import edit


PROD = """\
# Where customers are.
config:
  multi:environment: prod  # see infra/environments.py
  multi:context: "prod"
  multi:hosts:
    - multi.example.com  # leads

    # An old name.
    - old.example.com
  multi:stackKey:
    secure: v1:bm9uY2U=:Y2lwaGVydGV4dCB0aGF0IGlzIGxvbmdlciB0aGFuIHNldmVudHkgbmluZSBjb2x1bW5z
  multi:issuer: 'letsencrypt'
# Salt of the passphrase.
encryptionsalt: v1:c2FsdA==:dGV4dA==
"""
VERSIONS = ("config", "multi:versions")
V5 = {"tag": "v5", "digest": "sha256:" + 64 * "5"}
RECORDED = f"""\
  multi:versions:
    client:
      tag: v5
      digest: sha256:{64 * "5"}
"""


@pytest.fixture(name="path")
def _path(tmp_path):
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(PROD)

    return path


def versions(path):
    """
    What *path* records.
    """
    return yaml.safe_load(path.read_text())["config"]["multi:versions"]


class TestEdit:
    def test_added(self, path):
        """
        A new value comes after the others around it and before the comment
        of what follows, and every other line stays as it was.
        """
        edit(path, {(*VERSIONS, "client"): V5})

        before, after = PROD.split("# Salt")
        assert f"{before}{RECORDED}# Salt{after}" == path.read_text()

    def test_removed(self, path):
        """
        What is removed leaves neither an empty mapping nor a changed line
        behind.
        """
        edit(path, {(*VERSIONS, "client"): V5})
        edit(path, {(*VERSIONS, "client"): None})

        assert PROD == path.read_text()

    def test_replaced(self, path):
        """
        A new value takes the place of the old one; the comment behind it
        stays.
        """
        edit(path, {("config", "multi:environment"): "stage"})

        line = "multi:environment: {}  # see infra/environments.py"
        assert (
            PROD.replace(line.format("prod"), line.format("stage"))
            == path.read_text()
        )

    def test_several(self, path):
        """
        Values beside each other are changed at once, and the others there
        stay.
        """
        edit(path, {(*VERSIONS, name): V5 for name in ("api", "client")})
        edit(
            path,
            {
                (*VERSIONS, "client", "tag"): "v6",
                (*VERSIONS, "client", "previous"): [V5],
                (*VERSIONS, "api", "digest"): None,
            },
        )

        assert versions(path) == {
            "api": {"tag": "v5"},
            "client": {**V5, "tag": "v6", "previous": [V5]},
        }

    @pytest.mark.parametrize("tag", ["yes", "5", "1_0", "2026-11-23", "0x1"])
    def test_texts(self, path, tag):
        """
        A text is read as a text, whatever it looks like.
        """
        edit(path, {(*VERSIONS, "client", "tag"): tag})

        assert versions(path) == {"client": {"tag": tag}}

    @pytest.mark.parametrize(
        "written",
        [
            "{api: {tag: v4}}",
            """ '{"api": {"tag": "v4"}}'  # by pulumi config set""",
            "\n    api: {tag: v4}",
            "\n      api:\n        tag: v4",
            "\n    api:\n      tag: |-\n        v4\n",
            " &versions\n    api: {tag: v4}",
        ],
    )
    def test_spellings(self, path, written):
        """
        Values are added to whatever spelling of a mapping is there.
        """
        path.write_text(f"config:\n  multi:versions: {written}\n  a:b: c\n")
        edit(path, {(*VERSIONS, "client", "tag"): "v5"})

        assert versions(path) == {
            "api": {"tag": "v4"},
            "client": {"tag": "v5"},
        }
        assert path.read_text().endswith("  a:b: c\n")

    @pytest.mark.parametrize("empty", ["", " {}", " null"])
    def test_empty(self, path, empty):
        """
        A mapping without anything in it gets lines.
        """
        path.write_text(f"config:\n  multi:versions:{empty}\n")
        edit(path, {(*VERSIONS, "client", "tag"): "v5"})

        assert versions(path) == {"client": {"tag": "v5"}}

    def test_removed_of_flow(self, path):
        """
        Values are removed from mappings on one line as well.
        """
        path.write_text("config:\n  multi:versions: {a: {b: 1}, c: {d: 1}}\n")
        edit(path, {(*VERSIONS, "a", "b"): None})

        assert versions(path) == {"c": {"d": 1}}

    @pytest.mark.parametrize("before", ["", "# Nothing yet.\n"])
    def test_new(self, path, before):
        """
        A file without values gets its first one.
        """
        path.write_text(before)
        edit(path, {("config", "a:b"): "c"})

        assert f"{before}config:\n  a:b: c\n" == path.read_text()

    @pytest.mark.parametrize("before", ["", PROD])
    def test_nothing_to_remove(self, path, before):
        """
        To remove what is not there changes nothing.
        """
        path.write_text(before)
        edit(path, {(*VERSIONS, "client"): None})

        assert path.read_text() == before

    def test_all_removed(self, path):
        """
        The last value takes its file's first key with it.
        """
        path.write_text("config:\n  a:b: c  # here\n")
        edit(path, {("config", "a:b"): None})

        assert path.read_text() == ""

    def test_lists_at_the_end(self, path):
        """
        A list without indents is not torn apart.
        """
        path.write_text("config:\n  a:hosts:\n  - a\n  - b\n")
        edit(path, {("config", "a:b"): "c"})

        assert (
            path.read_text() == "config:\n  a:hosts:\n  - a\n  - b\n  a:b: c\n"
        )

    def test_line_ends(self, path):
        """
        Line ends of other systems stay.
        """
        path.write_bytes(b"config:\r\n  a:b: c\r\n")
        edit(path, {("config", "a:d"): "e"})

        assert path.read_bytes() == b"config:\r\n  a:b: c\r\n  a:d: e\r\n"

    def test_mode(self, path):
        """
        Who may read the file stays, and nothing else is left in its folder.
        """
        path.chmod(0o640)
        edit(path, {(*VERSIONS, "client"): V5})

        assert path.stat().st_mode & 0o777 == 0o640
        assert list(path.parent.iterdir()) == [path]

    def test_link(self, path):
        """
        A symbolic link stays one.
        """
        link = path.with_name("Pulumi.eu.yaml")
        link.symlink_to(path)
        edit(link, {(*VERSIONS, "client"): V5})

        assert link.is_symlink()
        assert versions(path) == {"client": V5}


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            (
                "a: [",
                (
                    "Pulumi.prod.yaml is not YAML: while parsing a flow node "
                    "expected the node content, but found '<stream end>' in "
                    '"<unicode string>", line 2, column 1: ^.'
                ),
            ),
            (
                "- a",
                (
                    "Pulumi.prod.yaml must consist of keys, each on a line of "
                    "its own."
                ),
            ),
            (
                "config: 5",
                "'multi:versions' cannot be set in a value that has no keys.",
            ),
            (
                "config: [a]",
                "'multi:versions' cannot be set in a value that has no keys.",
            ),
            (
                "other: &x\n  a: b\nconfig: *x",
                (
                    "Pulumi.prod.yaml is written in a way that "
                    "config.multi:versions.client cannot be edited."
                ),
            ),
            (
                "other: &x {a: b}\nconfig: *x",
                (
                    "Pulumi.prod.yaml is written in a way that "
                    "config.multi:versions.client cannot be edited."
                ),
            ),
        ],
    )
    def test_text(self, path, text, told):
        """
        What cannot be edited is refused and left as it is.
        """
        path.write_text(text)
        with pytest.raises(SpecError) as ei:
            edit(path, {(*VERSIONS, "client"): V5})

        assert str(ei.value) == told
        assert path.read_text() == text

    def test_broken(self, path):
        """
        An edit that would break the file is refused.
        """
        path.write_text("other: &x {a: b}\nconfig: *x\n")
        with pytest.raises(SpecError, match="tag cannot be edited"):
            edit(path, {(*VERSIONS, "client", "tag"): "yes"})

    def test_no_room(self, path, monkeypatch):
        """
        If the new content cannot be written, the old one stays, and nothing
        half is left behind.
        """

        def full(_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            edit(path, {(*VERSIONS, "client"): V5})

        assert path.read_text() == PROD
        assert list(path.parent.iterdir()) == [path]
