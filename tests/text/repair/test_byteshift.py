"""What a byte-wise replacement of marks shifted is read again; clean prose is left alone."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.text.repair.byteshift import byte_shift, unshift
from service.text.repair.damage import FIVE_MARKS, Orphan, decode, fold_marks, shift_bytes

from .prose import SENTENCES, traditional

# places where the mark straddles two characters and every lost byte can be told
SHIFTED = (
    "“全部合同年内签完。”舟山市普陀区委书记说。\n",
    "县里的学校、医院都在年内完工。\n",
    "加强生态环境保护工作，推进绿色发展。\n",
    "新建厂房的规模可观，产值逐年提高。\n",
    "工业园区基础设施不断完善。“三个一批”活动成效明显。\n",
)


@pytest.mark.parametrize(("damaged", "right"), byte_shift.yes.items())
def test_examples(damaged: str, right: str) -> None:
    """Each wild example comes right, and the step says that it acted."""
    repaired, count = byte_shift.apply(damaged)
    assert repaired == right
    assert count == 1


@pytest.mark.parametrize("text", [*byte_shift.no, *SENTENCES])
def test_near_misses(text: str) -> None:
    """Clean text stays as it is, with full- and half-width marks, in simplified and in traditional script."""
    for form in (text, traditional(text)):
        for clean in (form, fold_marks(form, "！？，：；（）")):
            assert byte_shift.apply(clean) == (clean, 0)


def test_damage_is_what_pages_show() -> None:
    """The inverse makes of clean text what is found on pages: runs read one byte off up to an ASCII byte."""
    assert shift_bytes("經常可以看到淥口區") == "經?梢钥吹綔O口區"
    assert shift_bytes("解決。”株洲兆能機電", pairs_lost=True) == "解決!敝曛拚啄軝C電"
    assert shift_bytes("項目。總投資13億元", orphan="shown") == "項目??偼顿Y13億元"
    assert decode("重点".encode("gbk")[1:], pairs_lost=True, orphan="dropped") != "重点"


@pytest.mark.parametrize("text", SHIFTED)
@pytest.mark.parametrize("orphan", ["dropped", "shown"])
def test_inverse(text: str, orphan: Orphan) -> None:
    """Damage and repair is the identity where the lost bytes can be told, in either script."""
    forms = (text, traditional(text))
    damaged = [shift_bytes(form, FIVE_MARKS, orphan=orphan) for form in forms]
    right = [fold_marks(form, FIVE_MARKS) for form in forms]
    assert damaged[0] != right[0]
    assert [unshift(one)[0] for one in damaged] == right


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3), st.sampled_from(SHIFTED), st.booleans())
@settings(deadline=None, max_examples=40)
def test_only_the_run_changes(around: list[str], shifted: str, lost: bool) -> None:
    """Whatever stands around a shifted run stays as it is, even where pairs of the run are lost for good."""
    before = fold_marks("\n".join(around) + "\n", FIVE_MARKS)
    damaged = before + shift_bytes(shifted, FIVE_MARKS, pairs_lost=lost) + before
    repaired, count = unshift(damaged)
    assert repaired.startswith(before)
    assert repaired.endswith(before)
    assert count >= 1


@given(st.text(st.characters(codec="gb18030")) | st.text("!?:;,()睖敝叭北保1aA\n。”\ue000"))
@settings(deadline=None, max_examples=50)
def test_any_text(text: str) -> None:
    """No text makes the step fail; without an action the text comes back as it was."""
    repaired, count = byte_shift.apply(text)
    assert count > 0 or repaired == text


@pytest.mark.parametrize("place", ["吉林市", "海林市", "义乌市", "林芝市", "通化市", "舟山市"])
@pytest.mark.parametrize("note", ["", "(rèn)"])
@pytest.mark.parametrize("lost", [False, True])
def test_places_behind_a_quotation(place: str, note: str, lost: bool) -> None:
    """The place that stands behind a quotation is found, though pairs of it vanished, and notes stand further on."""
    text = f"“码头二期年内就能完工。”{place}发改委主任{note}马春雨介绍说，大坝已经封顶。\n"
    for form in (text, traditional(text)):
        damaged = shift_bytes(form, pairs_lost=lost, orphan="shown")
        assert damaged != form
        assert unshift(damaged)[0].startswith(fold_marks(form)[: form.index("”") + 1 + len(place)])


def test_swallowed_digit_stays_damaged() -> None:
    """Where the byte that vanished may have been a digit, the question mark stays and no figure can be read."""
    damaged = shift_bytes("产业基地的规模可观，全年完成投资9000万元\n", "？", orphan="swallowing")
    assert "9000" not in damaged
    assert "?000万元" in unshift(damaged)[0]


@pytest.mark.parametrize(
    "text",
    [
        "!敝曛拚啄軝C電" * 3000,
        "经?梢钥吹綔" * 3000,
        "!" * 100_000,
        "!敝" * 50_000,
        "建设!" + "睖" * 50_000,
        "".join(random.Random(1).choices([chr(code) for code in range(0x4E00, 0x9FA6)] + list("!?;:"), k=20_000)),
    ],
)
def test_time_is_bounded(text: str) -> None:
    """A text that is damaged all over, or only looks so, takes a bounded time."""
    unshift("经?梢钥吹綔O口區")
    begun = time.perf_counter()
    unshift(text)
    assert time.perf_counter() - begun < 5
