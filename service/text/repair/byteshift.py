"""The byte shift: a page in GBK had its full-width marks replaced byte by byte, also where the two bytes straddled two
characters. 常可 is B3A3 BFC9; with A3BF (？) replaced by `?` the page reads B3 `?` C9.., everything behind is read one
byte off, up to an ASCII byte: 经?梢钥吹. The lost bytes are put back and the run is read again; what stays open is
chosen by how well it reads, and a run that does not read clearly better is left alone.
"""

import math
import re
from collections.abc import Iterator
from functools import cached_property

from service.text.repair.gbk import pairs
from service.text.repair.lattice import LEAD_OF_MARK, PRIVATE, Search
from service.text.repair.ngram import ORDER, fold
from service.text.repair.noter import in_noter_run
from service.text.repair.path import Path, Reading
from service.text.repair.step import Step
from service.text.repair.style import Style, style_of
from service.text.repair.tables import LOST_HANZI, LOST_RARE, Candidate, Tables, shipped_tables

# a comma's second byte is the lead byte of rare characters only, but for 現 (AC46)
_SITE = re.compile("[!?:;！？：；,，](?:(?<![,，])(?![!?:;！？：；])|(?<=[,，])(?=F(?![A-Za-z])))")
_RUN = re.compile("[^\u0000-\u007f]{0,8}[@-~]?")
_OPEN_QUOTE = re.compile("“([^“”]{0,200})$")
_NUMBERING = frozenset(map(chr, (*range(0x2160, 0x2180), *range(0x2460, 0x2500), *range(0x3220, 0x3244))))
_UNOPENED = re.compile("[0-9A-Za-z][^“”\n]{0,40}”")
_PAUSE = re.compile("[,，。；;：:]")
_OWN_TRAIL = 0xA3  # a replaced mark began with this byte: it was the trail of the character before
_UNLIKELY = -16.0  # nats: three characters that begin a clause read better, as a rule
_ODD = 3.5  # nats: from here on it is worth a search
_ODD_SHORT = 2.5  # the same, with one or two characters to go by
_VERY_ODD = 8.0  # the same, for the costly search with vanished pairs
_CLEARLY = 2.0  # nats
_GAP = -10.5  # nats: where no character reads worse, nothing is missing
_SWALLOWED = 2.0  # nats
_LEAST_GAIN = 2.5  # nats
_LEAST_GAIN_END = 1.5  # where a ! breaks a word with nothing behind it, or another mark with a comma
_LEAST_GAIN_OPENING = -2.5  # where the quotation mark is put back that a later one closes
_LEAST_GAIN_COMMA = 2.0  # where a letter is glued between a comma and a character
_LEAST_GAIN_GUESSED = 3.5  # where nothing, or a letter only, stands behind the mark: two characters are guessed
# characters tried by all searches, and by those with vanished pairs: bounds the time to about half a second
_MOST_WORK, _MOST_LOSSY_WORK = 300_000, 200_000
_CHECK_WORK, _SHORT_WORK = 20, 200  # what judging a place costs, in the same measure


