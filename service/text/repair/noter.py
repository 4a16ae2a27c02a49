"""The pinyin noter's own byte shift: it read the page one byte off and put its note between the two bytes of a character.

龍泰 is FD88 CCA9; 88CC is 執, so the noter wrote FD88 CC (zhí) A9..: the lone CC shows as `?` and swallows the bracket, and
everything behind the note is read one byte off, 龍?zhí)┬履茉. The lost byte is the one that makes, behind the last byte
of the character before, a character with that reading.
"""

import re
from collections.abc import Iterator

from service.text.repair.gbk import characters, pairs
from service.text.repair.lattice import LONGEST_RUN, PRIVATE, Search
from service.text.repair.path import Path, Reading
from service.text.repair.readings import SYLLABLE_LETTERS, is_reading, raw_readings
from service.text.repair.step import Step
from service.text.repair.style import Style, style_of
from service.text.repair.tables import Tables, shipped_tables

# the bracket swallowed, or the lone byte dropped and the bracket kept, or neither; plain letters need something behind
_NOTE = re.compile(
    rf"[?？(（](?:(?<=[?？])[(（])?(?=[a-z]*(?:[^\x00-\x7f)）]|[)）][^\x00-\x3e]))([{SYLLABLE_LETTERS}]{{1,6}})[)）]"
)
_BEHIND_NOTE = re.compile(rf"([^\x00-\x7f])[?(]\(?([{SYLLABLE_LETTERS}]{{1,6}})\)[^\x00-\x7f]{{0,{LONGEST_RUN}}}\Z")
_LEAST_GAIN = 4.0  # nats
_LEAST_GAIN_SWALLOWED = 0.5  # where the bracket was swallowed, which is a sign of its own
_LEAST_GAIN_TONED = -8.0  # where the note has its tone: an abbreviation has none, and what is put back is read with it
_GAP = -8.0  # nats: where no character reads worse, nothing is missing
_MOST_WORK = 300_000  # characters tried: bounds the time to about half a second


def lost_leads(before: str, note: str) -> list[int]:
    """The lead bytes that read `note` behind the last byte of the character before; by the very tone if there are any."""
    trail = pairs().get(before, 0) & 255
    table = characters()
    fitting = [lead for lead in range(0x81, 0xFF) if is_reading(table.get(trail << 8 | lead, "\0"), note)]
    toned = [lead for lead in fitting if note in raw_readings(table[trail << 8 | lead])]
    return toned or fitting


def in_noter_run(text: str, at: int) -> bool:
    """Whether what stands at `at` may be what a misplaced note before it made of the characters there."""
    note = _BEHIND_NOTE.search(text, max(at - LONGEST_RUN, text.rfind("\n", 0, at) + 1), at)
    return note is not None and bool(lost_leads(note[1], note[2]))


class NoterShift:
    """The repair of one text with one model."""

    def __init__(self, text: str, tables: Tables) -> None:
        self._text = text
        self._tables = tables
        self._style: Style | None = None
        self._work_left = _MOST_WORK
        self._pairs_kept = PRIVATE.search(text) is not None

    def repair(self) -> tuple[str, int]:
        """The text with the runs behind misplaced notes read again, and how many there were."""
        at = count = 0
        while self._work_left > 0 and (note := _NOTE.search(self._text, at)):
            at = note.end()
            before = self._text[note.start() - 1 : note.start()]
            if before <= "\x7f" or (note[0][0] in "(（" and is_reading(before, note[1])):
                continue
            leads = lost_leads(before, note[1])
            if not leads:
                continue
            reading = self._reading(note, leads)
            if reading:
                self._text = self._text[: reading.start] + reading.repaired + self._text[reading.end :]
                at = max(reading.start + len(reading.repaired) - 3, reading.start)
                count += 1
        return self._text, count

    def _reading(self, note: re.Match[str], leads: list[int]) -> Reading | None:
        if self._style is None:
            self._style = style_of(self._text)
        swallows = note[0][0] in "?？" and note[0][1] not in "(（"
        toned = not note[1].isascii()
        least = _LEAST_GAIN_TONED if toned else _LEAST_GAIN_SWALLOWED if note[0][0] in "?？" else _LEAST_GAIN
        best: Reading | None = None
        for pairs_lost in (False, True):
            search = Search(
                self._tables, self._text, self._style, pairs_lost=pairs_lost, most=self._work_left, swallows=swallows
            )
            # letters never read well: what stands behind the note has to be what is wrong
            first = self._first_paths(search, note.start(), leads)
            reading = search.read(note.start(), first, note.end(), judged=note.end())
            self._work_left -= search.work
            if reading and reading.gain > least and (best is None or reading.gain > best.gain):
                best = reading
            if (best and best.worst > _GAP) or self._pairs_kept:
                break
        return best

    def _first_paths(self, search: Search, start: int, leads: list[int]) -> Iterator[Path]:
        quotes = search.quotes(start)
        for lead in leads:
            yield Path(0.0, search.history(start), lead, None, "", quotes)


def unshift_noter(text: str) -> tuple[str, int]:
    """The text with the runs behind misplaced notes read again, and how many there were."""
    if (")" not in text and "）" not in text) or _NOTE.search(text) is None:
        return text, 0
    return NoterShift(text, shipped_tables()).repair()


noter_shift = Step(
    name="noter_shift",
    apply=unshift_noter,
    yes={
        "廠區由龍?zhí)┬履茉床牧袭a業園投資": "廠區由龍泰新能源材料產業園投資",
        "正在?qiào)ㄔO的清潔能源基地,": "正在建設的清潔能源基地,",
        "由绥?zī)\ue205履茉床牧喜\ue321翟巴蹲?": "由绥化新能源材料产业园投资",
        "舟山航运品?fàng)?培育龙头企业,": "舟山航运品牌?培育龙头企业,",  # nothing left behind the note
        "航運品牌,培(yīng)2家龍頭企業,": "航運品牌,培育2家龍頭企業,",
        "洋浦(zhí)姆绲缱氨富\ue2a6匾丫\ue146恫,": "洋浦的风电装备基地已经投产,",
    },
    no=(
        "嵊泗縣重點項(xiàng)目集中開工",
        "建成5G(LTE)专网，项目(ppp)已经落地",
        "甲(a)地块、乙(b)地块分期出让",
        "装机容量2兆瓦(mw)的机组并网",
        "谁来干?(he)答案在现场",
        "儋州洋浦?zhèn)相关负责人",
    ),
)
