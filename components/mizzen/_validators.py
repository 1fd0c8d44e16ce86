"""
Validators of single fields: each names the thing, the field, what would be
right, and what was given.
"""

import posixpath
import re
import shlex

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

import attrs

from . import quantities
from .exceptions import SpecError, choices


Validator = Callable[[Any, "attrs.Attribute[Any]", Any], None]

# A hash of ten characters and its hyphen still fit into 63.
LONGEST_NAME = 52

_DNS_LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?", re.ASCII)
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SUBDOMAIN = re.compile(
    r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
    re.ASCII,
)
LONGEST_SUBDOMAIN = 253
_PORT_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", re.ASCII)


def describe(inst: Any) -> str:
    """
    Class and identity of *inst*, as they begin every message about it; the
    class alone where it has no name.
    """
    name = type(inst).__name__
    field = attrs.fields(type(inst))[0]
    # A converter may fail before there is any.
    first = None if field.kw_only else getattr(inst, field.name, None)
    identity = getattr(first, "name", first)

    return f"{name} {identity!r}" if isinstance(identity, str) else name


def refuse(inst: Any, field: str, rule: str, value: object) -> NoReturn:
    """
    Raise the `SpecError` of a field that broke *rule*.
    """
    msg = f"{describe(inst)}: {field} must {rule} (got {value!r})."
    raise SpecError(msg)


def dns_label(inst: Any, attr: Any, value: Any) -> None:
    """
    Names become Services, labels and host names.
    """
    # RFC 1035 instead of RFC 1123: Services may not start with a digit.
    rule = (
        "be a DNS label of lower-case letters, digits and hyphens that "
        "starts with a letter, like 'api'"
    )
    if not isinstance(value, str) or not _DNS_LABEL.fullmatch(value):
        refuse(inst, attr.name, rule, value)
    if len(value) > LONGEST_NAME:
        rule = (
            f"have at most {LONGEST_NAME} characters, because Kubernetes "
            "and mizzen add suffixes to it"
        )
        refuse(inst, attr.name, rule, value)


def subdomain(inst: Any, attr: Any, value: Any) -> None:
    """
    Kubernetes' rule for the names of objects that somebody else has made.
    """
    if (
        not isinstance(value, str)
        or not _SUBDOMAIN.fullmatch(value)
        or len(value) > LONGEST_SUBDOMAIN
    ):
        rule = (
            "be the name of an object of Kubernetes, lower-case letters, "
            "digits, hyphens and dots, like 'billing'"
        )
        refuse(inst, attr.name, rule, value)


def port_name(inst: Any, attr: Any, value: Any) -> None:
    """
    Kubernetes' rule for the names of ports.
    """
    longest = 15
    if (
        not isinstance(value, str)
        or not _PORT_NAME.fullmatch(value)
        or len(value) > longest
        or "--" in value
        or not re.search("[a-z]", value)
    ):
        rule = (
            "be at most 15 lower-case letters, digits and single hyphens "
            "with at least one letter, like 'http'"
        )
        refuse(inst, attr.name, rule, value)


def matching(pattern: str, rule: str) -> Validator:
    """
    Text that *pattern* describes, and *rule* in the user's words.
    """
    compiled = re.compile(pattern, re.ASCII)

    def validate(inst: Any, attr: Any, value: Any) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            refuse(inst, attr.name, rule, value)

    return validate


_NAME_OF_LABEL = re.compile(
    r"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?"
    r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?",
    re.ASCII,
)
_VALUE_OF_LABEL = re.compile(
    r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?", re.ASCII
)


def label_key(inst: Any, field: str, value: object) -> None:
    """
    Keys of labels and taints.
    """
    if not isinstance(value, str) or not _NAME_OF_LABEL.fullmatch(value):
        rule = "be named by the key of a label, like 'example.com/disk'"
        refuse(inst, field, rule, value)


def label_value(inst: Any, field: str, value: object) -> None:
    """
    Values of labels and taints.
    """
    if not isinstance(value, str) or not _VALUE_OF_LABEL.fullmatch(value):
        rule = (
            "be the value of a label, at most 63 letters, digits and single "
            "signs between them, like 'ssd'"
        )
        refuse(inst, field, rule, value)


