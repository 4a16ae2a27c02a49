"""What Guatu says in the codes of OC4IDS 0.9.5: statuses, sectors, types, roles. The tables of docs/exports.md."""

from service.ledger import ProjectView, Status

STATUSES: dict[str, str] = {
    "planned": "identification",
    "signed": "preparation",
    "started": "implementation",
    "construction": "implementation",
    "completed": "completion",
    "operational": "maintenance",
    "cancelled": "cancelled",
}
"""projectStatus.csv. It has nothing for suspended and stalled: these are where their furthest stage was."""

MILESTONES: dict[Status, str] = {
    "signed": "commercialClose",
    "started": "commencement",
    "completed": "completion",
    "operational": "commissioning",
}
"""milestoneCode.csv."""

TITLES: dict[str, str] = {
    **{"planned": "规划", "signed": "签约", "started": "开工", "construction": "在建", "completed": "竣工"},
    **{"operational": "投产", "suspended": "停建", "cancelled": "取消", "stalled": "停滞"},
}

_SECTORS: tuple[tuple[str, str], ...] = (
    ("energy.solar", "光伏发电 光伏电站 农光互补 渔光互补 光热"),
    ("energy.wind", "风电 风力发电"),
    ("energy.hydropower", "水电 抽水蓄能"),
    ("energy.biomass", "生物质 垃圾焚烧 焚烧发电 沼气"),
    ("energy.geothermal", "地热"),
    ("transport.air", "机场"),
    ("transport.water", "港口 港区 码头 航道 船闸 泊位"),
    ("transport.rail", "铁路 高铁 客专 火车站"),
    ("transport.urban", "地铁 轻轨 轨道交通 公交"),
    ("transport.road", "公路 高速 国道 省道 县道 道路 大道 快速路 大桥 隧道 互通"),
    ("naturalResources.floodProtection", "防洪 排涝 堤防 海塘 除险加固"),
    ("waterAndWaste", "供水 引水 水厂 污水 垃圾 固废 危废 管网 雨污分流"),
    ("socialHousing", "安置房 公租房 保障房 保障性住房 棚户区 棚改"),
    ("education", "学校 学院 大学 小学 中学 高中 幼儿园 校区 职教"),
    ("health", "医院 卫生院 养老 福利院 妇幼保健"),
)
"""Words of a name, for projects of the chains that build such things; the first that is found counts."""
_BUILT = frozenset(("能源", "交通", "水利", "环保", "城建", "民生"))
_CHAINS = {
    **{"能源": "energy", "交通": "transport", "水利": "waterAndWaste", "环保": "waterAndWaste"},
    **{"文旅": "cultureSportsAndRecreation", "数字经济": "communications"},
}
_SECTIONS = {
    **{"D": "energy", "G": "transport", "I": "communications", "K": "socialHousing", "N": "waterAndWaste"},
    **{"O": "governance", "P": "education", "Q": "health", "R": "cultureSportsAndRecreation", "S": "governance"},
}
_KINDS = (
    ("expansion", "改扩建 扩建 扩能 扩产 扩容 增资扩产"),
    ("replacement", "迁建 重建 置换"),
    ("rehabilitation", "改造 修缮 修复 除险加固 整治 提升"),
    ("construction", "新建"),
)
_PUBLIC = ("政府", "委员会", "管委会", "局", "厅", "委", "办公室", "镇", "乡", "街道")


def status(view: ProjectView) -> str | None:
    return STATUSES.get(view.status or "") or STATUSES.get(view.stage or "")


def sectors(view: ProjectView) -> list[str]:
    """projectSector.csv: what the name says of infrastructure, else what the chain or the section is; a code with its parent.
    All that is made, grown and sold is `economy`."""
    if not view.industry and view.section is None:
        return []
    named = _named(view.name, _SECTORS) if _BUILT & set(view.industry) or not view.industry else None
    # houses of section K are social only where the name says so
    by_section = "economy" if view.section == "K" else _SECTIONS.get(view.section or "", "economy")
    chained = next((code for chain in view.industry if (code := _CHAINS.get(chain))), None)
    code = named or (chained if view.section != "C" else None) or by_section
    parent = code.partition(".")[0]
    return [code] if parent == code else [parent, code]


def type_(view: ProjectView) -> str | None:
    """projectType.csv, where the name says which."""
    return _named(view.name, _KINDS)


def is_public(owner: str) -> bool:
    return owner.endswith(_PUBLIC)


def _named(name: str, table: tuple[tuple[str, str], ...]) -> str | None:
    return next((code for code, words in table if any(word in name for word in words.split())), None)
