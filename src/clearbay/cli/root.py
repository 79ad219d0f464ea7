"""The root command: which commands exist, and where each one lives."""

import importlib

import click

from clearbay import __version__

# name -> "module:function"; a command's module is imported only when the command is called or its help shown.
COMMANDS: dict[str, str] = {
    "demo": "clearbay.cli.demo:demo",
    "up": "clearbay.cli.up:up",
    "hj212": "clearbay.cli.hj212:hj212",
    "gateway": "clearbay.cli.gateway:gateway",
    "store": "clearbay.cli.store:store",
    "assess": "clearbay.cli.assess:assess",
    "explain": "clearbay.cli.explain:explain",
    "standards": "clearbay.cli.standards:standards",
    "init": "clearbay.cli.init:init",
    "district": "clearbay.cli.district:district",
    "account": "clearbay.cli.account:account",
    "plan": "clearbay.cli.plan:plan",
    "twin": "clearbay.cli.twin:twin",
    "fleet": "clearbay.cli.fleet:fleet",
}


class LazyGroup(click.Group):
    """A group of commands that imports a command only when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, in the order people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or None when there is none of that name."""
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, function = target.split(":")
        command = getattr(importlib.import_module(module), function)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="clearbay")
def main() -> None:
    """清湾 Clearbay: what is being emitted, did it comply, and is what was promised getting done."""
