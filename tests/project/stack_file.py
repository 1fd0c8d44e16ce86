"""
The file of one stack.
"""

from mizzen import load_project


class StackFile:
    """
    Stacks as their file describes them.
    """

    FOLDER = "name: shop\nstackConfigDir: stacks\n"
    SCHEMA = (
        "name: shop\n"
        "stackConfigDir: stacks\n"
        "config:\n"
        "  platform: {type: string, default: linux/arm64}\n"
        "  registry: {type: string, default: ''}\n"
        "  apiKey: {type: string}\n"
        "  pulumi:tags: x\n"
    )

    def stack(self, write, text, pulumi=SCHEMA):
        """
        The stack ``dev`` whose file has some text.
        """
        root = write(pulumi=pulumi, files={"stacks/Pulumi.dev.yaml": text})
        return load_project(root).stack("dev")
