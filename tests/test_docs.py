"""
What the pages show is what the code says. Their Python examples are run by
``tests/pulumi/test_docs.py``.
"""

import ast
import re
import shutil
import sys

from pathlib import Path

import attrs
import pytest

from tests.test_layers import FLOORS
from tools import edits, vocabulary
from tools.reference import PAGE, reference
from tools.said import arguments, said
from tools.sayings import SAYINGS

import mizzen

from mizzen import compile_app, graph, load_project
from mizzen.cli import COMMANDS, main
from mizzen.diagram import svg
from mizzen.environment import CLUSTERS
from mizzen.image_checks import dockerfile_findings
from mizzen.stack_configuration import KEYS


ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "apps" / "README.md",
    *sorted(ROOT.glob("docs/**/*.md")),
]


# Why words, and single arguments of others, need no line of their own.
NEEDS_NO_LINE = {
    "For authors of stores; docs/stores.md tells of them.": {
        "Access",
        "Account",
        "BACKUPS",
        "ERRAND_FILES",
        "Errand",
        "Server",
        "Store",
        "percent_encoded",
        "quoted",
        "written",
    },
    "What the stack's file says goes first, as in the app of the page.": {
        "Cluster.gateway_class",
        "Cluster.shared_storage_class",
    },
    "No object shows it: checks, outputs and waiting go by it.": {
        "Cluster.autopilot",
        "Cluster.default_storage_class",
        "Cluster.ingress_status",
        "Cluster.load_balancers",
        "Cluster.node_address",
        "Stack.accepts",
        "Stack.acknowledge",
        "Stack.adopt",
        "Stack.config_hashes",
        "Stack.config_keys",
        "Stack.context",
        "Stack.platform",
        "Stack.root",
        "Stack.throwaway",
        "Version.previous",
    },
    "Tells what a controller is; one line shows where it is given.": {
        "IngressController"
    },
    "Its value says the same alone: Defaults(…), web.override(…), OFF.": {
        "Environment.conventions",
        "Environment.extras",
        "Environment.isolation",
        "Environment.overrides",
        "Environment.patches",
        "Environment.transforms",
    },
    "All lines are about one, and what it takes is said of environments.": {
        "App"
    },
    "It is the default.": {"Docker"},
    "Lines have it in words of its own: part['port'], part.patch(…).": {
        "Endpoint",
        "Patch",
    },
    "A result, or what gives one.": {
        "Graph",
        "Manifest",
        "Manifests",
        "Project",
        "SpecError",
        "compile_app",
        "graph",
        "load_project",
    },
}
LINES = [line for rows in SAYINGS.values() for _, line in rows]
EXCUSED = set().union(*NEEDS_NO_LINE.values())


def python_blocks(page: Path) -> list[str]:
    """
    The Python examples on *page*.
    """
    text = page.read_text(encoding="utf-8")
    return re.findall(r"(?ms)^```python\n(.*?)^```$", text)


def prose(page: Path) -> str:
    """
    What is on *page* outside of fenced blocks.
    """
    text = page.read_text(encoding="utf-8")
    return re.sub(r"(?ms)^```.*?^```$", "", text)


def anchors(page: Path) -> set[str]:
    """
    Where links into *page* can lead, as GitHub names its headings.
    """
    found: set[str] = set()
    for heading in re.findall(r"(?m)^#+ (.+)$", prose(page)):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{anchor}-1" if anchor in found else anchor)

    return found


@pytest.fixture(name="project")
def _project():
    return load_project(ROOT)


# Words that go on a sentence about mizzen itself.
ORDINARY = {
    "add",
    "cannot",
    "does",
    "is",
    "itself",
    "knows",
    "reads",
    "says",
    "would",
}


def messages():
    """
    Texts of the package that are no docstrings, each in one piece.
    """
    for path in sorted(Path(mizzen.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text())
        inside = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr):
                inside.add(node.value)
            if isinstance(node, ast.JoinedStr):
                inside.update(node.values)
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "X"
                    for part in node.values
                )
            elif isinstance(node, ast.Constant) and node not in inside:
                yield str(node.value)


class TestMessages:
    FOUND = sorted(
        {
            (match[1], match[2])
            for text in messages()
            for match in re.finditer(
                r"(?<![\w'/-])mizzen ([a-z]+)([^`.;]*)", text
            )
            if match[1] not in ORDINARY
        }
    )

    def test_some(self):
        """
        They are found, those in the middle of a sentence too.
        """
        words = {word for word, _ in self.FOUND}

        assert {"preview", "rollback", "snapshot", "up"} <= words

    @pytest.mark.parametrize(("word", "rest"), FOUND)
    def test_commands(self, word, rest):
        """
        What messages tell people to type is there, with its options.
        """
        assert word in COMMANDS
        command = main.get_command(None, word)
        known = {name for option in command.params for name in option.opts}

        assert known.issuperset(re.findall(r"--[a-z-]+", rest))


class TestReference:
    def test_up_to_date(self):
        """
        The reference says what the docstrings say; ``python -m
        tools.reference`` writes it anew.
        """
        assert PAGE.read_text(encoding="utf-8") == reference()


