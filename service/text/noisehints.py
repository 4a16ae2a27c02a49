"""A cheap first look: does a line bear any sign of a frame? Only such lines are read closely."""

import re

from service.text.linekey import SIMPLIFIED

_WORDS = """
声明 版权 免责 转载 侵权 侵犯 侵删 观点 立场 无关 参考 来源 稿源 出处 转自 责任 责编 责校 编辑 编审 编校 编发 一审 二审 三审 初审 复审 终审 审核 审签 审读 审校 校审
校对 监制 值班 签发 浏览 点击 阅读 访问 人气 热度 评论 字号 字体 索引 关键 标签 分享 栏目 分类 发布 发表 发稿 更新 上传 刊发 录入 添加 返回 查看 打开 展开 微信 微博 朋友
空间 贴吧 收藏 设为 打印 关闭 上一 下一 首页 尾页 末页 点亮 举报 我要 纠错 参与 我来 手机 扫码 客户 保存 正文 模式 第 页 楼 沙发 板凳 地板 作者 倒序 直达 道具 显身 好友 收听
招呼 串个 新手 会员 元老 版主 主题 帖 积分 精华 威望 金钱 注册 登录 登陆 在线 进入 许可 备案 icp 公网 标识 最后 顶 支持 路过 学习了 感谢 谢谢 签到 围观 已阅 群 用户 位置
主页 标题 资料 广告 推广 网络 凡 本网 本站 投资有 入市 风险 自媒 存储 遵守 文明 留言 跟帖 网友 网民 管理 承担 抢 说点 输入 验证 看不清 记住 匿名 记得 提示 戳 喜欢 觉得 键盘
长按 扫 识别 关注 搜索 二维 电话 热线 邮箱 信箱 传真 mail 联系 客服 邮编 咨询 投稿 爆料 商务 加盟 订阅 发行 合作 地址 相关 延伸 推荐 扩展 拓展 同类 往期 精彩 更多 相似 关联 热门
热点 热评 热搜 排行 最新 今日 图片 猜你 为您 大家 小编 站内 频道 精品 独家 随机 最近 您可 友情 关于我 全部 常用 聚焦 网站 地图 http www 暂无 还没 繁体 无障 长者 QQ qq ICP © Copyright COPYRIGHT
copyright @ 申明 找回 密码 只需 两句 数字报 电子报 电子版 数字版 当前报 jpg jpeg png gif bmp webp 制图 版式 排版 美编 剪辑 配音 退出 本文 图文 请使用 复制 版: 版： 放大 缩小 导航
"""

_SITE_WORDS = """
声明 版权 免责 转载 转贴 摘编 侵权 侵犯 侵删 仅代表 只代表 代表作者 无关 仅供 谨供 仅作 参考 本网 本站 本平台 公众号 网友 网民 用户 留言 发言 入市 投资建议 自担 自媒体 信息存储 文明上网
语言文明 自觉遵守 遵守 验证码 登录 登陆 二维码 扫一扫 扫描 长按 自网络 于网络 来源网络 小编 分享给 抢沙发 暂无 电话 热线 手机 邮箱 微信 您 点个 点击 键盘 楼主 路过 好帖 学习了 一篇 亻言
"""


def _variants(char: str) -> str:
    """The character and its traditional forms."""
    return char + "".join(t for t, s in SIMPLIFIED.items() if s == char)


def _rest(word: str) -> str:
    """All but the first character, in either script, perhaps spaced out or behind a reading."""
    return "".join(rf"(?:\(\w{{1,7}}\)|\s)?[{re.escape(_variants(c))}]" for c in word[1:])


def _compiled(words: str) -> re.Pattern[str]:
    """Any of the words, by first character: the engine skips all others in one table look-up each, and tries a first
    character's own words only.
    """
    rests: dict[str, list[str]] = {}
    for word in dict.fromkeys(words.split()):
        for first in _variants(word[0]):
            rests.setdefault(first, []).append(_rest(word))
    return re.compile("|".join(re.escape(first) + "(?:" + "|".join(rest) + ")" for first, rest in rests.items()))


HINT = _compiled(_WORDS)
"""Found in every line that may be frame."""
SITE_HINT = _compiled(_SITE_WORDS)
"""Found in every whole sentence that may be frame: a site speaking of itself or to its readers."""
