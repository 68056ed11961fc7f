"""The hub's pages beside the demo: on a free port, with an owner who may walk in."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tranter.config import Config
from tranter.demo.stage import Stage
from tranter.engine.errands import carry_out
from tranter.engine.rounds import Round, going_round
from tranter.ledger import entering, team
from tranter.web.house import House
from tranter.web.process import application, listening, rounds
from tranter.web.server import Address

ERRANDS_SECONDS = 0.5
OWNER = "ada@harbour-goods.example"


@contextmanager
def pages(scene: Stage, port: int = 0) -> Iterator[str]:
    """The address that signs the owner in, once."""
    hand = team.Hand(vault=scene.hub.vault, actor="operator", now=scene.hub.ports.clock.now())
    team.create_first_owner(hand, OWNER, "Ada Brandt", secrets.token_urlsafe(24), "Harbour Goods")
    with socket.create_server(("127.0.0.1", port)) as listener:
        address = Address("127.0.0.1", listener.getsockname()[1])
        url = address.url
        scene.world.ebay.options.accepted_url = f"{url}/oauth/callback"
        scene.world.ebay.options.declined_url = f"{url}/oauth/callback"
        config = Config(home=scene.home, key_file=scene.home / "keys.json")
        house = House(hub=scene.hub, wake=lambda: None, alive=lambda: True, trouble=lambda: "", config=config)
        errands = Round("errands", ERRANDS_SECONDS, lambda: carry_out(scene.hub, lambda owner: True, lambda: False))
        with (
            going_round([errands, *rounds(scene.hub, config, address.url)]),
            listening(application(house), listener),
        ):
            yield f"{url}/enter/{entering.entry_token(OWNER)}"
