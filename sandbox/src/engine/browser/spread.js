// Nobody scrolls on paper: shows all of what scrolls in a page, and tells how wide the page is then. What a page cuts off
// stays cut off, as it is on a screen, and is told where it is text.
// With `keep`, the page stays as wide as the paper, and what is wider reaches beyond it.
keep => {
  const TURNS = 20;
  const INCH = 96;
  // What the browser prints on, and how far from its edges, in pixels: a letter, and a centimetre.
  const LETTER = {width: 8.5 * INCH, height: 11 * INCH};
  const MARGIN = 37.8;
  const NAMED = {
    a3: [297, 420], a4: [210, 297], a5: [148, 210], b4: [250, 353], b5: [176, 250], 'jis-b4': [257, 364],
    'jis-b5': [182, 257], letter: [215.9, 279.4], legal: [215.9, 355.6], ledger: [279.4, 431.8],
  };
  const UNITS = {px: 1, pt: INCH / 72, pc: INCH / 6, in: INCH, cm: INCH / 2.54, mm: INCH / 25.4, q: INCH / 101.6};

  const length = text => {
    const [, number, unit] = /^([\d.]+)([a-z]*)$/i.exec(text) ?? [];
    return number === undefined ? undefined : number * (UNITS[unit.toLowerCase()] ?? 1);
  };
  const sizeOf = text => {
    const words = text.toLowerCase().split(/\s+/);
    const named = NAMED[words.find(word => word in NAMED)]?.map(side => side * UNITS.mm);
    const lengths = words.map(length).filter(side => side !== undefined);
    const [width, height = width] = named ?? lengths;
    const sides = width === undefined ? [LETTER.width, LETTER.height] : [width, height];
    if (words.includes('landscape')) sides.sort((a, b) => b - a);
    return {width: sides[0], height: sides[1]};
  };

  const roots = [];
  const look = root => {
    roots.push(root);
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) look(element.shadowRoot);
      if (element.contentDocument) look(element.contentDocument);
    }
  };
  look(document);
  const all = () => roots.flatMap(root => [...root.querySelectorAll('*')]);
  const styleOf = element => element.ownerDocument.defaultView.getComputedStyle(element);
  const set = (element, styles) => {
    for (const [name, value] of Object.entries(styles)) element.style?.setProperty(name, value, 'important');
  };

  // The paper that the page itself asks for.
  const paper = {...LETTER, left: MARGIN, right: MARGIN, top: MARGIN, bottom: MARGIN};
  // Some pages may be on another paper.
  let several = false;
  const rules = list => [...list].flatMap(rule => {
    if (rule instanceof CSSPageRule) {
      several ||= /^[^:]/.test(rule.selectorText) && rule.style.getPropertyValue('size') !== '';
      return rule.selectorText ? [] : [rule.style];
    }
    if (rule instanceof CSSMediaRule && !matchMedia(rule.media.mediaText).matches) return [];
    return rule.cssRules ? rules(rule.cssRules) : [];
  });
  // The rules of a sheet that was not loaded are not shown.
  const rulesOf = sheet => {
    try {
      return rules(sheet.cssRules);
    } catch {
      return [];
    }
  };
  for (const style of [...document.styleSheets].flatMap(rulesOf)) {
    const size = style.getPropertyValue('size');
    if (size) Object.assign(paper, sizeOf(size));
    for (const side of ['left', 'right', 'top', 'bottom']) {
      paper[side] = length(style.getPropertyValue(`margin-${side}`)) ?? paper[side];
    }
  }

  const FIELDS = 'textarea, input, select';
  // What shows nothing at all is hidden on purpose.
  const isHidden = (element, style) => element.clientWidth <= 1 || element.clientHeight <= 1
    || style.visibility !== 'visible' || style.clipPath !== 'none' || style.clip !== 'auto';
  const scrolls = style => [style.overflowX, style.overflowY].some(overflow => overflow === 'auto' || overflow === 'scroll');
  const cuts = style => [style.overflowX, style.overflowY].some(overflow => overflow === 'hidden' || overflow === 'clip');
  const isHigh = element => element.scrollHeight > element.clientHeight + 1;
  const isWide = element => element.scrollWidth > element.clientWidth + 1;
  // Those that were freed, those around them, and those that were made as high as what is in them.
  const freed = new Set(), around = new Set(), raised = new Set();

  // Letters may be higher than their line, and then reach out of a box that has room for all lines.
  const isTight = element => !isWide(element)
    && element.scrollHeight <= element.clientHeight + 0.4 * parseFloat(styleOf(element).fontSize);
  // What an element is before anything is changed: to look between two changes is to lay out the page for each.
  const seen = element => {
    const {position, whiteSpaceCollapse, textWrapMode} = styleOf(element);
    const parent = element.parentElement && styleOf(element.parentElement);
    return {
      element,
      isTight: isTight(element) && !element.matches(FIELDS),
      isPlaced: position === 'fixed' || position === 'absolute',
      inColumn: parent?.display.endsWith('flex') && parent.flexDirection.startsWith('column'),
      wraps: textWrapMode === 'nowrap' && isWide(element) && (whiteSpaceCollapse === 'collapse' ? 'normal' : 'pre-wrap'),
    };
  };
  const free = ({element, isTight, isPlaced, inColumn, wraps}) => {
    freed.add(element);
    if (isTight) {
      raised.add(element);
      set(element, {overflow: 'visible'});
      return;
    }
    set(element, {
      overflow: 'visible', height: 'auto', 'max-height': 'none', contain: 'none', 'text-overflow': 'clip',
      '-webkit-line-clamp': 'none',
    });
    if (inColumn) set(element, {'flex-shrink': '0'});
    if (wraps) set(element, {'white-space': wraps, 'overflow-wrap': 'break-word'});
    if (isPlaced) set(element, {position: 'absolute', bottom: 'auto'});
    if (element.matches(FIELDS)) set(element, {'field-sizing': 'content'});
    if (element.matches('input, select')) set(element, {width: 'auto', 'max-width': 'none'});
    for (let outer = element; outer; outer = outer.parentElement ?? outer.getRootNode().host) around.add(outer);
  };
  const isShort = element => {
    const style = styleOf(element);
    const counts = scrolls(style) || element.matches(`pre, ${FIELDS}`) || (isHigh(element) && around.has(element));
    return counts && (isHigh(element) || isWide(element)) && (freed.has(element) || !isHidden(element, style));
  };
  const frames = () => all().filter(element => element.localName === 'iframe');
  const inside = frame => frame.contentDocument?.documentElement;
  // A frame that asks how high it is would grow without an end, over all calls of this function.
  const grown = globalThis.grownFrames ??= new WeakMap();
  const turn = () => {
    const short = all().filter(isShort);
    const next = short.filter(element => !freed.has(element));
    // A box does not grow by what is put into it at a place.
    const low = short.filter(element => freed.has(element) && !raised.has(element) && !element.matches(FIELDS) && isHigh(element));
    const small = frames().filter(frame => (grown.get(frame) ?? 0) < 2).filter(frame => inside(frame)?.scrollHeight > frame.clientHeight || inside(frame)?.scrollWidth > frame.clientWidth);
    const heights = low.map(element => [element, element.scrollHeight]);
    const sizes = small.map(frame => [frame, inside(frame).scrollHeight, inside(frame).scrollWidth]);
    next.map(seen).forEach(free);
    for (const [element, height] of heights) {
      set(element, {'min-height': `${height}px`});
      raised.add(element);
    }
    for (const [frame, scrollHeight, scrollWidth] of sizes) {
      grown.set(frame, (grown.get(frame) ?? 0) + 1);
      set(frame, {height: `${scrollHeight}px`, width: `${scrollWidth}px`, 'max-height': 'none', 'max-width': 'none'});
    }
    return next.length + low.length + small.length > 0;
  };

  const {documentElement, body} = document;
  for (const element of [documentElement, body].filter(Boolean)) set(element, {overflow: 'visible'});
  // Widths in parts of the page would grow with it without an end.
  if (keep) set(documentElement, {width: `${paper.width - paper.left - paper.right}px`});
  // A list does not say that it shows less than it has. All are measured before any is changed.
  const lists = all().filter(element => element.localName === 'select').map(list => [list, list.getBoundingClientRect().width]);
  for (const [list, width] of lists) {
    set(list, {'field-sizing': 'content', width: 'auto', 'min-width': `${width}px`, 'max-width': 'none'});
  }
  for (let count = 0; count < TURNS && turn(); count += 1);

  const isOutside = ({left, top, right, bottom}, box) => left >= box.right || right <= box.left || top >= box.bottom
    || bottom <= box.top || right > box.right + 2 || bottom - box.bottom > (bottom - top) / 2;
  const cutsText = element => {
    const style = styleOf(element);
    if (!cuts(style) || isHidden(element, style) || !(isHigh(element) || isWide(element))) return false;
    const box = element.getBoundingClientRect();
    const words = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (words.nextNode()) {
      if (!words.currentNode.data.trim() || !words.currentNode.parentElement.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
      range.selectNodeContents(words.currentNode);
      if ([...range.getClientRects()].some(part => isOutside(part, box))) return true;
    }
    return false;
  };
  const page = paper.width - paper.left - paper.right;
  // Where lines go down, pages part what is wide; and what is for another paper is as wide as that.
  const fits = several || [documentElement, body].some(element => element && styleOf(element).writingMode !== 'horizontal-tb');
  return {
    page,
    height: paper.height - paper.top - paper.bottom,
    width: fits ? page : Math.max(documentElement.scrollWidth, body?.scrollWidth ?? 0),
    hidden: all().filter(cutsText).length,
    cut: all().filter(element => element.matches(FIELDS) && isShort(element)).length,
    closed: frames().filter(frame => !inside(frame) && (frame.srcdoc || /^\s*data:/i.test(frame.src))).length,
  };
}
