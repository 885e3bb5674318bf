/*
 * Before the first paint: the theme that the page was made with, else the chosen one, else that of the system. Where a
 * frame's `color-scheme` says light or dark, browsers tell the page inside that it is the system's.
 */
{
  const root = document.documentElement;
  let choice = root.dataset.given ?? "system";
  try {
    if (choice === "system") choice = localStorage.getItem("graphlab:theme") || choice;
  } catch {
    // Storage may be forbidden.
  }
  const dark = choice === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : choice === "dark";
  root.dataset.choice = choice;
  root.dataset.theme = dark ? "dark" : "light";
}
