"""Operations between layers, such as `a + b` and `ops.relu(x)`."""
