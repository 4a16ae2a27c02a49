"""PURE. Whether a paragraph tells what was done or orders what is to be done.

In a work report or a speech the same words stand for both: 建成X、开工Y. What decides is the company they keep: 力争, 确保, 抓好, 推动
without a single 已, 了, 累计 or 同比 is a plan.
"""

import re

_ORDER = re.compile(
    "力争|确保|争取|打造|推动|支持|积极|抓好|着力|深化|努力|力促|谋划|做强|做大|加大|统筹|鼓励|引导|完善|强化|优化|提升|加强"
)
_URGE = re.compile("加快|推进|启动|实施|建设")
_TOLD = re.compile(
    "已|了|累计|成功|同比|去年|增长[0-9]|荣获|获得|首个|入选|通过(?=了|验收|评审|审)|以来|(?<!项)目前|记者|举行"
)
_ORDERS, _ALL = 2, 5


def orders(paragraph: str) -> bool:
    """Whether a paragraph only orders what is to be done."""
    if _TOLD.search(paragraph):
        return False
    wanted = len(_ORDER.findall(paragraph))
    return wanted >= _ORDERS and wanted + len(_URGE.findall(paragraph)) >= _ALL
