"""
The Pulumi program: stack, environment, app, components.
"""

import pulumi

from mizzen import load_project
from mizzen.pulumi import (
    AppComponent,
    cluster_provider,
    current_stack,
    readable_errors,
)


with readable_errors():
    project = load_project()
    stack = current_stack(project)
    run = AppComponent(
        project.app().name,
        app=project.app(),
        environment=project.environment(stack),
        stack=stack,
        opts=pulumi.ResourceOptions(provider=cluster_provider(stack)),
    )

pulumi.export("url", run.url)
pulumi.export("addresses", run.addresses)
pulumi.export("images", run.images)
pulumi.export("namespace", run.namespace)
