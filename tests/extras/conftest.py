"""
An app with raw objects and charts.
"""

import pytest

from mizzen import App, Conventions, Environment, Stack, compile_app


@pytest.fixture(name="compiled")
def _compiled(web, beat):
    """
    Compiles an app of two parts with extras.
    """

    def compiled(*extras, environment=(), root=".", conventions=None):
        app = App("shop", edition="2026", parts=[web, beat], extras=extras)
        return compile_app(
            app,
            Environment(
                "dev",
                extras=environment,
                conventions=conventions or Conventions(),
            ),
            Stack("dev", environment="dev", root=root),
        )

    return compiled
