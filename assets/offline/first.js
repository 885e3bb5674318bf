/* Before the first paint: the theme that the page was made with, else the chosen one, else that of what is around. */
(() => {
  const root = document.documentElement;

  /** The theme of the notebook around, in the words of JupyterLab, VS Code and Colab; "" where none can be seen. */
  function themeAround() {
    try {
      if (parent === window) return "";
      const { documentElement, body } = parent.document;
      const light = body.dataset.jpThemeLight ?? documentElement.dataset.jpThemeLight;
      if (light) return light === "true" ? "light" : "dark";
      const words = `${body.className} ${body.dataset.vscodeThemeKind ?? ""} ${documentElement.getAttribute("theme") ?? ""}`;
      return /vscode-(dark|high-contrast(?!-light))|\bdark\b/.test(words) ? "dark" : /vscode|\blight\b/.test(words) ? "light" : "";
    } catch {
      return ""; // the frame may not look out
    }
  }

  const around = themeAround();
  if (around) root.dataset.around = around;
  let choice = root.dataset.given;
  try {
    if (choice === "system") choice = localStorage.getItem("graphlab:theme") || choice;
  } catch {
    // Storage may be forbidden.
  }
  const dark = choice === "system" ? around === "dark" || (!around && matchMedia("(prefers-color-scheme: dark)").matches) : choice === "dark";
  root.dataset.choice = choice;
  root.dataset.theme = dark ? "dark" : "light";
})();
