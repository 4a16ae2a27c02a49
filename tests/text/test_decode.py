"""Bytes become text: marks, declarations, UTF-8, GB18030, Big5, and what is no text is turned away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Rejected
from service.text.decode import MAX_BYTES, decode
from service.text.legibility import legibility

SIMPLIFIED = "6月21日，嵊泗县重点项目集中开工，总投资56亿元。施工现场塔吊林立，工人们正在绑扎钢筋、浇筑地面。"
TRADITIONAL = "6月21日，嵊泗縣重點項目集中開工，總投資56億元。施工現場塔吊林立，工人們正在綁紮鋼筋、澆築地面。"
TITLES = ("白山市重点项目开工", "儋州洋浦港三期码头建成投用", "舟山：海上风电项目签约", "日喀则机场改扩建工程提速")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL, *TITLES])
def test_undeclared(text: str, encoding: str) -> None:
    """Text without any declaration is read, titles of ten characters too."""
    assert decode(text.encode(encoding)) == (text, encoding)


def test_big5() -> None:
    """Big5 is told from GB18030 by what reads as Chinese."""
    assert decode(TRADITIONAL.encode("cp950")) == (TRADITIONAL, "big5")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "gb18030"])
def test_byte_order_mark(encoding: str) -> None:
    """A byte order mark is believed and is no part of the text."""
    mark = "\ufeff" if encoding == "gb18030" else ""
    text, _ = decode((mark + SIMPLIFIED).encode(encoding))
    assert text == SIMPLIFIED


def test_utf_16_without_mark() -> None:
    """UTF-16 without a mark shows by the NULs of its digits and line ends."""
    text = SIMPLIFIED + "\n" + TITLES[0] + "，一个接一个\n"
    assert decode(text.encode("utf-16-le")) == (text, "utf-16-le")
    assert decode(text.encode("utf-16-be")) == (text, "utf-16-be")


@pytest.mark.parametrize("label", ["gb2312", "GBK", "x-gbk", "cp936", "GB18030"])
def test_declared_gb2312_is_gb18030(label: str) -> None:
    """A page that says gb2312 may use all of GB18030."""
    text = "市领导朱镕、陶喆调研，投资3亿元"
    assert decode(text.encode("gb18030"), label) == (text, "gb18030")


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "gb2312"), ("gb18030", "utf-8"), ("gb18030", "big5"), ("utf-8", "big5"), ("gb18030", "iso-8859-1")],
)
def test_wrong_declaration(encoding: str, declared: str) -> None:
    """A wrongly declared charset does not win over what the bytes say."""
    assert decode(SIMPLIFIED.encode(encoding), declared) == (SIMPLIFIED, encoding)


def test_declared_in_the_page() -> None:
    """A declaration inside the page decides where the bytes allow several readings."""
    head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=big5"></head>'
    page = (head + "<p>縣長</p>").encode("cp950")
    assert decode(page)[1] == "big5"
    feed = '<?xml version="1.0" encoding="gb2312"?><title>开工</title>'.encode("gb18030")
    assert decode(feed)[1] == "gb18030"


@pytest.mark.parametrize("encoding", ["gb18030", "cp950"])
def test_one_lost_byte_anywhere(encoding: str) -> None:
    """A page that lost a byte keeps its encoding and all but a few characters at the spot."""
    text = TRADITIONAL * 3
    data = text.encode(encoding)
    for at in range(0, len(data) // 3):
        if data[at] < 0x80:
            continue
        read, name = decode(data[:at] + data[at + 1 :])
        assert name == ("gb18030" if encoding == "gb18030" else "big5")
        assert read.endswith(TRADITIONAL)
        assert len(read) >= len(text) - 9


def test_lost_byte_leaves_the_rest() -> None:
    """Behind the lost byte the text is read as before, not one byte off."""
    data = SIMPLIFIED.encode("gb18030")
    at = data.index("绑".encode("gb18030"))
    read, _ = decode(data[:at] + data[at + 1 :])
    assert read.startswith(SIMPLIFIED[: SIMPLIFIED.index("绑")])
    assert read.endswith("扎钢筋、浇筑地面。")
    assert "\ufffd" in read


def test_lost_byte_in_utf_8() -> None:
    """UTF-8 that lost a byte stays UTF-8 with the spot marked."""
    data = SIMPLIFIED.encode()
    read, name = decode(data[:31] + data[32:])
    assert name == "utf-8"
    assert "\ufffd" in read
    assert read.endswith("浇筑地面。")


@given(st.integers(1, 3), st.sampled_from(["utf-8", "gb18030"]))
def test_cut_inside_the_last_character(lost: int, encoding: str) -> None:
    """A page cut inside a character loses that character only."""
    data = SIMPLIFIED.encode(encoding)
    read, name = decode(data[:-lost])
    assert name == encoding
    assert SIMPLIFIED.startswith(read)
    assert len(read) >= len(SIMPLIFIED) - 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"\0\0\0\0", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "not_text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_text"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "not_text"),
        (b"PK\x03\x04\x14\0", "not_text"),
        (b"\x1f\x8b\x08\0\0", "not_text"),
        (b"MZ\x90\0\x03\0\0\0", "not_text"),
        (b"\x7fELF\x02\x01", "not_text"),
        (b"RIFF\x24\0\0\0WEBP", "not_text"),
        (b"abc\0\xff\x01\0def\0", "not_text"),
        (bytes(range(1, 9)) * 40, "not_text"),
        (bytes(range(128, 256)) * 9, "undecodable"),
        (b"\xff" * 5000, "undecodable"),
        (b"\xef\xbb\xbf" + b"\xff\xfe" * 900, "undecodable"),
        (b"a" * (MAX_BYTES + 1), "too_large"),
    ],
)
def test_rejected(data: bytes, reason: str) -> None:
    """What is empty, no text, unreadable or too large is turned away with a stable reason and a message."""
    with pytest.raises(Rejected) as rejection:
        decode(data)
    assert rejection.value.reason == reason
    assert str(rejection.value)


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "gb2312", "big5", "utf-16", "nonsense", ""]))
def test_any_bytes(data: bytes, declared: str | None) -> None:
    """Any bytes give a text or a rejection, whatever was declared."""
    try:
        result: tuple[str, str] | str = decode(data, declared)
    except Rejected as rejection:
        result = rejection.reason
    if isinstance(result, str):
        assert result in {"empty", "not_text", "undecodable"}
    else:
        assert result[0]
        assert result[1] in {"utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"}


@given(
    st.text(alphabet="项目建设开工投产亿元重点园区，。、", min_size=4, max_size=60),
    st.sampled_from(["utf-8", "gb18030"]),
)
def test_round_trip(text: str, encoding: str) -> None:
    """Chinese prose comes back in either encoding."""
    assert decode(text.encode(encoding)) == (text, encoding)


def test_legibility() -> None:
    """Right readings are far above wrong ones."""
    assert legibility(SIMPLIFIED) > 0.95
    assert legibility(TRADITIONAL) > 0.95
    assert legibility(SIMPLIFIED.encode("gb18030").decode("cp950", "replace")) < 0.6
    assert legibility(SIMPLIFIED.encode().decode("gb18030", "replace")) < 0.6
