"""The cards of the image data sets."""

from blockwright.schema.data.dataset_card import Card

DIGITS_TEST_EXAMPLES = 297
DIGITS_SPLIT_SEED = 1797

_TEN_DIGITS = tuple("0123456789")
_SHAPES = (
    "circle",
    "ring",
    "ellipse",
    "square",
    "frame",
    "triangle",
    "star",
    "cross",
    "crescent",
    "half disc",
)
_FASHION = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
_CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_CIFAR100_NAMES = """
apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can
castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin
elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard
lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear
pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal
shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank
telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
"""
_CIFAR100 = tuple(name.replace("_", " ") for name in _CIFAR100_NAMES.split())

IMAGES = (
    Card(
        name="digits",
        title="Digits",
        summary="1,797 real handwritten digits, 8 x 8 pixels, grey. Small enough to train in seconds.",
        source="Optical recognition of handwritten digits, E. Alpaydin and C. Kaynak, UCI, 1998; "
        "the copy inside scikit-learn.",
        licence="CC BY 4.0",
        shape=(8, 8, 1),
        num_classes=10,
        class_names=_TEN_DIGITS,
        train_examples=1797 - DIGITS_TEST_EXAMPLES,
        test_examples=DIGITS_TEST_EXAMPLES,
        embedded=True,
    ),
    Card(
        name="shapes",
        title="Shapes",
        summary="Ten shapes drawn by a seeded generator at any size, grey or colour, with noise.",
        source="Drawn by Blockwright; the same seed draws the same images.",
        licence="CC0",
        shape=(28, 28, 1),
        num_classes=10,
        class_names=_SHAPES,
        train_examples=2000,
        test_examples=400,
        embedded=True,
    ),
    Card(
        name="mnist",
        title="MNIST",
        summary="70,000 handwritten digits, 28 x 28 pixels, grey.",
        source="Y. LeCun, C. Cortes, C. Burges: The MNIST database of handwritten digits, 1998.",
        licence="CC BY-SA 3.0",
        shape=(28, 28, 1),
        num_classes=10,
        class_names=_TEN_DIGITS,
        train_examples=60_000,
        test_examples=10_000,
        embedded=False,
        download_bytes=11_490_434,
    ),
    Card(
        name="fashion_mnist",
        title="Fashion-MNIST",
        summary="70,000 pieces of clothing, 28 x 28 pixels, grey: harder than digits, same size.",
        source="H. Xiao, K. Rasul, R. Vollgraf, arXiv:1708.07747, Zalando Research, 2017.",
        licence="MIT",
        shape=(28, 28, 1),
        num_classes=10,
        class_names=_FASHION,
        train_examples=60_000,
        test_examples=10_000,
        embedded=False,
        download_bytes=30_878_645,
    ),
    Card(
        name="cifar10",
        title="CIFAR-10",
        summary="60,000 photographs of ten kinds of things, 32 x 32 pixels, colour.",
        source="A. Krizhevsky: Learning multiple layers of features from tiny images, 2009.",
        licence="Free for research; no formal licence",
        shape=(32, 32, 3),
        num_classes=10,
        class_names=_CIFAR10,
        train_examples=50_000,
        test_examples=10_000,
        embedded=False,
        download_bytes=170_498_071,
    ),
    Card(
        name="cifar100",
        title="CIFAR-100",
        summary="60,000 photographs of a hundred kinds of things, 32 x 32 pixels, colour.",
        source="A. Krizhevsky: Learning multiple layers of features from tiny images, 2009.",
        licence="Free for research; no formal licence",
        shape=(32, 32, 3),
        num_classes=100,
        class_names=_CIFAR100,
        train_examples=50_000,
        test_examples=10_000,
        embedded=False,
        download_bytes=169_001_437,
    ),
)
