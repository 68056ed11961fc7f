import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.routing.examples import modestly
from tranter.routing.csv_rows import CsvError, decode_csv, read_rows
from tranter.routing.mapping_table import (
    Mapping,
    MappingTable,
    read_alias_table,
    read_method_table,
    write_alias_table,
    write_method_table,
)

ONE = [("", "MUG", "CUP")]
Rows = list[tuple[str, str, str]]


def strictly(table: MappingTable) -> tuple[Mapping, ...]:
    if table.bad:
        raise table.bad[0]
    return table.rows


def read_aliases(text: str) -> Rows:
    return [(row.connection, row.word, row.becomes) for row in strictly(read_alias_table(text))]


@pytest.mark.parametrize(
    "text",
    [
        "alias,sku\nMUG,CUP\n",
        "alias;sku\r\nMUG;CUP\r\n",
        "alias\tsku\nMUG\tCUP",
        "\ufeffalias,sku\nMUG,CUP\n",
        "Alias, SKU\nMUG, CUP\n",
        '"alias","sku"\n"MUG","CUP"\n',
        "\n\nalias,sku\n\nMUG,CUP\n,\n\n",
        "sku,alias\nCUP,MUG\n",
        "alias,sku,connection\nMUG,CUP,\n",
        "alias,sku,,\nMUG,CUP,,\n",
        "alias,sku\nMUG,CUP\nMUG,CUP\n",
    ],
)
def test_the_usual_spellings_of_a_table_are_read(text: str) -> None:
    assert read_aliases(text) == ONE


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("", 0, "'alias' is missing"),
        ("MUG,CUP\n", 1, "'alias' is missing"),
        ("alias|sku\nMUG|CUP\n", 1, "'alias' is missing"),
        ("alias,sku,conection\nMUG,CUP,shop\n", 1, "'conection' means nothing"),
        ("alias,sku,sku\nMUG,CUP,CUP\n", 1, "twice"),
        ("alias,sku,connection\nMUG,CUP,shop\nJUG,CUP\n", 3, "2 cells under 3 columns"),
        ("alias,sku\nMUG,CUP,shop\n", 2, "3 cells under 2 columns"),
        ("alias,sku\nMUG,\n", 2, "sku is empty"),
        ("alias,sku\n  ,CUP\n", 2, "alias is empty"),
        ('alias,sku\n"MUG,CUP\n', 2, "can't be told apart"),
        ('alias,sku\n"MUG"x,CUP\n', 2, "can't be told apart"),
        ('alias,sku\n"MU\nG",CUP\n', 3, "line break"),
        ("alias,sku\nMU\0G,CUP\n", 2, "control character"),
        ("alias,sku\nMUG,CUP\nMUG,JUG\n", 3, "'MUG' is 'JUG' everywhere here, but 'CUP' on line 2"),
        (
            "alias,sku,connection\nMUG,A,shop\nMUG,B,shop\n",
            3,
            "'MUG' is 'B' at 'shop' here, but 'A' on line 2",
        ),
    ],
)
def test_a_wrong_table_is_refused_with_line_cause_and_way_out(text: str, line: int, cause: str) -> None:
    with pytest.raises(CsvError) as refused:
        read_aliases(text)
    assert refused.value.line == line
    assert cause in refused.value.cause
    assert refused.value.remedy
    assert cause in str(refused.value)
    assert refused.value.remedy in str(refused.value)


def test_one_alias_may_mean_different_things_in_different_places() -> None:
    rows = read_aliases("alias,sku,connection\nMUG,A,\nMUG,B,shop\nMUG,C,store\n")
    assert [sku for _, _, sku in rows] == ["A", "B", "C"]


def test_codes_stay_as_they_are_written() -> None:
    rows = read_aliases('alias,sku\n0123,CAM/4567\n" lead",x y\n"a,b","say ""hi"""\n')
    assert [(alias, sku) for _, alias, sku in rows] == [
        ("0123", "CAM/4567"),
        (" lead", "x y"),
        ("a,b", 'say "hi"'),
    ]


cells = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20).filter(str.strip)


