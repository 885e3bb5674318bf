"""What a training run was asked to do, and how its source is identified. Independent of TensorFlow."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from graphlab.errors import RunError
from graphlab.sources import parse_source
from graphlab.sources import source_key as key_of
from graphlab.sources.data_folders import data_folder

SETTINGS_FILE = "run.json"
DEFAULT_EPOCHS = 5
DEFAULT_BATCH_SIZE = 32
MAX_EPOCHS = 10_000
MAX_BATCH_SIZE = 65_536
MAX_SEED = 2**32 - 1
DEFAULT_SEED = 7
LEARNING_RATES = (1e-38, 3e38)  # beyond these limits it is 0 or infinite as a float32


@dataclass(frozen=True)
class TrainSettings:
    """A run's settings; raises RunError if a number is out of range.

    `batch_size` None: 32, unless the source has batched its dataset itself. `learning_rate` None: the
    compiled optimizer's own. `data`: a folder; None: the environment variable GRAPHLAB_DATA, else the source's choice.
    `arguments`: the script's sys.argv.
    The same `seed` gives the same run. `stop_on_nan`: whether a NaN or infinite loss ends it.
    """

    source: str
    inputs: tuple[str, ...] = ()
    epochs: int = DEFAULT_EPOCHS
    batch_size: int | None = None
    learning_rate: float | None = None
    data: str | None = None
    arguments: tuple[str, ...] = ()
    seed: int = DEFAULT_SEED
    stop_on_nan: bool = True

    def __post_init__(self) -> None:
        _count("epochs", self.epochs, MAX_EPOCHS)
        if self.batch_size is not None:
            _count("batch size", self.batch_size, MAX_BATCH_SIZE)
        if self.learning_rate is not None:
            _learning_rate(self.learning_rate)
        _count("seed", self.seed, MAX_SEED, least=0)


def check_settings(settings: TrainSettings) -> None:
    """Raise SourceError or DataError at once if the source or data folder is missing."""
    parse_source(settings.source, settings.inputs, arguments=settings.arguments)
    if settings.data:
        data_folder(settings.data)


def source_key(text: str) -> str:
    """The same text for every spelling of a source: its file's absolute path with the name."""
    return key_of(parse_source(text))


def write_settings(run_dir: Path, settings: TrainSettings) -> None:
    """Store the settings as run.json in one step; a reader never sees a partial file."""
    content = asdict(settings) | {"source_key": source_key(settings.source)}
    draft = run_dir / f".{SETTINGS_FILE}"
    draft.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    os.replace(draft, run_dir / SETTINGS_FILE)


def read_settings(run_dir: Path) -> TrainSettings:
    """The settings in a run's folder. Raises RunError if there are none."""
    content = _read_json(run_dir)
    batch_size, learning_rate, data = (content.get(name) for name in ("batch_size", "learning_rate", "data"))
    try:
        return TrainSettings(
            source=_text("source", content.get("source")),
            inputs=_texts("inputs", content.get("inputs", [])),
            epochs=_count("epochs", content.get("epochs", DEFAULT_EPOCHS), MAX_EPOCHS),
            batch_size=None if batch_size is None else _count("batch size", batch_size, MAX_BATCH_SIZE),
            learning_rate=None if learning_rate is None else _learning_rate(learning_rate),
            data=None if data is None else _text("data", data),
            arguments=_texts("arguments", content.get("arguments", [])),
            seed=_count("seed", content.get("seed", DEFAULT_SEED), MAX_SEED, least=0),
            stop_on_nan=bool(content.get("stop_on_nan", True)),
        )
    except TypeError as error:
        raise RunError(f"{str(run_dir / SETTINGS_FILE)!r} contains no run settings: {error}") from error


def read_source_key(run_dir: Path) -> str | None:
    """The source that a run trained; None if the folder does not contain a run."""
    try:
        key = _read_json(run_dir).get("source_key")
    except RunError:
        return None
    return key if isinstance(key, str) else None


def _read_json(run_dir: Path) -> dict[str, object]:
    path = run_dir / SETTINGS_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RunError(f"{str(run_dir)!r} is not a run: it has no {SETTINGS_FILE}") from error
    except (OSError, ValueError) as error:
        raise RunError(f"cannot read {str(path)!r}: {error}") from error
    if not isinstance(content, dict):
        raise RunError(f"{str(path)!r} contains no run settings")
    return content


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be text, not {value!r}")
    return value


def _texts(name: str, values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(f"{name} must be a list, not {values!r}")
    return tuple(_text(name, value) for value in values)


def _count(what: str, value: object, largest: int, *, least: int = 1) -> int:
    """The number itself. Raises RunError if it is out of range or not a whole number."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= largest:
        raise RunError(f"{what} must be a whole number from {least} to {largest:,}, not {value!r}")
    return value


def _learning_rate(value: object) -> float:
    """The number itself. Raises RunError if it is not a finite number above 0."""
    least, most = LEARNING_RATES
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise RunError(f"learning rate must be a number above 0, such as 0.001, not {value!r}")
    return value
