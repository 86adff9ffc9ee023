"""The cards of the tables of scikit-learn, with the published names and units of their columns."""

from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.features import Feature, Target, class_target, number_target

# The number of test rows of each table, a fifth of all, and the seed of the split.
TEST_ROWS = {"iris": 30, "wine": 36, "breast_cancer": 114, "diabetes": 88}
SPLIT_SEED = 1936

_IRIS = ("sepal_length", "sepal_width", "petal_length", "petal_width")
_WINE = (
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280_od315",
    "proline",
)
_CELLS = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave_points",
    "symmetry",
    "fractal_dimension",
)
_TUMOURS = tuple(f"{kind}_{name}" for kind in ("mean", "error", "worst") for name in _CELLS)
_PATIENTS = {
    "age": "years",
    "sex": "",
    "bmi": "kg/m²",
    "blood_pressure": "",
    "total_cholesterol": "",
    "ldl": "",
    "hdl": "",
    "cholesterol_hdl_ratio": "",
    "log_triglycerides": "",
    "blood_sugar": "",
}


def _card(
    name: str,
    title: str,
    rows: int,
    summary: str,
    source: str,
    licence: str,
    columns: tuple[str, ...],
    target: Target,
    units: tuple[str, ...] = (),
) -> Card:
    description = f"The {len(columns)} measurements of an example, one per column."
    return Card.model_validate(
        {
            "name": name,
            "title": title,
            "summary": summary,
            "source": f"{source}; the copy inside scikit-learn.",
            "licence": licence,
            "train_examples": rows - TEST_ROWS[name],
            "test_examples": TEST_ROWS[name],
            "embedded": True,
            "features": (
                Feature(
                    name="features",
                    kind="vector",
                    shape=(len(columns),),
                    columns=columns,
                    units=units or ("",) * len(columns),
                    help=description,
                ),
            ),
            "targets": (target,),
        }
    )


TABLES = (
    _card(
        "iris",
        "Iris",
        150,
        "150 iris flowers of three species, four lengths each in centimetres. Trains in seconds.",
        "R. A. Fisher: The use of multiple measurements in taxonomic problems, 1936",
        "CC BY 4.0",
        _IRIS,
        class_target(("setosa", "versicolor", "virginica"), "species"),
        ("cm",) * 4,
    ),
    _card(
        "wine",
        "Wine",
        178,
        "178 wines of three growers from one region, 13 chemical measurements each.",
        "M. Forina et al.: PARVUS, 1988, by way of UCI",
        "CC BY 4.0",
        _WINE,
        class_target(("grower 1", "grower 2", "grower 3"), "grower"),
    ),
    _card(
        "breast_cancer",
        "Breast cancer",
        569,
        "569 tumours, 30 measurements of their cells each: malignant or benign.",
        "W. Wolberg, O. Mangasarian, N. Street, W. Street: Breast cancer Wisconsin (diagnostic), UCI, 1995",
        "CC BY 4.0",
        _TUMOURS,
        class_target(("malignant", "benign"), "diagnosis"),
    ),
    _card(
        "diabetes",
        "Diabetes",
        442,
        "442 patients, ten measurements each, and the progression of their diabetes after a year: a number to predict.",
        "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani: Least angle regression, 2004",
        "Published with the paper; no formal licence",
        tuple(_PATIENTS),
        number_target("progression", help="A measure of the disease one year later, from 25 to 346."),
        tuple(_PATIENTS.values()),
    ),
)
