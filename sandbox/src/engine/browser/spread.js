// Nobody scrolls on paper: shows all of what scrolls in a page, and tells how wide the page is then. What a page cuts off
// stays cut off, as it is on a screen, and is told where it is text.
// The paper is as `page`, `room` and `fixed` say, and nothing that is wider than `widest` can be on it. With `keep`, the page stays
// as wide as the paper, and what is wider reaches beyond it.
({page, room, fixed, widest, keep}) => {
  const TURNS = 20;
  // No screen shows what begins so many papers further.
  const SCREEN = 3;
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

  const FIELDS = `textarea, select, input:not(${['checkbox', 'radio', 'range', 'color', 'file', 'image', 'button', 'submit', 'reset']
    .map(kind => `[type=${kind}]`).join(', ')})`;
  const isFromRight = [document.documentElement, document.body].some(element => element && styleOf(element).direction === 'rtl');
  const isTaken = style => style.position === 'fixed' || style.position === 'absolute';
  // Menus that come in from the side stand beside the page until then.
  const isAway = element => {
    for (let outer = element; outer; outer = outer.parentElement) {
      const style = styleOf(outer);
      if (!isTaken(style)) continue;
      const {left, right, bottom} = outer.getBoundingClientRect();
      const sides = [right <= 0, left >= element.ownerDocument.documentElement.clientWidth];
      const [isBefore, isBehind] = isFromRight ? sides.reverse() : sides;
      if (isBefore || bottom <= 0 || (isBehind && style.position === 'fixed')) return true;
    }
    return false;
  };
  const isSeen = element => element.checkVisibility({opacityProperty: true, visibilityProperty: true});
  // What shows nothing at all is hidden on purpose.
  const isHidden = (element, style) => element.clientWidth <= 1 || element.clientHeight <= 1
    || style.clipPath !== 'none' || style.clip !== 'auto' || !isSeen(element) || isAway(element);
  const scrolls = style => [style.overflowX, style.overflowY].some(overflow => overflow === 'auto' || overflow === 'scroll');
  const cuts = style => [style.overflowX, style.overflowY].some(overflow => overflow === 'hidden' || overflow === 'clip');
  // Lines that are set tightly are lower than their letters may be.
  const above = element => element.scrollHeight - element.clientHeight;
  const isHigh = element => above(element) > 1 && above(element) > 0.4 * parseFloat(styleOf(element).fontSize);
  const isWide = element => element.scrollWidth > element.clientWidth + 1;
  const isRow = style => style.display.endsWith('flex') && style.flexDirection.startsWith('row') && style.flexWrap === 'nowrap';
  const isColumns = style => style.display.endsWith('grid') && style.gridAutoFlow.startsWith('column') && !style.gridTemplateRows.includes(' ');
  // Those that were freed, those around them, and those that were made as high and as wide as what is in them.
  const freed = new Set(), around = new Set(), raised = new Set(), widened = new Set();
  let atFirst;

  const texts = element => {
    const words = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const found = [];
    while (words.nextNode()) if (words.currentNode.data.trim()) found.push(words.currentNode);
    return found;
  };
  const range = document.createRange();
  const partsOf = text => {
    range.selectNodeContents(text);
    return [...range.getClientRects()];
  };
  const PICTURES = 'img, svg, video, audio, canvas, iframe, object, embed, input, textarea, select, button, hr, meter, progress';
  const isPainted = element => {
    if (element.matches(PICTURES)) return true;
    const {backgroundColor, backgroundImage, borderTopWidth, borderLeftWidth} = styleOf(element);
    return !/, 0\)$/.test(backgroundColor) || backgroundImage !== 'none' || borderTopWidth !== '0px' || borderLeftWidth !== '0px';
  };
  // Whether there is more to see in a box than margins and room.
  const showsMore = (element, box, counts) => {
    const isBeyond = ({left, top, right, bottom}) => right > left && bottom > top
      && (left < box.left - 1 || right > box.right + 1 || top < box.top - (bottom - top) / 2 || bottom > box.bottom + (bottom - top) / 2);
    return [...element.querySelectorAll('*')].some(inner => isBeyond(inner.getBoundingClientRect()) && counts(inner) && isSeen(inner))
      || texts(element).some(text => partsOf(text).some(isBeyond) && isSeen(text.parentElement));
  };
  // Breaks words that are longer than there is room. All are measured before any is changed.
  const breakWords = boxes => {
    const isOver = ({left, right}, box) => isFromRight ? left < box.left - 1 : right > box.right + 1;
    const long = boxes.flatMap(([element, box]) => texts(element).filter(text => partsOf(text).some(part => isOver(part, box))));
    for (const text of long) set(text.parentElement, {'overflow-wrap': 'break-word'});
  };
  const breakLines = element => {
    for (const inner of [element, ...element.querySelectorAll('*')]) {
      const {whiteSpaceCollapse, textWrapMode, display} = styleOf(inner);
      if (textWrapMode !== 'nowrap' || !(inner === element || display === 'inline' || inner.matches('pre, pre *, code'))) continue;
      set(inner, {'white-space': whiteSpaceCollapse === 'collapse' ? 'normal' : 'pre-wrap', 'overflow-wrap': 'break-word'});
    }
  };
  // Cards and slides beside each other, which would make all of the page too small.
  const rowsOf = element => element.scrollWidth <= room ? [] : [element, ...element.children]
    .filter(row => (isColumns(styleOf(row)) || isRow(styleOf(row))) && row.scrollWidth > room)
    .map(row => [row, isColumns(styleOf(row)) && row.firstElementChild?.getBoundingClientRect().width]);
  const part = ([row, column], element) => {
    set(row, {height: 'auto', 'max-height': 'none', 'flex-wrap': 'wrap'});
    if (row !== element) set(row, {width: 'auto', 'min-width': '0'});
    if (column) set(row, {'grid-auto-flow': 'row', 'grid-template-columns': `repeat(auto-fill, ${column}px)`});
  };

  const measured = element => ({element, high: isHigh(element), wide: isWide(element), rows: rowsOf(element)});
  const free = ({element, high, wide, rows}) => {
    const style = styleOf(element);
    const {display, minWidth, textWrapMode} = style;
    const parent = element.parentElement && styleOf(element.parentElement);
    set(element, {overflow: 'visible', contain: 'none', 'text-overflow': 'clip', '-webkit-line-clamp': 'none'});
    if (high) set(element, {height: 'auto', 'max-height': 'none'});
    // What scrolls keeps floats in, and stands beside others.
    if (display === 'block') set(element, {display: 'flow-root'});
    if (parent?.display.endsWith('flex') && parent.flexDirection.startsWith('column')) set(element, {'flex-shrink': '0'});
    // Its words that are cut off on purpose would make it wide.
    if (/(flex|grid)$/.test(parent?.display) && minWidth === 'auto') set(element, {'min-width': '0'});
    if (wide && textWrapMode === 'nowrap') breakLines(element);
    rows.forEach(row => part(row, element));
    if (isTaken(style)) set(element, {position: 'absolute', bottom: 'auto'});
    if (element.matches(FIELDS)) set(element, {'field-sizing': 'content'});
    if (element.matches('input, select')) set(element, {width: 'auto', 'max-width': 'none'});
    freed.add(element);
    for (let outer = element; outer; outer = outer.parentElement ?? outer.getRootNode().host) around.add(outer);
  };
  const isWithin = element => [...freed].some(outer => outer.contains(element));
  const isShort = element => {
    const [high, wide] = [isHigh(element), isWide(element)];
    if (!high && !wide) return false;
    if (freed.has(element)) return true;
    const style = styleOf(element);
    if (isHidden(element, style)) return false;
    if (element.matches(FIELDS)) return true;
    // A long line stays one where the browser itself makes room for it.
    const isLong = element.localName === 'pre' && wide && (cuts(style) || isWithin(element)
      || element.getBoundingClientRect().left + element.scrollWidth > room);
    const isPushed = high && around.has(element) && above(element) > (atFirst?.get(element) ?? 0) + 1;
    return isLong || isPushed || (scrolls(style) && showsMore(element, element.getBoundingClientRect(), isPainted));
  };
  const frames = () => all().filter(element => element.localName === 'iframe');
  const inside = frame => frame.contentDocument?.documentElement;
  // What fills a frame that asks how high it is fills any.
  const isSmall = frame => {
    const {clientWidth: right, clientHeight: bottom} = frame;
    const isLarger = inside(frame).scrollHeight > bottom || inside(frame).scrollWidth > right;
    return isLarger && showsMore(inside(frame), {left: 0, top: 0, right, bottom}, element => element.matches(PICTURES));
  };
  // A frame that asks how high it is would grow without an end, over all calls of this function.
  const grown = globalThis.grownFrames ??= new WeakMap();
  const turn = () => {
    const short = all().filter(isShort);
    const next = short.filter(element => !freed.has(element));
    // A box does not grow by what is put into it at a place. How much that is, is to be seen when all are free.
    const done = next.length > 0 ? [] : short.filter(element => !element.matches(FIELDS));
    const low = done.filter(element => !raised.has(element) && isHigh(element));
    const narrow = done.filter(element => !widened.has(element) && element.style?.minWidth === '0px' && isWide(element));
    const small = frames().filter(frame => (grown.get(frame) ?? 0) < 2 && inside(frame) && isSmall(frame));
    if (next.length > 0) atFirst ??= new Map(all().map(element => [element, above(element)]));
    const found = next.map(measured);
    found.forEach(free);
    const wide = found.filter(({element, wide}) => wide && !element.matches(FIELDS));
    breakWords(wide.map(({element}) => [element, element.getBoundingClientRect()]));
    for (const element of low) {
      set(element, {'min-height': `${element.scrollHeight}px`});
      raised.add(element);
    }
    for (const element of narrow) {
      set(element, {'min-width': `${element.scrollWidth}px`});
      widened.add(element);
    }
    for (const frame of small) {
      const {scrollHeight, scrollWidth} = inside(frame);
      grown.set(frame, (grown.get(frame) ?? 0) + 1);
      if (scrollWidth > frame.clientWidth) set(frame, {width: `${scrollWidth}px`, 'max-width': 'none'});
      if (scrollHeight > frame.clientHeight) set(frame, {height: `${scrollHeight}px`, 'max-height': 'none'});
    }
    return next.length + low.length + narrow.length + small.length > 0;
  };

  const {documentElement, body} = document;
  const seen = () => documentElement.clientWidth;
  const own = () => all().filter(element => element.ownerDocument === document);
  const widthOfAll = () => Math.max(documentElement.scrollWidth, body?.scrollWidth ?? 0);
  // A page that never scrolls sideways may have menus there.
  const isNarrow = globalThis.isNarrowPage ??= [documentElement, body].some(element => element && /hidden|clip/.test(styleOf(element).overflowX));
  // Where both cut off, the body keeps the margins within it in, and does so still.
  const isBox = [documentElement, body].every(element => element && styleOf(element).overflowX !== 'visible');
  if (isBox && styleOf(body).display === 'block') set(body, {display: 'flow-root'});
  for (const element of [documentElement, body].filter(Boolean)) set(element, {overflow: 'visible'});
  // Widths in parts of the page would grow with it without an end.
  if (keep) set(documentElement, {width: `${page}px`});
  else if (globalThis.isKept) documentElement.style.removeProperty('width');
  globalThis.isKept = keep;
  // A list does not say that it shows less than it has: each is tried as it would be. All are measured before any is changed.
  const sizeOfList = list => [list.getBoundingClientRect().width, list.clientHeight];
  const lists = all().filter(element => element.localName === 'select').map(list => [list, list.getAttribute('style'), sizeOfList(list)]);
  for (const [list] of lists) set(list, {'field-sizing': 'content', width: 'auto', 'min-width': '0', 'max-width': 'none'});
  const asked = lists.map(([list]) => sizeOfList(list));
  lists.forEach(([list, style, [width, high]], index) => {
    const isWhole = asked[index][0] <= width + 1 && asked[index][1] <= high + 1;
    if (!isWhole) return set(list, {'min-width': `${width}px`});
    return style === null ? list.removeAttribute('style') : list.setAttribute('style', style);
  });
  for (let count = 0; count < TURNS && turn(); count += 1);
  if (widthOfAll() > room) breakWords([[documentElement, {left: seen() - page, right: page}]]);
  // What is put where no paper and no screen reaches to is not to be seen by anybody.
  const end = isNarrow ? SCREEN * page : widest;
  if (widthOfAll() > end) {
    const isFar = ({left, right}) => isFromRight ? right <= seen() - end : left >= end;
    const far = own().filter(element => isTaken(styleOf(element)) && isFar(element.getBoundingClientRect()));
    for (const element of far) set(element, {display: 'none'});
  }

  const isOutside = ({left, top, right, bottom}, box) => left >= box.right || right <= box.left || top >= box.bottom
    || bottom <= box.top || right > box.right + 2 || bottom - box.bottom > (bottom - top) / 2;
  const cutsText = element => {
    const style = styleOf(element);
    if (!cuts(style) || isHidden(element, style) || !(isHigh(element) || isWide(element))) return false;
    const box = element.getBoundingClientRect();
    return texts(element).some(text => isSeen(text.parentElement) && partsOf(text).some(part => isOutside(part, box)));
  };
  const edges = () => [
    ...own().filter(element => element.matches(PICTURES) && isSeen(element)).map(element => element.getBoundingClientRect()),
    ...texts(documentElement).filter(text => isSeen(text.parentElement)).flatMap(partsOf),
  ].map(({left, right}) => isFromRight ? seen() - left : right);
  // What is cut off reaches nowhere.
  const reach = () => {
    const width = widthOfAll();
    return width <= seen() + 1 ? width : Math.min(width, edges().reduce((most, edge) => Math.max(most, edge), 0));
  };
  return {
    width: fixed ? page : widthOfAll(),
    reach: fixed ? page : reach(),
    hidden: all().filter(cutsText).length,
    cut: all().filter(element => element.matches(FIELDS) && isShort(element)).length,
    closed: frames().filter(frame => !inside(frame) && (frame.srcdoc || /^\s*data:/i.test(frame.src))).length,
  };
}
