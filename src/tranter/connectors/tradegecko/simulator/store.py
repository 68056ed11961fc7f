"""The vendor's rows, in memory, indexed by what points somewhere or is looked up by."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from tranter.connectors.tradegecko.simulator.replies import not_found
from tranter.connectors.tradegecko.simulator.shapes import Kind, Resource

Row = dict[str, Any]
LOOKED_UP = frozenset({"order_number", "reference_number", "sku", "email", "status", "iso"})


class Table:
    def __init__(self, resource: Resource, first_id: int) -> None:
        self.resource, self.next_id = resource, first_id
        self.rows: dict[Any, Row] = {}
        self._index: dict[str, dict[Any, dict[Any, None]]] = {
            name: {} for name, attribute in resource.attributes.items() if _is_indexed(name, attribute.kind)
        }

    def add(self, row: Row, at: datetime) -> Row:
        if "id" not in row:
            row["id"] = self.next_id
            self.next_id += 1
        row.setdefault("created_at", at)
        row.setdefault("updated_at", at)
        self.rows[row["id"]] = row
        for name, index in self._index.items():
            index.setdefault(row.get(name), {})[row["id"]] = None
        return row

    def change(self, row: Row, values: Row, at: datetime) -> None:
        for name in values.keys() & self._index.keys():
            self._index[name].get(row.get(name), {}).pop(row["id"], None)
            self._index[name].setdefault(values[name], {})[row["id"]] = None
        row.update(values)
        row["updated_at"] = at

    def remove(self, row: Row) -> None:
        for name, index in self._index.items():
            index.get(row.get(name), {}).pop(row["id"], None)
        del self.rows[row["id"]]

    def where(self, name: str, *values: object) -> list[Row]:
        index = self._index.get(name)
        if index is None:
            return [row for row in self.rows.values() if row.get(name) in values]
        return [self.rows[identity] for value in values for identity in index.get(value, ())]

    def is_indexed(self, name: str) -> bool:
        return name in self._index


def _is_indexed(name: str, kind: Kind) -> bool:
    return name != "id" and kind in (Kind.INT, Kind.TEXT) and (name.endswith("_id") or name in LOOKED_UP)


class Store:
    def __init__(self, resources: Iterable[Resource]) -> None:
        self.tables = {
            resource.plural: Table(resource, 1001 * position) for position, resource in enumerate(resources, start=1)
        }

    def table(self, plural: str) -> Table:
        return self.tables[plural]

    def find(self, plural: str, identity: object) -> Row | None:
        return self.tables[plural].rows.get(identity)

    def get(self, plural: str, identity: object) -> Row:
        row = self.find(plural, identity)
        if row is None:
            raise not_found(self.tables[plural].resource.singular, identity)
        return row

    def where(self, plural: str, name: str, *values: object) -> list[Row]:
        return self.tables[plural].where(name, *values)

    def living(self, plural: str, name: str, value: object) -> Iterator[Row]:
        """Rows that are neither archived nor deleted."""
        gone = self.tables[plural].resource.deleted_status
        return (row for row in self.where(plural, name, value) if not gone or row.get("status") != gone)
