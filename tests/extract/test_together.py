"""Reading step by step, many side by side."""

from collections.abc import Generator

from service.extract import together


def test_side_by_side() -> None:
    """Runs go from stop to stop in turn, whatever the number of their stops, and what they return is in their order."""
    passed: list[str] = []

    def run(name: str, stops: int) -> Generator[None, None, str]:
        for stop in range(stops):
            passed.append(f"{name}{stop}")
            yield
        return name

    assert together([run("a", 2), run("b", 0), run("c", 3)]) == ["a", "b", "c"]
    assert passed == ["a0", "c0", "a1", "c1", "c2"]
