"""Which role a figure plays: total, phase, plan of the year, completed; land and floor; output, tax, jobs; capacity."""

import re

from service.extract.grammar import Context, Family
from service.extract.sentence import AREA, COUNT, FOREIGN, MONEY, PEOPLE, QUANTITY, TIME

roles = Family("roles", over="shape")

_TO = r"(?:额度?|规模|金额|总额)?(?:[（(][^（）()]{1,8}[）)])?(?:预计|计划|概算|估算|预算|将|可|预计将|预计可|已|均|分别)?(?:达到|达|为|近|共计|合计|共|约为|约|高达|是|超过|超|：|:|完成){0,2}(?:人民币)?[ ]?"
_WILL = r"(?:预计|计划|将|可|有望|能|约|每年|预计每年|年|均|可望|力争|届时|将新增|可新增|新增|可实现|将实现|实现|创造|可创|创|带动|贡献|上缴|可上缴|缴纳|完成|达到|达){0,4}"


@roles.rule(
    rf"(?:计划|预计|概算|估算|规划|拟)?(?:总(?:计划|概算|估算)?(?:投资|投入)|总造价|总概算|投资总|概算投资|估算投资|工程造价|工程投资){_TO}{MONEY}",
    near=("投资", "投入", "造价", "总概算"),
    yes={
        "该项目⟦总投资12亿元⟧": "investment_total",
        "⟦计划总投资约3.6亿元⟧，": "investment_total",
        "⟦投资总额达8亿元⟧": "investment_total",
        "⟦总投资为人民币8亿元⟧": "investment_total",
        "公路工程⟦总概算7亿元⟧": "investment_total",
    },
    no=("完成投资12亿元", "总投资3亿美元", "总投资达亿元"),
)
def total_investment(_: re.Match[str], __: Context) -> str:
    return "investment_total"


@roles.rule(
    rf"(?:总投资|投资)(?:额|总额)?分别(?:为|达|是|约|约为)?{MONEY}(?:、{MONEY})*(?:[、和]{MONEY})",
    near=("投资额分别", "投资分别", "投资总额分别"),
    yes={"甲、乙项目⟦总投资分别为3亿元、2亿元⟧": "investment_total"},
    no=("总投资分别列入计划", "占地分别为30亩、50亩"),
)
def investments_by_order(_: re.Match[str], __: Context) -> str:
    return "investment_total"


@roles.rule(
    rf"(?:总投资|投资){_TO}{FOREIGN}[（(](?:约?合|约|折合|折)?(?:人民币)?{MONEY}",
    near=("投资",),
    yes={"⟦总投资4.1亿美元（约合人民币29.5亿元⟧）": "investment_total"},
    no=("总投资4.1亿美元", "总投资4.1亿美元，年产值3亿元"),
)
def investment_converted(_: re.Match[str], __: Context) -> str:
    return "investment_total"


@roles.rule(
    rf"(?:今年|本年度|年度|年内|当年|全年|(?<![0-9一二两三四五六七八九十几多])年(?=计划)|{TIME})(?:，)?(?:度)?(?:项目|重点项目|固定资产)?(?:计划|预计|拟|将|力争|确保|争取|可)(?:完成|新增)?(?:固定资产|总|产业|工业)?投资{_TO}{MONEY}",
    near=("投资",),
    yes={
        "⟦年度计划投资5亿元⟧": "investment_planned_year",
        "⟦今年计划完成投资2亿元⟧": "investment_planned_year",
        "总投资64亿元，⟦年计划投资9亿元⟧": "investment_planned_year",
        "⟦2024年固定资产计划投资3亿元⟧": "investment_planned_year",
    },
    no=("今年完成投资2亿元", "计划总投资2亿元", "三年计划投资2亿元"),
)
def planned_for_the_year(_: re.Match[str], __: Context) -> str:
    return "investment_planned_year"


@roles.rule(
    rf"计划{TIME}(?:可)?完成(?:固定资产)?投资{_TO}{MONEY}",
    near=("计划",),
    yes={"⟦计划今年完成投资2亿元⟧": "investment_planned_year"},
    no=("计划投资2亿元", "按计划完成投资2亿元"),
)
def planned_to_complete(_: re.Match[str], __: Context) -> str:
    return "investment_planned_year"


