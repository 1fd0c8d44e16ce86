"""
Mistakes in variables and files, in full texts.
"""

import pytest

from mizzen import (
    Directory,
    Environment,
    File,
    FromConfigMap,
    FromExternalSecret,
    FromField,
    FromResource,
    FromSecret,
    Postgres,
    SpecError,
    Stack,
    Template,
    TemplateFile,
)
from mizzen.environment import SecretStore

from .support import service


@pytest.fixture(name="project")
def _project(tmp_path):
    """
    A stack whose project has some files, one of them a link out of it.
    """
    root = tmp_path / "root"
    (root / "config").mkdir(parents=True)
    (root / "empty").mkdir()
    (root / "config" / "a.toml").write_text("{host} {port}")
    (root / "logo.png").write_bytes(b"\xff")
    (tmp_path / "outside").write_text("secret")
    (root / "link").symlink_to(tmp_path / "outside")

    return Stack("dev", environment="dev", root=root)


def message(make):
    """
    What is said about a mistake.
    """
    with pytest.raises(SpecError) as ei:
        make()

    return str(ei.value)


class TestReferences:
    def test_field(self):
        """
        A field that containers cannot be given is refused.
        """
        assert (
            "FromField 'metadata.nme': path 'metadata.nme' is unknown; choose "
            "one of: 'metadata.name', 'metadata.namespace', 'metadata.uid', "
            "'spec.nodeName', 'spec.serviceAccountName', 'status.hostIP', "
            "'status.hostIPs', 'status.podIP', 'status.podIPs' (nearest to "
            "'metadata.nme': 'metadata.name')."
        ) == message(lambda: FromField("metadata.nme"))

    def test_resource(self):
        """
        A resource that containers do not have is refused.
        """
        assert (
            "FromResource 'memory': resource 'memory' is unknown; choose one "
            "of: 'limits.cpu', 'limits.ephemeral-storage', 'limits.memory', "
            "'requests.cpu', 'requests.ephemeral-storage', 'requests.memory' "
            "(nearest to 'memory': 'limits.memory')."
        ) == message(lambda: FromResource("memory"))

    @pytest.mark.parametrize("name", ["", "Billing", "a_b", "a..b", "a" * 254])
    def test_name(self, name):
        """
        What cannot be the name of an object is refused.
        """
        assert (
            f"FromSecret {name!r}: name must be the name of an object of "
            "Kubernetes, lower-case letters, digits, hyphens and dots, like "
            f"'billing' (got {name!r})."
        ) == message(lambda: FromSecret(name, "key"))

    @pytest.mark.parametrize(
        "key", ["", "a b", "..", ".", "..a", "a" * 254, 5]
    )
    def test_key(self, key):
        """
        What cannot be a key of a ConfigMap is refused.
        """
        assert (
            "FromConfigMap 'trust': key must be letters, digits, hyphens, "
            f"underscores and dots, like 'url' (got {key!r})."
        ) == message(lambda: FromConfigMap("trust", key))

    def test_no_key(self):
        """
        Variables and files are one value each.
        """
        assert (
            "Service 'api': env A must name a key, like FromSecret('billing', "
            "'password') (got FromSecret(name='billing', key=None))."
        ) == message(lambda: service(env={"A": FromSecret("billing")}))
        assert (
            "Service 'api': file /a must name a key, like "
            "FromConfigMap('trust', 'password') (got "
            "FromConfigMap(name='trust', key=None))."
        ) == message(lambda: service(files={"/a": FromConfigMap("trust")}))

    def test_no_store(self, desired, project):
        """
        External Secrets needs to know its store.
        """
        api = service(
            env={"A": FromExternalSecret("a")},
            files={"/a": FromExternalSecret("a")},
        )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'api': env A comes from External Secrets, but stack "
            "'dev' names no store. Set it in the stack's file, like "
            "'secretStore: vault'.\n"
            "  - Service 'api': file /a comes from External Secrets, but "
            "stack 'dev' names no store. Set it in the stack's file, like "
            "'secretStore: vault'."
        ) == message(lambda: desired(api, stack=project))

    def test_store_kind(self):
        """
        There are two kinds of stores.
        """
        assert (
            "SecretStore 'vault': kind must be one of 'ClusterSecretStore', "
            "'SecretStore' (got 'Vault')."
        ) == message(lambda: SecretStore("vault", kind="Vault"))


