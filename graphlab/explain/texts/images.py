"""Texts for images, sounds, boxes, kinds of pooling and fused layers, as in op_texts."""

IMAGE_TEXTS: dict[str, tuple[str, str]] = {
    # resizing and cutting
    "ResizeBicubic": ("Resizes the images from {a} to {out}, with smooth curves through the pixels around.", ""),
    "ResizeBicubicGrad": ("Shares each gradient among the pixels that it was computed from.", ""),
    "ResizeArea": ("Resizes the images from {a} to {out}, averaging the pixels that each new one covers.", ""),
    "ScaleAndTranslate": ("Scales and shifts each image: {a} becomes {out}.", ""),
    "ScaleAndTranslateGrad": ("Shares each gradient among the pixels that it was computed from.", ""),
    "ImageProjectiveTransformV2": ("Rotates, shifts, zooms or shears each image: {out}.", ""),
    "CropAndResize": ("Cuts boxes out of the images and resizes each to the same size: {out}.", ""),
    "CropAndResizeGradImage": ("Shares the gradient of each cut-out box among the pixels of its image.", ""),
    "CropAndResizeGradBoxes": ("Computes how the result changes with the corners of each box.", ""),
    "ExtractGlimpse": ("Cuts a window around a given place out of each image: {out}.", ""),
    "ExtractImagePatches": ("Cuts each image into patches and lines up the numbers of each patch: {out}.", ""),
    "RandomCrop": ("Cuts a block out of the image at a random place: {out}.", ""),
    "DrawBoundingBoxes": ("Draws boxes onto the images.", ""),
    "SampleDistortedBoundingBox": ("Draws a random box that covers enough of the object in an image.", ""),
    "StatelessSampleDistortedBoundingBox": ("Draws a random box in an image, fixed by a seed.", ""),
    # colours
    "AdjustContrastv2": (
        "Moves each pixel away from or towards its channel's mean: changes the contrast.",
        "(x - mean) · factor + mean",
    ),
    "AdjustContrast": (
        "Moves each pixel away from or towards its channel's mean: changes the contrast.",
        "(x - mean) · factor + mean",
    ),
    "AdjustHue": ("Turns the hue of each pixel.", ""),
    "AdjustSaturation": ("Scales the saturation of each pixel.", ""),
    "RGBToHSV": ("Turns red, green and blue into hue, saturation and value.", ""),
    "HSVToRGB": ("Turns hue, saturation and value into red, green and blue.", ""),
    # files of images and sounds
    "DecodeImage": ("Decodes the bytes of a BMP, GIF, JPEG or PNG file into an image: {out}.", ""),
    **{
        f"Decode{kind}": (
            f"Decodes the bytes of a {kind.upper() if kind != 'WebP' else kind} file into an image: {{out}}.",
            "",
        )
        for kind in ("Bmp", "Jpeg", "Png", "Jxl", "WebP")
    },
    "DecodeGif": ("Decodes the bytes of a GIF file into its frames: {out}.", ""),
    "DecodeAndCropJpeg": ("Decodes only a window of a JPEG file: {out}.", ""),
    "ExtractJpegShape": ("Reads the size of a JPEG image without decoding it.", ""),
    "EncodeJpeg": ("Encodes an image as the bytes of a JPEG file.", ""),
    "EncodeJpegVariableQuality": ("Encodes an image as the bytes of a JPEG file, with a given quality.", ""),
    "EncodePng": ("Encodes an image as the bytes of a PNG file.", ""),
    "DecodeWav": ("Decodes the bytes of a WAV file into sound samples and their rate.", ""),
    "EncodeWav": ("Encodes sound samples as the bytes of a WAV file.", ""),
    "AudioSpectrogram": ("Shows how strong each frequency of a sound is over time: {out}.", ""),
    "Mfcc": ("Turns a spectrogram into mel-frequency cepstral coefficients, as used in speech recognition: {out}.", ""),
    # boxes
    **dict.fromkeys(
        (
            "NonMaxSuppression",
            "NonMaxSuppressionV2",
            "NonMaxSuppressionV3",
            "NonMaxSuppressionV4",
            "NonMaxSuppressionWithOverlaps",
        ),
        ("Picks the boxes with the highest scores and drops boxes that overlap a picked one too much.", ""),
    ),
    "NonMaxSuppressionV5": (
        "Picks the boxes with the highest scores; boxes that overlap a picked one lose score or are dropped.",
        "",
    ),
    "CombinedNonMaxSuppression": (
        "Picks, for each class of each image, the boxes with the highest scores and drops those that overlap them.",
        "",
    ),
    "GenerateBoundingBoxProposals": ("Turns scores and offsets into the boxes that most likely hold an object.", ""),
    # pooling and other windows
    "MaxPoolV2": ("Keeps the largest number of each window: {a} becomes {out}.", "{a} → {out}"),
    "MaxPoolWithArgmax": ("Keeps the largest number of each window, and its position.", "{a} → {out}"),
    "MaxPoolGradWithArgmax": ("Sends each gradient back to the largest number of its window, 0 to the others.", ""),
    "MaxPoolGradV2": ("Sends each gradient back to the largest number of its window, 0 to the others.", ""),
    **dict.fromkeys(
        ("MaxPoolGradGrad", "MaxPool3DGradGrad", "MaxPoolGradGradWithArgmax"),
        ("Picks from each window the number at the place of its largest: a second derivative of max pooling.", ""),
    ),
    "FractionalMaxPool": ("Keeps the largest number of each of windows of varying size: {a} becomes {out}.", ""),
    "FractionalMaxPoolGrad": ("Sends each gradient back to the largest number of its window, 0 to the others.", ""),
    "FractionalAvgPool": ("Takes the average of each of windows of varying size: {a} becomes {out}.", ""),
    "FractionalAvgPoolGrad": ("Shares each gradient among the numbers of its window.", ""),
    "Dilation2D": (
        "Adds a filter to each window and keeps the largest sum: grayscale dilation, {a} becomes {out}.",
        "",
    ),
    "Dilation2DBackpropInput": (
        "Sends each gradient back to the input number that gave the largest sum of its window.",
        "",
    ),
    "Dilation2DBackpropFilter": (
        "Sends each gradient back to the filter number that gave the largest sum of its window.",
        "",
    ),
    "Conv": ("Slides filters over its input: {a} becomes {out}.", "{a} ∗ {b} → {out}"),
    "FusedPadConv2D": ("Pads the images, then runs a convolution: {out}.", ""),
    "FusedResizeAndPadConv2D": ("Resizes and pads the images, then runs a convolution: {out}.", ""),
    "LRNGrad": ("Computes the gradient of a local response normalization.", ""),
    # normalizations and recurrent layers in one op
    **dict.fromkeys(
        ("FusedBatchNorm", "FusedBatchNormV2", "BatchNormWithGlobalNormalization"),
        (
            "Normalises {each_channel} to mean 0 and variance 1, then scales and shifts it.",
            "γ · (x - mean) / √(variance + ε) + β",
        ),
    ),
    **dict.fromkeys(
        ("FusedBatchNormGrad", "FusedBatchNormGradV2", "BatchNormWithGlobalNormalizationGrad"),
        ("Computes the gradients of a batch normalization.", ""),
    ),
    "LSTMBlockCell": ("Runs one time step of a long short-term memory cell: {out}.", ""),
    "LSTMBlockCellGrad": ("Computes the gradients of one time step of a long short-term memory cell.", ""),
    "BlockLSTM": ("Runs a long short-term memory layer over all time steps.", ""),
    "BlockLSTMGrad": ("Computes the gradients of a long short-term memory layer over all time steps.", ""),
    "GRUBlockCell": ("Runs one time step of a gated recurrent cell: {out}.", ""),
    "GRUBlockCellGrad": ("Computes the gradients of one time step of a gated recurrent cell.", ""),
    "CudnnRNN": ("Runs a whole recurrent layer over all time steps in one GPU kernel.", ""),
    "CudnnRNNBackprop": ("Computes the gradients of a whole recurrent layer in one GPU kernel.", ""),
    "CudnnRNNParamsSize": ("Counts the parameters of a recurrent GPU kernel.", ""),
    "CudnnRNNCanonicalToParams": ("Packs weights and biases as a recurrent GPU kernel needs them.", ""),
    "CudnnRNNParamsToCanonical": ("Unpacks the weights and biases of a recurrent GPU kernel.", ""),
    # sequences
    "CTCLoss": ("Measures how improbable the wanted sequences are under the scores of each time step (CTC).", ""),
    "CTCGreedyDecoder": (
        "Reads sequences from scores: the best class of each time step, repeats and blanks dropped.",
        "",
    ),
    "CTCBeamSearchDecoder": ("Searches the most probable sequences under the scores of each time step.", ""),
}