@modestly
@given(st.dictionaries(cells, cells, max_size=20), st.sampled_from(",;\t"))
def test_a_quoted_table_reads_back_exactly(wanted: dict[str, str], delimiter: str) -> None:
    rows = [("alias", "sku"), *wanted.items()]
    text = "".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in rows)
    if not any(cell.startswith("'") for row in rows for cell in row):  # which may stand for what is no formula
        assert {alias: sku for _, alias, sku in read_aliases(text)} == wanted
    assert {
        alias: sku for _, alias, sku in read_aliases(write_alias_table([("", *row) for row in wanted.items()]))
    } == wanted


def test_a_hundred_thousand_rows_are_read() -> None:
    text = "alias,sku\n" + "".join(f"A{number},S{number % 7}\n" for number in range(100_000))
    assert len(read_aliases(text)) == 100_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_files_are_decoded(encoding: str) -> None:
    assert decode_csv("alias,sku\nTASSE-GRÜN,CUP\n".encode(encoding)) == "alias,sku\nTASSE-GRÜN,CUP\n"


def test_other_encodings_are_refused_where_they_show() -> None:
    with pytest.raises(CsvError, match="line 3: a character is not UTF-8"):
        decode_csv("alias,sku\nMUG,CUP\nGRÜN,CUP\n".encode("cp1252"))
    with pytest.raises(CsvError, match="not UTF-16"):
        decode_csv("alias,sku\n".encode("utf-16")[:-1])


def test_rows_know_their_line() -> None:
    assert [row.line for row in read_rows("a\n\nx\ny\n", ["a"])] == [3, 4]


def test_methods_are_read_for_both_directions() -> None:
    head = "direction,connection,from,to\n"
    rows = "to_warehouse,shop,US_Priority,PM\nTO_CART,depot,Royal  Mail,RoyalMail\n"
    wanted = [("ship_method", "shop", "US_Priority", "PM"), ("carrier", "depot", "Royal  Mail", "RoyalMail")]
    assert read_methods(head + rows) == wanted
    assert read_methods(write_method_table(wanted)) == wanted


def read_methods(text: str) -> list[tuple[str, str, str, str]]:
    return [(row.kind, row.connection, row.word, row.becomes) for row in strictly(read_method_table(text))]


@pytest.mark.parametrize(
    ("rows", "cause"),
    [
        ("sideways,shop,a,b\n", "'sideways' is no direction"),
        ("to_cart,depot,DHL,A\nto_cart,depot, dhl ,B\n", "'dhl' becomes 'B' here, but 'A' on line 2"),
        ("to_warehouse,shop,x,A\nto_warehouse,shop,x,B\n", "'x' becomes 'B' here, but 'A' on line 2"),
        ("to_warehouse,,x,A\n", "connection is empty"),
        ("to_warehouse,shop,x,\n", "to is empty"),
    ],
)
def test_a_wrong_table_of_methods_is_refused(rows: str, cause: str) -> None:
    with pytest.raises(CsvError, match=cause):
        read_methods("direction,connection,from,to\n" + rows)


def test_services_of_the_cart_differ_by_case_but_carriers_of_a_warehouse_do_not() -> None:
    head = "direction,connection,from,to\n"
    assert len(read_methods(head + "to_warehouse,shop,x,A\nto_warehouse,shop,X,B\n")) == 2
    assert len(read_methods(head + "to_cart,depot,dhl,A\nto_cart,depot,DHL,A\n")) == 1


def test_every_row_that_is_wrong_is_told_and_the_others_are_read() -> None:
    text = f"alias,sku,connection\nA,LAMP,shop\nB,,shop\nC,LAMP\nD,LAMP,shpo\n{'E' * 201},LAMP,\nA,KETL,shop\nF,ROPE,\n"
    table = read_alias_table(text, frozenset({"shop"}))
    assert [(row.line, row.word) for row in table.rows] == [(2, "A"), (8, "F")]
    assert [(bad.line, bad.cause) for bad in table.bad] == [
        (3, "the sku is empty"),
        (4, "2 cells under 3 columns"),
        (5, "there is no connection 'shpo'"),
        (6, "'EEEEEEEEEEEEEEEEEEEE'… has 201 characters"),
        (7, "'A' is 'KETL' at 'shop' here, but 'LAMP' on line 2"),
    ]


def test_what_stands_before_an_open_quotation_mark_is_read() -> None:
    table = read_alias_table('alias,sku\nA,LAMP\n"B,LAMP\nC,LAMP\n')
    assert [row.word for row in table.rows] == ["A"]
    assert "can't be told apart" in table.bad[0].cause
