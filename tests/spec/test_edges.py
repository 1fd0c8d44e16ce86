"""
Edges between parts.
"""

import pytest

from mizzen import Image, Service, SpecError, Use


def refusal(part, **fields):
    """
    What is said against a Use with *fields*, without its name.
    """
    with pytest.raises(SpecError) as ei:
        Use(part, **fields)
    assert str(ei.value).startswith(f"Use {part.name!r}: ")

    return str(ei.value).removeprefix(f"Use {part.name!r}: ")


class TestUse:
    def test_short(self, db):
        """
        A part alone stands for its edge.
        """
        web = Service("web", image=Image("acme/web:v5"), port=80, uses=[db])

        assert "(<Use db>,)" == repr(web.uses)

    @pytest.mark.parametrize("prefix", ["", "1DB", "DB URL", "DB-", 5])
    def test_prefix(self, db, prefix):
        """
        A prefix is the beginning of a variable's name.
        """
        assert (
            "prefix must name variables by letters, digits and underscores, "
            f"like 'LOG_LEVEL' (got {prefix!r})."
        ) == refusal(db, prefix=prefix)

    def test_names(self, db):
        """
        Own names are names of variables.
        """
        assert (
            "env must name variables by letters, digits and underscores, "
            "like 'LOG_LEVEL' (got 'a-b')."
        ) == refusal(db, env={"a-b": db.url})

    def test_other_setting(self, db, cache):
        """
        Own names hold settings of the part that is used, not of others.
        """
        assert (
            "env URL must be a setting of the part, like db.url, or text "
            "(got <cache.url>)."
        ) == refusal(db, env={"URL": cache.url})

    def test_folder(self, db):
        """
        Files are mounted at an absolute path.
        """
        assert (
            "files must be an absolute path, like '/run/data' (got 'run')."
        ) == refusal(db, files="run")

    def test_files_of_service(self):
        """
        A service has no secrets to mount.
        """
        api = Service("api", image=Image("acme/api:v5"), port=80)

        assert (
            "files must be left out, because only stores have secrets to "
            "mount (got '/run/api')."
        ) == refusal(api, files="/run/api")

    @pytest.mark.parametrize("part", ["db", None, Image("a:1")], ids=str)
    def test_part(self, part):
        """
        Edges lead to objects, not to names.
        """
        with pytest.raises(SpecError) as ei:
            Use(part)

        assert (
            "Use: part must be a Service, a DaemonSet or a store, like "
            f"Use(db) (got {part!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize("field", ["host", "port", "user", "password"])
    def test_settings(self, db, field):
        """
        Settings show what they are of, and no value.
        """
        assert f"<db.{field}>" == repr(getattr(db, field))
