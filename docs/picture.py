"""Draw docs/extract.svg, the picture of the README: python docs/picture.py."""

import io
import re
from pathlib import Path

from rich.console import Console

from service.cli.articles import documents, read
from service.cli.extract import _rendered
from service.models import RawDocument

HERE = Path(__file__).parent
SEED = HERE.parent / "seeds" / "022-pingyang-pets.txt"
# No font is fetched: the viewer's own monospaced one will do.
FORM = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>.{unique_id}-matrix {{ font-family: Menlo, Consolas, "Noto Sans Mono CJK SC", monospace; font-size: {char_height}px; line-height: {line_height}px; }}
{styles}</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
<rect width="{width}" height="{height}" rx="8" fill="#0c0c0c"/>
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def main() -> None:
    console = Console(record=True, width=130, force_terminal=True, highlight=False, markup=False, file=io.StringIO())
    for item in documents([SEED]):
        if isinstance(item, RawDocument):
            console.print(f"$ guatu extract seeds/{SEED.name}\n")
            console.print(*_rendered(*read(item.model_copy(update={"source": f"seeds/{SEED.name}"}))), sep="\n")
    drawn = console.export_svg(title="", code_format=FORM, unique_id="guatu")
    # The lengths count a Chinese character as one column; its place in the line is right without them.
    (HERE / "extract.svg").write_text(re.sub(r' textLength="[0-9.]+"', "", drawn), encoding="utf-8")


if __name__ == "__main__":
    main()
