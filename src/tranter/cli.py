"""The command line: `tranter`."""

import click

from tranter.commands import (
    api_keys,
    authoring,
    catalogue,
    changes,
    combining,
    connecting,
    errands,
    files,
    house,
    keeping,
    kits,
    lending,
    letters,
    mappings,
    one_order,
    operating,
    orders,
    people,
    problems,
    repulling,
    routing,
    rules,
    setting_up,
    simulating,
    stock,
    syncing,
    telling,
    webhooks,
)

COMMANDS = (
    simulating.demo,
    simulating.simulate,
    keeping.up,
    connecting.connect,
    connecting.sign_in,
    connecting.check,
    setting_up.application,
    setting_up.share,
    setting_up.share_links,
    setting_up.test_order,
    setting_up.duplicate,
    setting_up.remove,
    setting_up.runs,
    connecting.list_connections,
    lending.lend,
    connecting.pause,
    connecting.resume,
    connecting.every,
    stock.go_live,
    files.files,
    syncing.sync,
    repulling.repull,
    operating.reconcile,
    orders.orders,
    stock.stock,
    orders.exceptions,
    keeping.journal,
    operating.explain,
    operating.retry,
    operating.hold,
    operating.release,
    operating.cancel,
    operating.resend,
    errands.errands,
    problems.problems,
    changes.change,
    combining.combine,
    combining.uncombine,
    one_order.stop,
    one_order.cancel_at_cart,
    one_order.send_anyway,
    one_order.correct,
    one_order.pull,
    one_order.note,
    mappings.alias,
    kits.kit,
    mappings.ship_method,
    mappings.carrier,
    rules.rule,
    routing.routing,
    house.merchant,
    house.hub,
    people.user,
    api_keys.api_key,
    telling.tell,
    webhooks.webhook,
    letters.letters,
    mappings.mapping_history,
    catalogue.catalogue,
    catalogue.shelf,
    keeping.doctor,
    keeping.backup,
    keeping.restore,
    keeping.restored,
    keeping.migrate,
    keeping.rotate_keys,
    keeping.config,
    authoring.connector,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tranter", prog_name="tranter")
def cli() -> None:
    """The order hub that you own: carries orders from carts to warehouses, and shipments and stock back."""


for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    cli.main(prog_name="tranter")
