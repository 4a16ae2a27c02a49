"""A line as the patterns of page frames read it: one script, no pinyin notes, one kind of mark.

Frames (share bars, bylines, disclaimers) are recognised before and after the repair of the text, so a line may be in
traditional script, carry a reading behind each character and have its marks doubled. `key` folds all of that away.
"""

import re
import unicodedata

LONGEST = 400
"""Lines longer than this are never a frame as a whole; only their ends are folded."""

# Only characters that the patterns use, character over character.
_TRADITIONAL = (
    "並佈併來係個們備傢傳僅億儲內兩冊別刪則劃動務區協卽參員問單噹嚴圍圖埰執報場墰壇壜夥學寀實審專對導層屬幣幷廣張彆彔後復愛應戶掃採換搶擁擊擔據擴攝數於時暫會査條業構樓標機檯欄權歡歸氣沒瀏為無熱爲獨獻現異當"
    "發監盤眞眾碼礙積筆箇節簡簽籌籤糾約級終絕絡給統絶經綫維網綵線編總繫纔罈罎羣習聞聯聲聽臺與興舉華萬蒐蓆蔘薦藍處號衆衕裏裡製複覈見規視覺覽觀訂計訊討記訪設許註証評詞詢話該認語說説請論諮謝謹證識議讀讓讚負貢"
    "紙稱縮責貼資贊載輯輸轉迴這週進遊過達遞選還郵鄭釦鈕鈡錄錢錯録錶鍵鍾鏈鏡鐘長門閉開間閤閱閲闆關陸隨險隻電頁頂須預領頭頻題類顧顯風颱饋騰驗體髮鬚鳳鵝麪麫麵麼麽點齣"
)
_SIMPLIFIED = (
    "并布并来系个们备家传仅亿储内两册别删则划动务区协即参员问单当严围图采执报场坛坛坛伙学采实审专对导层属币并广张别录后复爱应户扫采换抢拥击担据扩摄数于时暂会查条业构楼标机台栏权欢归气没浏为无热为独献现异当"
    "发监盘真众码碍积笔个节简签筹签纠约级终绝络给统绝经线维网彩线编总系才坛坛群习闻联声听台与兴举华万搜席参荐蓝处号众同里里制复核见规视觉览观订计讯讨记访设许注证评词询话该认语说说请论咨谢谨证识议读让赞负贡"
    "纸称缩责贴资赞载辑输转回这周进游过达递选还邮郑扣钮钟录钱错录表键钟链镜钟长门闭开间合阅阅板关陆随险只电页顶须预领头频题类顾显风台馈腾验体发须凤鹅面面面么么点出"
)
SIMPLIFIED = dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True))
_TABLE = str.maketrans(SIMPLIFIED)
_LETTERS = "a-zāáǎàōóǒòēéěèīíǐìūúǔùüǖǘǚǜńňǹ"
_NOTE = re.compile(rf"(?<=[\u3400-\u9fff)])\([{_LETTERS}]{{1,6}} ?\)")
_DOUBLED = re.compile(r",+(?=[。、;:!?])|(?<=[。、;:!?]),+|(?<=,),+")
_SPACE = re.compile(r"\s+")


def key(line: str) -> str:
    """The folded line, single blanks kept: simplified, lower case, ASCII marks. Reads at most LONGEST characters."""
    text = line[:LONGEST]
    text = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower().translate(_TABLE)
    if "(" in text:
        text = _NOTE.sub("", text)
    return _SPACE.sub(" ", _DOUBLED.sub("", text)).strip()


def without_notes(line: str) -> str:
    """The line without the readings behind its characters."""
    return _NOTE.sub("", line)


def squeezed(line: str) -> str:
    """`key` without any blank: labels are often spaced out (责 任 编 辑)."""
    return key(line).replace(" ", "")
