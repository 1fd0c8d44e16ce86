"""
The command as a module: ``python -m mizzen.cli``.
"""

from . import main


main(prog_name="mizzen")
