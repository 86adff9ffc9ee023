"""Known causes of a poor result, each checked by measurement: one module with one class for each."""

import importlib
import pkgutil

from blockwright.training.diagnoses.diagnosis import Diagnosis

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

DIAGNOSES: tuple[Diagnosis, ...] = tuple(
    sorted((cls() for cls in Diagnosis.__subclasses__()), key=lambda diagnosis: diagnosis.cause)
)
