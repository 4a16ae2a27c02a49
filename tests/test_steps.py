"""Work that stops between its steps."""

from service.steps import Steps, together, whole


def test_side_by_side() -> None:
    """Works go from stop to stop in turn, whatever the number of their stops, and their results come in their order."""
    passed: list[str] = []

    def work(name: str, stops: int) -> Steps[str]:
        for stop in range(stops):
            passed.append(f"{name}{stop}")
            yield
        return name

    assert together([work("a", 2), work("b", 0), work("c", 3)]) == ["a", "b", "c"]
    assert passed == ["a0", "c0", "a1", "c1", "c2"]
    assert whole(work("d", 1)) == "d"
