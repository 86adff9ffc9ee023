"""How optimizers, losses and the like are called in the page."""

TITLES = {
    "adam": "Adam",
    "adamw": "AdamW",
    "sgd": "SGD with momentum",
    "rmsprop": "RMSprop",
    "auto": "Automatic",
    "sparse_categorical_crossentropy": "Cross-entropy of classes",
    "categorical_crossentropy": "Cross-entropy of one-hot classes",
    "binary_crossentropy": "Binary cross-entropy",
    "mean_squared_error": "Mean squared error",
    "mean_absolute_error": "Mean absolute error",
    "huber": "Huber loss",
    "mean_squared_logarithmic_error": "Mean squared logarithmic error",
    "float32": "32 bits (float32)",
    "bfloat16": "Mixed 16 bits (bfloat16)",
    "unit": "To 0 … 1",
    "none": "As they are",
}
