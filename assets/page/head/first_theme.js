/*
 * Before the first paint: the theme that the page was made with, else the chosen one, else that of the system. Where a
 * frame's `color-scheme` says light or dark, browsers tell the page inside that it is the system's.
 */
{
  const root = document.documentElement;
  let setting = root.dataset.given ?? "system";
  try {
    if (setting === "system") setting = localStorage.getItem("graphlab:theme") || setting;
  } catch {
    // Storage may be forbidden.
  }
  const dark = setting === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : setting === "dark";
  root.dataset.choice = setting;
  root.dataset.theme = dark ? "dark" : "light";
}
