"""
What is written is what was compiled, each time anew.
"""

import yaml


def parsers_read_what_is_written(seen):
    """
    What is written is what was compiled.
    """
    written = yaml.load_all(seen.manifests.to_yaml(), yaml.CSafeLoader)

    assert [m.body for m in seen.manifests] == list(written)


def the_same_gives_the_same(seen):
    """
    The same description gives the same text.
    """
    again = seen.description.compiled()

    assert seen.manifests.to_yaml() == again.to_yaml()


ALL = (parsers_read_what_is_written, the_same_gives_the_same)
