"""Fingerprints: equal for every copy of an article, near for edited ones, far for others, and stable for years."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from service.text.fingerprint import ALIKE, SIZE, bands, content_hash, core, raw_hash, signature, similarity
from service.text.normalise import normalise
from service.text.repair import repair
from service.text.repair.damage import annotate

BODY = (
    "6月21日，嵊泗县海上风电配套项目集中开工，总投资56亿元，占地3000亩。",
    "“项目分两期建设，一期投资5.6亿元，明年6月投产。”县发改局负责人介绍，目前桩基施工已过半。",
    "今年前5个月，全县36个重点项目完成投资34.2亿元，占年度计划的47%，同比提高4.1个百分点。",
    "走进施工现场，塔吊林立，机器轰鸣，二十多名工人正在绑扎钢筋、浇筑地面，一派繁忙景象。",
    "下一步，该县将倒排工期、挂图作战，确保项目早开工、早建成、早达效，为海岛发展添动力。",
    "项目全部建成后，预计年产值可达120亿元，年税收3.5亿元，带动当地渔民就业1200余人。",
)
TEXT = "\n".join(BODY)
TEMPLATE = (
    "{month}月{day}日，{place}举行重点项目集中开工仪式。此次集中开工项目{count}个，总投资{total}亿元，年度计划投资{year}亿元，"
    "涉及{field}等领域。其中，{field}项目投资{part}亿元，建成后年产值可达{output}亿元，带动就业{jobs}人。"
)


def same(text: str) -> str:
    """The content hash of a text as the pipeline takes it: repaired and canonical."""
    return content_hash(normalise(repair(text)[0]))


@pytest.mark.parametrize("kind", ["s2t", "s2tw", "s2hk"])
def test_script(kind: str) -> None:
    """The same article in traditional script has the same content."""
    assert same(OpenCC(kind).convert(TEXT)) == same(TEXT)


def test_damage() -> None:
    """Pinyin notes and doubled punctuation do not change the content."""
    annotated, count = annotate(TEXT, random.Random(2))
    assert count
    assert same(annotated) == same(TEXT)
    assert same(TEXT.replace("，", ",，").replace("。", ",。")) == same(TEXT)


def test_blanks_marks_and_widths() -> None:
    """White space, paragraphs, half-width marks and full-width digits do not change the content."""
    assert same("\n\n\u3000\u3000" + "\r\n\u3000\u3000".join(BODY)) == same(TEXT)
    assert same(TEXT.replace("，", ", ").replace("“", '"').replace("5", "５")) == same(TEXT)
    assert same(TEXT.replace("\n", "")) == same(TEXT)


def test_headline() -> None:
    """Another headline, in the page's title or as the first line, does not change the content."""
    assert same("海岛风电再提速\n" + TEXT) == same(TEXT)
    assert content_hash("开工！\n" + TEXT, "开工！") == content_hash(TEXT)
    assert core("海岛风电再提速") == "海岛风电再提速"


@pytest.mark.parametrize(("old", "new"), [("56亿", "57亿"), ("5.6亿", "56亿"), ("嵊泗", "岱山"), ("已过半", "未过半")])
def test_content_counts(old: str, new: str) -> None:
    """Another figure, place or word is other content."""
    assert same(TEXT.replace(old, new)) != same(TEXT)


def test_stable() -> None:
    """Stored fingerprints stay valid: these values never change, on any machine or version."""
    assert raw_hash(b"guatu") == "347d0a14f58f2ea4dfc0e71bc8c9f6aa2f52286b9e0bdb320825a897ca496120"
    assert content_hash(TEXT) == "b8b9b13507ab0caf19b5bef761975ec33f4632248cb7665c4cd5b2ac3e2baaac"
    assert signature(TEXT)[:4] == (728578688, 164763905, 1216427266, 1720823619)
    assert bands(signature(TEXT))[:2] == (1597564297, 7893067457)


@pytest.mark.parametrize(
    "edited",
    [
        "\n".join(BODY[:2] + BODY[3:]),
        "海岛风电再提速\n" + TEXT + "\n（海岛日报供稿）",
        TEXT.replace("县发改局负责人介绍", "县里的负责人告诉记者").replace("一派繁忙景象", "一片火热"),
        "\n".join((*BODY[:5], "据了解，项目由一家省属企业投资，建成后可满足三万户居民用电。")),
    ],
)
def test_edited_repost(edited: str) -> None:
    """A paragraph cut or replaced, another headline, some words changed: still found and still alike."""
    one, other = signature(TEXT), signature(edited)
    assert set(bands(one)) & set(bands(other))
    assert similarity(one, other) >= ALIKE


def test_same_pattern_other_article() -> None:
    """Articles written to one pattern about other places and with other figures are not alike."""
    chance = random.Random(4)
    places, fields = (
        ("白山市", "儋州市", "穆棱市", "江孜县", "岱山县", "抚松县"),
        ("新材料", "冷链物流", "文旅康养", "木材加工"),
    )
    written = [
        TEMPLATE.format(
            month=chance.randint(1, 12),
            day=chance.randint(1, 28),
            place=place,
            field=chance.choice(fields),
            jobs=chance.randint(50, 2000),
            **{name: chance.randint(3, 300) for name in ("count", "total", "year", "part", "output")},
        )
        for place in places
    ]
    alike = [similarity(signature(one), signature(other)) for one, other in itertools.combinations(written, 2)]
    assert max(alike) < ALIKE


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    """Any text has a signature of 64 numbers of 32 bits, or none without letters, and is like itself."""
    mark = signature(text)
    assert len(mark) in (0, SIZE)
    assert all(0 <= value < 2**32 for value in mark)
    assert similarity(mark, mark) == (1.0 if mark else 0.0)
    assert len(bands(mark)) == len(mark) // 4
    assert all(0 <= band < 2**40 for band in bands(mark))
    assert len(content_hash(text)) == 64


@given(st.text(alphabet="项目投资1a2。，", max_size=60))
def test_core_is_stable(text: str) -> None:
    """The core of a core is the core."""
    assert core(core(text)) == core(text)
