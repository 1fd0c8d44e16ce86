"""
The project around a folder: its apps, its environments and its stacks.
"""

import fnmatch
import functools
import importlib
import json
import sys

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from ._fields import typed
from ._pyproject import find_root, settings
from ._strangers import strangers
from ._validators import known
from .environment import CLUSTERS, Cluster, Environment
from .exceptions import SpecError, choices, chosen, raise_problems
from .spec import App, FromConfig
from .stack import Stack
from .stack_configuration import KEYS, parse_stack


def _load_yaml(path: Path) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - programs that hold all in code need none

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - safe
        # Aliases may lead in circles, and values deeper than anybody reads.
        json.dumps(content, default=str, skipkeys=True)
    except UnicodeDecodeError:
        msg = f"{path.name} is not text in UTF-8."
        raise SpecError(msg) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        msg = f"{path.name} is not YAML: {reason}."
        raise SpecError(msg) from None

    return content if isinstance(content, dict) else {}


def _import(module: str, root: Path) -> Any:
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if f"{module}.".startswith(f"{error.name}."):
            msg = (
                f"[tool.mizzen] names module {module!r}, which is not in "
                "the project."
            )
            raise SpecError(msg) from None
        raise


def _named(objects: Iterable[Any], what: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for thing in objects:
        if found.setdefault(thing.name, thing) is not thing:
            msg = f"{what} {thing.name!r} is defined twice."
            raise SpecError(msg)
    return found


@attrs.frozen(eq=False, field_transformer=typed)
class Project:
    """
    A repository's apps, environments and stacks, as ``[tool.mizzen]`` in its
    ``pyproject.toml`` names them.

    Attributes:
        root: Folder of ``pyproject.toml``.

        apps: Apps by name.

        environments: Environments by name.

        patterns: Stacks whose files stand for all stacks that are called
            like the pattern, as ``{"pr-*": "preview"}``.

        clusters: Kinds of clusters, beside those that mizzen knows, by
            name.
    """

    root: Path
    apps: Mapping[str, App]
    environments: Mapping[str, Environment]
    patterns: Mapping[str, str] = attrs.field(factory=dict, kw_only=True)
    clusters: Mapping[str, Cluster] = attrs.field(factory=dict, kw_only=True)

    @functools.cached_property
    def _pulumi(self) -> dict[str, Any]:
        path = self.root / "Pulumi.yaml"
        return _load_yaml(path) if path.is_file() else {}

    @functools.cached_property
    def _schema(self) -> dict[str, Any]:
        return self._unqualified(_config(self._pulumi, "Pulumi.yaml"))

    def _unqualified(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """
        *config* without the project before its keys.
        """
        prefix = self.config_key("")

        return {key.removeprefix(prefix): config[key] for key in config}

    @property
    def stack_folder(self) -> Path:
        """
        Folder of the stacks' files.
        """
        return self.root / str(self._pulumi.get("stackConfigDir", "."))

    def config_key(self, key: str) -> str:
        """
        How *key* is spelled in the stacks' files.
        """
        return f"{self._pulumi.get('name', '')}:{key}"

    @property
    def is_versioned(self) -> bool:
        """
        Whether it is under version control.
        """
        folders = (self.root, *self.root.parents)

        return any((folder / ".git").exists() for folder in folders)

    def stacks(self) -> tuple[str, ...]:
        """
        Names of all stacks that have a file, sorted.
        """
        return tuple(
            sorted(
                path.name.removeprefix("Pulumi.").removesuffix(".yaml")
                for path in self.stack_folder.glob("Pulumi.*.yaml")
            )
        )

    def stack_file(self, name: str) -> Path:
        """
        The file of the stack called *name*: its own one, or that of the
        stack which stands for all that are called like it.
        """
        own = self.stack_folder / f"Pulumi.{name}.yaml"
        if own.is_file():
            return own
        for pattern, other in self.patterns.items():
            if fnmatch.fnmatchcase(name, pattern):
                return self.stack_folder / f"Pulumi.{other}.yaml"
        return own

    def stack(self, name: str, file: Path | None = None) -> Stack:
        """
        The stack called *name*, from its file and the defaults of
        ``Pulumi.yaml``.

        Args:
            name: Its name.

            file: Its file, if it is not at its usual place.

        Raises:
            SpecError: If it has no file or its file is wrong.
        """
        path = file or self.stack_file(name)
        if not path.is_file():
            valid = (*self.stacks(), *self.patterns)
            msg = f"Stack {name!r} has no file; {choices(name, valid)}."
            if not valid and not (self.root / "Pulumi.yaml").is_file():
                msg = (
                    f"Stack {name!r} has no file, because there is no "
                    "Pulumi.yaml, which says where those of stacks are."
                )
            raise SpecError(msg)
        config = self._configuration(path)

        stack = parse_stack(
            name,
            config.get,
            root=self.root,
            config_keys=config,
            clusters=self.clusters,
            throwaway=self.is_throwaway(name),
        )
        self.refuse_shared_versions(stack)

        return stack

    def version_key(self, app: App, name: str) -> str:
        """
        What the version of *name* in *app* is recorded under.
        """
        return name if len(self.apps) == 1 else f"{app.name}/{name}"

    def refuse_shared_versions(self, stack: Stack) -> None:
        """
        Refuse versions that nobody knows the app of.

        Raises:
            SpecError: If there are several apps and *stack* records a
                version by the name of a part alone.
        """
        several = len(self.apps) > 1
        raise_problems(
            f"Stack {stack.name!r} cannot be read",
            (
                f"Stack {stack.name!r} records a version of {name!r}, but "
                "the project has several apps; call it like "
                f"'{next(iter(self.apps))}/{name}'."
                for name in (stack.versions if several else ())
                if "/" not in name
            ),
        )

    def is_throwaway(self, name: str) -> bool:
        """
        Whether the stack called *name* is one of many that a pattern stands
        for.
        """
        return any(
            fnmatch.fnmatchcase(name, pattern) for pattern in self.patterns
        )

    def _configuration(self, path: Path) -> dict[str, Any]:
        content = _load_yaml(path)
        if "config" not in content:
            _refuse_misplaced(content, path.name)
        found = _config(content, path.name)
        own = self._unqualified(found)
        if "environment" not in own:
            self._refuse_other_project(found, path.name)
        self.refuse_slips(own, path.name)

        return {**_defaults(self._schema), **own}

    def _refuse_other_project(self, keys: Iterable[str], where: str) -> None:
        key = self.config_key("environment")
        raise_problems(
            f"{where} cannot be read",
            (
                f"{where}: {other!r} is of another project than that of "
                f"Pulumi.yaml. Call it {key!r}."
                for other in keys
                if other.endswith(":environment")
            ),
        )

    def own_configuration(self, name: str) -> dict[str, Any]:
        """
        What the file of the stack called *name* says beside what mizzen
        reads; of secrets only that they are there.
        """
        config = self._configuration(self.stack_file(name))

        return {
            key: "a secret"
            if isinstance(value, dict) and "secure" in value
            else value
            for key, value in config.items()
            if key not in KEYS
        }

    def refuse_slips(self, keys: Iterable[str], where: str) -> None:
        """
        Refuse keys of a stack's configuration that nobody reads, and that
        are spelled nearly as those that mizzen reads.

        Args:
            keys: The keys, with or without the project before them.

            where: What they stand in, like ``"Pulumi.dev.yaml"``.

        Raises:
            SpecError: If there are any.
        """
        prefix = self.config_key("")
        others = {key.removeprefix(prefix) for key in keys}
        others -= KEYS | self._schema.keys()
        if others:
            things = (self.apps, self.environments, self.clusters)
            others -= _read_by(things)
        raise_problems(
            f"{where} cannot be read",
            (
                f"{where}: nothing reads {key!r}; did you mean {near!r}? If "
                "the program reads it, declare it under config in "
                "Pulumi.yaml."
                for key, near in _slips(others, KEYS).items()
            ),
        )

    def environment(self, stack: Stack, app: App | None = None) -> Environment:
        """
        The environment that *stack* names; for *app*, without what it says
        of parts of the project's other apps, whatever they are called.

        Raises:
            SpecError: If there is no such environment, or it says something
                of a part that no app lists and that several have the name
                of.
        """
        known(stack, "environment", stack.environment, self.environments)
        found = self.environments[stack.environment]
        if app is None:
            return found
        others = strangers(found, app, self.apps.values())

        return found.without(others, app) if others else found

    def app(self, name: str | None = None) -> App:
        """
        The app called *name*; with one app, the name can be left out.

        Raises:
            SpecError: If there is none, or several and no name.
        """
        if name is None and len(self.apps) == 1:
            return next(iter(self.apps.values()))
        if name is None:
            many = "several apps" if self.apps else "no app"
            msg = f"The project has {many}; {choices('', self.apps)}."
            raise SpecError(msg)
        return chosen("App", name, self.apps)


def _slips(keys: Iterable[Any], valid: Iterable[str]) -> dict[str, str]:
    """
    Those of *keys* that are nearly one of *valid*, and which. Keys with a
    colon are those of somebody else.
    """
    strange = sorted(key for key in map(str, keys) if ":" not in key)
    if not strange:
        return {}
    import difflib  # noqa: PLC0415 - most files hold known keys alone

    names = sorted(valid)
    near = {
        key: difflib.get_close_matches(key, names, n=1, cutoff=0.8)
        for key in strange
    }
    return {key: found[0] for key, found in near.items() if found}


def _refuse_misplaced(content: Mapping[str, Any], file: str) -> None:
    for slip in _slips(content, ["config"]):
        msg = f"{file}: nothing reads {slip!r}; did you mean 'config'?"
        raise SpecError(msg)


def _read_by(things: Iterable[Any]) -> set[str]:
    """
    Keys that *things*, and all that they hold, read of the configuration.
    """
    found: set[str] = set()
    seen: dict[int, Any] = {}
    left = [*things]
    while left:
        thing = left.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing
        if isinstance(thing, FromConfig):
            found.add(thing.key)
        elif isinstance(thing, Mapping):
            left.extend(thing.values())
        elif isinstance(thing, (tuple, list, frozenset)):
            left.extend(thing)
        elif attrs.has(type(thing)):
            fields = attrs.fields(type(thing))
            left.extend(getattr(thing, field.name) for field in fields)

    return found


def _config(content: Mapping[str, Any], file: str) -> dict[str, Any]:
    """
    What the file of a stack, or ``Pulumi.yaml``, has under ``config``.
    """
    config = content.get("config") or {}
    if not isinstance(config, dict) or not all(
        isinstance(key, str) for key in config
    ):
        # Its values may be secrets.
        msg = (
            f"{file}: config must map keys to values, like 'config: "
            f"{{shop:environment: dev}}' (got {type(config).__name__})."
        )
        raise SpecError(msg)
    return config


def _defaults(config: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        key: schema["default"]
        for key, schema in config.items()
        if isinstance(schema, dict) and "default" in schema
    }


def _apps_in(module: Any) -> dict[str, App]:
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, App)
    }


