"""A polynomial of two numbers: x²y + y + 2

The smallest graph worth looking at: two numbers go in, y is used twice, one number comes out.
"""

import tensorflow as tf

NUMBER = tf.TensorSpec(shape=(), dtype=tf.float32)


@tf.function(input_signature=[NUMBER, NUMBER])
def f(x, y):
    return x**2 * y + y + 2


example_inputs = {"x": 3.0, "y": 4.0}
