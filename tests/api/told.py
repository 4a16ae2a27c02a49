"""Articles of several days taken through the pipeline and the ledger, for the tests of what is counted and listed."""

import datetime as dt
from collections.abc import Sequence

from service.pipeline.ledger import Ledger
from service.store.database import Database
from tests.api.serving import take

NOW = dt.datetime(2026, 8, 31, 4, tzinfo=dt.UTC)
"""Noon of a Monday in China, in 2026-W36 and 2026-Q3."""
ARTICLES = (
    ("2026-03-09", "嘉兴市海盐县百步镇生物降解膜项目今日签约，总投资6亿元，由嘉兴百膜新材料有限公司投资建设。"),
    (
        "2026-08-25",
        "嘉兴市海盐县百步镇生物降解膜项目今日开工，总投资6亿元，由嘉兴百膜新材料有限公司投资建设，预计2027年12月竣工。",
    ),
    ("2026-08-26", "嘉兴市平湖市独山港精密轴承项目今日签约，总投资2.5亿元，由平湖独轴科技有限公司投资建设。"),
    ("2026-07-02", "杭州市桐庐县富春智能传感器项目今日开工，总投资4亿元，由桐庐富感电子有限公司投资建设。"),
    (
        "2025-05-06",
        "吉林省通化县中药饮片加工项目今日开工，总投资3.2亿元，由通化参泽药业有限公司投资建设，预计2026年6月竣工。",
    ),
    (
        "2026-05-20",
        "吉林省通化县中药饮片加工项目日前建成投产，总投资3.2亿元，由通化参泽药业有限公司投资建设。",
    ),
    (
        "2025-04-08",
        "黑龙江省肇东市玉米淀粉糖项目今日开工，总投资8亿元，由肇东金穗淀粉有限公司投资建设，预计2026年5月竣工。",
    ),
    ("2026-08-27", "海南省琼海市嘉积中学改扩建项目今日签约，总投资8600万元。"),
    ("2026-08-27", "西藏自治区曲水县藏鸡养殖基地项目已达产，总投资1.1亿元，由曲水雪域禽业有限公司投资建设。"),
    ("2026-08-28", "星河氢能装备制造项目今日开工，总投资9亿元，由星河氢能装备有限公司投资建设。"),
)
TOTALS = (
    (
        "2026-07-05",
        "嘉兴市召开项目推进会。今年1至6月，嘉兴市新开工重点项目12个，总投资86亿元。",
    ),
    ("2026-07-09", "今年1至6月，嘉兴市新开工重点项目14个。"),
)


def page(day: str, text: str) -> str:
    return f"<html><head><meta name='publishdate' content='{day}'></head><body><p>{text}</p></body></html>"


async def told(database: Database, articles: Sequence[tuple[str, str]] = ARTICLES, source: str = "news") -> None:
    """Take articles in, and bring the ledger in line as of NOW."""
    await take(database, [page(*one) for one in articles], source)
    await Ledger(database, lambda: NOW).catch_up()
