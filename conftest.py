"""
Examples in docstrings are tests.
"""

from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.rest import DocTestParser


pytest_collect_file = Sybil(
    parsers=[DocTestParser()],
    path="components",
    patterns=["**/*.py"],
    document_types={".py": PythonDocStringDocument},
).pytest()
