/* The page that is packed in this one takes its place. */
(async () => {
  if (typeof DecompressionStream !== "function") {
    document.body.textContent = "This browser is too old to show the graph; use a current version.";
    return;
  }
  const packed = document.getElementById("packed")?.textContent ?? "";
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const page = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  document.open();
  document.write(page);
  document.close();
})();
