"""Run a command, and a small design to run it on."""

from click.testing import CliRunner, Result

from blockwright.cli.main import main

PERCEPTRON = {
    "format": 1,
    "name": "Perceptron",
    "inputs": [{"id": "image", "shape": [8, 8, 1]}],
    "nodes": [
        {"id": "flatten", "block": "Flatten"},
        {"id": "hidden", "block": "Dense", "params": {"units": 16, "activation": "relu"}},
        {"id": "head", "block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    ],
}


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])
