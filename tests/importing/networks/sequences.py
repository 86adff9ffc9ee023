"""Networks that read texts, sounds and time series."""

import keras
from keras import layers, ops

from tests.importing.networks.values import numbers, tokens


def film_reviews_both_ways():
    words = keras.Input((None,), dtype="int32")
    x = layers.Embedding(20, 6)(words)
    x = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(x)
    x = layers.Bidirectional(layers.LSTM(4))(x)
    return keras.Model(words, layers.Dense(1, activation="sigmoid")(x)), tokens(20, 2, 6)


def film_reviews_by_convolution():
    words = keras.Input((12,), dtype="int64")
    x = layers.Dropout(0.5)(layers.Embedding(20, 6)(words))
    x = layers.Conv1D(8, 3, padding="valid", activation="relu", strides=2)(x)
    x = layers.GlobalMaxPooling1D()(x)
    x = layers.Dropout(0.5)(layers.Dense(8, activation="relu")(x))
    return keras.Model(words, layers.Dense(1, activation="sigmoid", name="predictions")(x)), tokens(20, 2, 12)


def tickets():
    title = keras.Input((None,), name="title", dtype="int32")
    body = keras.Input((None,), name="body", dtype="int32")
    tags = keras.Input((12,), name="tags")
    x = layers.concatenate(
        [layers.LSTM(5)(layers.Embedding(20, 4)(title)), layers.LSTM(4)(layers.Embedding(20, 4)(body)), tags]
    )
    outputs = {
        "priority": layers.Dense(1, name="priority")(x),
        "department": layers.Dense(4, name="department")(x),
    }
    return keras.Model([title, body, tags], outputs), tokens(20, 2, 5), tokens(20, 2, 7), numbers(2, 12)


def one_embedding_for_two_texts():
    shared = layers.Embedding(30, 5)
    first, second = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    return keras.Model([first, second], [shared(first), shared(second)]), tokens(30, 2, 4), tokens(30, 2, 6)


def padding_passed_over():
    words = keras.Input((None,), dtype="int32")
    x = layers.Embedding(input_dim=20, output_dim=4, mask_zero=True)(words)
    x = layers.GRU(4, return_sequences=True)(x)
    x = layers.TimeDistributed(layers.Dense(4, activation="relu"))(x)
    return keras.Model(words, layers.LSTM(3)(x)), tokens(20, 3, 6)


def steps_masked_by_their_value():
    steps = keras.Input((6, 3))
    x = layers.Masking(mask_value=0.0)(steps)
    values = numbers(2, 6, 3)
    values[:, 4:] = 0
    return keras.Model(steps, layers.LSTM(4, return_sequences=False)(x)), values


def writing_letter_by_letter():
    encoder_in = keras.Input((None, 7))
    _, hidden, cell = layers.LSTM(5, return_state=True)(encoder_in)
    decoder_in = keras.Input((None, 9))
    x, _, _ = layers.LSTM(5, return_sequences=True, return_state=True)(
        decoder_in, initial_state=[hidden, cell]
    )
    out = layers.Dense(9, activation="softmax")(x)
    return keras.Model([encoder_in, decoder_in], out), numbers(2, 4, 7), numbers(2, 3, 9)


def decoder_with_states_as_inputs():
    words = keras.Input((None,), dtype="int32")
    hidden, cell = keras.Input((5,)), keras.Input((5,))
    x, h, c = layers.LSTM(5, return_sequences=True, return_state=True)(
        layers.Embedding(9, 5)(words), initial_state=[hidden, cell]
    )
    out = layers.Dense(9, activation="softmax")(x)
    return keras.Model([words, hidden, cell], [out, h, c]), tokens(9, 2, 3), numbers(2, 5), numbers(2, 5)


def states_of_both_directions_to_a_decoder():
    steps, more = keras.Input((5, 3)), keras.Input((4, 3))
    x, fh, fc, bh, bc = layers.Bidirectional(layers.LSTM(4, return_sequences=True, return_state=True))(steps)
    hidden, cell = layers.Concatenate()([fh, bh]), layers.Concatenate()([fc, bc])
    y = layers.LSTM(8, return_sequences=True)(more, initial_state=[hidden, cell])
    y = layers.Concatenate()([y, layers.Attention()([y, x])])
    return keras.Model([steps, more], layers.Dense(3)(y)), numbers(2, 5, 3), numbers(2, 4, 3)


def both_ways_from_given_states():
    steps = keras.Input((5, 3))
    first = layers.Bidirectional(layers.GRU(4, return_sequences=True, return_state=True))
    x, forward, backward = first(steps)
    y = layers.Bidirectional(layers.GRU(4))(x, initial_state=[forward, backward])
    return keras.Model(steps, y), numbers(2, 5, 3)


def adding_numbers():
    model = keras.Sequential(
        [
            layers.Input((7, 6)),
            layers.LSTM(8),
            layers.RepeatVector(4),
            layers.LSTM(8, return_sequences=True),
            layers.Dense(6, activation="softmax"),
        ]
    )
    return model, numbers(2, 7, 6)


def stacked_cells():
    steps = keras.Input((5, 3))
    x = layers.RNN(layers.LSTMCell(4), return_sequences=True)(steps)
    return keras.Model(steps, layers.RNN([layers.GRUCell(4), layers.GRUCell(3)])(x)), numbers(2, 5, 3)


def weather():
    steps = keras.Input((8, 4))
    return keras.Model(steps, layers.Dense(1)(layers.LSTM(5)(steps))), numbers(2, 8, 4)


