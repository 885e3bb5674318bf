"""How each layer class of keras.layers is built for a model of one layer, and which cannot be, with the reason."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf
from keras import layers

SIGNAL = ((400,),)
SEQUENCE = ((5, 3),)
IMAGE = ((8, 8, 3),)
VOLUME = ((4, 4, 4, 2),)
VECTOR = ((6,),)
TWO = ((6,), (6,))


@dataclass(frozen=True)
class Case:
    """How a layer is made, the shapes (without the batch) and the dtype of what it is called on, and how it is called.

    Some layers need more than one argument, and one of them cannot be a functional model's last layer: they are called
    in a model that is a subclass.
    """

    make: Callable[[], Any]
    inputs: tuple[tuple[int, ...], ...] = VECTOR
    dtype: str = "float32"
    call: Callable[..., Any] | None = None


def case(make: Any, inputs: Any = VECTOR, dtype: str = "float32", **settings: Any) -> Case:
    """The case of a class with these settings."""
    return Case(lambda: make(**settings), inputs, dtype)


def class_names() -> list[str]:
    """Every class in keras.layers by its own name; other names of the same class are left out."""
    found = [getattr(layers, name) for name in dir(layers) if inspect.isclass(getattr(layers, name))]
    return sorted({_name(cls) for cls in found})


def _name(cls: type) -> str:
    """The first name of a class in keras.layers: some have another inside Keras."""
    return min(name for name in dir(layers) if getattr(layers, name) is cls)


def layer_case(name: str) -> Case:
    """The case of this class: the table's, else the class without settings on a vector."""
    return CASES.get(name) or case(getattr(layers, name))


class OneLayer(keras.Model):
    """A model that calls a layer in its own way."""

    def __init__(self, layer: Any, call: Callable[..., Any]) -> None:
        super().__init__(name="net")
        self.layer = layer
        self._call = call

    def call(self, x: Any, state: Any = None, memory: Any = None) -> Any:
        return self._call(self.layer, *(value for value in (x, state, memory) if value is not None))


def one_layer_model(name: str) -> tuple[Any, Any]:
    """A model of the inputs, this layer and the output; and the layer."""
    found = layer_case(name)
    layer = found.make()
    if found.call is not None:
        model = OneLayer(layer, found.call)
        values = [tf.zeros((2, *shape), found.dtype) for shape in found.inputs]
        model(*values)
        return model, layer
    inputs = [keras.Input(shape, dtype=found.dtype, name=f"x{place}") for place, shape in enumerate(found.inputs)]
    return keras.Model(inputs, layer(inputs[0] if len(inputs) == 1 else inputs), name="net"), layer


def specs(name: str) -> list[tf.TensorSpec]:
    """What the model of this layer is traced for."""
    found = layer_case(name)
    return [tf.TensorSpec((None, *shape), found.dtype, name=f"x{place}") for place, shape in enumerate(found.inputs)]


def call_model(model: Any, inputs: Sequence[Any]) -> Any:
    """The model's result as Keras' own predict asks for it."""
    if isinstance(model, OneLayer):
        return model(*inputs)
    return model(inputs[0] if len(inputs) == 1 else list(inputs), training=False)


def is_read(concrete: Any, weight: Any) -> bool:
    """Whether a function reads this weight: TensorFlow hands it in by its handle."""
    return any(handle is weight.value.handle for handle in concrete.captured_inputs)


def behaves_otherwise_in_training(name: str) -> bool:
    """Whether the class's call is told of training, and takes nothing but its inputs besides."""
    takes_it = "training" in inspect.signature(getattr(layers, name).call).parameters
    return takes_it and layer_case(name).call in (None, _spread)


def call_in_training(name: str, layer: Any, inputs: Sequence[Any]) -> Any:
    """What the layer gives while a model is trained."""
    if layer_case(name).call is not None:
        return layer(*inputs, training=True)
    return layer(inputs[0] if len(inputs) == 1 else list(inputs), training=True)


NOT_ALONE = {
    "Layer": "the base class computes nothing",
    "InputSpec": "describes an input, is no layer",
    "Wrapper": "the base class of wrappers computes nothing",
    "InputLayer": "is a model's input, makes no op",
    "FlaxLayer": "needs flax, and the JAX backend",
    "JaxLayer": "needs jax",
    "TorchModuleWrapper": "needs torch, and the torch backend",
}


UNREAD = {"SpectralNormalization": {"vector_u"}}  # weights that a layer does not read at inference


