"""Search for the text that was there before the byte shift.

Inside a shifted run the trail byte of each character has been read as the lead byte of the next: the search walks over
the damaged text with the one byte that is still pending, puts characters together again and keeps the readings that
the n-gram model likes best (a beam). What the page lost is guessed: the trail byte in front of an ASCII byte, and pairs
of bytes that fell into the user-defined area and vanished.
"""

import re
from collections.abc import Iterable, Iterator
from operator import itemgetter

from service.text.repair.gbk import pairs
from service.text.repair.ngram import ORDER, fold, folding
from service.text.repair.path import Path, Reading
from service.text.repair.readings import SYLLABLE_LETTERS, is_reading
from service.text.repair.style import Style
from service.text.repair.tables import ALIGNED, LOST_TRAILS, Candidate, Tables

# a full-width mark A3xx is shown as the ASCII mark xx - 0x80; its second byte is the lead byte that was lost with it
LEAD_OF_MARK = {
    "!": 0xA1,
    "?": 0xBF,
    ":": 0xBA,
    ";": 0xBB,
    "！": 0xA1,
    "？": 0xBF,
    "：": 0xBA,
    "；": 0xBB,
    ",": 0xAC,
    "，": 0xAC,
}
MARKS = "!?:;！？：；"
STRAY_NOTE = re.compile(rf"[?？]([{SYLLABLE_LETTERS}]{{1,6}})[)）]")

PRIVATE = re.compile("[\ue000-\uf8ff]")

_BEAM = 10
_MARGIN = 18.0  # nats behind the best: no hope
_LOSSES = 5  # how many of the best paths may try a vanished pair at one place
_SEEN, _UNSEEN = 20, 6  # how many characters to try that prose has, or has not, behind the one before
_CHOICES = 10  # how many characters to try for one unknown byte
_FIRST_LOSS = 2.0  # nats; most pages lost no pair
# nats; each further one, for the model takes too little account of names; traditional runs are short and lose fewer
_LOSS, _LOSS_TRADITIONAL = 1.0, 2.5
_IN_A_ROW = 3  # how many pairs may vanish one after the other
_FLUENT = -4.0  # nats
_AFTER_ORPHAN = ("", "\n", "\r", " ", ",", ";", ":", "!", "(", ")")
LONGEST_RUN = 600
# what the ASCII byte that an orphan swallowed may count as, and what it costs to think so, in nats
_SWALLOWED = {"，": 0.0, "：": 0.0, "；": 0.0, "0": 0.0, "A": 0.0, "。": 3.0, "\n": 3.0}
_LAST = ("：", "；", "。")  # of these, what a text may end with
# each quotation mark: the bit that says its kind is open, and whether it opens
_QUOTES = {
    mark: (1 << kind, not at)
    for kind, pair in enumerate(("“”", "《》", "「」", "『』"))
    for at, mark in enumerate(pair)
}
_QUOTE = re.compile(f"[{''.join(_QUOTES)}]")
_STRAY = 4.0  # nats: to close a quotation that is not open, or to open one twice
_CLOSES = 1.5  # nats: what speaks for closing one that is open
_UNENDED = frozenset("、“《（「『")


def _after(opened: int, mark: str) -> int:
    """Which kinds of quotation are open behind a mark."""
    kind, opens = _QUOTES[mark]
    return opened | kind if opens else opened & ~kind


