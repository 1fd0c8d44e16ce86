"""
The Pulumi program: stack, environment, app, components.
"""

import pulumi
import pulumi_kubernetes as kubernetes

from mizzen import load_project
from mizzen.pulumi import AppComponent, current_stack


project = load_project()
stack = current_stack(project)
cluster = kubernetes.Provider(
    "cluster",
    context=stack.context,
    cluster_identifier=stack.context,
)
run = AppComponent(
    project.app().name,
    app=project.app(),
    environment=project.environment(stack),
    stack=stack,
    opts=pulumi.ResourceOptions(providers=[cluster]),
)

pulumi.export("url", run.url)
pulumi.export("addresses", run.addresses)
pulumi.export("images", run.images)
pulumi.export("namespace", run.namespace)
