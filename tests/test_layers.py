"""
The house: who may import whom, and what is loaded when.
"""

import ast
import subprocess
import sys

import pytest


# A module imports only from floors above its own and from modules that stand
# before it on its own.
FLOORS = {
    "words": (
        "exceptions",
        "quantities",
        "_arguments",
        "_unwritable",
        "_lenient",
        "_validators",
        "_fields",
        "_secret_names",
    ),
    "what you write": ("spec", "environment"),
    "what it means": (
        "_names",
        "images",
        "_project_files",
        "graph",
        "stack",
        "stack_configuration",
        "_pyproject",
        "_strangers",
        "project",
    ),
    "what it becomes": (
        "manifests",
        "_adoption",
        "_later",
        "_server_variables",
        "_connections",
        "_priorities",
        "_routing",
        "_scope",
        "_conventions",
        "_texts",
        "_external_secrets",
        "_files",
        "_claims",
        "_volumes",
        "_config",
        "_merging",
        "_hatches",
        "_definitions",
        "_structural_schemas",
        "_misfits",
        "_custom_resources",
        "_raw_files",
        "_order",
        "_extras",
        "_image_references",
        "_accounts",
        "_metrics",
        "_containers",
        "_keda",
        "_scaling",
        "_scheduling",
        "_pods",
        "_workloads",
        "_target_health",
        "_services",
        "_exposure",
        "_gateway",
        "_gateway_policies",
        "_outside",
        "_isolation",
        "_errands",
        "_store_secrets",
        "_backups",
        "_stores",
        "_namespaces",
        "_reloader",
        "_config_contradictions",
        "_store_contradictions",
        "_gateway_contradictions",
        "_opening_contradictions",
        "_exposure_contradictions",
        "_autopilot_contradictions",
        "_pod_contradictions",
        "_pod_security_contradictions",
        "_node_network_contradictions",
        "_contradictions",
        "compiler",
    ),
    "what is checked": (
        "origins",
        "_literal_secrets",
        "_requests",
        "_routers",
        "_shapes",
        "_policies",
        "_scene",
        "_pod_security_checks",
        "_image_checks",
        "_hatch_checks",
        "_neighbours",
        "_neighbour_checks",
        "_network_checks",
        "_pod_checks",
        "_disk_checks",
        "_autopilot_checks",
        "_downtime_checks",
        "_quota_checks",
        "_reach_checks",
        "_rights_checks",
        "_stack_checks",
        "checks",
        "_recipe",
        "_dockerfile_rules",
        "image_checks",
        "changes",
        "guards",
        "_alternatives",
        "_field_paths",
        "influences",
        "live",
        "_cause",
        "_placing",
        "_causes",
        "diagnosis",
        "status",
        "observation",
    ),
    "where it goes": (
        "_passphrase",
        "stack_file",
        "working_tree",
        "diagram",
        "kubectl",
        "runs",
        "view",
        "hadolint",
        "registry",
        "builds",
        "releases",
        "versions",
        "pins",
        "built",
        "engine",
        "github",
        "updates",
        "pending",
        "retries",
        "_own_versions",
        "_revisions",
        "testing",
        "pulumi",
        "cli",
    ),
}
ROOMS = {
    "spec": (
        "values",
        "texts",
        "config",
        "files",
        "volumes",
        "resources",
        "identity",
        "images",
        "metrics",
        "ports",
        "security",
        "hatches",
        "outside",
        "renames",
        "external",
        "servers",
        "schedules",
        "backups",
        "edges",
        "external_services",
        "health",
        "marks",
        "placement",
        "store_versions",
        "stores",
        "store_answers",
        "postgres_scripts",
        "postgres",
        "redis",
        "scaling",
        "containers",
        "workload",
        "placed",
        "replicas",
        "cron_jobs",
        "daemon_sets",
        "services",
        "jobs",
        "parts",
        "order",
        "targets",
        "routes",
        "exposes",
        "relinking",
        "replacing",
        "app",
    ),
    "changes": (
        "inert",
        "filling",
        "effects",
        "fields",
        "masks",
        "marks",
        "objects",
        "rights",
        "judgement",
        "folding",
        "reach",
        "capacity",
        "snapshot",
        "renames",
        "reasons",
        "report",
        "acknowledgements",
        "preview",
        "drift",
        "revisions",
        "rows",
        "difference",
        "document",
        "reading",
        "markdown",
        "terminal",
    ),
    "built": (
        "sizes",
        "files",
        "stored",
        "images",
        "releases",
        "report",
        "budgets",
    ),
    "environment": (
        "controllers",
        "clusters",
        "conventions",
        "profiles",
        "defaults",
        "exposures",
        "namespaces",
        "policy",
        "precedence",
    ),
}
ORDER = [module for floor in FLOORS.values() for module in floor]
# Libraries that few need, and the modules that may import them.
GUESTS = {
    "click": {"cli"},
    "e2b_dockerfile_utils": {"images"},
    "graphviz_pure": {"diagram"},
    "httpx": {"github"},
    "jsonschema": {"_misfits", "changes"},
    "pulumi": {"pulumi"},
    "pulumi_docker": {"pulumi"},
    "pulumi_docker_build": {"pulumi"},
    "pulumi_kubernetes": {"pulumi"},
    "pulumi_policy": {"pulumi"},
    "rich": {"changes", "cli"},
    "stamina": {"github"},
    "tenacity": {"kubectl"},
    "yaml": {"_raw_files", "project", "stack_file"},
}


