/*
 * A browser that knows the token does not say so where a page of another site led here. Asked from here, it does.
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
