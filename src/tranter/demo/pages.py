"""The hub's pages beside the demo: on a free port, with an owner who may walk in."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tranter.demo.stage import Stage
from tranter.ledger import entering, team
from tranter.web.house import House
from tranter.web.process import application, listening

OWNER = "ada@harbour-goods.example"


@contextmanager
def pages(scene: Stage, port: int = 0) -> Iterator[str]:
    """The address that signs the owner in, once."""
    hand = team.Hand(vault=scene.hub.vault, actor="operator", now=scene.hub.ports.clock.now())
    team.create_first_owner(hand, OWNER, "Ada Brandt", secrets.token_urlsafe(24), "Harbour Goods")
    with socket.create_server(("127.0.0.1", port)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        scene.world.ebay.options.accepted_url = f"{url}/oauth/callback"
        scene.world.ebay.options.declined_url = f"{url}/oauth/callback"
        house = House(hub=scene.hub, wake=lambda: None, alive=lambda: True, trouble=lambda: "")
        with listening(application(house), listener):
            yield f"{url}/enter/{entering.entry_token(OWNER)}"
