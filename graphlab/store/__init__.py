"""What is kept between starts: traced graphs and TensorFlow's documentation, and what each depends on."""
