"""Texts for random numbers, as in op_texts."""

_SEEDED = ", fixed by a seed"
_SAMPLERS = {
    "Uniform": "each with the same probability",
    "LogUniform": "small numbers more often",
    "LearnedUnigram": "by how often they have occurred so far",
    "ThreadUnsafeUnigram": "by how often they have occurred so far",
    "FixedUnigram": "by given frequencies",
    "All": "all of them, in fact",
}
_UNIFORM = "Draws random numbers evenly between 0 and 1"
_NORMAL = "Draws random numbers from the normal distribution with mean 0 and deviation 1"
_TRUNCATED = f"{_NORMAL}, none further than 2 from 0"
_FULL = "Draws random whole numbers over the whole range of {to_type}"
_WHOLE = "Draws random whole numbers between two limits"

RANDOM_TEXTS: dict[str, tuple[str, str]] = {
    "RandomGamma": ("Draws random numbers from gamma distributions with the given shapes: {n}.", ""),
    "RandomGammaGrad": ("Computes how numbers drawn from gamma distributions change with the shape.", ""),
    "RandomPoisson": ("Draws random counts from Poisson distributions with the given rates: {n}.", ""),
    "RandomPoissonV2": ("Draws random counts from Poisson distributions with the given rates: {n}.", ""),
    "RandomIndexShuffle": ("Computes where each index goes when a list is shuffled, without storing the list.", ""),
    "ParameterizedTruncatedNormal": (
        "Draws random numbers from normal distributions truncated at given limits: {n}.",
        "",
    ),
    "SobolSample": ("Gives points that fill space evenly, as if random (a Sobol sequence): {n}.", ""),
    "NonDeterministicInts": ("Draws random whole numbers from the device itself: {n}.", ""),
    **{
        f"{name}CandidateSampler": (f"Draws classes at random as negative examples: {how}.", "")
        for name, how in _SAMPLERS.items()
    },
    # of a generator, whose state is a variable
    "StatefulUniform": (f"{_UNIFORM}, from a generator: {{n}}.", ""),
    "StatefulUniformInt": (f"{_WHOLE}, from a generator: {{n}}.", ""),
    "StatefulUniformFullInt": (f"{_FULL}, from a generator: {{n}}.", ""),
    "StatefulStandardNormal": (f"{_NORMAL}, from a generator: {{n}}.", ""),
    "StatefulTruncatedNormal": (f"{_TRUNCATED}, from a generator: {{n}}.", ""),
    "StatefulRandomBinomial": ("Draws how many of a number of trials succeed, from a generator: {n}.", ""),
    "RngSkip": ("Moves a random generator ahead.", ""),
    "RngReadAndSkip": ("Reads the state of a random generator and moves it ahead.", ""),
    "AnonymousRandomSeedGenerator": ("Makes a generator of seeds.", ""),
    "AnonymousSeedGenerator": ("Makes a generator of seeds.", ""),
    "DummySeedGenerator": ("Stands for a generator of seeds.", ""),
    "DeleteSeedGenerator": ("Deletes a generator of seeds.", ""),
    "DeleteRandomSeedGenerator": ("Deletes a generator of seeds.", ""),
    # of a seed
    "StatelessRandomUniform": (f"{_UNIFORM}{_SEEDED}: {{n}}.", ""),
    "StatelessRandomUniformInt": (f"{_WHOLE}{_SEEDED}: {{n}}.", ""),
    "StatelessRandomUniformFullInt": (f"{_FULL}{_SEEDED}: {{n}}.", ""),
    "StatelessRandomUniformFullIntV2": (f"{_FULL}{_SEEDED}: {{n}}.", ""),
    "StatelessRandomNormal": (f"{_NORMAL}{_SEEDED}: {{n}}.", ""),
    "StatelessTruncatedNormal": (f"{_TRUNCATED}{_SEEDED}: {{n}}.", ""),
    "StatelessParameterizedTruncatedNormal": (
        f"Draws random numbers from normal distributions truncated at given limits{_SEEDED}: {{n}}.",
        "",
    ),
    "StatelessRandomBinomial": (f"Draws how many of a number of trials succeed{_SEEDED}: {{n}}.", ""),
    **dict.fromkeys(
        ("StatelessRandomGammaV2", "StatelessRandomGammaV3"),
        (f"Draws random numbers from gamma distributions{_SEEDED}: {{n}}.", ""),
    ),
    "StatelessRandomPoisson": (f"Draws random counts from Poisson distributions{_SEEDED}: {{n}}.", ""),
    "StatelessMultinomial": (f"Draws classes at random, by their scores{_SEEDED}.", ""),
    "StatelessShuffle": (f"Puts the rows into a random order{_SEEDED}.", ""),
    "StatelessRandomGetKeyCounterAlg": (
        "Turns a seed into the start of a sequence of random numbers, and names the method.",
        "",
    ),
}
