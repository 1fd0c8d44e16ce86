"""
Fields, and whether they are named.
"""

import attrs


def fields(cls):
    """
    The arguments of the constructor of *cls*.
    """
    return [field.alias for field in attrs.fields(cls) if field.init]


def names(field, said):
    """
    Whether it is *said* which field is meant, or which entry of it; a
    stack's fields are named as in its file.
    """
    first, *others = field.split("_")
    key = first + "".join(map(str.capitalize, others))
    words = (field, key, f"{field.removesuffix('s')} ")

    return any(word in said for word in words)
