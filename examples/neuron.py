"""One neuron: activation(w·x + b)

What every layer is made of: a weighted sum of the inputs, a bias, and a function that bends the line.
"""

import tensorflow as tf

w = tf.Variable([0.5, -1.0, 2.0], name="w")
b = tf.Variable(0.1, name="b")
activation = tf.nn.sigmoid


@tf.function(input_signature=[tf.TensorSpec(shape=[3], dtype=tf.float32, name="x")])
def neuron(x):
    return activation(tf.reduce_sum(w * x) + b)


example_inputs = {"x": [1.0, 2.0, 0.5]}
