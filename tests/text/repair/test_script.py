"""Traditional script comes back to simplified, simplified script stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from service.text.repair.script import simplify

from .prose import SENTENCES


@pytest.mark.parametrize("kind", ["s2t", "s2tw", "s2hk"])
def test_inverse(kind: str) -> None:
    """Prose in the script of the mainland's converters, of Taiwan or of Hong Kong comes back exactly."""
    text = "\n".join(SENTENCES) + "\n沿着海岸，干部群众看着图纸，卫生院后面的台阶也修好了；著名企业落户，成效显著。"
    traditional = OpenCC(kind).convert(text)
    assert simplify(traditional)[0] == text


@given(st.text(max_size=60))
def test_length(text: str) -> None:
    """The number of characters never changes."""
    plain = text.encode("utf-8", "ignore").decode()
    assert len(simplify(plain)[0]) == len(plain)


def test_mixed() -> None:
    """In a simplified text a traditional paragraph is converted, a name in another one is not."""
    text = "乾元镇的旭昇公司开工。\n乾燥車間與瞭望塔項目竣工，產業園區沿著海岸鋪開。"
    assert simplify(text)[0] == "乾元镇的旭昇公司开工。\n干燥车间与瞭望塔项目竣工，产业园区沿着海岸铺开。"