class ByteShift:
    """The repair of one text with one model."""

    def __init__(self, text: str, tables: Tables) -> None:
        self._text = text
        self._tables = tables
        self._style: Style | None = None
        self._given = text
        self._work_left = _MOST_WORK
        self._lossy_work_left = _MOST_LOSSY_WORK

    def repair(self) -> tuple[str, int]:
        """The text with its shifted runs read again, and how many there were."""
        at = count = 0
        while self._work_left > 0 and (site := _SITE.search(self._text, at)):
            at = site.end()
            reading = self._reading(site.start())
            if reading:
                self._text = self._text[: reading.start] + reading.repaired + self._text[reading.end :]
                # the run ended at an ASCII byte, which may be the next site
                at = max(reading.start + len(reading.repaired) - 3, reading.start + 1)
                count += 1
        return self._text, count

    @cached_property
    def _pairs_kept(self) -> bool:
        """Whether the page shows private-use characters; then it has lost none."""
        return PRIVATE.search(self._given) is not None

    def _reading(self, at: int) -> Reading | None:
        run = _RUN.match(self._text, at + 1)
        behind = run[0] if run else ""
        oddness = self._suspicion(at, behind)
        # a mark as wide as the characters may be one that the noter's shift made of two of them
        if not oddness or (self._text[at] > "\u007f" and in_noter_run(self._text, at)):
            return None
        least = _LEAST_GAIN
        if behind.isascii():
            after = self._text[at + 1 : at + 2]
            breaks = not behind and (after == ")" or (self._text[at] in "!！" and not after.isalnum()))
            guessed = _LEAST_GAIN_COMMA if self._text[at] in ",，" else _LEAST_GAIN_GUESSED
            least = _LEAST_GAIN_END if breaks else guessed
        best = self._search(at, pairs_lost=False)
        if best and "“" in best.repaired and self._unopened(at):
            least = _LEAST_GAIN_OPENING
        missing = best.worst <= _GAP if best and best.gain > least else oddness > _VERY_ODD
        if missing and not self._pairs_kept:
            lossy = self._search(at, pairs_lost=True)
            if lossy and (best is None or lossy.gain > best.gain):
                best = lossy
        return best if best and best.gain > least else None

    def _suspicion(self, at: int, behind: str) -> float:
        """How much speaks for a shifted run behind the mark, in nats; 0 where it is not worth a search."""
        if not behind:
            return float(self._breaks_word(at) or self._unopened(at))
        self._work_left -= _CHECK_WORK
        if behind[0] in _NUMBERING and self._text[at] not in "!！":
            return 0.0
        if behind.isascii():
            return math.inf if "\u4e00" <= self._text[at + 2 : at + 3] <= "\u9fff" else 0.0
        if len(behind) > 2:
            start = self._tables.model.score(behind[:3], fold(self._text[max(at - 1, 0) : at + 1]))
            oddness = self._oddness(at, behind) if start < _UNLIKELY else 0.0
            return oddness if oddness > _ODD else 0.0
        self._work_left -= _SHORT_WORK
        return math.inf if self._oddness(at, behind) > _ODD_SHORT or self._joins(at) else 0.0

    def _oddness(self, at: int, run: str) -> float:
        """How much better, in nats, a piece of the run behind a mark reads when its bytes are paired the other way."""
        model, lead = self._tables.model, LEAD_OF_MARK[self._text[at]]
        history, reread = fold(self._text[max(at - 1, 0) : at + 1]), ""
        best = piece = 0.0
        for char, token in zip(run, fold(run), strict=True):
            code = pairs().get(char, 0) or ord(char) << 8
            other = self._tables.token.get(self._tables.char.get(lead << 8 | code >> 8, ""), "\ufffd")
            gain = model.log_probability(reread, other) - model.log_probability(history, token)
            piece = max(piece, 0.0) + gain
            best = max(best, piece)
            history, reread, lead = (history + token)[1 - ORDER :], (reread + other)[1 - ORDER :], code & 255
        return best

    def _unopened(self, at: int) -> bool:
        """Whether a quotation is closed behind the mark, and was opened nowhere: its first mark may be lost."""
        line = self._text[self._text.rfind("\n", 0, at) + 1 : at]
        return line.rfind("“") <= line.rfind("”") and _UNOPENED.match(self._text, at + 1) is not None

    def _breaks_word(self, at: int) -> bool:
        """Whether prose rather has a character with the lost byte than the mark, with nothing to read behind it."""
        history = fold(self._text[max(at - 2, 0) : at])
        if not history or not "\u4e00" <= history[-1] <= "\u9fff" or self._text[at + 1 : at + 2] == "(":
            return False
        seen = self._tables.after(history[-1]).by_trail.get((_OWN_TRAIL, LOST_HANZI), ())
        probability = self._tables.model.log_probability
        mark = probability(history, fold(self._text[at]))
        return any(choice.char != "。" and probability(history, choice.token) > mark + _CLEARLY for choice in seen)

    def _joins(self, at: int) -> bool:
        """Whether the characters put together across the mark read better than the mark and the character behind it."""
        history = fold(self._text[max(at - 2, 0) : at])
        code = pairs().get(self._text[at + 1], 0)
        other = self._tables.token.get(self._tables.char.get(LEAD_OF_MARK[self._text[at]] << 8 | code >> 8, ""))
        if not other:
            return False
        score = self._tables.model.score
        asis = score(self._text[at : at + 2], history)
        return any(
            score(choice.token + other, history) > asis + _ODD_SHORT
            for choice in self._tables.all.by_trail[_OWN_TRAIL, LOST_HANZI][:40]
        )

    def _search(self, at: int, *, pairs_lost: bool) -> Reading | None:
        most = min(self._work_left, self._lossy_work_left) if pairs_lost else self._work_left
        if most <= 0:
            return None
        if self._style is None:
            self._style = style_of(self._text)
        search = Search(self._tables, self._text, self._style, pairs_lost=pairs_lost, most=most)
        start = at
        for mark in ("?？", ",，"):  # an orphan byte shown, and a comma doubled in front of the mark
            if start and self._text[start - 1] in mark:
                start -= 1
            else:
                break
        reading = search.read(start, self._first_paths(search, start, at), at + 1)
        if pairs_lost:
            self._lossy_work_left -= search.work
        self._work_left -= search.work
        return reading

    def _first_paths(self, search: Search, start: int, at: int) -> Iterator[Path]:
        choices: list[Candidate] = []
        for part in (LOST_HANZI, LOST_RARE):
            choices += self._tables.all.by_trail.get((_OWN_TRAIL, part), [])
        stop = self._stop_prior(at)
        for begin in range(start, at + 1):
            plain = search.plain(start, begin)
            for choice, score in search.grow(plain, choices, 40):
                score += stop if choice.char == "。" else 0.0
                for lead, cost in self._leads(at):
                    yield search.add(plain, choice.char, lead, score - cost)

    def _leads(self, at: int) -> Iterator[tuple[int, float]]:
        """The lead byte that was lost with the mark, or may have been, and what it costs to think so."""
        own = LEAD_OF_MARK[self._text[at]]
        yield own, 0.0
        if self._text[at] == "?" and self._text[at - 1 : at] != "?":
            # the orphan byte, shown as ?, may have swallowed another mark
            yield from ((lead, _SWALLOWED) for lead in set(LEAD_OF_MARK.values()) - {own})

    def _stop_prior(self, at: int) -> float:
        """What speaks for a full stop where a closing quotation mark follows, in nats: quoted speech ends with one
        (the model has read too little of it), a quoted name, “金象金牛”, does not."""
        closing = pairs().get(self._text[at + 1 : at + 2], 0) >> 8 == 0xB1
        opened = _OPEN_QUOTE.search(self._text, max(at - 200, 0), at) if closing else None
        if opened is None:
            return 0.0
        return 5.0 if len(opened[1]) > 5 or _PAUSE.search(opened[1]) else -4.0


