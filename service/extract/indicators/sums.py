"""How the press writes what a region or a group of projects has invested and produced."""

import re

from service.extract.grammar import Context, Family

sums = Family("sums", over="shape")

REACHES = r"(?:总?额|总量|规模)? (?:预计|累计|已|可|首次|分别|均|有望|将|实际|共|合计)* (?:完成|实现|达到?|突破|超过?|约|近|为|共|是){0,2} \s?"


@sums.rule(
    rf"(?<![0-9]) (?:固定资产|工业|产业|制造业|基础设施|民间|技改|技术改造|房地产开发|有效|交通|水利|基建|重点项目|重大项目) 投资 Ⓣ? {REACHES} Ⓜ",
    near=("投资",),
    yes={
        "全社会⟦固定资产投资完成735亿元⟧": "investment_completed",
        "⟦工业投资突破20亿元⟧": "investment_completed",
        "⟦固定资产投资上半年完成28亿元⟧": "investment_completed",
    },
    no=("总投资9亿元，其中固定资产投资5亿元", "固定资产投资增长8%", "固定资产投资5亿元以上的项目", "招商引资3亿元"),
)
def regional_investment(m: re.Match[str], _: Context) -> str | None:
    if re.match("的?[^，。、]{0,2}(?:项目|产业|工业|以上)", m.string[m.end() : m.end() + 4]):
        return None
    if OF_THE_TOTAL.search(m.string, max(m.start() - 10, 0), m.start()):
        return None
    return None if NOT_YET.search(m.string, max(m.start() - 10, 0), m.start()) else "investment_completed"


# 总投资Ⓜ，其中固定资产投资Ⓜ: what is to be invested in it.
OF_THE_TOTAL = re.compile("(?:总|计划)投资[^，。；]{0,4}Ⓜ，其中$")
# 下达中央水利投资Ⓜ: money that is granted, not yet invested.
NOT_YET = re.compile(r"(?:下达|争取|落实|获批?|安排|到位|申报|批复)[^，。；]{0,8}$")


@sums.rule(
    rf"(?:完成|实现) (?:固投|投资额) {REACHES} Ⓜ",
    near=("固投", "投资额"),
    yes={"⟦完成固投64亿元⟧": "investment_completed"},
    no=("完成投资进度", "固投增速5%"),
)
def completed_in_short(_: re.Match[str], __: Context) -> str:
    return "investment_completed"


@sums.rule(
    r"(?:已|累计)完成 (?:了)? \s?Ⓜ",
    near=("完成",),
    yes={"计划投资16亿元，⟦已完成15亿元⟧": "investment_completed"},
    no=("已完成投资15亿元", "累计完成率90%"),
)
def completed_of_it(_: re.Match[str], __: Context) -> str:
    return "investment_completed"


@sums.rule(
    rf"(?:(?:协议|合同|意向|签约) (?:总?投资|总?引资|总?资金|总?金额) | 签约总?额) {REACHES} Ⓜ",
    near=("协议", "合同", "意向", "签约"),
    yes={
        "4个项目现场签约，⟦协议投资27亿元⟧": "investment_total",
        "现场签约项目21个，⟦签约总额突破22亿元⟧": "investment_total",
    },
    no=("签订投资协议", "技术合同成交额6亿元", "合同额6亿元"),
)
def agreed(_: re.Match[str], __: Context) -> str:
    return "investment_total"


@sums.rule(
    rf"完成 (?:[^，。；：、ⓂⓃⓅⓉ的]{{0,12}}?投资 | 投资) {REACHES} Ⓜ (?:(?:、|和)Ⓜ){{0,5}}",
    near=("完成",),
    yes={
        "省、市重点项目分别⟦完成投资7亿元和9亿元⟧": "investment_completed",
        "⟦完成文旅重大项目投资350亿元以上⟧": "investment_completed",
    },
    no=("完成率达60%，投资9亿元", "完成投资进度", "完成的投资9亿元"),
)
def completed_sum(_: re.Match[str], __: Context) -> str:
    return "investment_completed"


@sums.rule(
    rf"""[^，。；：、{{}}ⓂⓃⓅⓉ年实可计划预达投的司厂]{{2,10}} (?:总产值|产值|主营业务收入|营业收入|销售收入|销售额|营收) {REACHES} Ⓜ""",
    near=("产值", "收入", "销售额", "营收"),
    yes={
        "⟦规上工业产值5700亿元⟧": "annual_output",
        "⟦林下经济产值实现100亿元⟧": "annual_output",
    },
    no=("地区生产总值90亿元", "达产后年产值9亿元", "财政收入6亿元", "公司产值6亿元", "华山药业产值6亿元"),
)
def output_of_a_trade(m: re.Match[str], _: Context) -> str | None:
    return None if re.search("项目|基地|新增|人均|亩均|集团|股份|[药矿铜钢铝]业", m.group()) else "annual_output"
