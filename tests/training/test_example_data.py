import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from graphlab.errors import DataError
from graphlab.training.example_data import (
    describe,
    description_of,
    draw_xrays,
    load_mnist,
    load_xrays,
    read_xray_table,
    split_by_patient,
)
from tests.make_digits import DIGITS, write_digits

COLUMNS = ["patientid", "finding", "modality", "folder", "filename", "clinical_notes"]


@pytest.fixture(autouse=True)
def no_data(monkeypatch, tmp_path_factory):
    monkeypatch.delenv("GRAPHLAB_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))


def write_mnist(path: Path, count: int = 6) -> None:
    images = np.arange(count * 28 * 28).reshape(count, 28, 28).astype(np.uint8)
    labels = np.arange(count).astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, x_train=images, y_train=labels, x_test=images[:2], y_test=labels[:2])


def write_xrays(folder: Path, rows: list[tuple[str, str, str, str]]) -> None:
    """Rows of (patient, finding, modality, file); a file of a name with `lost` in it is not written."""
    (folder / "images").mkdir(parents=True)
    with (folder / "metadata.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for number, (patient, finding, modality, name) in enumerate(rows):
            table.writerow([patient, finding, modality, "images", name, 'fever, "dry" cough\nfor two days'])
            if "lost" not in name:
                Image.new("L", (40, 30), number * 20).save(folder / "images" / name)


def test_mnist_when_the_folder_is_named(tmp_path):
    write_mnist(tmp_path / "mnist.npz")

    data = load_mnist(str(tmp_path))

    assert data.train[0].shape == (6, 28, 28, 1)
    assert data.train[0].dtype == np.uint8
    assert data.train[1].tolist() == [0, 1, 2, 3, 4, 5]
    assert data.validation[1].tolist() == [0, 1]
    assert data.description == f"MNIST, 6 + 2 images, from {tmp_path / 'mnist.npz'}"


def test_mnist_when_the_environment_names_the_folder(tmp_path, monkeypatch):
    write_mnist(tmp_path / "mnist.npz")
    monkeypatch.setenv("GRAPHLAB_DATA", str(tmp_path))

    assert load_mnist().description == f"MNIST, 6 + 2 images, from {tmp_path / 'mnist.npz'}"


def test_mnist_when_the_named_folder_lacks_the_file(tmp_path):
    with pytest.raises(DataError, match=r"no mnist\.npz in the data folder"):
        load_mnist(str(tmp_path))


def test_mnist_when_the_named_folder_does_not_exist():
    with pytest.raises(DataError, match="no such data folder: '/nowhere/at/all'"):
        load_mnist("/nowhere/at/all")


def test_mnist_when_the_file_is_something_else(tmp_path):
    (tmp_path / "mnist.npz").write_text("no archive")

    with pytest.raises(DataError, match=r"cannot read '.*mnist\.npz': .*; delete it, or replace"):
        load_mnist(str(tmp_path))


@pytest.mark.parametrize("share", [0, 0.3, 0.999])
def test_mnist_when_the_file_is_cut_off(tmp_path, share):
    path = tmp_path / "mnist.npz"
    write_mnist(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    with pytest.raises(DataError, match=r"cannot read '.*mnist\.npz': .*; delete it, or replace"):
        load_mnist(str(tmp_path))


def test_mnist_when_bytes_in_the_file_are_wrong(tmp_path):
    path = tmp_path / "mnist.npz"
    write_mnist(path)
    content = bytearray(path.read_bytes())
    content[300:340] = bytes(40 * [255])
    path.write_bytes(content)

    with pytest.raises(DataError, match=r"cannot read '.*mnist\.npz': .*; delete it, or replace"):
        load_mnist(str(tmp_path))


def test_mnist_when_arrays_are_missing(tmp_path):
    np.savez(tmp_path / "mnist.npz", x_test=np.zeros((2, 28, 28), np.uint8), y_train=np.zeros(2, np.uint8))

    with pytest.raises(DataError, match=r"no x_train, y_test in '.*mnist\.npz'; delete it, or replace"):
        load_mnist(str(tmp_path))


def test_mnist_when_keras_has_it_in_its_cache(tmp_path, monkeypatch):
    write_mnist(tmp_path / "datasets" / "mnist.npz")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))

    assert load_mnist().description == f"MNIST, 6 + 2 images, from {tmp_path / 'datasets' / 'mnist.npz'}"