@roles.rule(
    rf"年度(?:总)?(?:计划)?投资(?:计划|目标)?{_TO}{MONEY}",
    near=("年度",),
    yes={"总投资9亿元，⟦年度投资1.5亿元⟧": "investment_planned_year"},
    no=("年度完成投资3亿元",),
)
def investment_of_the_year(_: re.Match[str], __: Context) -> str:
    return "investment_planned_year"


@roles.rule(
    rf"(?:已经?累?计?|累计|共|截至目前|实际)?(?:完成|实现)(?:了)?(?:固定资产|工业|总|产业|年度|实际|建设|计划|有效|工程)?(?:投资|投入|产值投资)(?:额|总额)?{_TO}{MONEY}",
    near=("完成", "实现"),
    yes={"项目⟦已完成投资2.4亿元⟧": "investment_completed", "⟦累计完成投资8000万元⟧": "investment_completed"},
    no=("计划投资2.4亿元", "完成率达60%"),
)
def completed_investment(_: re.Match[str], __: Context) -> str:
    return "investment_completed"


@roles.rule(
    rf"(?<=期)(?:工程|项目)?{MONEY}",
    near=("期",),
    yes={"一期⟦2.1亿元⟧的烘焙区": "investment_total"},
    no=("一期投资2.1亿元", "三期，1亿元"),
)
def phase_amount(_: re.Match[str], __: Context) -> str:
    return "investment_total"


@roles.rule(
    rf"已(?:经|累计)?完成{MONEY}",
    near=("完成",),
    yes={"今年计划投资9亿元，截至5月底⟦已完成4.9亿元⟧": "investment_completed"},
    no=("完成4.9亿元", "已完成收入4.9亿元"),
)
def completed_amount(_: re.Match[str], __: Context) -> str:
    return "investment_completed"


@roles.rule(
    rf"(?:已累计|已经|累计已?|已)(?:完成)?投(?:资|入)(?:资金)?(?:额)?{_TO}{MONEY}|投资完成{_TO}{MONEY}",
    near=("累计", "已", "投资完成"),
    yes={"⟦已投资3000万元⟧": "investment_completed", "⟦累计投入1.2亿元⟧": "investment_completed"},
    no=("总投资3000万元", "已获批投资计划"),
)
def already_invested(_: re.Match[str], __: Context) -> str:
    return "investment_completed"


@roles.rule(
    rf"(?<![实际业间资产改总内外年工标划])(?:计划|拟|预计|规划|概算|估算|预算|一次性|共)?投(?:资|入)(?:资金)?{_TO}{MONEY}",
    near=("投资", "投入"),
    yes={"公司⟦投资5亿元⟧建设的厂区": "investment_total", "⟦计划投资2.5亿元⟧": "investment_total"},
    no=("工业投资5亿元", "固定资产计划投资5亿元", "固定资产投资5亿元", "民间投资9亿元", "总投资7亿元", "招商引资3亿元"),
)
def invested(_: re.Match[str], __: Context) -> str:
    return "investment_total"


@roles.rule(
    rf"(?:规划|总|计划|核心区|净|建设){{0,3}}(?:占地|用地|征地|地块)(?:总)?(?:面积|规模)?{_TO}(?:土地)?{AREA}",
    near=("占地", "用地", "征地", "地块"),
    yes={"项目⟦占地120亩⟧": "land_area", "⟦规划总用地面积约15公顷⟧": "land_area"},
    no=("建筑面积3万平方米", "占地数百亩", "用地指标3000亩"),
)
def land(_: re.Match[str], __: Context) -> str:
    return "land_area"


@roles.rule(
    rf"(?:规划|总体?规划|规划建设|总){{0,2}}(?:(?<!筑)(?<!设)总面积|(?<=规划建设)总面积|规划面积|核心区面积){_TO}{AREA}|{AREA}(?:的)?(?:土地|工业用地|用地)",
    near=("面积", "土地", "用地"),
    yes={"新区⟦规划面积8平方公里⟧": "land_area", "⟦规划建设总面积200公顷⟧": "land_area"},
    no=("建筑总面积2万平方米", "种植面积3万亩", "总建筑面积2万平方米"),
)
def planned_land(_: re.Match[str], __: Context) -> str:
    return "land_area"


@roles.rule(
    rf"(?:规划|总|计划){{0,2}}(?:建筑|建设)(?:总)?(?:面积|规模){_TO}{AREA}",
    near=("建筑", "建设"),
    yes={"⟦总建筑面积约9万平方米⟧": "floor_area", "⟦建筑总面积4.2万平方米⟧": "floor_area"},
    no=("建设用地120亩", "占地面积4万平方米"),
)
def floor(_: re.Match[str], __: Context) -> str:
    return "floor_area"


