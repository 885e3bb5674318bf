"""Texts for special functions, complex numbers, bits, Fourier transforms and linear algebra, as in op_texts."""

MATH_TEXTS: dict[str, tuple[str, str]] = {
    # special functions, elementwise
    "Acosh": ("Takes the inverse hyperbolic cosine of each number.", "acosh({a}) → {out}"),
    "Asinh": ("Takes the inverse hyperbolic sine of each number.", "asinh({a}) → {out}"),
    "Atanh": ("Takes the inverse hyperbolic tangent of each number.", "atanh({a}) → {out}"),
    "Atan2": ("Takes the angle of each point whose height comes first and whose width second.", "atan2(y, x) → {out}"),
    "Lgamma": ("Takes the logarithm of the absolute value of the gamma function of each number.", "log |Γ({a})|"),
    "Digamma": ("Takes the slope of the logarithm of the gamma function at each number.", "Γ'(x) / Γ(x), x = {a}"),
    "Polygamma": ("Takes a higher derivative of the digamma function at each number.", ""),
    "Zeta": ("Takes the Hurwitz zeta function of each pair of numbers.", "Σ 1 / (k + q)ˣ, k = 0, 1, …"),
    "Igamma": ("Takes the lower incomplete gamma function, divided by the gamma function: a share from 0 to 1.", ""),
    "Igammac": ("Takes the upper incomplete gamma function, divided by the gamma function: a share from 0 to 1.", ""),
    "IgammaGradA": ("Takes the slope of the incomplete gamma function with respect to its first argument.", ""),
    "Betainc": ("Takes the regularized incomplete beta function: a share from 0 to 1.", ""),
    "Ndtri": ("Takes the inverse of the normal distribution's cumulative function at each number.", "Φ⁻¹({a}) → {out}"),
    "Dawsn": ("Takes Dawson's integral of each number.", "e⁻ˣ² ∫ eᵗ² dt, t from 0 to x, x = {a}"),
    "Expint": ("Takes the exponential integral of each number.", "Ei({a}) → {out}"),
    "FresnelCos": ("Takes the Fresnel cosine integral of each number.", "∫ cos(πt²/2) dt, t from 0 to x, x = {a}"),
    "FresnelSin": ("Takes the Fresnel sine integral of each number.", "∫ sin(πt²/2) dt, t from 0 to x, x = {a}"),
    "Spence": ("Takes Spence's function (a form of the dilogarithm) of each number.", "-∫ log t / (t - 1) dt"),
    **{
        f"Bessel{kind}{order}{scaled}": (
            f"Takes the {'exponentially scaled ' if scaled else ''}{name} function of the "
            f"{'first' if kind in 'IJ' else 'second'} kind and of order {order} of each number.",
            f"{kind}{order}{scaled}({{a}}) → {{out}}",
        )
        for kind, name, scales in (
            ("I", "modified Bessel", ("", "e")),
            ("K", "modified Bessel", ("", "e")),
            ("J", "Bessel", ("",)),
            ("Y", "Bessel", ("",)),
        )
        for order in (0, 1)
        for scaled in scales
    },
    "Xlog1py": (
        "Multiplies the first number by the logarithm of 1 plus the second; 0 where the first is 0.",
        "x · log(1 + y)",
    ),
    "MulNoNan": ("Multiplies two tensors, number by number; 0 where the second is 0, whatever the first is.", "x · y"),
    "NextAfter": ("Takes the next representable number after the first, towards the second.", ""),
    "TruncateDiv": ("Divides the first whole number by the second and rounds towards 0.", "{a} ÷ {b} → {out}"),
    "TruncateMod": ("Takes the remainder of a division that rounds towards 0.", "{a} mod {b} → {out}"),
    "ApproximateEqual": ("True where two numbers differ by less than a tolerance.", "|{a} - {b}| < tolerance"),
    "Inv": ("Takes 1 divided by each number.", "1 / {a} → {out}"),
    "InvGrad": ("Scales the gradient by the slope of 1 / x at each number.", "-dy · y², y = {a}"),
    "AccumulateNV2": ("Adds {k_tensors} of the same shape, number by number: {n}.", "Σ {a} → {out}"),
    "Cross": ("Takes the cross product of each pair of vectors of three numbers.", "{a} × {b} → {out}"),
    "CumulativeLogsumexp": ("Takes the logarithm of the sum of the exponentials so far{axis}.", "log Σ eˣ so far"),
    "ToBool": ("Checks whether the tensor counts as true: a number that is not 0, or a tensor that is not empty.", ""),
    # bits
    "LeftShift": ("Shifts the bits of each number to the left, by as many places as the second input says.", ""),
    "RightShift": ("Shifts the bits of each number to the right, by as many places as the second input says.", ""),
    "PopulationCount": ("Counts the bits of each number that are 1.", ""),
    # complex numbers
    "Complex": ("Makes complex numbers of their real parts and their imaginary parts: {n}.", "{a} + {b}·i → {out}"),
    "Real": ("Takes the real part of each complex number.", "Re {a} → {out}"),
    "Imag": ("Takes the imaginary part of each complex number.", "Im {a} → {out}"),
    "Conj": ("Changes the sign of the imaginary part of each complex number.", "conj {a} → {out}"),
    "Angle": ("Takes the angle of each complex number, in radians.", "arg {a} → {out}"),
    "ComplexAbs": ("Takes the absolute value of each complex number.", "|{a}| → {out}"),
    "ConjugateTranspose": ("Changes the order of the axes and the sign of each imaginary part: {a} becomes {out}.", ""),
    # Fourier transforms
    **{
        f"{way}FFT{dims}": (f"Takes the {words}Fourier transform over {axes}: {{a}} becomes {{out}}.", "")
        for way, words in (("", ""), ("I", "inverse "))
        for dims, axes in (
            ("2D", "the last two axes"),
            ("3D", "the last three axes"),
            ("ND", "the axes that its third input names"),
        )
    },
    **{
        f"{way}FFT{dims}": (
            f"Takes the {words}Fourier transform {side} over {axes}: {{a}} becomes {{out}}.",
            "",
        )
        for way, words, side in (("R", "", "of real numbers"), ("IR", "inverse ", "that gives real numbers"))
        for dims, axes in (
            ("", "the last axis"),
            ("2D", "the last two axes"),
            ("3D", "the last three axes"),
            ("ND", "the axes that its third input names"),
        )
    },
    # linear algebra
    "CholeskyGrad": ("Computes the gradient of a Cholesky decomposition.", ""),
    "LogMatrixDeterminant": (
        "Takes the sign and the logarithm of the absolute determinant of each matrix.",
        "log |det {a}|",
    ),
    "MatrixExponential": ("Takes the exponential of each matrix.", "exp({a}) → {out}"),
    "MatrixLogarithm": ("Takes the logarithm of each matrix: the matrix whose exponential it is.", "log({a}) → {out}"),
    "MatrixSquareRoot": (
        "Takes the square root of each matrix: multiplied by itself, it gives the matrix.",
        "√{a} → {out}",
    ),
    "MatrixSolveLs": ("Finds the least-squares solution of a system of linear equations.", "minimise ‖A · x - b‖²"),
    "BandedTriangularSolve": ("Solves triangular systems of linear equations whose matrices are banded.", "A · x = b"),
    "TridiagonalSolve": ("Solves systems of linear equations whose matrices have three diagonals.", "A · x = b"),
    "TridiagonalMatMul": ("Multiplies matrices that have three diagonals by other matrices.", ""),
    "Lu": ("Splits each matrix into a lower and an upper triangular one and an order of its rows.", "L · U = P · {a}"),
    "Eig": ("Finds the eigenvalues and eigenvectors of each square matrix.", "A · v = λ · v, A = {a}"),
    "SelfAdjointEig": ("Finds the eigenvalues and eigenvectors of each symmetric matrix.", "A · v = λ · v, A = {a}"),
    "MatrixDiag": ("Puts the numbers on the diagonal of a matrix of zeros: {a} becomes {out}.", ""),
    "MatrixDiagPart": ("Takes the diagonal of each matrix: {a} becomes {out}.", ""),
    "MatrixSetDiag": ("Replaces the diagonal of each matrix: {out}.", ""),
    "Diag": ("Puts the numbers on the diagonal of a tensor of zeros: {a} becomes {out}.", ""),
    "DiagPart": ("Takes the diagonal of a tensor: {a} becomes {out}.", ""),
    **{
        f"Batch{name}": (f"{words}, in an older version of the op: {{out}}.", "")
        for name, words in (
            ("Cholesky", "Finds the lower triangular Cholesky factor of each matrix"),
            ("CholeskyGrad", "Computes the gradient of a Cholesky decomposition"),
            ("MatrixInverse", "Finds the inverse of each matrix"),
            ("MatrixDeterminant", "Takes the determinant of each matrix"),
            ("MatrixSolve", "Solves a system of linear equations for each matrix"),
            ("MatrixSolveLs", "Finds least-squares solutions of systems of linear equations"),
            ("MatrixTriangularSolve", "Solves a triangular system of linear equations for each matrix"),
            ("MatrixBandPart", "Keeps a band of diagonals of each matrix"),
            ("MatrixDiag", "Puts the numbers on the diagonals of matrices of zeros"),
            ("MatrixDiagPart", "Takes the diagonal of each matrix"),
            ("MatrixSetDiag", "Replaces the diagonal of each matrix"),
            ("SelfAdjointEig", "Finds the eigenvalues and eigenvectors of each symmetric matrix"),
            ("Svd", "Splits each matrix into its singular values and vectors"),
            ("FFT", "Takes the Fourier transform over the last axis"),
            ("IFFT", "Takes the inverse Fourier transform over the last axis"),
            ("FFT2D", "Takes the Fourier transform over the last two axes"),
            ("IFFT2D", "Takes the inverse Fourier transform over the last two axes"),
            ("FFT3D", "Takes the Fourier transform over the last three axes"),
            ("IFFT3D", "Takes the inverse Fourier transform over the last three axes"),
        )
    },
    # sorting, counting, statistics
    "TopK": ("Finds the largest numbers along the last axis and their positions, largest first.", ""),
    "ApproxTopK": ("Finds, approximately, the largest or smallest numbers along an axis and their positions.", ""),
    "InTopK": ("Checks for each example whether the true class is among its highest scores.", ""),
    "NthElement": ("Finds the number that would be at a given place if the last axis were sorted.", ""),
    "HistogramFixedWidth": ("Counts how many numbers fall into each of a number of equally wide intervals: {out}.", ""),
    "RaggedBincount": ("Counts how often each whole number occurs in rows of different lengths.", ""),
    "IsotonicRegression": ("Fits to each row the closest row of numbers that never rise.", ""),
    # quantized and fake-quantized numbers
    **dict.fromkeys(
        ("FakeQuantWithMinMaxArgs", "FakeQuantWithMinMaxVars"),
        (
            "Rounds each number to one of the few values that a small integer could hold, "
            "between a minimum and a maximum.",
            "",
        ),
    ),
    "FakeQuantWithMinMaxVarsPerChannel": (
        "Rounds each number to one of the few values that a small integer could hold, with limits for each channel.",
        "",
    ),
    **dict.fromkeys(
        (
            "FakeQuantWithMinMaxArgsGradient",
            "FakeQuantWithMinMaxVarsGradient",
            "FakeQuantWithMinMaxVarsPerChannelGradient",
            "QuantizeAndDequantizeV4Grad",
        ),
        ("Lets the gradient through where the number was within the limits, stops it elsewhere.", ""),
    ),
    "QuantizeAndDequantizeV2": (
        "Rounds each number as storing it in few bits would, and gives it back as a real one.",
        "",
    ),
    "QuantizeV2": (
        "Rounds real numbers to small whole ones between a minimum and a maximum: {from_type} to {to_type}.",
        "",
    ),
    "Dequantize": ("Turns small whole numbers back into real ones: {from_type} to {to_type}.", ""),
    "UniformQuantize": (
        "Rounds real numbers to small whole ones, with a scale and a zero point.",
        "round(x / scale) + zero",
    ),
    "UniformDequantize": (
        "Turns small whole numbers back into real ones, with a scale and a zero point.",
        "(x - zero) · scale",
    ),
    "UniformRequantize": ("Converts small whole numbers from one scale and zero point to another.", ""),
    "QuantizedMatMul": ("Multiplies two matrices of small whole numbers.", ""),
    "QuantizedConv2D": ("Runs a convolution on small whole numbers.", ""),
    "QuantizedConcat": ("Joins tensors of small whole numbers along an axis.", ""),
    "Requantize": ("Converts whole numbers of 32 bits to fewer bits, between a minimum and a maximum.", ""),
    "RequantizationRange": ("Finds the minimum and the maximum that quantized numbers really reach.", ""),
}
