"""
Mistakes in files of stacks, in full texts.
"""

import pytest

from mizzen import SpecError, load_project
from mizzen.stack_configuration import parse_stack

from .stack_file import StackFile


class TestStacks(StackFile):
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("ghcr", "be a list, like ['ghcr'] (got 'ghcr')"),
            (
                "[Ghcr_io]",
                (
                    "be the name of an object of Kubernetes, lower-case letters, "
                    "digits, hyphens and dots, like 'billing' (got 'Ghcr_io')"
                ),
            ),
            ("[a, a]", "name each Secret once (got ('a', 'a'))"),
            (
                "[5]",
                (
                    "be the name of an object of Kubernetes, lower-case "
                    "letters, digits, hyphens and dots, like 'billing' (got 5)"
                ),
            ),
        ],
    )
    def test_wrong_pull_secrets(self, write, text, reason):
        """
        Secrets by which images are pulled are a list of different names.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(
                write,
                "config: {shop:environment: dev, "
                f"shop:pullSecrets: {text}}}\n",
            )

        assert f"Stack 'dev': pull_secrets must {reason}." == str(ei.value)

    def test_unknown(self, write):
        """
        A stack without a file is refused with the nearest one there is.
        """
        root = write(pulumi=self.SCHEMA, files={"stacks/Pulumi.prod.yaml": ""})

        with pytest.raises(SpecError) as ei:
            load_project(root).stack("prdo")

        assert (
            "Stack 'prdo' has no file; choose one of: 'prod' (nearest to "
            "'prdo': 'prod')."
        ) == str(ei.value)

    def test_nothing(self, write):
        """
        Without ``Pulumi.yaml`` there are no stacks.
        """
        project = load_project(write(pulumi=None))

        with pytest.raises(SpecError) as ei:
            project.stack("dev")

        assert (
            "Stack 'dev' has no file, because there is no Pulumi.yaml, which "
            "says where those of stacks are."
        ) == str(ei.value)

    def test_other_project(self, write):
        """
        Keys of another project than the own one are not read.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(write, "config:\n  mastodon:environment: dev\n")

        assert (
            "Pulumi.dev.yaml cannot be read:\n"
            "  - Pulumi.dev.yaml: 'mastodon:environment' is of another project "
            "than that of Pulumi.yaml. Call it 'shop:environment'."
        ) == str(ei.value)

    @pytest.mark.parametrize("text", ["", "config:\n", "- a\n"])
    def test_no_environment(self, write, text):
        """
        A stack has to name its environment.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(write, text)

        assert (
            "Stack 'dev' names no environment. Set environment in its file, "
            "like 'environment: dev'."
        ) == str(ei.value)

    def test_no_yaml(self, write):
        """
        A file that is no YAML is refused with the place, in one line.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(write, "config: [\n")

        assert str(ei.value).startswith("Pulumi.dev.yaml is not YAML: ")
        assert "line 2" in str(ei.value)
        assert "\n" not in str(ei.value)

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (b"config: {shop:x: \xff}\n", "is not text in UTF-8."),
            (b"config: {shop:x: 2026-99-99}\n", "is not YAML: month must"),
            (b"config: &all {shop:x: *all}\n", "is not YAML: Circular"),
        ],
    )
    def test_unreadable(self, write, content, problem):
        """
        Neither is a file read that is in another encoding, holds values
        that there are none of, or leads in circles.
        """
        root = write(files={"Pulumi.dev.yaml": ""})
        (root / "Pulumi.dev.yaml").write_bytes(content)

        with pytest.raises(SpecError) as ei:
            load_project(root).stack("dev")

        assert str(ei.value).startswith(f"Pulumi.dev.yaml {problem}")

    def test_cluster(self, write):
        """
        An unknown kind of cluster is refused with those that there are.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(
                write,
                "config: {shop:environment: dev, shop:cluster: minicube}\n",
            )

        assert (
            "Stack 'dev': cluster 'minicube' is unknown; choose one of: "
            "'aks', 'bare-metal', 'docker-desktop', 'eks', 'embedded', "
            "'generic', 'gke', 'gke-autopilot', 'k3s' and 2 more "
            "(nearest to 'minicube': 'minikube')."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("hosts", "message"),
        [
            (
                "a.example.com",
                "be a list, like ['a.example.com'] (got 'a.example.com')",
            ),
            ("[5]", "hold text alone (got 5)"),
            (
                "[A.example.com]",
                (
                    "hold host names in lower case, like 'app.example.com' (got "
                    "'A.example.com')"
                ),
            ),
            (
                "[https://a.example.com]",
                (
                    "hold host names in lower case, like 'app.example.com' (got "
                    "'https://a.example.com')"
                ),
            ),
            ("[a.b, c.d, a.b]", "name each host once (got 'a.b')"),
        ],
    )
    def test_hosts(self, write, hosts, message):
        """
        Host names are a list of what an Ingress accepts.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(
                write,
                f"config: {{shop:environment: dev, shop:hosts: {hosts}}}\n",
            )

        assert f"Stack 'dev': hosts must {message}." == str(ei.value)

    @pytest.mark.parametrize(
        "versions", [["a"], {"api": "v5"}, {"api": {"tag": "v5"}}], ids=str
    )
    def test_versions(self, write, versions):
        """
        Versions have a tag and a digest.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(
                write,
                "config: {shop:environment: dev, "
                f"shop:versions: {versions}}}\n",
            )

        assert (
            "Stack 'dev': versions must give tag and digest of each part, "
            "like 'versions: {api: {tag: v5, digest: sha256:…}}' (got "
            f"{versions!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        "key",
        [
            "environment",
            "ingressClass",
            "registry",
            "secretStore",
            "sharedStorageClass",
            "storageClass",
        ],
    )
    @pytest.mark.parametrize(
        ("value", "kind"), [("7", "int"), ("[a]", "list"), ("{a: b}", "dict")]
    )
    def test_no_text(self, write, key, value, kind):
        """
        What is text is refused as anything else, under the name that the
        file has for it.
        """
        config = {"environment": "dev", key: value}
        text = "".join(f"  shop:{k}: {v}\n" for k, v in config.items())
        with pytest.raises(SpecError) as ei:
            self.stack(write, f"config:\n{text}")

        assert f"Stack 'dev': {key} must be text (got {kind})." == str(
            ei.value
        )

    @pytest.mark.parametrize(
        ("key", "field"),
        [
            ("acknowledge", "acknowledge"),
            ("hosts", "hosts"),
            ("adopt", "adopt"),
        ],
    )
    def test_no_list(self, write, key, field):
        """
        Nobody means the keys of a mapping.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(
                write,
                f"config: {{shop:environment: dev, shop:{key}: {{a: b}}}}\n",
            )

        assert f"Stack 'dev': {field} must be a list of text (got dict)." == (
            str(ei.value)
        )

    @pytest.mark.parametrize(
        ("accepts", "rule"),
        [
            (
                "{x: why}",
                "name a part and a check, like 'logs: runs-as-root' (got 'x')",
            ),
            (
                "{5: why}",
                "name a part and a check, like 'logs: runs-as-root' (got 5)",
            ),
            ('{"a: b": " "}', "say why 'a: b' is accepted (got ' ')"),
            ('{"a: b": 5}', "say why 'a: b' is accepted (got 5)"),
            ("[a]", "be a mapping (got list)"),
        ],
    )
    def test_no_reasons(self, write, accepts, rule):
        """
        Nobody accepts anything without saying what and why.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(
                write,
                f"config: {{shop:environment: dev, shop:accepts: {accepts}}}",
            )

        assert f"Stack 'dev': accepts must {rule}." == str(ei.value)

    @pytest.mark.parametrize(
        ("digests", "rule"),
        [
            (
                "{a@b: c}",
                "name images without digests, like 'postgres:17' (got 'a@b')",
            ),
            (
                "{redis:8: sha256:0}",
                (
                    "give 'redis:8' 'sha256:' and 64 hexadecimal digits (got "
                    "'sha256:0')"
                ),
            ),
            (
                "{redis:8: 5}",
                "give 'redis:8' 'sha256:' and 64 hexadecimal digits (got 5)",
            ),
            ("[a]", "be a mapping (got list)"),
        ],
    )
    def test_no_digests(self, write, digests, rule):
        """
        Recorded digests are some.
        """
        with pytest.raises(SpecError) as ei:
            self.stack(
                write,
                f"config: {{shop:environment: dev, shop:digests: {digests}}}",
            )

        assert f"Stack 'dev': digests must {rule}." == str(ei.value)

    def test_cluster_list(self, write):
        """
        A list of clusters is no cluster.
        """
        with pytest.raises(
            SpecError,
            match=r"^Stack 'dev': cluster \['kind'\] is unknown; choose one",
        ):
            self.stack(
                write,
                "config: {shop:environment: dev, shop:cluster: [kind]}\n",
            )

    @pytest.mark.parametrize(
        ("config", "kind"), [("7", "int"), ("{7: x}", "dict")]
    )
    def test_no_config(self, write, config, kind):
        """
        Configuration is keys and values, in the file and in Pulumi.yaml.
        """
        message = (
            "config must map keys to values, like 'config: "
            f"{{shop:environment: dev}}' (got {kind})."
        )
        with pytest.raises(SpecError) as of_file:
            self.stack(write, f"config: {config}\n")
        with pytest.raises(SpecError) as of_schema:
            self.stack(write, "", pulumi=f"{self.FOLDER}config: {config}\n")

        assert f"Pulumi.dev.yaml: {message}" == str(of_file.value)
        assert f"Pulumi.yaml: {message}" == str(of_schema.value)

    def test_nameless_host_groups(self, tmp_path):
        """
        Groups of hosts have names.
        """
        values = {"environment": "dev", "hostGroups": ["a.example.com"]}
        with pytest.raises(SpecError, match="hostGroups must give names"):
            parse_stack(
                "dev", values.get, root=tmp_path, config_keys=None, clusters={}
            )
