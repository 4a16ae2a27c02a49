"""Words in titles and sentences that tell what no stage of the extraction tells: stopped, given up, taken up again, put back.

Each rule has examples (`yes`) and the near misses (`no`) most likely to fool it; a test runs them all.
"""

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

Turn = Literal["suspended", "cancelled", "resumed", "back"]


class Rule(NamedTuple):
    turn: Turn
    pattern: re.Pattern[str]
    yes: tuple[str, ...]
    no: tuple[str, ...]


RULES = (
    Rule(
        "suspended",
        re.compile(
            "(?<![未不无])(?<!防止)(?<!避免)(?<!没有)(?:停工|停建|缓建|烂尾|停摆|(?:暂停|中止)(?:建设|施工|实施|推进))"
            "(?!停产企业|留薪|检修|过年|放假|问题整改完|令解除)"
        ),
        yes=("项目因资金问题已停工", "二期工程停建", "该项目暂停建设", "成了烂尾工程"),
        no=("春节不停工", "工地未停工", "防止停工现象", "保障停工留薪", "利用停工检修"),
    ),
    Rule(
        "cancelled",
        re.compile(
            "(?:终止|取消)(?:了)?(?:该|本|此|原)?(?:项目|投资|合作|实施|建设|立项|协议|合同|签约)|不再(?:实施|建设|推进|投资)|撤销(?:该|此)?(?:项目|立项|备案)"
            "|解除(?:了)?(?:投资)?(?:协议|合同)|退出该?项目|项目(?:已)?(?:流产|终止|取消|作废)"
        ),
        yes=("公司公告终止项目投资", "该项目取消建设", "经研究不再实施", "双方解除投资协议", "项目已终止"),
        no=("取消收费项", "终止妊娠", "取消限购", "不再收取费用"),
    ),
    Rule(
        "resumed",
        re.compile(
            "(?:全面|正式|已|陆续|恢复)?复工(?!复产补贴|率)|恢复(?:建设|施工)|重新(?:启动|开工|建设)|重启(?:建设|施工|项目)"
        ),
        yes=("停滞两年的项目恢复施工", "项目重新启动", "节后全面复工", "盘活后重启建设"),
        no=("复工率达到90%", "重新装修", "恢复生态"),
    ),
    Rule(
        "back",
        re.compile(
            "(?:尚|仍|还|迟迟)未(?:正式|实质性)?(?:开工|动工|建成|投产)|重新(?:选址|签约|谋划|报批|招标)|推倒重来|退回前期"
        ),
        yes=("项目至今尚未开工", "项目将重新选址", "迟迟未动工"),
        no=("尚未完成审批", "未来可期", "重新认识"),
    ),
)


def turns(texts: Iterable[str]) -> dict[Turn, str]:
    """Each turn that the texts tell of, with the words that say so."""
    found: dict[Turn, str] = {}
    for text in texts:
        for rule in RULES:
            match = rule.pattern.search(text)
            if match and rule.turn not in found:
                found[rule.turn] = match[0]
    return found
