/*
 * Before the first paint: which of the two pages the address asks for. The graph is asked for now, so that it can be
 * drawn while Dash starts.
 */
{
  const { dataset } = document.documentElement;
  dataset.page = new URLSearchParams(location.search).get("source") ? "workspace" : "gallery";
  if (dataset.page === "workspace") {
    const answer = fetch("/scene" + location.search).then((response) => response.json());
    window.graphlab = { first: answer.catch(() => null) }; // without it, the view asks again
  }
}
