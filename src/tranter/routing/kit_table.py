"""A file of kits: a row for each component, the rows of one kit in any place."""

import re
from collections.abc import Iterable
from decimal import Decimal

from tranter.model.kit import BadRecipe, Component, checked, read_recipe, write_recipe
from tranter.routing.csv_rows import CsvError, Row, read_sheet, write_rows
from tranter.routing.mapping_table import LONGEST, Mapping, MappingTable

COLUMNS = ("kit", "component", "quantity", "worth")


def read_kit_table(text: str) -> MappingTable:
    """Raises `CsvError` where the columns are wrong."""
    sheet = read_sheet(text, COLUMNS[:2], COLUMNS[2:])
    bad = list(sheet.bad)
    by_kit: dict[str, list[Row]] = {}
    for row in sheet.rows:
        by_kit.setdefault(row.cells["kit"].strip(), []).append(row)
    found = []
    for kit, rows in by_kit.items():
        try:
            found.append(_kit(kit, rows))
        except CsvError as error:
            bad.append(error)
    return MappingTable(tuple(found), tuple(sorted(bad, key=lambda error: error.line)))


def _kit(kit: str, rows: list[Row]) -> Mapping:
    line = rows[0].line
    if len(kit) > LONGEST:
        raise CsvError(line, f"{kit[:20]!r}… has {len(kit)} characters", f"write at most {LONGEST}")
    try:
        recipe = checked(tuple(_component(row) for row in rows))
    except BadRecipe as error:
        raise CsvError(line, f"{kit!r}: {error.cause}", error.remedy) from error
    return Mapping(line, "kit", "", kit, write_recipe(recipe))


def _component(row: Row) -> Component:
    units, worth = (row.cells.get(name, "").strip() for name in COLUMNS[2:])
    if units and not re.fullmatch(r"[0-9]{1,9}", units):
        raise CsvError(row.line, f"{units!r} is no whole number", "write how many of it are in one kit")
    if worth and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,4})?", worth):
        raise CsvError(row.line, f"{worth!r} is no worth", "write it as 15 or 15.00")
    return Component(
        sku=row.cells["component"].strip(), quantity=int(units or 1), share=Decimal(worth) if worth else None
    )


def write_kit_table(kits: Iterable[tuple[str, str]]) -> str:
    """From (kit, what is in it); what was written is read back the same."""
    rows = []
    for kit, text in kits:
        for one in read_recipe(text):
            rows.append((kit, one.sku, str(one.quantity), "" if one.share is None else f"{one.share:f}"))
    return write_rows(COLUMNS, rows)
