"""ONNX files, read with the onnx package."""
