"""The command line: `tranter`."""

import click

from tranter.commands import connecting, orders, simulating, stock, syncing

COMMANDS = (
    simulating.simulate,
    connecting.connect,
    connecting.sign_in,
    connecting.check,
    connecting.list_connections,
    connecting.pause,
    connecting.resume,
    connecting.every,
    stock.go_live,
    syncing.sync,
    orders.orders,
    orders.exceptions,
    stock.stock,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tranter", prog_name="tranter")
def cli() -> None:
    """The order hub that you own: carries orders from carts to warehouses, and shipments and stock back."""


for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    cli.main(prog_name="tranter")
