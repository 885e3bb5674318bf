/* How a loss or a metric is written; graphlab/number_text.py does the same in the terminal. */
(() => {
  const SMALLEST_PLAIN = 1e-3; // smaller ones have too few digits behind the point
  const LARGEST_PLAIN = 1e6;

  /** `0.9312`, and `5e-05` instead of 0.0001 or 0.0000; "NaN" for what is not a number. */
  function measure(value) {
    if (typeof value !== "number" || Number.isNaN(value)) return "NaN";
    const size = Math.abs(value);
    if (value === 0 || (size >= SMALLEST_PLAIN && size < LARGEST_PLAIN)) {
      return value.toLocaleString("en-US", { minimumFractionDigits: 4, maximumFractionDigits: 4 });
    }
    const [digits, power] = value.toExponential(2).split("e");
    const sign = power.startsWith("-") ? "-" : "+";
    return `${Number(digits)}e${sign}${power.slice(1).padStart(2, "0")}`;
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.graphlab_page = Object.assign(window.dash_clientside.graphlab_page || {}, { measure });
})();
