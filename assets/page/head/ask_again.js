/*
 * A browser that has the token does not send it when a page of another site led here. A request from here sends it.
 */
{
  const PLACE = "graphlab:asked-again";
  const RECENTLY_MS = 10_000;
  try {
    const before = Number(sessionStorage.getItem(PLACE));
    sessionStorage.setItem(PLACE, String(Date.now()));
    if (Date.now() - before > RECENTLY_MS) location.replace(location.href);
  } catch {
    // Storage may be forbidden.
  }
}
