import pytest

from graphlab.explain import flops, format_flops, format_number, total_work
from graphlab.graph import Graph, Op, Tensor, build_graph


def small_graph(op_type: str, inputs: list[Tensor], output: Tensor, **attrs: object) -> Graph:
    """A graph of one op "op" fed by placeholders."""
    sources = [Op(f"in{port}", "Placeholder", outputs=(tensor,)) for port, tensor in enumerate(inputs)]
    fed = tuple((source.id, 0) for source in sources)
    return build_graph([*sources, Op("op", op_type, inputs=fed, outputs=(output,), attrs=attrs)], [])


def floats(*shape: int | None) -> Tensor:
    return Tensor("float32", shape)


def test_flops_of_matmul_when_batch_is_unknown_counts_one_example():
    graph = small_graph("MatMul", [floats(None, 784), floats(784, 256)], floats(None, 256))
    assert flops(graph, "op") == 401_408


def test_flops_of_matmul_when_left_side_is_transposed():
    graph = small_graph("MatMul", [floats(32, 784), floats(32, 256)], floats(784, 256), transpose_a=True)
    assert flops(graph, "op") == 2 * 32 * 784 * 256


def test_flops_of_einsum_counts_every_combination_of_indices():
    graph = small_graph("Einsum", [floats(None, 12, 16), floats(16, 8)], floats(None, 12, 8), equation="abc,cd->abd")
    assert flops(graph, "op") == 2 * 12 * 16 * 8


def test_flops_when_op_only_moves_data_is_zero():
    graph = small_graph("Reshape", [floats(None, 28, 28, 1), Tensor("int32", (2,))], floats(None, 784))
    assert flops(graph, "op") == 0


def test_flops_when_type_or_rank_is_unknown_is_none():
    assert flops(small_graph("MadeUpOp", [floats(3)], floats(3)), "op") is None
    assert flops(small_graph("Relu", [Tensor("float32", None)], Tensor("float32", None)), "op") is None


def test_total_flops_when_some_are_unknown_adds_the_known_ones():
    source = Op("x", "Placeholder", outputs=(floats(None, 10),))
    ops = [
        source,
        Op("relu", "Relu", inputs=(("x", 0),), outputs=(floats(None, 10),)),
        Op("odd", "MadeUpOp", inputs=(("relu", 0),), outputs=(floats(None, 10),)),
        Op("softmax", "Softmax", inputs=(("odd", 0),), outputs=(floats(None, 10),)),
    ]
    assert total_work(build_graph(ops, [])).flops == 60


def test_format_number_separates_thousands():
    assert [format_number(number) for number in (0, 784, 200_960)] == ["0", "784", "200,960"]


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 FLOP"),
        (999, "999 FLOP"),
        (1_000, "1.0 kFLOP"),
        (401_408, "401.4 kFLOP"),
        (999_960, "1.0 MFLOP"),
        (12_845_056, "12.8 MFLOP"),
        (3_900_000_000, "3.9 GFLOP"),
    ],
)
def test_format_flops_picks_the_unit(count: int, text: str):
    assert format_flops(count) == text