_SALES = r"(?:工业|综合|经济|农业|旅游)?(?:总产值|年产值|产值|销售总?收入|销售额|销售总额|营业总?收入|主营业务收入|营收|产值收入)"


@roles.rule(
    rf"{_WILL}(?:年平均|年|年均|每年)?{_WILL}(?<!增加值)(?<!总)(?<!亩均){_SALES}{_TO}{MONEY}",
    near=("产值", "收入", "销售额", "营收"),
    yes={
        "达产后⟦年产值10亿元⟧": "annual_output",
        "投产后⟦预计可实现年销售收入3亿元⟧": "annual_output",
        "⟦可实现销售收入100亿元以上⟧": "annual_output",
    },
    no=("一般公共预算收入90亿元", "人均可支配收入3万元", "工业增加值5亿元"),
)
def output(_: re.Match[str], __: Context) -> str:
    return "annual_output"


@roles.rule(
    rf"{_WILL}{MONEY}(?:的)?年?(?:工业|综合)?(?:产值|销售收入|营业收入|销售额|营收)",
    near=("产值", "收入", "销售额", "营收"),
    yes={"⟦每年可创造5亿元产值⟧": "annual_output"},
    no=("产值5亿元，税收3000万元", "5亿元投资"),
)
def output_behind(_: re.Match[str], __: Context) -> str:
    return "annual_output"


@roles.rule(
    rf"{_WILL}(?:年|年均|每年)?{_WILL}(?:利税|税收|税金|利税总额|纳税|税款|税费|财税|税收收入|综合税收|纳税额|创税|缴税|税利|地方税收|税收贡献){_TO}{MONEY}",
    near=("税",),
    yes={
        "⟦年税收8000万元⟧": "annual_tax",
        "销售收入8亿元、⟦利税1.3亿元⟧": "annual_tax",
        "⟦年纳税可达2000万元⟧": "annual_tax",
        "⟦每年可缴纳税款600万元⟧": "annual_tax",
    },
    no=("减税降费7500万元", "退税3亿元", "免税2亿元"),
)
def tax(_: re.Match[str], __: Context) -> str:
    return "annual_tax"


@roles.rule(
    rf"{_WILL}{MONEY}(?:的)?年?(?:税收|利税|税金)",
    near=("税",),
    yes={"⟦每年可上缴3000万元税收⟧": "annual_tax"},
    no=("税收3000万元", "减免3000万元税费"),
)
def tax_behind(_: re.Match[str], __: Context) -> str:
    return "annual_tax"


_GIVES = r"(?:转移|提供|新增|创造|带动|解决|吸纳|安置|安排|拉动|增加|促进|容纳|实现|稳定)"


@roles.rule(
    rf"{_GIVES}[^，。；、{MONEY}{COUNT}{PEOPLE}接]{{0,12}}?(?:就业|岗位|用工|务工)(?:人数|人员|人口|劳动力|岗位|机会|名额|职位)?(?:近|约|达到?|可达|超过?|共)?[{COUNT}{PEOPLE}]",
    near=("就业", "岗位", "用工", "务工"),
    yes={"可⟦提供就业岗位600个⟧": "jobs", "⟦带动就业800余人⟧": "jobs", "⟦转移农牧民就业800余人⟧": "jobs"},
    no=("间接带动就业800人", "失业人员600人"),
)
def jobs(m: re.Match[str], _: Context) -> str | None:
    return None if m.string[max(m.start() - 3, 0) : m.start()].endswith(("间接", "间接可")) else "jobs"


@roles.rule(
    rf"{_GIVES}(?:[^，。；、{MONEY}{COUNT}{PEOPLE}接]{{0,10}}?)[{COUNT}{PEOPLE}](?:以上|左右)?(?:的)?(?:[^，。；、{MONEY}{COUNT}{PEOPLE}税]{{0,8}}?)(?:就业|岗位|用工|务工|上岗)",
    near=("就业", "岗位", "用工", "务工", "上岗"),
    yes={"⟦解决300人就业⟧": "jobs", "⟦提供400个就业⟧岗位": "jobs", "⟦带动周边500名村民就业⟧": "jobs"},
    no=("培训300人，就业", "间接带动300人就业"),
)
def jobs_behind(m: re.Match[str], _: Context) -> str | None:
    return None if m.string[max(m.start() - 3, 0) : m.start()].endswith(("间接", "间接可")) else "jobs"