def _held(module: Any, kind: type[Any]) -> Iterable[Any]:
    """
    Each object of *kind* in *module*, once: the same one may be imported
    under several names.
    """
    values = vars(module).values()
    return {
        id(value): value for value in values if isinstance(value, kind)
    }.values()


def _own(clusters: Iterable[Cluster]) -> Iterator[Cluster]:
    """
    Those of *clusters* that mizzen does not know itself.
    """
    for cluster in clusters:
        known = CLUSTERS.get(cluster.name)
        if known is cluster:
            continue
        if known is not None:
            msg = (
                f"Cluster {cluster.name!r} has the name of a kind of cluster "
                f"that mizzen knows. Call it like 'own-{cluster.name}'."
            )
            raise SpecError(msg)
        yield cluster


def load_project(folder: Path | str = ".") -> Project:
    """
    The project that *folder* belongs to.

    Raises:
        SpecError: If there is none, or its files contradict each other.
    """
    root = find_root(Path(folder).resolve())
    table = settings(root / "pyproject.toml")
    apps = []
    for path in table["apps"]:
        module, _, attribute = path.partition(":")
        known = _apps_in(_import(module, root))
        if attribute not in known:
            msg = (
                f"[tool.mizzen] names app {path!r}, which is not an App; "
                f"{choices(attribute, known)}."
            )
            raise SpecError(msg)
        apps.append(known[attribute])
    environments = _held(_import(table["environments"], root), Environment)
    clusters = _held(_import(table["clusters"], root), Cluster)

    return Project(
        root,
        _named(apps, "App"),
        _named(environments, "Environment"),
        patterns=table["stacks"],
        clusters=_named(_own(clusters), "Cluster"),
    )