def signals_by_convolution():
    steps = keras.Input((16, 1))
    x = steps
    for _ in range(2):
        x = layers.Conv1D(filters=6, kernel_size=3, padding="same")(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return keras.Model(
        steps, layers.Dense(2, activation="softmax")(layers.GlobalAveragePooling1D()(x))
    ), numbers(2, 16, 1)


def anomalies():
    model = keras.Sequential(
        [
            layers.Input((16, 1)),
            layers.Conv1D(filters=6, kernel_size=7, padding="same", strides=2, activation="relu"),
            layers.Dropout(rate=0.2),
            layers.Conv1D(filters=4, kernel_size=7, padding="same", strides=2, activation="relu"),
            layers.Conv1DTranspose(filters=4, kernel_size=7, padding="same", strides=2, activation="relu"),
            layers.Conv1DTranspose(filters=1, kernel_size=7, padding="same", strides=2),
        ]
    )
    return model, numbers(2, 16, 1)


def causal_and_dilated():
    sound = keras.Input((16, 1))
    x, skips = layers.Conv1D(4, 2, padding="causal")(sound), []
    for rate in (1, 2, 4):
        tanh = layers.Conv1D(4, 2, padding="causal", dilation_rate=rate, activation="tanh")(x)
        gate = layers.Conv1D(4, 2, padding="causal", dilation_rate=rate, activation="sigmoid")(x)
        both = layers.Conv1D(4, 1)(layers.Multiply()([tanh, gate]))
        skips.append(both)
        x = layers.Add()([x, both])
    out = layers.Conv1D(8, 1, activation="softmax")(layers.Activation("relu")(layers.Add()(skips)))
    return keras.Model(sound, out), numbers(2, 16, 1)


def speakers():
    sound = keras.Input((16, 1), name="input")
    x = sound
    for filters, count in ((4, 2), (6, 3)):
        skip = layers.Conv1D(filters, 1, padding="same")(x)
        for _ in range(count - 1):
            x = layers.Activation("relu")(layers.Conv1D(filters, 3, padding="same")(x))
        x = layers.Add()([layers.Conv1D(filters, 3, padding="same")(x), skip])
        x = layers.MaxPool1D(pool_size=2, strides=2)(layers.Activation("relu")(x))
    x = layers.Flatten()(layers.AveragePooling1D(pool_size=3, strides=3)(x))
    return keras.Model(sound, layers.Dense(5, activation="softmax", name="output")(x)), numbers(2, 16, 1)


def other_convolutions_over_time():
    steps = keras.Input((16, 4))
    x = layers.SeparableConv1D(6, 3, padding="same", activation="relu")(steps)
    x = layers.DepthwiseConv1D(3, depth_multiplier=2)(x)
    x = layers.Cropping1D(1)(layers.ZeroPadding1D((2, 1))(x))
    x = layers.SpatialDropout1D(0.2)(layers.UpSampling1D(2)(x))
    return keras.Model(steps, layers.GlobalMaxPool1D()(x)), numbers(2, 16, 4)


def memory_network():
    story, question = keras.Input((6,), dtype="int32"), keras.Input((3,), dtype="int32")
    m = keras.Sequential([keras.Input((6,), dtype="int32"), layers.Embedding(12, 5), layers.Dropout(0.3)])(
        story
    )
    c = keras.Sequential([keras.Input((6,), dtype="int32"), layers.Embedding(12, 3), layers.Dropout(0.3)])(
        story
    )
    q = keras.Sequential([keras.Input((3,), dtype="int32"), layers.Embedding(12, 5), layers.Dropout(0.3)])(
        question
    )
    match = layers.Activation("softmax")(layers.dot([m, q], axes=(2, 2)))
    response = layers.Permute((2, 1))(layers.add([match, c]))
    answer = layers.LSTM(4)(layers.concatenate([response, q]))
    out = layers.Activation("softmax")(layers.Dense(12)(layers.Dropout(0.3)(answer)))
    return keras.Model([story, question], out), tokens(12, 2, 6), tokens(12, 2, 3)


def handwriting_read_row_by_row():
    image = keras.Input((16, 8, 1), name="image")
    x = layers.Conv2D(4, 3, activation="relu", padding="same", kernel_initializer="he_normal")(image)
    x = layers.MaxPooling2D((2, 2), name="pool1")(x)
    x = layers.Reshape(target_shape=(8, 16), name="reshape")(x)
    x = layers.Bidirectional(layers.LSTM(4, return_sequences=True, dropout=0.25))(x)
    return keras.Model(image, layers.Dense(7, activation="softmax", name="dense2")(x)), numbers(2, 16, 8, 1)


def attention_over_steps():
    steps = keras.Input((6, 4))
    x = layers.Bidirectional(layers.GRU(3, return_sequences=True), merge_mode="sum")(steps)
    weights = layers.Softmax(axis=1)(layers.Dense(1, activation="tanh")(x))
    return keras.Model(steps, ops.sum(x * weights, axis=1)), numbers(2, 6, 4)


def additive_attention():
    steps, asked = keras.Input((6, 4)), keras.Input((3, 4))
    return (
        keras.Model([steps, asked], layers.AdditiveAttention()([asked, steps])),
        numbers(2, 6, 4),
        numbers(2, 3, 4),
    )


def last_step_only():
    steps = keras.Input((6, 4))
    x = layers.LSTM(3, return_sequences=True)(steps)
    return keras.Model(steps, layers.Dense(2)(x[:, -1, :])), numbers(2, 6, 4)


def statefully():
    steps = keras.Input(batch_shape=(2, 5, 3))
    return keras.Model(steps, layers.LSTM(4, stateful=False, unroll=True)(steps)), numbers(2, 5, 3)