@pytest.mark.tf
def test_mnist_when_there_is_no_network(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")

    data = load_mnist()

    expected = "UCI handwritten digits, 1,437 + 360 images scaled to 28x28, because MNIST was not found"
    assert data.description == expected
    assert data.train[0].shape == (1437, 28, 28, 1)
    assert data.validation[0].shape == (360, 28, 28, 1)
    assert (data.train[0].min(), data.train[0].max()) == (0, 255)
    assert sorted(set(data.validation[1].tolist())) == list(range(10))


def test_the_packaged_digits_are_those_of_scikit_learn(tmp_path):
    write_digits(tmp_path / "digits.npz")

    with np.load(tmp_path / "digits.npz") as expected, np.load(DIGITS) as packaged:
        assert packaged.files == expected.files == ["images", "labels"]
        for name in packaged.files:
            np.testing.assert_array_equal(packaged[name], expected[name])


def test_xray_table_when_cells_hold_commas_and_lines(tmp_path):
    rows = [
        ("1", "Pneumonia/Viral/COVID-19", "X-ray", "a.png"),
        ("1", "COVID-19, ARDS", "X-ray", "b.png"),
        ("2", "Pneumonia", "X-ray", "c.png"),
        ("3", "COVID-19", "CT", "d.png"),
        ("4", "COVID-19", "X-ray", "lost.png"),
    ]
    write_xrays(tmp_path, rows)

    found = read_xray_table(tmp_path)

    assert [(row.path.name, row.patient, row.covid) for row in found] == [
        ("a.png", "1", True),
        ("b.png", "1", True),
        ("c.png", "2", False),
    ]


def test_xray_table_when_a_column_lacks(tmp_path):
    (tmp_path / "metadata.csv").write_text("filename,view\na.png,PA\n")

    with pytest.raises(DataError, match="has no column finding, folder"):
        read_xray_table(tmp_path)


def test_xrays_when_the_folder_is_inside_the_named_one(tmp_path):
    rows = [(str(n), "COVID-19" if n < 6 else "ARDS", "X-ray", f"{n}.png") for n in range(12)]
    write_xrays(tmp_path / "covid_xray", rows)

    data = load_xrays(str(tmp_path), size_px=16)

    assert data.train[0].shape == (10, 16, 16, 1)
    assert data.train[1].tolist().count(1) == 5
    assert data.validation[1].tolist() == [1, 0]
    assert data.description == f"covid-chestxray-dataset, 10 + 2 X-rays, from {tmp_path}"


def test_xrays_when_the_named_folder_lacks_the_table(tmp_path):
    with pytest.raises(DataError, match=r"no metadata\.csv in the data folder"):
        load_xrays(str(tmp_path))


def test_xrays_when_none_of_the_images_exist(tmp_path):
    write_xrays(tmp_path, [("1", "COVID-19", "X-ray", "lost.png")])

    with pytest.raises(DataError, match="0 X-rays that exist; at least 2 patients are required"):
        load_xrays(str(tmp_path))


def test_xrays_when_an_image_is_broken(tmp_path):
    write_xrays(tmp_path, [("1", "COVID-19", "X-ray", "a.png"), ("2", "COVID-19", "X-ray", "b.png")])
    (tmp_path / "images" / "a.png").write_text("no picture")

    with pytest.raises(DataError, match=r"cannot read the X-ray .*a\.png"):
        load_xrays(str(tmp_path))


def test_split_when_patients_have_several_images(tmp_path):
    rows = [(str(n // 3), "COVID-19" if n % 2 else "ARDS", "X-ray", f"{n}.png") for n in range(30)]
    write_xrays(tmp_path, rows)
    table = read_xray_table(tmp_path)

    train, validation = split_by_patient(table)

    assert {row.patient for row in train}.isdisjoint({row.patient for row in validation})
    assert len(train) + len(validation) == 30
    assert (train, validation) == split_by_patient(table)


def test_xrays_when_no_folder_is_named():
    data = load_xrays(size_px=32)

    assert data.train[0].shape == (48, 32, 32, 1)
    assert data.validation[1].tolist() == [0, 1] * 6
    assert data.description == "48 + 12 synthetic X-rays drawn by the example, not real patients"


def test_drawn_xrays_when_drawn_twice():
    first, second = draw_xrays(4, 32), draw_xrays(4, 32)

    assert np.array_equal(first[0], second[0])
    assert first[1].tolist() == [0, 1, 0, 1]


@pytest.mark.tf
def test_description_when_one_was_given():
    import tensorflow as tf

    dataset = tf.data.Dataset.range(3)

    assert description_of(dataset) is None
    assert description_of(describe(dataset, "three numbers")) == "three numbers"
