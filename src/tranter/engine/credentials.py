"""The ledger's sealed credentials as the port that connectors know."""

from collections.abc import Mapping

from tranter.ledger import credentials
from tranter.ledger.vault import Vault
from tranter.sdk.ports import Clock, Credentials


class LedgerCredentials:
    def __init__(self, vault: Vault, connection_id: int, clock: Clock) -> None:
        self._vault, self._connection_id, self._clock = vault, connection_id, clock

    def load(self) -> Credentials:
        values, generation = credentials.load(self._vault, self._connection_id)
        return Credentials(values, generation)

    def begin_refresh(self, generation: int) -> bool:
        return credentials.claim(self._connection_id, generation, self._clock.now())

    def save(self, values: Mapping[str, str], generation: int) -> bool:
        return credentials.save(self._vault, self._connection_id, values, generation, self._clock.now())

    def end_refresh(self) -> None:
        credentials.release(self._connection_id)


class DraftCredentials:
    """Credentials of a connection that is not saved yet: kept in memory while `verify` tries them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._held = Credentials(dict(values), 1)

    def load(self) -> Credentials:
        return self._held

    def begin_refresh(self, generation: int) -> bool:
        return generation == self._held.generation

    def save(self, values: Mapping[str, str], generation: int) -> bool:
        if generation != self._held.generation:
            return False
        self._held = Credentials({**self._held.values, **values}, generation + 1)
        return True

    def end_refresh(self) -> None:
        """Nobody else waits for it."""