class Search:
    """The search in one text of that style; it gives up after `most` work.

    `pairs_lost` allows for vanished pairs; where it `swallows`, each byte shown as `?` took an ASCII byte with it.
    """

    def __init__(
        self, tables: Tables, text: str, style: Style, *, pairs_lost: bool, most: int, swallows: bool = False
    ) -> None:
        self._tables = tables
        self._probability = tables.model.log_probability
        self._text = text
        self._cost = style.costs.get
        self._pairs_lost = pairs_lost
        self._most = most
        self._swallows = swallows
        self._loss = _LOSS_TRADITIONAL if style.traditional else _LOSS
        self._code = pairs()
        self._beam: dict[tuple[str, int, int], Path] = {}
        self._start = 0
        self.work = 0  # how many characters were tried

    def read(self, start: int, paths: Iterable[Path], at: int, judged: int | None = None) -> Reading | None:
        """Search on from `at` with the given first paths, which have read the text from `start`.

        The gain is over the text as it is from `judged` on, or from `start`.
        """
        self._beam = {}
        self._start = start
        for path in paths:
            self._keep(path)
        stop = self._run_end(at)
        end = min(len(self._text), stop + 3)
        while at < end and self._beam:
            if self.work > self._most:
                return None
            at = self._step(at)
        if at >= len(self._text):
            self._finish()
        whole = [path for path in self._beam.values() if path.pending == ALIGNED]
        if not whole:
            return None
        score, best = max(((path.score - self._unbalanced(path.quotes, at), path) for path in whole), key=itemgetter(0))
        tail = "\n" if at >= len(self._text) else ""
        asis = self._tables.model.score(
            self._text[start if judged is None else judged : at] + tail, self.history(start)
        )
        asis -= self._unbalanced(self.quotes(at), at)
        return Reading(start, at, best.spell(), score - asis, best.worst())

    def quotes(self, at: int) -> int:
        """Which kinds of quotation are open before `at`, a bit for each; none is at the start of a line."""
        opened = 0
        for mark in _QUOTE.findall(self._text, self._text.rfind("\n", 0, at) + 1, at):
            opened = _after(opened, mark)
        return opened

    def _unbalanced(self, opened: int, at: int) -> float:
        """What it costs, in nats, that the marks from `at` on open what is open, or close what is not."""
        line = self._text.find("\n", at, at + LONGEST_RUN)
        ahead = _QUOTE.search(self._text, at, line if line >= 0 else at + LONGEST_RUN)
        if ahead is None:
            return 0.0
        kind, opens = _QUOTES[ahead[0]]
        return _STRAY if opens == bool(opened & kind) else 0.0

    def history(self, at: int) -> str:
        """What the model sees before `at`."""
        return fold(("\n" + self._text[max(at - 8, 0) : at])[1 - ORDER :])

    def plain(self, start: int, at: int) -> Path:
        """The path that has read the text between as it is."""
        piece = self._text[start:at]
        score = self._tables.model.score(piece, self.history(start))
        return Path(score, (self.history(start) + fold(piece))[1 - ORDER :], ALIGNED, None, piece, self.quotes(at))

    def grow(self, path: Path, choices: Iterable[Candidate], limit: int) -> Iterator[tuple[Candidate, float]]:
        """The best choices to put behind a path, with the score they lead to."""
        probability, history, cost = self._probability, path.history, self._cost
        scored = [
            (probability(history, choice.token) - cost(choice.char, 0.0), choice) for choice in dict.fromkeys(choices)
        ]
        self.work += len(scored)
        scored.sort(reverse=True)
        for score, choice in scored[:limit]:
            if score < scored[0][0] - _MARGIN / 2:
                break
            yield choice, path.score + score - self._stray(path, choice.char)

    def _stray(self, path: Path, char: str) -> float:
        """What it costs, in nats, that a quotation mark closes nothing, or opens what is open."""
        if char not in _QUOTES:
            return 0.0
        kind, opens = _QUOTES[char]
        return _STRAY if opens == bool(path.quotes & kind) else 0.0 if opens else -_CLOSES

    def _run_end(self, at: int) -> int:
        """Where the run ends at the latest: an ASCII byte which is no mark."""
        limit = min(len(self._text), at + LONGEST_RUN)
        while at < limit and (self._text[at] > "\u007f" or self._text[at] in MARKS):
            at += 1
        return at

    def _keep(self, path: Path) -> None:
        key = (path.history, path.pending, path.quotes)
        known = self._beam.get(key)
        if known is None or known.score < path.score:
            self._beam[key] = path

    def add(self, path: Path, char: str, pending: int, score: float | None = None, token: str = "") -> Path:
        """The path with one more character; `token` is what it counts as, if not as what it looks like."""
        self.work += 1
        token = token or self._tables.token.get(char) or folding().get(ord(char), char)
        if score is None:
            score = path.score + self._probability(path.history, token) - self._cost(char, 0.0)
            score -= self._stray(path, char)
        quotes = _after(path.quotes, char) if char in _QUOTES else path.quotes if char != "\n" else 0
        return Path(score, (path.history + token)[1 - ORDER :], pending, path, char, quotes, path.lossy)

    def _step(self, at: int) -> int:
        """Go over one character of the damaged text (or a stray note) with all paths; gives the next place."""
        paths = list(self._beam.values())
        note = STRAY_NOTE.match(self._text, at)
        self._beam = {}
        unit = note[0] if note else self._text[at]
        if self._pairs_lost:
            paths += self._lose_pairs(paths, 0 if note else self._code.get(unit, 0) >> 8)
        for path in paths:
            if path.pending == ALIGNED:
                self._keep(self._copy(path, unit))
            elif note:
                self._end_at_note(path, note[1], unit)
            else:
                self._shifted(path, unit, at)
        self._prune()
        return at + len(unit)

    def _prune(self) -> None:
        """Keep the paths worth following. The first paths, which have read nothing yet, all are."""
        best = sorted(self._beam.items(), key=lambda item: -item[1].score)[:_BEAM]
        self._beam = {key: path for key, path in best if path.score >= best[0][1].score - _MARGIN}

    def _copy(self, path: Path, unit: str, token: str = "") -> Path:
        """The path with what stands there as it is; `token` is what it stands for, if it is not what it looks like."""
        for char in unit:
            score = path.score + self._probability(path.history, token or folding().get(ord(char), char))
            path = self.add(path, char, ALIGNED, score, token)
        return path

    def _fluent(self, path: Path, lead: int) -> bool:
        """Whether what follows reads well as it stands, so that nothing can be missing here."""
        char = self._tables.char.get(path.pending << 8 | lead) if path.pending > 0 and lead else None
        return char is not None and self._probability(path.history, self._tables.token[char]) > _FLUENT

    def _lose_pairs(self, paths: list[Path], lead: int) -> list[Path]:
        """The paths on which pairs vanished right here, a few one after the other."""
        found: list[Path] = []
        fresh = [path for path in paths if path.pending != ALIGNED and not self._fluent(path, lead)][:_LOSSES]
        for _ in range(_IN_A_ROW):
            fresh = sorted((lost for path in fresh for lost in self._lose_pair(path)), key=lambda path: -path.score)
            fresh = fresh[:_LOSSES]
            found += fresh
        return found

    def _lose_pair(self, path: Path) -> Iterator[Path]:
        seen = self._tables.after(path.history[-1])
        for kind, trails in LOST_TRAILS.items():
            if path.pending > 0:
                choices = self._tables.all.losing.get((path.pending, kind), [])
            else:
                choices = [c for trail in trails for c in seen.ending(trail, path.pending)[:8]]
            for choice, score in self.grow(path, choices, 5) if choices else ():
                lost = self.add(path, choice.char, kind, score - (self._loss if path.lossy else _FIRST_LOSS))
                lost.lossy = True
                yield lost

    def _shifted(self, path: Path, char: str, at: int) -> None:
        """Put the pending byte together with the first byte of `char`."""
        code = self._code.get(char, 0)
        if code > 0xFF:
            self._end_at_80(path, char)
            self._pair(path, code >> 8, code & 255)
            return
        if char >= "@" and char <= "~":
            for grown in self._complete(path, ord(char), ALIGNED):
                self._keep(grown)
            return
        if char in MARKS:
            for grown in self._complete(path, 0xA3, LEAD_OF_MARK[char]):
                self._keep(grown)
        # an orphan shown as ? stands before an ASCII byte; where there is none it swallowed it, perhaps a digit: ? stays
        behind = self._text[at + 1 : at + 2]
        shown = char == "?" and behind in _AFTER_ORPHAN and not self._swallows
        if char == "?":
            for grown in self._complete(path, 0x80, ALIGNED):
                self._keep(grown)
        for grown in self._guess_trail(path):
            if shown or (char == "?" and not behind):
                self._keep(grown)
            if char != "?":
                self._keep(self._copy(grown, char))
            elif not shown:
                self._swallow(grown, last=not behind)

    def _swallow(self, path: Path, last: bool) -> None:
        """Keep the path with the `?` of an orphan that swallowed an ASCII byte, whichever it was."""
        open_ended = path.history[-1] in _UNENDED
        for token, cost in _SWALLOWED.items():
            if (not last or token in _LAST) and not (open_ended and token not in "0A"):
                kept = self._copy(path, "?", token)
                kept.score -= cost
                self._keep(kept)

    def _pair(self, path: Path, lead: int, trail: int) -> None:
        if trail > 0x80:
            for grown in self._complete(path, lead, trail):
                self._keep(grown)
        elif trail < 0x80:
            for grown in self._complete(path, lead, ALIGNED):
                self._keep(self._copy(grown, chr(trail)))

    def _complete(self, path: Path, trail: int, pending: int) -> Iterator[Path]:
        """The path with its pending lead byte and this trail; several where the lead byte vanished."""
        if path.pending > 0:
            char = self._tables.char.get(path.pending << 8 | trail)
            if char:
                yield self.add(path, char, pending)
            return
        seen = self._tables.after(path.history[-1]).ending(trail, path.pending)[:_SEEN]
        for choice, score in self.grow(path, seen + self._tables.all.ending(trail, path.pending)[:_UNSEEN], 4):
            yield self.add(path, choice.char, pending, score)

    def _guess_trail(self, path: Path) -> Iterator[Path]:
        """The path with its pending lead byte and a trail that the page lost."""
        seen = self._tables.after(path.history[-1])
        if path.pending > 0:
            choices = seen.by_lead.get(path.pending, [])[:40] + self._tables.all.by_lead.get(path.pending, [])[:80]
        else:
            choices = seen.taken(path.pending)[:40]
        for choice, score in self.grow(path, choices, _CHOICES):
            yield self.add(path, choice.char, ALIGNED, score)

    def _end_at_80(self, path: Path, char: str) -> None:
        """A trail byte 80 makes no character where it is read as a lead: it is dropped, and the shift is over."""
        for grown in self._complete(path, 0x80, ALIGNED):
            self._keep(self._copy(grown, char))

    def _end_at_note(self, path: Path, note: str, unit: str) -> None:
        """The orphan swallowed the bracket of a pinyin note, which says how the character is read."""
        if path.pending > 0:
            choices = [c for c in self._tables.all.by_lead.get(path.pending, ()) if is_reading(c.char, note)]
            for choice, score in self.grow(path, choices, _CHOICES):
                self._keep(self.add(path, choice.char, ALIGNED, score))

    def _finish(self) -> None:
        """The text ends: a pending byte lost its trail."""
        paths = sorted(self._beam.values(), key=lambda path: -path.score)
        if self._pairs_lost:
            paths += self._lose_pairs(paths, 0)
        self._beam = {}
        for path in paths:
            for whole in (path,) if path.pending == ALIGNED else self._guess_trail(path):
                score = whole.score + self._probability(whole.history, "\n")
                score -= _STRAY if whole.history[-1] in _UNENDED else 0.0
                self._keep(Path(score, whole.history, ALIGNED, whole, "", whole.quotes, whole.lossy))
