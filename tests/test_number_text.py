import pytest

from graphlab.explain import format_value
from graphlab.inspector.rows import plain
from graphlab.number_text import measure_text, setting_text, value_text

MEASURES = {
    0.0: "0.0000",
    0.93124: "0.9312",
    -0.5: "-0.5000",
    0.001: "0.0010",
    5e-05: "5e-05",
    -1.2345e-07: "-1.23e-07",
    12345.678: "12345.6780",
    2.5e9: "2.5e+09",
    float("nan"): "nan",
    float("inf"): "inf",
}


@pytest.mark.parametrize(("value", "text"), MEASURES.items())
def test_a_measure_keeps_its_digits_when_it_is_small(value: float, text: str):
    assert measure_text(value) == text


def test_settings_read_as_they_were_given():
    assert [setting_text(value) for value in (0.10000000149, 1e-07, 5e-05, 1e-3)] == ["0.1", "1e-07", "5e-05", "0.001"]
    assert value_text(0.000012345) == "1.234e-05"
    assert format_value([0.10000000149, 1e-07, 3, True]) == "[0.1, 1e-07, 3, true]"
    assert plain({"epsilon": 1.0000000116860974e-07, "rates": [0.10000000149011612, None]}) == (
        '{"epsilon": 1e-07, "rates": [0.1, ?]}'
    )
