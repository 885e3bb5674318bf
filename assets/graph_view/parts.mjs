/** The parts of a view and how they work together: what each asks of the others. */

import { goBack } from "./address.mjs";
import { createColours } from "./around/colours.mjs";
import { createMinimap } from "./around/minimap.mjs";
import { createOverhead } from "./around/overhead.mjs";
import { createMessage, createTooltip, createZoomButtons } from "./around/overlay.mjs";
import { createProgress } from "./around/progress.mjs";
import { createArrival } from "./camera/arrival.mjs";
import { toWorld } from "./camera/camera.mjs";
import { Sight } from "./camera/sight.mjs";
import { make } from "./dom.mjs";
import { markIn, overlayOf } from "./draw/overlays.mjs";
import { createPainter } from "./draw/painter.mjs";
import { createPictures } from "./draw/pictures.mjs";
import { createGroups } from "./groups/groups.mjs";
import { createLinkWays } from "./input/link_ways.mjs";
import { createMirror } from "./input/mirror.mjs";
import { createSpoken } from "./input/spoken.mjs";
import { createTravel } from "./input/travel.mjs";
import { createLineage } from "./lineage/lineage.mjs";
import { wordsOf } from "./scene/marks.mjs";
import { createStandout } from "./scene/standout.mjs";

/**
 * @import { Acts } from "./input/pointer.mjs"
 * @import { Held } from "./main.mjs"
 * @import { Item, SceneLink } from "./types.mjs"
 */

/** @typedef {ReturnType<typeof createParts>} Parts */

/**
 * What the view does when a part changes: the boxes have other colours; they have other words, or others are in sight;
 * the camera rests.
 * @typedef {{redrawn: () => void, reworded: () => void, rested: () => void}} Changed
 */

/** @param {Held} held @param {Changed} changed */
export function createParts(held, changed) {
  const { host, setProps } = held;
  const scene = () => held.scene;
  const canvas = make("canvas", { "aria-hidden": "true" });
  const surface = make("div", { class: "surface" }, canvas);
  host.append(surface);
  const painter = createPainter(canvas);
  const mirror = createMirror(surface);
  const standout = createStandout(() => pictures.schedule());
  const sight = new Sight({ motionMs: () => held.theme.motionMs, onMove: moved, onRest: changed.rested });
  const arrival = createArrival(sight);
  const travel = createTravel(sight, mirror, {
    ...{ scene, selected: () => held.props.selected ?? null, ask: (selected) => setProps({ selected }) },
    ...{ follow: (leadsTo) => overhead.follow(leadsTo), out: () => overhead.out(), refresh: changed.reworded },
  });
  const zoomButtons = createZoomButtons(host, { fit: travel.fit, zoom: (factor) => sight.zoom(factor) });
  const groups = createGroups(zoomButtons, {
    ...{ scene, props: () => held.props, ask: (open) => setProps({ view: { ...held.props.view, open } }) },
    ...{ foresee: (open) => foresee(held, open), hold: arrival.hold, press },
  });
  const colours = createColours(host, standout, changed.redrawn);
  const overhead = createOverhead(host, {
    state: () => ({ ...held.props, scene: held.scene, matches: overlayOf(standout.marks.overlays, "search")?.marks }),
    ...{ ask: setProps, goTo: travel.goTo, toggle: groups.acts.toggle },
  });
  const minimap = createMinimap(host, (x, y) => sight.lookAt(x, y));
  const pictures = createPictures(host, { painter, mirror, minimap, sight, standout }, () => held);
  const tooltip = createTooltip(host);
  const message = createMessage(host);
  const spoken = createSpoken(host);
  const progress = createProgress(host, (steps) => (steps ? goBack(steps) : setProps({ view: held.sceneProp?.of ?? null })));
  const lineage = createLineage(host, {
    ...{ props: () => held.props, set: setProps, scene, fit: (rect) => sight.fit(rect) },
    overlays: () => standout.marks.overlays,
  });
  const pointed = { painter, sight, standout, travel, groups, tooltip, lineage, press };

  /** @param {string | null} id */
  function press(id) {
    standout.press(id);
    tooltip.hide();
  }

  function moved() {
    tooltip.hide();
    pictures.schedule();
  }

  return {
    ...{ surface, mirror, standout, sight, arrival, travel, groups, colours, overhead, minimap, pictures, progress },
    ...{ message, spoken, lineage, acts: actsOf(held, pointed) },
  };
}

/**
 * What the pointer and the keys do.
 * @param {Held} held
 * @param {object} parts
 * @param {ReturnType<typeof createPainter>} parts.painter
 * @param {Sight} parts.sight
 * @param {ReturnType<typeof createStandout>} parts.standout
 * @param {ReturnType<typeof createTravel>} parts.travel
 * @param {ReturnType<typeof createGroups>} parts.groups
 * @param {ReturnType<typeof createTooltip>} parts.tooltip
 * @param {ReturnType<typeof createLineage>} parts.lineage
 * @param {(id: string | null) => void} parts.press
 * @returns {Acts}
 */
function actsOf(held, { painter, sight, standout, travel, groups, tooltip, lineage, press }) {
  const ways = createLinkWays(() => held.scene, approach, (id) => markIn(standout.marks, "readout", id)?.words ?? "");

  /** @param {string} id */
  function approach(id) {
    tooltip.hide();
    travel.approach(id);
  }

  /** @param {Item | null} item @param {SceneLink | null} link @param {number} x @param {number} y */
  function hover(item, link, x, y) {
    standout.hover(item?.id ?? null, link);
    groups.rest(item);
    const ofLink = () => (link ? ways.words(link, toWorld(sight.camera, x, y)) : []);
    tooltip.show(item ? wordsOf(item, sight.camera.k, (it) => painter.isCut(it, held.theme)) : ofLink(), x, y);
  }

  return {
    state: () => ({ scene: held.scene, camera: sight.camera }),
    pan: (dx, dy) => sight.pan(dx, dy),
    zoom: (factor, x, y) => sight.zoom(factor, x, y),
    follow: ways.follow,
    along: (side, other) => ways.step(held.props.selected ?? null, side, other),
    pair: (id) => lineage.pair(id) || travel.select(id),
    ...groups.acts,
    ...{ press, hover, select: travel.select, walk: travel.walk, fit: travel.fit, leave: travel.leave },
  };
}

/** Tell the page which groups may be opened next. @param {Held} held @param {string[]} open */
function foresee({ host, props }, open) {
  host.dispatchEvent(new CustomEvent("graphlab:foreseen", { detail: { ...props.view, open } }));
}
