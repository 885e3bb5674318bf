"""Handmade Keras files for the tests of reading them."""

from __future__ import annotations

import base64
import json
import marshal
import zipfile

import keras


def plain():
    """A small compiled model."""
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(3, name="dense"), keras.layers.Dense(2, name="last")], name="m"
    )
    model.compile("adam", "mse")
    return model


def parts_of(model, folder):
    """What is in the model's .keras file, by name."""
    model.save(folder / "whole.keras")
    with zipfile.ZipFile(folder / "whole.keras") as file:
        return {name: file.read(name) for name in file.namelist()}


def archive(path, parts, **options):
    """A zip file of these parts; returns its path."""
    with zipfile.ZipFile(path, "w", **options) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return path


def changed(parts, change, path):
    """A .keras file with a changed config."""
    config = json.loads(parts["config.json"])
    change(config)
    return archive(path, {**parts, "config.json": json.dumps(config)})


def layer(config, name):
    """The serialized layer of that name."""
    return next(one for one in config["config"]["layers"] if one["config"]["name"] == name)


def lambda_bytes(marker):
    """The bytecode of a function that leaves a mark, as Keras stores a lambda."""
    code = compile(f"lambda x: (open({str(marker)!r}, 'w').close(), x)[1]", "<lambda>", "eval").co_consts[0]
    return base64.b64encode(marshal.dumps(code)).decode() + "\n"
