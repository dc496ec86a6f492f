// What a walk with the Tab key must meet, and what it met: loaded into a page by keyboard.py.
(() => {
  const SELECTOR = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const PARTS = new Set(["date", "datetime-local", "month", "time", "week"]); // one field with stops inside
  const LOOKS = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor", "borderColor"];

  const said = (it) =>
    it ? `<${it.localName}> “${(it.ariaLabel || it.innerText || it.textContent || it.name || it.id || it.className.baseVal || it.className).trim().replace(/\s+/g, " ").slice(0, 60)}”` : "nothing";
  const look = (it) => { const style = getComputedStyle(it); return LOOKS.map((name) => style[name]).join("|"); };
  const group = (it) => it?.type === "radio" && it.name ? `${it.form?.id || [...document.forms].indexOf(it.form)} ${it.name}` : it;
  const isStop = (it) => it.tabIndex >= 0 && !it.matches(":disabled") && it.checkVisibility({ visibilityProperty: true })
    && !it.closest("[inert]");

  const walk = { stops: [], looks: new Map(), faults: [], here: -1, heard: [] };

  walk.prepare = () => {
    for (let timer = setTimeout(() => {}); timer > 0; timer -= 1) clearTimeout(timer); // a page that looks again, does not
    const open = [...document.querySelectorAll("details")].filter((it) => it.open);
    document.querySelectorAll("details").forEach((it) => { it.open = true; });
    const groups = new Set();
    walk.stops = [...document.querySelectorAll(SELECTOR)].filter(isStop).filter((it) => {
      const key = group(it);
      if (key !== it && groups.has(key)) return false;
      groups.add(key);
      return true;
    });
    walk.looks = new Map(walk.stops.map((it) => [group(it), look(it)]));
    document.querySelectorAll("details").forEach((it) => { it.open = open.includes(it); });
    document.querySelectorAll("[tabindex]").forEach((it) => {
      if (it.tabIndex > 0) walk.faults.push(`${said(it)} has a tabindex of its own order`);
    });
    document.querySelectorAll("[role]").forEach((it) => {
      if (/^(button|link|switch|checkbox|radio|tab|menuitem|option)$/.test(it.role) && !it.matches("button, a, input"))
        walk.faults.push(`${said(it)} plays a ${it.role} without being one`);
    });
    document.querySelectorAll("table").forEach((it) => {
      const frame = it.parentElement.closest("[tabindex]");
      const isWide = frame && (frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight);
      if (frame && !isWide && !frame.closest("details")) walk.faults.push(`${said(frame)} takes the focus out of its table`);
    });
    const told = document.querySelector("[role=alert]:not([hidden])");
    if (told && document.activeElement !== told) walk.faults.push(`reading does not go on at ${said(told)}`);
    document.addEventListener("focusin", (event) => walk.heard.push(event.target));
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    // Out of a page the focus goes through the browser, which brings it back whenever it likes: it stays inside.
    walk.end = document.body.appendChild(document.createElement("button"));
    walk.end.style = "position: fixed; width: 1px; height: 1px; opacity: 0";
    return walk.stops.length;
  };

  // The part of a box that no frame around it cuts away.
  const clipped = (it, box) => {
    for (let frame = it.parentElement; frame && frame !== document.body; frame = frame.parentElement) {
      const style = getComputedStyle(frame);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      if (it.ownerSVGElement && frame.localName === "svg" && style.overflowX === "visible") continue;
      const edge = frame.getBoundingClientRect();
      box = { left: Math.max(box.left, edge.left), right: Math.min(box.right, edge.right),
              top: Math.max(box.top, edge.top), bottom: Math.min(box.bottom, edge.bottom) };
    }
    return box;
  };

  const isOut = (box) => box.top < -1 || box.bottom > innerHeight + 1 || box.left < -1 || box.right > innerWidth + 1;

  const inspect = (it) => {
    const boxes = [...it.getClientRects()].filter((box) => box.width && box.height);
    if (!boxes.length) return walk.faults.push(`${said(it)} has the focus and no size`);
    const box = boxes.find((one) => one.top >= 0 && one.bottom <= innerHeight) ?? boxes[0];
    if (box.width < 2 || box.height < 2 || getComputedStyle(it).opacity === "0") walk.faults.push(`${said(it)} has the focus and cannot be seen`);
    const seen = { left: Math.max(box.left, 0), right: Math.min(box.right, innerWidth), top: Math.max(box.top, 0), bottom: Math.min(box.bottom, innerHeight) };
    if (seen.left >= seen.right || seen.top >= seen.bottom) return walk.faults.push(`${said(it)} has the focus outside the window`);
    const frame = it.parentElement.closest(".scroll") ?? document.documentElement;
    const isSmall = box.height < innerHeight / 2 && box.width < frame.clientWidth && it.localName !== "textarea";
    if (isSmall && isOut(box))
      walk.faults.push(`${said(it)} has the focus half outside the window`);
    if (!it.ownerSVGElement) {
      const points = [[0.5, 0.5], [0.04, 0.5], [0.96, 0.5]];
      const isCovered = points.every(([x, y]) => {
        const top = document.elementFromPoint(seen.left + (seen.right - seen.left) * x, seen.top + (seen.bottom - seen.top) * y);
        return !top || !(it.contains(top) || top.contains(it) && !/fixed|sticky/.test(getComputedStyle(top).position));
      });
      if (isCovered) walk.faults.push(`${said(it)} has the focus and is covered`);
    }
    if (look(it) === walk.looks.get(group(it))) walk.faults.push(`${said(it)} looks the same with the focus`);
    const style = getComputedStyle(it);
    const ring = parseFloat(style.outlineOffset) + 1;
    const mark = { left: box.left - ring, right: box.right + ring, top: box.top - ring, bottom: box.bottom + ring };
    const rest = clipped(it, mark);
    const cut = ["left", "right", "top", "bottom"].filter((side) => Math.abs(rest[side] - mark[side]) > 0.6);
    if (style.outlineStyle !== "none" && cut.length > 2) walk.faults.push(`${said(it)} has its focus mark cut off at ${cut.join(", ")}`);
    const place = placed(it, box);
    const old = walk.before;
    if (old && !it.ownerSVGElement && !old.isFixed && !place.isFixed) {
      const isAbove = place.bottom <= old.top + 1 && place.left < old.right;
      const isLeft = place.right <= old.left + 1 && Math.abs((place.top + place.bottom - old.top - old.bottom) / 2) < 6;
      if (isAbove || isLeft) walk.faults.push(`${said(it)} comes after ${said(old.it)} but stands ${isAbove ? "above" : "left of"} it`);
    }
    walk.before = place;
  };
  // Where a box stands on the page, whatever was scrolled on the way to it.
  const placed = (it, box) => {
    let [x, y, isFixed] = [scrollX, scrollY, false];
    for (let around = it; around && around !== document.body; around = around.parentElement) {
      if (getComputedStyle(around).position === "fixed") isFixed = true;
      if (around !== it) [x, y] = [x + around.scrollLeft, y + around.scrollTop];
    }
    return { it, isFixed, left: box.left + x, right: box.right + x, top: box.top + y, bottom: box.bottom + y };
  };

  // After a Tab: where are we? Says what to press next: "Tab", "Enter" or "Space" on a closed summary, "" at the end.
  walk.step = async () => {
    const it = document.activeElement;
    const stop = walk.stops[walk.here];
    if (stop && group(it) === group(stop)) {
      if (it.localName === "summary" && walk.pressed) {
        if (!it.parentElement.open) walk.faults.push(`${said(it)} does not open by ${walk.pressed}`);
        walk.pressed = "";
        return "Tab";
      }
      if (PARTS.has(it.type) && ++walk.inside < 6) return "Tab";
      walk.faults.push(`${said(it)} keeps the focus`);
      return "";
    }
    walk.inside = 0;
    walk.here += 1;
    const wanted = walk.stops[walk.here];
    if (!wanted) {
      if (it !== walk.end) walk.faults.push(`after the last one comes ${said(it)}`);
      return "";
    }
    if (group(it) !== group(wanted)) {
      walk.faults.push(`${said(wanted)} is next, but the focus is on ${said(it)}`);
      const found = walk.stops.findIndex((one) => group(one) === group(it));
      if (found < walk.here) return "";
      walk.here = found;
    }
    for (let frames = 0; frames < 10 && isOut(it.getBoundingClientRect()); frames += 1)
      await new Promise((look) => requestAnimationFrame(look)); // a frame within the page scrolls a moment later
    inspect(it);
    if (it.localName === "summary" && !it.parentElement.open) {
      walk.pressed = walk.here % 2 ? "Enter" : "Space";
      return walk.pressed;
    }
    return "Tab";
  };

  // Back from the last: every stop once, the other way round.
  walk.turn = () => {
    walk.stops.at(-1)?.focus();
    walk.heard = [];
    return [walk.stops.length - 1, 5 * walk.stops.filter((it) => PARTS.has(it.type)).length];
  };
  walk.turned = () => group(document.activeElement) === group(walk.stops[0]);
  walk.back = () => {
    const met = walk.heard.map(group).filter((it, place, all) => it !== all[place - 1]);
    const wanted = walk.stops.slice(0, -1).reverse().map(group);
    const wrong = wanted.findIndex((it, place) => it !== met[place]);
    if (wrong >= 0) walk.faults.push(`backwards, ${said(wanted[wrong])} is next, but ${said(met[wrong])} came`);
    const skip = walk.stops[0];
    skip?.focus();
    if (!skip?.matches("a.skip[href='#main']")) walk.faults.push(`the first stop is ${said(skip)}`);
    return document.activeElement === skip && skip?.matches("[href='#main']");
  };
  walk.skipped = () => {
    const it = document.activeElement;
    if (it?.localName !== "main") walk.faults.push(`the first link leads to ${said(it)}, not to the content`);
    walk.first = walk.stops.find((one) => it?.contains(one)) ?? walk.stops.find((one) => one.closest("footer"));
  };
  walk.inside_main = () => {
    if (walk.first && group(document.activeElement) !== group(walk.first))
      walk.faults.push(`in the content ${said(walk.first)} is first, but the focus is on ${said(document.activeElement)}`);
  };
  window.walk = walk;
})();
