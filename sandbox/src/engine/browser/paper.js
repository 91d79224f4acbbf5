// The paper that a page asks for: how much of it is printed on, and how wide a page the browser itself makes so much smaller.
() => {
  const INCH = 96;
  // What the browser prints on, and how far from its edges, in pixels: a letter, and a centimetre.
  const LETTER = {width: 8.5 * INCH, height: 11 * INCH};
  const MARGIN = 37.8;
  const NAMED = {
    a3: [297, 420], a4: [210, 297], a5: [148, 210], b4: [250, 353], b5: [176, 250], 'jis-b4': [257, 364],
    'jis-b5': [182, 257], letter: [215.9, 279.4], legal: [215.9, 355.6], ledger: [279.4, 431.8],
  };
  const UNITS = {px: 1, pt: INCH / 72, pc: INCH / 6, in: INCH, cm: INCH / 2.54, mm: INCH / 25.4, q: INCH / 101.6, em: 16, rem: 16};

  const length = (text, whole) => {
    const [, number, unit] = /^([\d.]+)([a-z]*|%)$/i.exec(text) ?? [];
    return number === undefined ? undefined : number * (unit === '%' ? whole / 100 : UNITS[unit.toLowerCase()] ?? 1);
  };
  const sizeOf = text => {
    const words = text.toLowerCase().split(/\s+/);
    const named = NAMED[words.find(word => word in NAMED)]?.map(side => side * UNITS.mm);
    const lengths = words.map(word => length(word)).filter(side => side !== undefined);
    const [width, height = width] = named ?? lengths;
    const sides = width === undefined ? [LETTER.width, LETTER.height] : [width, height];
    if (words.includes('landscape')) sides.sort((a, b) => b - a);
    return {width: sides[0], height: sides[1]};
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
      const whole = side === 'left' || side === 'right' ? paper.width : paper.height;
      paper[side] = length(style.getPropertyValue(`margin-${side}`), whole) ?? paper[side];
    }
  }

  const isOfRoot = (name, value) => [document.documentElement, document.body]
    .some(element => element && getComputedStyle(element)[name] === value);
  const page = paper.width - paper.left - paper.right;
  return {
    page,
    height: paper.height - paper.top - paper.bottom,
    // Of a page from right to left the browser loses a part.
    room: isOfRoot('direction', 'rtl') ? page : 1.5 * page,
    // Where lines go down, pages part what is wide; and what is for another paper is as wide as that.
    fixed: several || ['vertical-rl', 'vertical-lr', 'sideways-rl', 'sideways-lr'].some(mode => isOfRoot('writingMode', mode)),
  };
}