def _images(*names: str, **settings: Any) -> dict[str, Case]:
    return {name: case(getattr(layers, name), IMAGE, **settings) for name in names}


def _by_rank(pattern: str, **settings: Any) -> dict[str, Case]:
    inputs = {1: SEQUENCE, 2: IMAGE, 3: VOLUME}
    names = {rank: pattern.format(rank) for rank in inputs}
    return {
        name: case(getattr(layers, name), inputs[rank], **settings)
        for rank, name in names.items()
        if hasattr(layers, name)
    }


def _saved(layer: Any) -> Any:
    folder = tempfile.mkdtemp()
    keras.Sequential([keras.Input((6,)), layer]).export(folder, verbose=False)
    return layers.TFSMLayer(folder)


def _boxes(layer: Any, images: Any, boxes: Any, labels: Any) -> Any:
    return layer({"images": images, "bounding_boxes": {"boxes": boxes, "labels": labels}})["bounding_boxes"]


def _with_state(layer: Any, x: Any, *state: Any) -> Any:
    return layer(x, list(state))[0]


def _spread(layer: Any, *inputs: Any) -> Any:
    return layer(*inputs)


CASES: dict[str, Case] = {
    "Equalization": Case(layers.Equalization, IMAGE, call=_spread),
    "MaxNumBoundingBoxes": Case(
        lambda: layers.MaxNumBoundingBoxes(5, bounding_box_format="xyxy"), (*IMAGE, (3, 4), (3,)), call=_boxes
    ),
    "MultiHeadAttention": Case(lambda: layers.MultiHeadAttention(2, 3), ((5, 3), (5, 3)), call=_spread),
    "LSTMCell": Case(lambda: layers.LSTMCell(4), ((3,), (4,), (4,)), call=_with_state),
    "GRUCell": Case(lambda: layers.GRUCell(4), ((3,), (4,)), call=_with_state),
    "SimpleRNNCell": Case(lambda: layers.SimpleRNNCell(4), ((3,), (4,)), call=_with_state),
    "StackedRNNCells": Case(
        lambda: layers.StackedRNNCells([layers.GRUCell(4), layers.GRUCell(4)]), ((3,), (4,), (4,)), call=_with_state
    ),
    "TFSMLayer": Case(lambda: _saved(layers.Dense(4))),
    "Activation": case(layers.Activation, activation="relu"),
    **{
        name: case(getattr(layers, name), TWO)
        for name in ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract")
    },
    **_by_rank("AdaptiveAveragePooling{}D", output_size=2),
    **_by_rank("AdaptiveMaxPooling{}D", output_size=2),
    **_by_rank("AveragePooling{}D", pool_size=2),
    **_by_rank("MaxPool{}D", pool_size=2),
    **_by_rank("GlobalAveragePooling{}D"),
    **_by_rank("GlobalMaxPool{}D"),
    **_by_rank("Conv{}D", filters=4, kernel_size=2),
    **_by_rank("Conv{}DTranspose", filters=4, kernel_size=2),
    **_by_rank("DepthwiseConv{}D", kernel_size=2),
    **_by_rank("SeparableConv{}D", filters=4, kernel_size=2),
    **_by_rank("Cropping{}D", cropping=1),
    **_by_rank("UpSampling{}D", size=2),
    **_by_rank("ZeroPadding{}D", padding=1),
    **_by_rank("SpatialDropout{}D", rate=0.5),
    "ConvLSTM1D": case(layers.ConvLSTM1D, ((3, 6, 2),), filters=2, kernel_size=2),
    "ConvLSTM2D": case(layers.ConvLSTM2D, ((3, 6, 6, 2),), filters=2, kernel_size=2),
    "ConvLSTM3D": case(layers.ConvLSTM3D, ((3, 4, 4, 4, 2),), filters=2, kernel_size=2),
    "AdditiveAttention": case(layers.AdditiveAttention, ((5, 3), (5, 3))),
    "Attention": case(layers.Attention, ((5, 3), (5, 3)), use_scale=True),
    "AlphaDropout": case(layers.AlphaDropout, rate=0.5),
    "Dropout": case(layers.Dropout, rate=0.5),
    "GaussianDropout": case(layers.GaussianDropout, rate=0.5),
    "GaussianNoise": case(layers.GaussianNoise, stddev=0.5),
    "Dense": case(layers.Dense, units=4, activation="relu"),
    "Bidirectional": Case(lambda: layers.Bidirectional(layers.LSTM(4)), SEQUENCE),
    "CategoryEncoding": case(layers.CategoryEncoding, ((4,),), "int64", num_tokens=6),
    "Discretization": case(layers.Discretization, bin_boundaries=[0.0, 0.5, 1.0]),
    "Dot": case(layers.Dot, TWO, axes=1),
    "EinsumDense": case(layers.EinsumDense, SEQUENCE, equation="abc,cd->abd", output_shape=(None, 4), bias_axes="d"),
    "Embedding": case(layers.Embedding, ((5,),), "int32", input_dim=10, output_dim=4),
    "ReversibleEmbedding": case(layers.ReversibleEmbedding, ((5,),), "int32", input_dim=10, output_dim=4),
    "Flatten": case(layers.Flatten, IMAGE),
    "GRU": case(layers.GRU, SEQUENCE, units=4),
    "LSTM": case(layers.LSTM, SEQUENCE, units=4),
    "SimpleRNN": case(layers.SimpleRNN, SEQUENCE, units=4),
    "RNN": Case(lambda: layers.RNN(layers.LSTMCell(4)), SEQUENCE),
    "GroupNormalization": case(layers.GroupNormalization, IMAGE, groups=3),
    "GroupQueryAttention": Case(lambda: layers.GroupQueryAttention(4, 4, 2), ((5, 3), (5, 3)), call=_spread),
    "HashedCrossing": case(layers.HashedCrossing, ((1,), (1,)), "int64", num_bins=5),
    "Hashing": case(layers.Hashing, ((2,),), "int64", num_bins=5),
    "IntegerLookup": case(layers.IntegerLookup, ((2,),), "int64", vocabulary=[3, 5, 7]),
    "StringLookup": case(layers.StringLookup, ((2,),), "string", vocabulary=["a", "b"]),
    "TextVectorization": case(layers.TextVectorization, ((),), "string", vocabulary=["a", "b"]),
    "Lambda": case(layers.Lambda, function=lambda x: x * 2.0),
    "MelSpectrogram": case(layers.MelSpectrogram, SIGNAL, fft_length=64, sequence_stride=32, num_mel_bins=8),
    "STFTSpectrogram": case(layers.STFTSpectrogram, ((400, 1),), frame_length=64),
    "Normalization": case(layers.Normalization, mean=[0.5] * 6, variance=[2.0] * 6),
    "Permute": case(layers.Permute, SEQUENCE, dims=(2, 1)),
    "RepeatVector": case(layers.RepeatVector, n=3),
    "Reshape": case(layers.Reshape, target_shape=(3, 2)),
    "Rescaling": case(layers.Rescaling, scale=0.5, offset=1.0),
    "TimeDistributed": Case(lambda: layers.TimeDistributed(layers.Dense(4)), SEQUENCE),
    "SpectralNormalization": Case(lambda: layers.SpectralNormalization(layers.Dense(4))),
    "CenterCrop": case(layers.CenterCrop, IMAGE, height=4, width=4),
    "RandomCrop": case(layers.RandomCrop, IMAGE, height=4, width=4),
    "Resizing": case(layers.Resizing, IMAGE, height=4, width=4),
    "RandomTranslation": case(layers.RandomTranslation, IMAGE, height_factor=0.2, width_factor=0.2),
    "RandomZoom": case(layers.RandomZoom, IMAGE, height_factor=0.2),
    "RandomShear": case(layers.RandomShear, IMAGE, x_factor=0.2, y_factor=0.2),
    "ContrastLimitedAdaptiveHistogramEqualization": case(
        layers.ContrastLimitedAdaptiveHistogramEqualization, IMAGE, tile_grid_size=(2, 2)
    ),
    "Pipeline": Case(lambda: layers.Pipeline([layers.Rescaling(0.5), layers.RandomFlip()]), IMAGE),
    **_images(
        "AugMix",
        "AutoContrast",
        "CutMix",
        "MixUp",
        "RandAugment",
        "RandomColorJitter",
        "RandomElasticTransform",
        "RandomErasing",
        "RandomFlip",
        "RandomGaussianBlur",
        "RandomGrayscale",
        "RandomInvert",
        "RandomPerspective",
        "Solarization",
    ),
    **_images(
        "RandomBrightness",
        "RandomColorDegeneration",
        "RandomContrast",
        "RandomHue",
        "RandomRotation",
        "RandomSaturation",
        "RandomSharpness",
        factor=0.3,
    ),
    **_images("RandomPosterization", factor=4),
}
