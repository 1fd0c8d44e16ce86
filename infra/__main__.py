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
    refuse_errors,
)


with readable_errors():
    project = load_project()
    stack = current_stack(project)
    app, environment = project.app(), project.environment(stack)
    refuse_errors(app, environment, stack, project)
    options = pulumi.ResourceOptions(provider=cluster_provider(stack))
    run = AppComponent(
        app.name, app=app, environment=environment, stack=stack, opts=options
    )

pulumi.export("url", run.url)
pulumi.export("addresses", run.addresses)
pulumi.export("images", run.images)
pulumi.export("namespace", run.namespace)
