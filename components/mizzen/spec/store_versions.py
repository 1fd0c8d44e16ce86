"""
Major versions of stores, and images that fit them.
"""

import re

from typing import Any

from .._validators import instance_of, refuse, whole_number
from .images import Image, tag_of


_is_image = instance_of("be Image(…), like Image('postgres:17')", Image)
_is_version = whole_number(1, 99, 17)
# As in 2.17.2-pg17, of what is inside of PostgreSQL.
_MAJOR = re.compile(r"(?:.*\bpg)?([0-9]{1,2})(?![0-9])", re.ASCII)


def major_version(inst: Any, attr: Any, value: Any) -> None:
    """
    A major version that the store can run.
    """
    _is_version(inst, attr, value)
    lowest = inst.lowest_version
    if lowest is not None and value < lowest:
        rule = f"be at least {lowest}, because older servers cannot be run"
        refuse(inst, attr.name, rule, value)


def image_of_version(inst: Any, attr: Any, value: Any) -> None:
    """
    An image of the store's version, as far as its tag tells: a number that
    no server had ever counts something else.
    """
    _is_image(inst, attr, value)
    for word, reason in inst.unfit_images.items():
        if word in tag_of(value.reference):
            rule = f"have a tag without {word!r}, because {reason}"
            refuse(inst, attr.name, rule, value.reference)
    found = _MAJOR.match(tag_of(value.reference))
    lowest = inst.lowest_version
    if found is None or lowest is None or int(found[1]) < lowest:
        return
    other = int(found[1])
    if other != inst.version:
        kind = type(inst).__name__
        rule = (
            f"be of version {inst.version}, because no other one reads its "
            f"disk; deploy {kind}('{inst.name}-{other}', version={other}, …) "
            "beside it and copy the data; where the tag counts something "
            "else, name the image by its digest alone"
        )
        refuse(inst, attr.name, rule, value.reference)
