"""The words that names of projects are made of, by what they tell of identity. Only tables; no proper name stands here.

What is left of a name when all of these are taken out is its proper part, the strongest sign of identity.
"""

# What a thing is (its head), by class: two heads of one class may name one project, of two classes never.
HEADS: dict[str, str] = {
    word: kind
    for kind, words in {
        "plant": """产业园 产业园区 工业园 工业园区 科技园 科技园区 科技产业园 智造园 制造园 智造产业园 产业基地 生产基地 制造基地 加工基地 示范基地 基地 生产线
            产线 流水线 车间 工厂 智能工厂 超级工厂 数字化工厂 未来工厂 总装厂 加工厂 制造厂 厂 厂房 厂区 园区 园 总部 总部基地 综合体项目 全产业链 产业链
            加工园 产业城 产业集群 创业园 孵化园 孵化器 加速器 共富工坊 工坊 医药园 食品园 化工园 牧场 养殖场 育肥基地 繁育基地 繁育中心""",
        "road": "高速公路 高速 公路 大道 大街 快速路 快速通道 环路 环线 主干道 干道 旅游公路 国道 省道 县道 道路 通道 路",
        "bridge": "大桥 特大桥 跨河大桥 跨河桥 跨江大桥 跨海大桥 立交桥 高架桥 桥",
        "tunnel": "隧道 隧洞",
        "rail": "铁路 高铁 客专 城际铁路 城际 市域铁路 轨道交通 城市轨道交通 地铁 轻轨 铁路专用线 专用线",
        "link": "连接线 联络线 互通 立交 枢纽互通",
        "port": "码头 港区 港口 泊位 集装箱码头 货运码头 邮轮码头 港",
        "waterway": "航道",
        "lock": "船闸",
        "airport": "机场 通用机场 民用机场 航站楼",
        "station": "客运站 客运枢纽 高铁站 火车站 枢纽 客运中心",
        "reservoir": "水库 水利枢纽",
        "irrigation": "灌区 引水工程 引水 供水工程 供水 调水",
        "waterworks": "水厂 自来水厂 净水厂",
        "sewage": "污水处理厂 污水厂 污水处理站 再生水厂 水质净化厂",
        "power": """电站 电厂 发电厂 抽水蓄能电站 水电站 光伏电站 风电场 光伏发电 风力发电 风电 光储电站 储能电站 光伏储能电站 核电 核电站 热电厂
            热电联产 生物质发电 焚烧发电 垃圾焚烧发电 焚烧发电厂 垃圾焚烧发电厂 光储一体化基地""",
        "grid": "变电站 换流站 输变电工程 输变电 输电线路 特高压",
        "hospital": "医院 分院 院区 新院区 卫生院 保健院 妇幼保健院 人民医院 中医院 中心医院",
        "ward": "感染楼 住院楼 门诊楼 综合楼 医技楼 传染病房 病房楼 急诊楼",
        "school": "学校 小学 中学 高中 学院 大学 校区 幼儿园 职教中心 教学楼 实验学校",
        "housing": "安置房 安置区 公寓 员工公寓 学生公寓 人才公寓 宿舍 宿舍楼 小区 家园 花园 保障房 棚改安置房 安居房",
        "office": "大厦 办公楼 写字楼 科研楼",
        "hotel": "酒店 商务酒店 度假酒店 宾馆 民宿",
        "resort": "度假区 旅游度假区 度假村 景区 风景区 小镇 康养小镇 旅游区 营地 研学营地 乐园 农庄",
        "culture": "图书馆 博物馆 文化馆 体育馆 科技馆 美术馆 展览馆 展示馆 纪念馆 规划展示馆 体育中心 体育场 文化中心 博览馆 剧院",
        "meeting": "会议中心 会展中心 博览中心 国际会议中心",
        "park": "公园 湿地公园 森林公园 广场 绿道",
        "trade": "市场 批发市场 交易市场 农贸市场 商业街 步行街 商场 商业综合体 综合体 商业中心",
        "logistics": "物流园 物流园区 物流中心 冷链物流园 集配中心 冷链集配中心 分拨中心 冷库 配送中心 仓储中心",
        "lab": "检测中心 质量检测中心 检验中心 实验室 研究院 研发中心 创新中心 研究中心",
        "data": "数据中心 大数据中心 云计算中心 算力中心 智算中心",
        "parking": "停车场 停车楼 充电站 充电桩",
        "network": "管网 管廊 综合管廊 配套管网",
    }.items()
    for word in words.split()
}
SINGLE_HEADS = {word: kind for word, kind in HEADS.items() if len(word) == 1}
"""Heads of one character count only at the end of a name: 渤水路跨河桥 is a bridge."""

