"""PURE. A digest as Markdown and as HTML, the headings those of the meetings it is for: 周例会, 月汇报, 季观摩, 年考评."""

import re
from collections.abc import Iterable
from html import escape
from urllib.parse import parse_qsl, urlencode

from service.ledger.lists import figure
from service.pipeline.gather import Digest, Part, Told
from service.pipeline.regions import STEPS, Sum

MEETINGS = {"week": "周例会", "month": "月汇报", "quarter": "季观摩", "year": "年考评"}
NAMES = {"signed": "签约", "started": "开工", "completed": "竣工", "operational": "投产"}
MARKDOWN = "text/markdown"
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~&])")


def title(digest: Digest) -> str:
    whose = f"{digest.watch.name}：" if digest.watch else ""
    return f"{whose}{digest.region.name}重点项目{MEETINGS[digest.kind]}（{digest.since}至{digest.until}）"


def markdown(digest: Digest, base: str = "") -> str:
    """As Markdown; links begin with `base`, the address of the service."""
    lines = [f"# {_plain(title(digest))}", "", f"{_summary(digest)}", ""]
    if digest.regions:
        lines += ["## 各地进展", "", "| 地区 | " + " | ".join(NAMES[step] for step in STEPS) + " |"]
        lines += ["| --- |" + " ---: |" * len(STEPS)]
        lines += ["| " + " | ".join((_plain(name), *_cells(steps))) + " |" for name, steps in _rows(digest)]
        lines.append("")
    for part in digest.parts:
        lines += [f"## {NAMES[part.step]}项目（{_sum(part.total)}）", ""]
        lines += [f"{number}. {_line(one, base)}" for number, one in enumerate(part.projects, 1)] or ["无"]
        if (left := _left(part)) > 0:
            lines += ["", f"[另有{left}个]({_more(digest, part, base)})"]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _line(one: Told, base: str) -> str:
    said = [f"**[{_plain(one.name)}]({base}/v1/projects/{one.id})**", *map(_plain, _facts(one))]
    for ref in one.refs[:1]:
        source = f"[{_plain(_source(ref.outlet, str(ref.day)))}]({base}/v1/records/{ref.record})"
        said.append(f"“{_plain(ref.quote)}”（{source}）" if ref.quote else source)
    return "，".join(said)


def page(digest: Digest, base: str = "") -> str:
    """As one page of HTML that needs no script and no other file; links begin with `base`."""
    heading = escape(title(digest))
    body = "".join(_html(digest, base))
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{heading}</title></head>\n<body><main><h1>{heading}</h1>\n{body}</main></body></html>\n"
    )


def _html(digest: Digest, base: str) -> Iterable[str]:
    yield f"<p>{escape(_summary(digest))}</p>\n"
    if digest.regions:
        heads = "".join(f'<th scope="col">{NAMES[step]}</th>' for step in STEPS)
        yield f'<h2>各地进展</h2>\n<table><thead><tr><th scope="col">地区</th>{heads}</tr></thead>\n<tbody>'
        for name, steps in _rows(digest):
            cells = "".join(f"<td>{escape(cell)}</td>" for cell in _cells(steps))
            yield f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>\n'
        yield "</tbody></table>\n"
    for part in digest.parts:
        yield f"<h2>{NAMES[part.step]}项目（{escape(_sum(part.total))}）</h2>\n"
        items = "".join(f"<li>{_item(one, base)}</li>\n" for one in part.projects)
        yield f"<ol>\n{items}</ol>\n" if items else "<p>无</p>\n"
        if (left := _left(part)) > 0:
            yield f'<p><a href="{escape(_more(digest, part, base))}">另有{left}个</a></p>\n'


def _item(one: Told, base: str) -> str:
    said = [f'<a href="{escape(base)}/v1/projects/{one.id}"><strong>{escape(one.name)}</strong></a>']
    said += map(escape, _facts(one))
    for ref in one.refs[:1]:
        source = f'<a href="{escape(base)}/v1/records/{ref.record}">{escape(_source(ref.outlet, str(ref.day)))}</a>'
        said.append(f"<q>{escape(ref.quote)}</q>（{source}）" if ref.quote else source)
    return "，".join(said)


def _summary(digest: Digest) -> str:
    return "；".join(f"{NAMES[step]}{_sum(digest.steps[step])}" for step in STEPS) + "。"


def _sum(found: Sum) -> str:
    if not found.priced:
        return f"{found.projects}个"
    known = "" if found.priced == found.projects else f"（其中{found.priced}个公布了投资额）"
    return f"{found.projects}个，总投资{figure(found.investment, 'investment_total')}{known}"


def _rows(digest: Digest) -> Iterable[tuple[str, dict[str, Sum]]]:
    """The divisions by name; last what is in none of them."""
    yield from ((row.region.name, row.steps) for row in digest.regions)
    if any(one.projects for one in digest.elsewhere.values()):
        yield "未写明", digest.elsewhere


def _cells(steps: dict[str, Sum]) -> list[str]:
    return [_sum(steps[step]) if steps[step].projects else "0" for step in STEPS]


def _facts(one: Told) -> list[str]:
    found = [one.region.name] if one.region else []
    if one.investment_total is not None:
        found.append(f"总投资{figure(one.investment_total, 'investment_total')}")
    return [*found, *one.owners[:1], one.day]


def _left(part: Part) -> int:
    return part.total.projects - len(part.projects)


def _more(digest: Digest, part: Part, base: str) -> str:
    if digest.watch:
        came = {"reached": part.step, "reached_since": digest.since, "reached_until": digest.until}
        kept = [one for one in parse_qsl(digest.watch.query) if one[0] not in came]
        return f"{base}/v1/projects?{urlencode([*kept, *came.items()])}"
    return f"{base}/v1/lists/progress?region={digest.region.code}&period={digest.label}"


def _source(outlet: str | None, day: str) -> str:
    return f"{outlet or '来源不明'} {day}"


def _plain(text: str) -> str:
    """Text of an article in one line, without what Markdown would take for its own."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