class TestTemplates:
    def test_no_value(self):
        """
        A gap without a value is refused.
        """
        assert (
            "Template: {hots} has no value; choose one of: 'host' (nearest to "
            "'hots': 'host'). Pass hots=…."
        ) == message(lambda: Template("{hots} {host}", host="a"))

    def test_no_gap(self):
        """
        A value without a gap is refused.
        """
        assert (
            "Template: value 'host' stands nowhere in the text; choose one "
            "of: 'hots' (nearest to 'host': 'hots')."
        ) == message(lambda: Template("{hots}", host="a", hots="b"))

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("{", "Single '{' encountered in format string"),
            ("a }", "Single '}' encountered in format string"),
            ("{}", "{} is not a plain name"),
            ("{a.b}", "{a.b} is not a plain name"),
            ("{a:>5}", "{a} is not a plain name"),
            ("{a!r}", "{a} is not a plain name"),
        ],
    )
    def test_no_template(self, text, reason):
        """
        Braces that are no gaps have to be doubled.
        """
        assert (
            "Template: text must have names in single braces, like {host}, "
            f"and double all others, like {{{{ and }}}} ({reason})."
        ) == message(lambda: Template(text, a="b"))

    def test_no_text(self):
        """
        Texts and values are of the right types, and the message tells
        nothing of wrong ones.
        """
        assert "Template: text must be text (got 'int')." == message(
            lambda: Template(5)
        )
        assert (
            "Template: value a must be text, a later value or a setting, "
            "like db.host (got 'list')."
        ) == message(lambda: Template("{a}", a=["secret"]))
        assert (
            "TemplateFile 'a': value a must be text, a later value or a "
            "setting, like db.host (got 'list')."
        ) == message(lambda: TemplateFile("a", a=["secret"]))

    def test_not_used(self):
        """
        A text can refer to used parts alone.
        """
        db = Postgres("db", version=17, disk="1Gi")
        text = Template("{host}", host=db.host)

        assert (
            "Service 'api': file /a must refer to a part in its uses (got "
            "<db.host>)."
        ) == message(lambda: service(files={"/a": text}))

    def test_in_a_file(self, desired, project):
        """
        A template in a file is checked when it is read.
        """
        api = service(files={"/a": TemplateFile("config/a.toml", host="a")})

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'api': file /a: Template: {port} has no value; "
            "choose one of: 'host'. Pass port=…."
        ) == message(lambda: desired(api, stack=project))


class TestFiles:
    @pytest.mark.parametrize("kind", [File, Directory, TemplateFile])
    @pytest.mark.parametrize("path", ["/etc", "..", "a/../../b", "", "a\0"])
    def test_outside(self, kind, path):
        """
        A path outside the project is refused.
        """
        example = "config" if kind is Directory else "config/app.toml"

        assert (
            f"{kind.__name__} {path!r}: path must be a relative path inside "
            f"the project, like {example!r} (got {path!r})."
        ) == message(lambda: kind(path))

    def test_unreadable(self, desired, project):
        """
        Files and folders that are not there, or no text where text is
        needed, are refused all at once.
        """
        api = service(
            env={"A": File("a"), "B": File("logo.png")},
            files={
                "/a": File("config"),
                "/b": Directory("empty"),
                "/c": File("link"),
                "/d": TemplateFile("logo.png"),
            },
        )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'api': env A: 'a' cannot be read (No such file or "
            "directory).\n"
            "  - Service 'api': env B: 'logo.png' is not text in UTF-8.\n"
            "  - Service 'api': file /b: 'empty' is no folder that has "
            "files.\n"
            "  - Service 'api': file /a: 'config' cannot be read (Is a "
            "directory).\n"
            "  - Service 'api': file /c: 'link' leads out of the project by "
            "a symbolic link.\n"
            "  - Service 'api': file /d: 'logo.png' is not text in UTF-8."
        ) == message(lambda: desired(api, stack=project))

    def test_twice(self, desired, project):
        """
        Two folders cannot give the same file.
        """
        folder = project.root / "more" / "b"
        folder.mkdir(parents=True)
        (folder / "a.toml").write_text("a")
        api = service(
            files={
                "/etc": Directory("more"),
                "/etc/b": Directory("config"),
            }
        )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'api': file /etc/b: /etc/b/a.toml is taken by "
            "another Directory."
        ) == message(
            lambda: desired(api, environment=Environment("dev"), stack=project)
        )