# Two classes by which one thing may be called nevertheless.
ALIKE = frozenset(
    frozenset(pair.split("-"))
    for pair in "plant-logistics plant-resort plant-power plant-data plant-trade plant-port reservoir-irrigation meeting-trade resort-trade".split()
)

# Written differently, meant alike: what stands left is read as what stands right.
SAME_WORDS = (
    ("城市轨道交通", "轨道交通"),
    ("地铁", "轨道交通"),
    ("生活垃圾", "垃圾"),
    ("高速公路", "高速"),
    ("旅游度假区", "度假区"),
    ("新能源汽车", "汽车"),
    ("首期", "一期"),
)

# What a part or a side of a thing is called: two of them are two projects.
PARTS = frozenset(
    """北延 南延 东延 西延 北延线 南延线 东延线 西延线 北段 南段 东段 西段 中段 北线 南线 东线 西线 东区 西区 南区 北区 东岸 西岸 南岸 北岸 左岸 右岸
    新院区 新馆 老馆 新校区 老校区 主馆 配套 配套设施 辅路 复线 支线""".split()
)
# One in a county, at the most a few: as good as a proper name there. By the words in which they are told.
UNIQUE: dict[str, str] = {
    word: unique
    for unique, words in {
        "人民医院": "人民医院",
        "中医院": "中医院 中医医院",
        "中心医院": "中心医院",
        "妇幼保健院": "妇幼保健院 妇幼保健",
        "妇女儿童医院": "妇女儿童医院 妇儿医院",
        "图书馆": "图书馆",
        "博物馆": "博物馆",
        "体育馆": "体育馆",
        "体育中心": "体育中心 奥体中心",
        "文化馆": "文化馆",
        "科技馆": "科技馆",
        "规划展示馆": "规划展示馆 规划馆",
        "职教中心": "职教中心 职业教育中心",
        "机场": "机场 通用机场 民用机场 航站楼",
        "高铁站": "高铁站",
        "火车站": "火车站",
        "客运站": "客运站 客运中心",
        "党校": "党校",
        "殡仪馆": "殡仪馆",
        "会展中心": "会展中心",
        "市民中心": "市民中心 市民服务中心",
        "抽水蓄能": "抽水蓄能 抽水蓄能电站 抽蓄 抽蓄电站",
        "垃圾焚烧": "垃圾焚烧 垃圾焚烧发电 垃圾焚烧发电厂 焚烧发电 焚烧发电厂",
        "生物质热电": "生物质热电联产 生物质发电 生物质热电",
        "轨道交通": "轨道交通 轻轨",
    }.items()
    for word in words.split()
}
# Told of many things at once, or built everywhere: the same words are the same project only with a sign beside them.
GENERIC = frozenset(
    """老旧小区 老旧小区改造 棚户区 棚户区改造 棚改 城中村 城中村改造 旧城改造 城市更新 安置房 安置区 保障房 保障性住房 公租房 标准厂房 标准化厂房 高标准农田
    污水处理厂 污水处理 污水厂 污水处理站 污水管网 雨污分流 管网 管网改造 供热管网 供水管网 老旧管网 水厂 自来水厂 供水工程 农村供水 饮水安全 停车场 充电桩 充电站
    农贸市场 农村公路 四好农村路 道路 道路改造 路网 基础设施 基础设施建设 配套设施 配套基础设施 园区基础设施 幼儿园 小学 中学 学校 卫生院 养老院 敬老院 养老服务中心
    光伏发电 光伏 分布式光伏 风电 风力发电 变电站 输变电 生态修复 河道治理 河道整治 水环境治理 水系连通 水库除险加固 除险加固 绿化 亮化 美丽乡村 乡村振兴
    人居环境 垃圾处理 垃圾填埋场 产业园 工业园 科技园 物流园 冷链物流 冷库 公园 广场 酒店 商业综合体 综合体 数据中心 屠宰 养殖 养殖场 生猪养殖 肉牛养殖
    设施农业 大棚 粮食仓储 粮库 加油站 搅拌站 采石场 砂石 生态治理 水土保持 防洪 堤防 中小河流治理 集中供暖 供暖 供热 清洁取暖 智慧城市 雪亮工程""".split()
)
# Says of no project which it is: the manner, the trade at large, the size, what is done with it.
WEAK = frozenset(
    """项目 工程 重点 重大 建设 新建 改建 扩建 改扩建 迁建 重建 续建 扩能 扩容 改造 提升 改造提升 提标 提标改造 升级 技改 技术改造 整治 综合整治 治理 综合治理 修复 修缮
    加固 开发 投资 配套 一体化 智能化 数字化 自动化 绿色 绿色化 智慧 智能 数字 现代 现代化 高端 高性能 高纯 高效 精密 先进 新型 优质 特色 国际 国家 国家级 省级 省重点
    膜材料 科技 科创 创新 创业 产业 工业 制造 生产 加工 深加工 精深加工 研发 总部 智造 实业 生物 生物科技 医药 制药 生物医药 食品 新材料 材料 新能源 能源 电子 光电 电气
    机械 机电 装备 装备制造 化工 石化 建材 纺织 环保 环境 农业 农牧 牧业 渔业 渔港 海洋 旅游 文旅 文化 康养 健康 物流 商贸 乳业 木业 橡胶 矿业 水务 电力
    综合 综合利用 示范 试点 标准化 规模化 专业 全自动 万吨级 年产 年处理 年加工 城区 县城 城市 农村 乡村 乡镇 中心 区域 片区 地块 整村 及 和 与 等 的 一批 系列
    工业化 冶炼 跨河 跨江 跨海 改造工程 建设工程 工程建设 道桥 热带 产品 制品 万头 千头 百万头 商务 规划 服务 安全 股份 集团 公司 有限公司 有限责任公司 地区""".split()
)
# What projects make or hold. The list need not be complete: a word that is missing counts as proper.
PRODUCTS = frozenset(
    """锂电池 动力电池 储能电池 电池 隔膜 电解液 正极材料 负极材料 铜箔 复合铜箔 铝箔 石墨 石墨烯 导热膜 光学膜 薄膜 基膜 光伏 光伏组件 组件 光伏玻璃 玻璃 硅片 多晶硅 风机
    风电设备 叶片 塔筒 储能 氢能 制氢 电机 电子元器件 芯片 半导体 集成电路 封装 传感器 线路板 显示屏 面板 模组 光纤 电缆 索具 钢丝 钢管 铜管 轴承 齿轮 阀门 轮毂 铸件 锻件
    汽车 汽车零部件 零部件 整车 座椅 线束 轮胎 子午线轮胎 橡胶 机器人 机床 模具 农机 电梯 电器 家电 家具 家居 智能家居 木材 人造板 纸浆 造纸 包装 包装材料 印刷 塑料
    聚烯烃 聚酯 乙烯 丙烯 树脂 涂料 化肥 复合肥 农药 原料药 中间体 疫苗 中药 中药饮片 中药材 饮片 颗粒 医疗器械 敷料 肽 玉米肽 玉米 大豆 大豆蛋白 蛋白 水稻 稻米 大米
    马铃薯 全粉 薯条 杂粮 杂豆 面粉 食用油 豆油 饲料 豆粕 淀粉 酒精 白酒 啤酒 饮料 矿泉水 果汁 咖啡 椰子 槟榔 茶叶 水果 蔬菜 花卉 种苗 种薯 食用菌 木耳 人参 鹿茸 鹿血
    肉牛 牦牛 奶牛 生猪 肉鸡 禽 蛋鸡 羊 水产 海产 海鲜 渔业 冷链 预制菜 乳品 牛奶 奶粉 肉制品 屠宰 水泥 混凝土 砂石 石材 陶瓷 砖 岩棉 装配式 钢结构 服装 面料 纺纱 亚麻 羽绒
    皮革 鞋 玩具 宠物食品 石墨矿 铜矿 金矿 稀土 钼 镍 锂 石油 天然气 煤炭 炼化 垃圾 污水 污泥 危废 秸秆 生物质 焚烧 抽水蓄能 水电 核电 风电 电商 直播 影视 温泉 滑雪 冰雪
    邮轮 集装箱 仓储 冷藏 卫星 航天 无人机 大数据 软件 种业 育种 净土 藏药 青稞""".split()
)
COMPANY_TAIL = (
    "股份有限公司 有限责任公司 集团有限公司 控股集团有限公司 投资集团 控股集团 有限公司 集团公司 分公司 公司 集团 股份 控股 合作社 农场"
).split()
