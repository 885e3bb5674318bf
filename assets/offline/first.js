/* Before the first paint: the theme that the file was made with, else the chosen one, else the system's. */
(() => {
  const root = document.documentElement;
  let choice = root.dataset.given;
  try {
    if (choice === "system") choice = localStorage.getItem("graphlab:theme") || choice;
  } catch {
    // Storage may be forbidden.
  }
  const dark = choice === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : choice === "dark";
  root.dataset.choice = choice;
  root.dataset.theme = dark ? "dark" : "light";
})();