def unshift(text: str) -> tuple[str, int]:
    """The text with its shifted runs read again, and how many there were."""
    if text.isascii() or _SITE.search(text) is None:
        return text, 0
    return ByteShift(text, shipped_tables()).repair()


byte_shift = Step(
    name="byte_shift",
    apply=unshift,
    yes={
        "廠房正在加緊建設!敝凵绞衅胀訁^委書記說。": "廠房正在加緊建設。”舟山市普陀區委書記說。",
        "这座学!⒁皆憾家\ue033谀昴谕旯,": "这座学校、医院都要在年内完工,",
        "码头后方的工厂规?晒,产值逐年提高": "码头后方的工厂规模可观,产值逐年提高",
        "碼頭後方的工廠規?捎^,產值逐年提高": "碼頭後方的工廠規模可觀,產值逐年提高",
        "林区的生态环境;すぷ鞯玫郊忧,": "林区的生态环境保护工作得到加强,",
        "縣裏的重點項目全面開工!叭齻一批”活動成效明顯,": "縣裏的重點項目全面開工。“三個一批”活動成效明顯,",
        "預計年底投產??偼顿Y12億元": "預計年底投產。總投資12億元",  # the lone byte shown
        "預計年底投產?偼顿Y12億元": "預計年底投產。總投資12億元",  # it swallowed the mark
        "港口的格局?！贬鱼艨h委書記說。": "港口的格局。”嵊泗縣委書記說。",
        "洋浦出臺通關新政策!1210”監管方式落地": "洋浦出臺通關新政策。“1210”監管方式落地",  # closed, so it was opened
        # 力建 is C1A6 BDA8: a pair that stands for nothing, and vanished
        "“这座电厂年底投产!敝凵绞械缌ㄉ韫靖涸鹑怂怠": "“这座电厂年底投产。”舟山市电力建设公司负责人说。",
        # a place that needs a vanished pair (林's AAC1) reads better than a speaker's name without one
        "抓紧優化佈局?！奔质邪l改委主任馬春雨介紹說": "抓紧優化佈局。”吉林市發改委主任馬春雨介紹說",
        # a comma doubled in front of the lost mark, and a pinyin note whose bracket was swallowed
        "廠房主體封頂,?！辟僦菅笃宙?zhèn)負責人說": "廠房主體封頂。”儋州洋浦鎮負責人說",
    },
    no=(
        "谁来干？怎么干？答案在现场。",
        "“好!北山村要变样了!”村民说",
        "时间:9月28日;地点:儋州市",
        "名单如下:韩骁、霍焱、呼兰霁",
        "改善整洁生活环境;( 1)清运垃圾",
        "电话:0580-1234567;传真:同上\n",
        "联系方式:0470-1234567?\n请说明来意",
        "总投资多少?500万元。",
        "将突破?000公里",
        "选址:A座;B座另行出让",
        "走进厂房，嗬!崭新的设备",
        "黑龙江!鹤岗!加油!",
        "工人喊:“开工!1210”工程随即封顶",
    ),
)
