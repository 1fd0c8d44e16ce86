"""
Rules of a cluster that many apps follow: names, labels and annotations.
"""

import re
import string

from collections.abc import Mapping
from typing import Any

import attrs

from .._fields import typed
from .._validators import instance_of, refuse, texts_by_name
from ..spec import marks


_PLACEHOLDERS = ("app", "part", "stack")
_PATTERN = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?", re.ASCII)
_text = instance_of("be text, like '{app}-{part}'", str)


def _pattern(inst: Any, attr: Any, value: Any) -> None:
    _text(inst, attr, value)
    rule = (
        "be lower-case letters, digits, hyphens, {app}, {stack} and once "
        "{part}, like '{app}-{part}'"
    )
    try:
        found = [field for _, field, *_ in string.Formatter().parse(value)]
        sample = value.format(**dict.fromkeys(_PLACEHOLDERS, "x"))
    except (ValueError, LookupError):
        refuse(inst, attr.name, rule, value)
    if found.count("part") != 1 or not _PATTERN.fullmatch(sample):
        refuse(inst, attr.name, rule, value)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Conventions:
    """
    What a cluster's owners want of all objects: one for many repositories.

    Selectors never contain any of it, so that pods are not made anew when
    it changes.

    Args:
        name:
            Pattern of the names of a part's objects, of ``{app}``,
            ``{stack}`` and ``{part}``. Host names follow it; changing it
            abandons disks.

        labels: Labels of all objects, pods included.

        annotations: Annotations of all objects, pods included.

        pod_labels: Labels of pods alone.

        pod_annotations: Annotations of pods alone.

    Raises:
        SpecError: If a key, a value or the pattern is none.

    >>> Conventions(name="{app}-{part}", labels={"team": "payments"}).name
    '{app}-{part}'
    """

    name: str = attrs.field(default="{part}", validator=_pattern)
    labels: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=marks.labels
    )
    annotations: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=marks.annotations
    )
    pod_labels: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=marks.labels
    )
    pod_annotations: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=marks.annotations
    )

    @property
    def renames(self) -> bool:
        """
        Whether objects have other names than their parts.
        """
        return self.name != "{part}"

    @property
    def marks(self) -> bool:
        """
        Whether any object gets labels or annotations.
        """
        return bool(
            self.labels
            or self.annotations
            or self.pod_labels
            or self.pod_annotations
        )

    def object_name(self, app: str, stack: str, part: str | None) -> str:
        """
        Name of the objects of *part*; of the app's own for `None`.

        >>> Conventions(name="{app}-{part}").object_name("shop", "dev", "api")
        'shop-api'
        >>> Conventions(name="{app}-{part}").object_name("shop", "dev", None)
        'shop'
        """
        if part is not None:
            return self.name.format(app=app, stack=stack, part=part)
        if "{app}" not in self.name:
            return self.name.format(app=app, stack=stack, part=app)
        name = self.name.format(app=app, stack=stack, part="")

        return re.sub("-+", "-", name).strip("-")
