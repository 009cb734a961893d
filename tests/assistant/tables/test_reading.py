from __future__ import annotations

import pytest

from assistant.tables.errors import TableRefused
from assistant.tables.reading import Row, parse_table


@pytest.mark.parametrize(
    ("raw", "encoding", "delimiter"),
    [
        (b"name,city\nZ\xc3\xbcrich Ltd,Z\xc3\xbcrich\n", "utf-8", ","),
        (b"\xef\xbb\xbfname;city\nZ\xc3\xbcrich Ltd;Z\xc3\xbcrich\n", "utf-8", ";"),
        (b"name\tcity\nZ\xfcrich Ltd\tZ\xfcrich\n", "cp1252", "\t"),
        ("name|city\nZürich Ltd|Zürich\n".encode("utf-16"), "utf-16", "|"),
        (b"sep=;\r\nname;city\r\nZ\xc3\xbcrich Ltd;Z\xc3\xbcrich\r\n", "utf-8", ";"),
    ],
)
def test_parse_table_finds_encoding_and_delimiter(raw: bytes, encoding: str, delimiter: str) -> None:
    table = parse_table(raw, "a.csv")
    assert (table.encoding, table.delimiter, table.header) == (encoding, delimiter, ("name", "city"))
    assert [row.cells for row in table.rows] == [("Zürich Ltd", "Zürich")]


def test_parse_table_keeps_line_numbers_over_blank_and_long_rows() -> None:
    table = parse_table(b'name,note\n\n"A","two\nlines"\n,\nB\n', "a.csv")
    assert table.rows == (Row(4, ("A", "two\nlines")), Row(6, ("B", "")))


def test_parse_table_names_columns_apart() -> None:
    assert parse_table(b"name,mail,,mail\nA,b,c,d\n", "a.csv").header == ("name", "mail", "column 3", "mail 4")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "a.csv is empty."),
        (b"accounts,,,,,teams,,\na,b,c,d,e,f,g,h\n", "a.csv has no first row that names its columns, so it is not"),
        (b"ada@contoso.com,Ada\nbob@contoso.com,Bob\n", "The first row of a.csv holds values: put a row with the"),
        (b"PK\x03\x04\0\0\0\0 binary", "a.csv is not a text file; save it as CSV first."),
    ],
)
def test_parse_table_refuses_in_one_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(TableRefused) as refused:
        parse_table(raw, "a.csv")
    assert refused.value.sentence.startswith(sentence)
