"""Bytes to article: the whole pure path over pages of every build."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from service.errors import Rejected
from service.models import Article, RawDocument, Repair
from service.text.clean import NOISE, clean
from service.text.decode import MAX_BYTES
from service.text.fingerprint import similarity
from service.text.repair.damage import annotate

TITLE = "嵊泗县海上风电配套项目集中开工"
BODY = (
    "6月21日，嵊泗县海上风电配套项目集中开工，总投资56亿元，占地3000亩，这是该县今年单体投资最大的项目。",
    "“项目分两期建设，一期投资5.6亿元，明年6月投产。”县发改局负责人介绍，目前桩基施工已过半，工人们正在抢抓工期。",
    "今年前5个月，全县36个重点项目完成投资34.2亿元，占年度计划的47%，同比提高4.1个百分点，实现了时间过半任务过半。",
)
TEXT = "\n".join(BODY)
PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>{title}_海岛新闻网</title></head><body>
<div class="nav"><a href="/">首页</a> <a href="/news">新闻</a> <a href="/video">视频</a></div>
<h1>{title}</h1><div class="info">2024-06-21 08:00 来源：舟山日报</div>
<div class="content">{paragraphs}</div><div class="foot">版权所有 海岛新闻网</div></body></html>"""


def article(data: bytes, source: str = "a.txt", media_type: str | None = None, charset: str | None = None) -> Article:
    """The article of some bytes."""
    return clean(RawDocument(source=source, data=data, media_type=media_type, charset=charset))


def html(charset: str = "utf-8", text: str = TEXT, title: str = TITLE) -> bytes:
    """The story as a page of a news site."""
    paragraphs = "".join(f"<p>\u3000\u3000{line}</p>\n" for line in text.split("\n"))
    return PAGE.format(charset=charset, title=title, paragraphs=paragraphs).encode(charset)


def test_plain() -> None:
    """Clean plain text comes through as it is, with nothing repaired."""
    found = article(TEXT.encode())
    assert found.clean.text == TEXT
    assert found.clean.repairs == ()
    assert found.clean.encoding == "utf-8"
    assert len(found.raw_sha256) == len(found.content_sha256) == 64


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_page(charset: str) -> None:
    """A page gives its title, day, outlet and body in either encoding."""
    found = article(html(charset), "a.html").clean
    assert (found.title, found.text, found.encoding) == (TITLE, TEXT, charset)
    assert found.published is not None
    assert found.published.isoformat() == "2024-06-21"
    assert found.outlet == "舟山日报"


def test_one_content_for_all_copies() -> None:
    """Plain text, page, other encoding, traditional script, notes and doubled marks: one content, other bytes."""
    traditional = OpenCC("s2t").convert(TEXT)
    copies = [
        article(TEXT.encode()),
        article((TITLE + "\n\n" + TEXT).encode()),
        article(html(), "a.html"),
        article(html("gb18030"), "b.html"),
        article(OpenCC("s2t").convert(html().decode()).encode("cp950"), "c.html"),
        article(annotate(traditional, random.Random(1))[0].encode()),
        article(TEXT.replace("，", ",,").replace("。", ",。").encode()),
        article(html(title="海岛风电再提速"), "d.html"),
    ]
    assert len({copy.content_sha256 for copy in copies}) == 1
    assert len({copy.signature for copy in copies}) == 1
    assert len({copy.raw_sha256 for copy in copies}) == len(copies)


def test_edited_repost_is_near() -> None:
    """A repost without its last paragraph is other content but near."""
    one, other = article(TEXT.encode()), article("\n".join(BODY[:2]).encode())
    assert one.content_sha256 != other.content_sha256
    assert similarity(one.signature, other.signature) > 0.5


def test_repairs_are_reported() -> None:
    """What was repaired in title, outlet and body is counted once, under its names."""
    damaged = OpenCC("s2t").convert(TEXT).replace("，", ",，").replace("最大", "蕞大") + "\n返回搜狐，查看更多"
    found = article(damaged.encode()).clean
    assert found.text == TEXT
    counts = {repair.step: repair.count for repair in found.repairs}
    assert set(counts) == {"doubled_punctuation", "lookalikes", "script", NOISE}
    assert counts["lookalikes"] == 1
    assert all(isinstance(repair, Repair) for repair in found.repairs)


def test_cut_inside_a_character() -> None:
    """A page cut inside a character is read up to there."""
    found = article(TEXT.encode()[:-2])
    assert found.clean.text == TEXT[:-1]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not_text"),
        (b"\xff" * 900, "undecodable"),
        (b"\xe9\xa1\xb9" * (MAX_BYTES // 3 + 1), "too_large"),
        (b"(" * 1_000_000, "no_article"),
        (b"a" * 9_000_000, "no_article"),
        (b"Nothing but English prose, line after line.\n" * 20, "no_article"),
        ("项目".encode(), "no_article"),
        (b"<html><body><p></p></body></html>", "no_article"),
    ],
)
def test_rejected(data: bytes, reason: str) -> None:
    """What holds no article is turned away with its reason."""
    with pytest.raises(Rejected) as rejection:
        article(data)
    assert rejection.value.reason == reason


def test_long_line() -> None:
    """Three million characters on one line are read in bounded time."""
    found = article(("项目（建设），" * 430_000).encode())
    assert len(found.signature) == 64


@given(st.text(max_size=300))
@settings(deadline=None)  # the first damaged text loads the tables
def test_any_text(text: str) -> None:
    """Any text gives an article whose text is canonical and can be encoded, or a rejection."""
    try:
        found = article((text + TEXT).encode("utf-8", "replace"))
    except Rejected:
        return
    found.clean.text.encode()
    assert "\r" not in found.clean.text
    assert "\n\n" not in found.clean.text
