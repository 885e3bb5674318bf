/** As much of a page as the modules need that read the address. */

const place = { search: "", hash: "", pathname: "/", protocol: "http:" };
globalThis.location = place;
globalThis.document = { documentElement: { dataset: {} } };
globalThis.history = {
  pushState: (_state, _title, address) => go(address),
  replaceState: (_state, _title, address) => go(address),
};

function go(address) {
  const url = new URL(address, "http://localhost");
  Object.assign(place, { search: url.search, hash: url.hash, pathname: url.pathname });
}

export { place };