class TestVocabulary:
    def test_up_to_date(self):
        """
        The table says what compiling its lines gives; ``python -m
        tools.vocabulary`` writes it anew.
        """
        assert vocabulary.PAGE.read_text("utf-8") == vocabulary.vocabulary()

    def test_words(self):
        """
        Every public word has a line in ``tools/sayings/``, but for those
        that have a reason.
        """
        words = set(mizzen.__all__) - EXCUSED

        assert [] == sorted(
            word
            for word in words
            if not any(re.search(rf"\b{word}\b", line) for line in LINES)
        )

    def test_arguments(self):
        """
        So has every argument of each of them; and no reason is left of an
        argument that has a line.
        """
        words = vocabulary.words()
        given = {name for line in LINES for name in said(line, words)}
        classes = [words[word] for word in {*mizzen.__all__} - EXCUSED]
        known = {
            name
            for cls in classes
            if attrs.has(cls)
            for name in arguments(cls)
        }

        assert sorted(known - given) == sorted(
            name for name in EXCUSED if "." in name
        )


class TestEdits:
    def test_up_to_date(self):
        """
        The table says what the reports of typical edits say; ``python -m
        tools.edits`` writes it anew.
        """
        assert edits.PAGE.read_text("utf-8") == edits.page()

    def test_enough(self):
        """
        There are at least 25 of them, and those that stand on the same one
        stand together after it.
        """
        names = [edit.name for edit in edits.EDITS]

        assert len(set(names)) == len(names) >= 25
        for number, edit in enumerate(edits.EDITS):
            before = edits.EDITS[number - 1]
            assert edit.on in {None, before.name, before.on}


class TestReadme:
    def test_picture(self, project):
        """
        The picture shows the example app as it is; ``mizzen graph dev
        --format svg --output docs/dev.svg`` draws it anew.
        """
        beside = str(Path(sys.executable).parent)
        if not shutil.which("graphviz-pure", path=beside):
            pytest.skip("graphviz-pure is not installed (extra svg)")
        environment = project.environment(project.stack("dev"))
        picture = (ROOT / "docs" / "dev.svg").read_text(encoding="utf-8")

        assert picture == svg(graph(project.app(), environment))

    @pytest.mark.parametrize("name", ["dev", "prod"])
    def test_app(self, project, name):
        """
        The app and the environments that it shows are those of the example
        app.
        """
        shown: dict[str, object] = {}
        for block in python_blocks(ROOT / "README.md")[:2]:
            exec(block, shown)
        stack = project.stack(name)

        assert (
            compile_app(
                project.app(), project.environment(stack), stack
            ).to_yaml()
            == compile_app(shown["app"], shown[name.upper()], stack).to_yaml()
        )


class TestExample:
    @pytest.mark.parametrize(
        ("file", "most"),
        [("app.py", 20), ("environments.py", 40), ("__main__.py", 30)],
    )
    def test_short(self, file, most):
        """
        The example app stays as short as it is said to be.
        """
        lines = (ROOT / "infra" / file).read_text().splitlines()

        assert len(lines) <= most


class TestGuide:
    def test_program(self):
        """
        The Pulumi program that it shows is the one of the example app.
        """
        program = (ROOT / "infra" / "__main__.py").read_text()
        _, _, code = program.partition('"""\n\n')

        assert code in python_blocks(ROOT / "docs" / "guide.md")

    def test_keys(self):
        """
        It lists all keys that mizzen reads of a stack's file, and no others.
        """
        text = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
        _, _, table = text.partition("The stack's file knows these keys:\n\n")
        table, _, _ = table.partition("\n\n")
        first = "".join(row.split(" | ")[0] for row in table.splitlines())

        assert sorted(KEYS) == sorted(re.findall(r"`(\w+)`", first))


class TestClusters:
    def test_table(self):
        """
        The guide tells of each kind of cluster what is known of it.
        """
        text = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
        known = {True: "yes", False: "no"}

        for name, cluster in CLUSTERS.items():
            ((balancers, controllers),) = re.findall(
                rf"(?m)^\| `{name}` \| (\w+) \| (.*) \|$", text
            )
            assert known[cluster.load_balancers] == balancers
            assert (not cluster.ingress_controllers) is (
                controllers == "by `ingressClass`"
            )


class TestVerification:
    def test_base_images(self, project):
        """
        Nothing is found about the Dockerfiles of the example app, whose
        base images are pinned.
        """
        stack = project.stack("prod")
        app, environment = project.app(), project.environment(stack)
        manifests = compile_app(app, environment, stack)
        found = [
            finding
            for build in manifests.builds.values()
            for finding in dockerfile_findings(
                app, environment, stack, manifests, build
            )
        ]

        assert len(manifests.builds) == 3
        assert found == []


class TestArchitecture:
    def test_modules(self):
        """
        The page has the modules of each floor, in their order.
        """
        text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
        package = ROOT / "components" / "mizzen"
        floors = re.findall(r"(?m)^\*\*(.+)\*\*\n\n((?:- .*\n)+)", text)

        assert [
            (
                floor.capitalize(),
                [f"{m}/" if (package / m).is_dir() else m for m in modules],
            )
            for floor, modules in FLOORS.items()
        ] == [
            (floor, re.findall(r"(?m)^- `(.+?)`: ", items))
            for floor, items in floors
        ]


@pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: str(page.relative_to(ROOT))
)
class TestPages:
    def test_links(self, page):
        """
        What it links to in the repository is there.
        """
        for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
            path, _, anchor = link.partition("#")
            target = page.parent / path if path else page
            if "://" not in link:
                assert target.exists(), link
                assert not anchor or anchor in anchors(target), link

    def test_sentences(self, page):
        """
        Each sentence of its paragraphs has a line of its own, so that a
        change shows what it changes.
        """
        for line in prose(page).splitlines():
            if line[:1].isupper() and page != PAGE:
                assert not re.search(r"[a-z`)][.?!] [A-Z]", line), line
