from graphlab.graph import Tensor
from graphlab.layout.tensors import TensorWords, tensors_to_json
from graphlab.view import Link, Wire

MATRIX, SCALAR = Tensor("float32", (2, 3)), Tensor("int32", ())


def test_a_tensor_from_op_to_op_takes_two_numbers() -> None:
    words = TensorWords()
    told = tensors_to_json(Link("a", "b", (Wire("a", 1, "b", 0, MATRIX),)), words)
    assert told == {"tensors": [[0, 1]]}
    assert words.all() == ["float32[2,3]"]


def test_a_link_between_groups_lists_the_ops_inside() -> None:
    wires = (
        Wire("g/a", 0, "h/x", 0, MATRIX),
        Wire("g/a", 0, "h/y", 1, MATRIX),
        Wire("g/a", 0, "h/z", 0, MATRIX),
        Wire("g/b", 0, "h/x", 1, SCALAR),
        Wire("g/b", None, "h/x", None, None),
    )
    words = TensorWords()
    assert tensors_to_json(Link("g/", "h/", wires), words) == {
        "tensors": [
            [0, 0, "g/a", 3, "h/x", "h/y"],
            [1, 0, "g/b", 1, "h/x"],
            [-1, -1, "g/b", 1, "h/x"],
        ]
    }
    assert words.all() == ["float32[2,3]", "int32[]"]


def test_only_the_first_of_many_tensors_are_listed_and_the_rest_counted() -> None:
    wires = tuple(Wire("split", port, "h/x", port, MATRIX) for port in range(7))
    told = tensors_to_json(Link("split", "h/", wires), TensorWords())
    assert told["tensors"] == [[0, port, "", 1, "h/x"] for port in range(4)]
    assert told["more"] == 3
