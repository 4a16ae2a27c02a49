"""Canonical text: what looks the same is written the same way, and nothing else changes."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.text.normalise import normalise, tidy

WRITINGS = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "项目投资亿元中一,;:!?()，；：！？（）。、“”% \n\t\u3000\u00a0\u200b\u0301.．－—0123５ａZé\r\u2028「」∶⼤\ud800"
        ),
        st.characters(),
    ),
    max_size=80,
)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("位于舟山(定海)的项目,总投资56亿元;年内开工!", "位于舟山（定海）的项目，总投资56亿元；年内开工！"),
        ("増长5.9%,居全省第2位", "増长5.9%，居全省第2位"),
        ("国际原子能机构(IAEA)说", "国际原子能机构（IAEA）说"),
        ("一期(PPP)", "一期（PPP）"),
        ("(1)加快建设 (2)提速", "（1）加快建设（2）提速"),
        ("总投资 56 亿元 ， 占地 120 亩", "总投资56亿元，占地120亩"),
        ("２０２１年１—４月，Ａ座、ｂ座增长３．５％", "2021年1—4月，A座、b座增长3.5%"),
        ("白山：「重點項目」『年內』開工", "白山：“重點項目”‘年內’開工"),
        ("高位推进\u3000项目提速", "高位推进 项目提速"),
        ("\u3000\u3000首段\r\n\r\n \u00a0次段\u2028末段\n", "首段\n次段\n末段"),
        ("零\u200b宽\ufeff软\u00ad连字", "零宽软连字"),
        ("⼤⾼⾏", "大高行"),
        ("xi\u0300ang", "xìang"),
        ("比例1∶2，来源∶新华社", "比例1:2，来源：新华社"),
        ("网址http://www.example.cn/a,b?x=1,联系电话", "网址http://www.example.cn/a,b?x=1，联系电话"),
    ],
)
def test_folded(written: str, canonical: str) -> None:
    """Widths, marks, blanks and line ends have one form."""
    assert normalise(written) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "增长10.8%，上午8:00开工，占地3,000亩，1:1.5配套",
        "PACK, BMS (battery) and more: see www.example.cn/list?id=3,4",
        "将突破?000公里，项目共个，总投资达亿元，投资.5亿元、**.*亿元",
        "之一 2021 一季度",
        "“三个一批” 推进……——《规划》",
        "面积5㎡，温度3℃，①②③",
    ],
)
def test_untouched(text: str) -> None:
    """Decimals, times, thousands, addresses, Latin text, damaged digits and headings stay as they are."""
    assert normalise(text) == text


@given(WRITINGS)
def test_idempotent(text: str) -> None:
    """Canonical text is its own canonical text, and tidied text its own tidied text."""
    once = normalise(text)
    assert normalise(once) == once
    assert tidy(tidy(text)) == tidy(text)


@given(WRITINGS)
def test_letters_and_digits_stay(text: str) -> None:
    """Normalising adds or takes no visible character but blanks, and the result can be encoded."""
    once = normalise(text)
    once.encode()
    letters = [char for char in unicodedata.normalize("NFKC", tidy(text)) if char.isalnum()]
    assert [char for char in unicodedata.normalize("NFKC", once) if char.isalnum()] == letters


@pytest.mark.parametrize(
    "piece", ["(", "（", "()", ", ", "www.", " \n", "中 ", "http://!", "?1", "中(a", "\u0300", "a\u0300"]
)
def test_linear(piece: str) -> None:
    """Half a million of anything takes a moment, not minutes."""
    start = time.process_time()
    normalise(piece * (500_000 // len(piece)))
    assert time.process_time() - start < 3
