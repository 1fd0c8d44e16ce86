"""
An app that consists of one file.
"""

from mizzen import App, Dockerfile, Route, Service


image = Dockerfile("tests/scratch", max_size="20Mi", max_waste="0%")
gate = Service("gate", image=image, port=8080, health="/")
app = App("multi", edition="2026", parts=[gate], routes=[Route("/", gate)])