@pytest.fixture(name="package", scope="session")
def _package(root):
    return root / "components" / "mizzen"


def modules(package):
    """
    Each module of *package* and the files that it consists of.
    """
    found = {path.stem: [path] for path in package.glob("*.py")}
    found |= {
        path.parent.name: sorted(path.parent.glob("*.py"))
        for path in package.glob("*/__init__.py")
    }
    del found["__init__"]

    return found


def imports(path, depth):
    """
    Modules of the package that *path* imports, where *depth* dots lead to
    it, and other libraries.
    """
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((False, a.name.partition(".")[0]) for a in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield False, node.module.partition(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.level == depth:
            names = [node.module] if node.module else []
            for name in names or [alias.name for alias in node.names]:
                yield True, name.partition(".")[0]


def depth(path, package):
    """
    Dots that lead from *path* to *package*.
    """
    return len(path.relative_to(package).parts)


class TestFloors:
    def test_all(self, package):
        """
        Each module has its place.
        """
        assert sorted(ORDER) == sorted(modules(package))

    @pytest.mark.parametrize("module", ORDER)
    def test_upwards(self, package, module):
        """
        Modules import only what stands before them.
        """
        before = ORDER[: ORDER.index(module)]
        used = {
            name
            for path in modules(package)[module]
            for own, name in imports(path, depth(path, package))
            if own
        }

        assert not used.difference(before)

    @pytest.mark.parametrize("room", ROOMS)
    def test_rooms(self, package, room):
        """
        Packages have an order of their own.
        """
        modules = ROOMS[room]
        paths = sorted((package / room).glob("[!_]*.py"))

        assert sorted(modules) == [path.stem for path in paths]
        for path in paths:
            used = {name for own, name in imports(path, 1) if own}
            assert not used.difference(modules[: modules.index(path.stem)])

    @pytest.mark.parametrize("library", GUESTS)
    def test_guests(self, package, library):
        """
        Libraries that few need are imported where they are needed alone.
        """
        users = {
            module
            for module, paths in modules(package).items()
            for path in paths
            for own, name in imports(path, 0)
            if not own and name == library
        }

        assert users <= GUESTS[library]

    def test_no_name_of_the_package(self, package):
        """
        Modules refer to each other relatively, so that the package can be
        moved.
        """
        for paths in modules(package).values():
            for path in paths:
                assert (False, "mizzen") not in imports(path, 0)


def loaded(statement):
    """
    Top-level modules that are loaded after *statement* in a new process.
    """
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    output = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    return {name.partition(".")[0] for name in output.split()}


class TestLoaded:
    def test_package(self):
        """
        To describe and compile an app loads nothing but attrs.
        """
        assert not loaded("import mizzen") & {
            *GUESTS,
            "difflib",
            "importlib_metadata",
        }

    def test_compiled(self):
        """
        Compiling an app whose images are there already loads nothing more.
        """
        statement = (
            "from mizzen import *\n"
            "web = Service('web', image=Image('acme/web:v5'), port=8080)\n"
            "app = App('shop', edition='2026', parts=[web])\n"
            "stack = Stack('dev', environment='dev')\n"
            "compile_app(app, Environment('dev'), stack).to_yaml()\n"
        )

        assert not loaded(statement) & set(GUESTS)

    def test_command(self):
        """
        The command loads neither Pulumi nor what only some answers need.
        """
        found = loaded("import mizzen.cli")

        assert not found & {*GUESTS} - {"click", "yaml"}
