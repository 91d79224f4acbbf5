/** An element with its properties; `part` is how pages style it. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { part, ...properties }: Omit<Partial<HTMLElementTagNameMap[Tag]>, 'part'> & { part: string },
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.setAttribute('part', part);
  Object.assign(element, properties);
  element.append(...children);
  return element;
}

/** A button with what it does. */
export function button(part: string, onclick: () => void): HTMLButtonElement {
  return make('button', { part: `button ${part}`, type: 'button', onclick });
}
