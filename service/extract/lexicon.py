"""Words and fragments that several families share. Each odd one has its reason beside it."""

from service.models import Hedge

# Before a number. 达, 为 and their kind say nothing of its exactness and belong to the role's rule, not to the number.
HEDGES_BEFORE: dict[str, Hedge] = {
    "约": "about",
    "大约": "about",
    "约为": "about",
    "近": "under",
    "接近": "under",
    "将近": "under",
    "超": "over",
    "超过": "over",
    "逾": "over",
    "突破": "over",
    "不低于": "at_least",
    "不少于": "at_least",
    "至少": "at_least",
    "不超过": "at_most",
    "最多": "at_most",
}
# Between the number and its unit (50余公顷, 20多亿元) or after the unit (100亿元以上).
HEDGES_INSIDE: dict[str, Hedge] = {"余": "over", "多": "over", "来": "about"}
HEDGES_AFTER: dict[str, Hedge] = {
    "以上": "at_least",
    "及以上": "at_least",
    "左右": "about",
    "上下": "about",
    "以内": "at_most",
    "以下": "at_most",
    "及以下": "at_most",
    "余": "over",
    "多": "over",
}


def alternatives(words: object) -> str:
    """A pattern that matches any of `words`, the longest first."""
    assert hasattr(words, "__iter__")
    return "(?:" + "|".join(sorted((str(w) for w in words), key=len, reverse=True)) + ")"


# 签约58个, 最近3年, 附近5个村 hedge nothing.
BEFORE = "(?<![签履最附邻])" + alternatives(HEDGES_BEFORE)
INSIDE = alternatives(HEDGES_INSIDE)
AFTER = alternatives(HEDGES_AFTER)
# Dashes of ranges: hyphen, en and em dash, tilde, full-width tilde.
TO_STARTS = "-–—－~～至到"
TO = r"(?:[-–—－~～]{1,2}|至|到)"