def match_labels(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    """
    Labels that find pods.
    """
    for key, text in value.items():
        label_key(inst, attr.name, key)
        label_value(inst, f"{attr.name} {key!r}", text)


def balancer_class(inst: Any, attr: Any, value: Any) -> None:
    """
    Classes of load balancers are called like labels.
    """
    if not isinstance(value, str) or not _NAME_OF_LABEL.fullmatch(value):
        rule = (
            "be the name of a class, like 'service.k8s.aws/nlb' or 'tailscale'"
        )
        refuse(inst, attr.name, rule, value)


def whole_number(least: int, most: int, example: int) -> Validator:
    """
    Whole numbers in a closed range; booleans are none.
    """

    def validate(inst: Any, attr: Any, value: Any) -> None:
        if type(value) is not int or not least <= value <= most:
            rule = f"be a whole number from {least} to {most}, like {example}"
            refuse(inst, attr.name, rule, value)

    return validate


port_number = whole_number(1, 65535, 8000)


def one_of(*valid: str) -> Validator:
    """
    One of a few words.
    """

    def validate(inst: Any, attr: Any, value: Any) -> None:
        if value not in valid:
            words = ", ".join(repr(word) for word in valid)
            refuse(inst, attr.name, f"be one of {words}", value)

    return validate


def _quantity(parse: Callable[[str], int]) -> Validator:
    def validate(inst: Any, attr: Any, value: Any) -> None:
        try:
            parse(value if isinstance(value, str) else "")
        except ValueError as error:
            rule, _, _ = str(error).rpartition(" (got ")
        else:
            return
        refuse(inst, attr.name, rule.removeprefix("must "), value)

    return validate


binary_quantity = _quantity(quantities.parse_bytes)
processor_quantity = _quantity(quantities.parse_millicores)


def absolute_path(inst: Any, field: str, value: object) -> None:
    """
    Paths in containers are absolute, and each is written in one way.
    """
    if (
        not isinstance(value, str)
        or not value.startswith("/")
        or value != posixpath.normpath(value)
        or value.startswith("//")
        or value == "/"
        or ":" in value
    ):
        refuse(inst, field, "be an absolute path, like '/run/data'", value)


def _fits(path: str) -> bool:
    """
    Whether file systems take *path*.
    """
    longest, longest_name = 2048, 255
    names = (len(name.encode()) for name in path.split("/"))

    return len(path) <= longest and max(names) <= longest_name


def inside_project(example: str) -> Validator:
    """
    Relative paths of files and folders of the project.
    """

    def validate(inst: Any, attr: Any, value: Any) -> None:
        if (
            not isinstance(value, str)
            or not value
            or "\0" in value
            or posixpath.isabs(value)
            or posixpath.normpath(value).split("/")[0] == ".."
            or not _fits(value)
        ):
            rule = f"be a relative path inside the project, like {example!r}"
            refuse(inst, attr.name, rule, value)

    return validate


def _split(line: str) -> list[str]:
    """
    The words of *line*, as a shell takes it apart.
    """
    try:
        return shlex.split(line)
    except ValueError:
        return [line]


def texts(inst: Any, attr: Any, value: Any) -> None:
    """
    Words of a command line.
    """
    if isinstance(value, str):
        example = _split(value)
        refuse(inst, attr.name, f"be a list, like {example!r}", value)
    for word in value or ():
        if not isinstance(word, str):
            refuse(inst, attr.name, "hold text alone", word)


def words(values: Iterable[str] | None) -> Any:
    """
    Converter of lists. A single text stays one, because nobody means its
    letters, and is then refused; so is a mapping, because nobody means its
    keys.
    """
    if values is None or isinstance(values, str):
        return values
    if isinstance(values, Mapping):
        raise TypeError
    return tuple(values)


def one_or_many(values: str | Iterable[str]) -> Any:
    """
    Converter of lists that a single text can stand for.
    """
    return (values,) if isinstance(values, str) else words(values)


def texts_by_name(values: Mapping[str, str]) -> dict[str, str]:
    """
    Converter of mappings between texts.
    """
    return dict(values)


def paths(inst: Any, attr: Any, value: Any) -> None:
    """
    Folders in containers; the root is the whole file system.
    """
    texts(inst, attr, value)
    for path in value or ():
        if path != "/":
            absolute_path(inst, attr.name, path)


def environment_names(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    """
    Names of environment variables are those that every shell can read.
    """
    for name in value:
        if not isinstance(name, str) or not _ENV_NAME.fullmatch(name):
            rule = (
                "name variables by letters, digits and underscores, like "
                "'LOG_LEVEL'"
            )
            refuse(inst, attr.name, rule, name)


def are_annotations(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    """
    Annotations: keys like those of labels, and any text.
    """
    for key, text in value.items():
        label_key(inst, attr.name, key)
        if not isinstance(text, str):
            refuse(inst, f"{attr.name} {key!r}", "be text, like 'true'", text)


def environment_texts(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    """
    Environment variables whose values are text and known now.
    """
    environment_names(inst, attr, value)
    for name, text in value.items():
        if not isinstance(text, str):
            # The value itself may be a secret in the wrong type.
            kind = type(text).__name__
            msg = f"{describe(inst)}: {attr.name} {name} must be text (got {kind})."
            raise SpecError(msg)


def instance_of(rule: str, *classes: type) -> Validator:
    """
    Objects of some classes; *rule* says which in the user's words.
    """

    def validate(inst: Any, attr: Any, value: Any) -> None:
        if not isinstance(value, classes):
            refuse(inst, attr.name, rule, value)

    return validate


def some_text(inst: Any, attr: Any, value: Any) -> None:
    """
    Text that says something.
    """
    if not isinstance(value, str) or not value.strip():
        refuse(inst, attr.name, "be text", value)


def items_of(rule: str, *classes: type) -> Validator:
    """
    Lists whose items are objects of some classes.
    """
    validate_item = instance_of(rule, *classes)

    def validate(inst: Any, attr: Any, value: Any) -> None:
        for item in value:
            validate_item(inst, attr, item)

    return validate


def known(inst: Any, field: str, value: object, valid: Any) -> None:
    """
    A name that must be among *valid*.
    """
    if value not in valid:
        msg = (
            f"{describe(inst)}: {field} {value!r} is unknown; "
            f"{choices(value, valid)}."
        )
        raise SpecError(msg)
