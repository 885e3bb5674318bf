/*
 * Dash's part is asked for when the graph is there. Its scripts run when that is drawn, which they would hold up for
 * longer than all else that it waits for; at the latest after a while, in which the server may be laying out something
 * large. The element of this script says where the part is.
 */
{
  const PATIENCE_MS = 600;
  const AGAIN_MS = 1000;
  const own = document.currentScript;
  const place = own?.dataset.place ?? "";
  const nonce = own?.nonce ?? ""; // lets Dash's scripts run, too
  const first = Promise.resolve(window.graphlab?.first);

  /** @param {number} ms @returns {Promise<void>} */
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  /** @type {Promise<void>} */
  const whenDrawn = new Promise((done) => {
    const painted = () => requestAnimationFrame(() => setTimeout(done));
    document.addEventListener("graphlab:drawn", painted, { once: true });
    first.then((answer) => answer?.scene || done());
    setTimeout(done, PATIENCE_MS);
  });

  const ask = async () => {
    const response = await fetch(place);
    if (!response.ok) throw new Error(String(response.status));
    return response.text();
  };

  /** @returns {Promise<string>} */
  const load = () => ask().catch(() => pause(AGAIN_MS).then(load));

  /** @param {HTMLScriptElement} inert @returns {Promise<void>} when it has run */
  const run = (inert) =>
    new Promise((done) => {
      const script = document.createElement("script");
      for (const { name, value } of inert.attributes) script.setAttribute(name, value);
      script.nonce = nonce;
      script.textContent = inert.textContent;
      script.onload = script.onerror = () => done();
      document.body.append(script);
      if (!script.src) done();
    });

  /** @param {HTMLScriptElement[]} scripts the graph goes first */
  const preload = (scripts) => {
    for (const href of scripts.map((script) => script.getAttribute("src")).filter((src) => src !== null)) {
      const link = Object.assign(document.createElement("link"), { rel: "preload", as: "script", href });
      link.fetchPriority = "low";
      document.head.append(link);
    }
  };

  const start = async () => {
    await Promise.race([first, pause(PATIENCE_MS)]);
    const holder = document.createElement("template");
    holder.innerHTML = await load();
    const scripts = [...(holder.content.querySelector("template")?.content.querySelectorAll("script") ?? [])];
    document.body.append(holder.content);
    preload(scripts);
    await whenDrawn;
    for (const script of scripts) await run(script);
  };

  if (document.documentElement.dataset.page === "workspace") start();
}