@roles.rule(
    rf"(?<!间接)(?:直接)?用工(?:人数)?(?:近|约|达到?|超过?|共)?{PEOPLE}",
    near=("用工",),
    yes={"⟦直接用工560人⟧": "jobs"},
    no=("用工缺口560个", "间接用工560人"),
)
def staff(_: re.Match[str], __: Context) -> str:
    return "jobs"


_PRODUCT = rf"[^，。；、！？（）()的和及与等{MONEY}{COUNT}{PEOPLE}{QUANTITY}{AREA}]{{1,18}}?"
_END = rf"(?=[，。；、！？（）()的和及与等\n”]|生产线|产线|项目|建设|工程|生产能力|产能|能力|车间|基地|技改|扩建|一期|二期|，|{MONEY}|$)"


@roles.rule(
    rf"年(?:总)?(?:产|处理|加工|生产|屠宰|储存|储|吞吐|出栏|发电|供气|供水|回收|消纳|组装|制造|可产|可生产|可加工)(?:能力|量|能|规模)?(?:各类|各种|优质|高品质)?{_TO}[{QUANTITY}{COUNT}{AREA}](?:的)?(?P<product>{_PRODUCT}){_END}",
    near=("年",),
    yes={"⟦年产10万吨钢丝⟧、": "capacity", "建成后可⟦年产30万台电机⟧": "capacity"},
    no=("年产值3亿元", "前年产量下降"),
)
def capacity(_: re.Match[str], __: Context) -> str:
    return "capacity"


@roles.rule(
    rf"年(?:总|可)?(?:产|处理|加工|生产|屠宰|出栏)(?:量)?(?:可达)?(?:{QUANTITY}[～~—–至到-]{{1,2}}{QUANTITY})?(?P<product>(?![值能业量])(?:(?!项目)[^ⓆⓃⓂⓅⒶⒿⓉ，。；、]){{1,14}}?)(?:可达|达到?|约|近|超)?[{QUANTITY}{COUNT}{AREA}]",
    near=("年产", "年处理", "年加工", "年生产", "年屠宰", "年出栏", "年可"),
    yes={
        "实现⟦年产土鸡200万羽⟧": "capacity",
        "达产后⟦年可加工大豆12万吨⟧": "capacity",
        "⟦年产新能源客车3万辆⟧": "capacity",
        "⟦年产2兆瓦～5兆瓦风机塔筒800套⟧": "capacity",
    },
    no=("年产值3亿元", "年产能力较强", "年产能利用率高，3台", "年产水泥项目等21个项目"),
)
def capacity_behind(_: re.Match[str], __: Context) -> str:
    return "capacity"


@roles.rule(
    rf"(?:建设|新建|新增|形成|扩建|具备|建成)(?:年产|年)?{QUANTITY}{_PRODUCT}(?:[、和及]{QUANTITY}{_PRODUCT}){{0,3}}(?:的)?(?:年)?(?:产能|生产能力|加工能力|处理能力)",
    near=("产能", "能力"),
    yes={"⟦建设20万吨聚乙烯、8万吨聚丙烯产能⟧": "capacity", "⟦新增3万吨精制糖生产能力⟧": "capacity"},
    no=("淘汰20万吨水泥产能", "建设产能20万吨", "建设20万吨码头，提高产能"),
)
def capacity_built(_: re.Match[str], __: Context) -> str:
    return "capacity"


@roles.rule(
    rf"年(?:设计)?(?P<product>产能|生产能力|加工能力|处理能力|屠宰能力)(?:可|将|预计)?{_TO}[{QUANTITY}{COUNT}](?=[，。；、（])",
    near=("年产能", "年设计", "年生产能力", "年加工能力", "年处理能力", "年屠宰能力"),
    yes={"规划用地900亩，⟦年产能20万辆⟧。": "capacity", "⟦年处理能力达15万吨⟧，": "capacity"},
    no=("年产能利用率90%，", "年产能20万吨水泥，"),
)
def capacity_alone(_: re.Match[str], __: Context) -> str:
    return "capacity"


@roles.rule(
    rf"(?P<product>(?:总)?装机)(?:总)?(?:容量|规模)?{_TO}{QUANTITY}",
    near=("装机",),
    yes={"⟦总装机容量120万千瓦⟧": "capacity"},
    no=("装机工人", "新增光伏装备"),
)
def installed(_: re.Match[str], __: Context) -> str:
    return "capacity"
