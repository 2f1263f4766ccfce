/** Building nodes. Everything shown goes through here as text nodes, so a document cannot bring markup with it. */

/** An element with attributes (`null` ones left out), a listener for each `on…`, and children (`null` ones left out). */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** `text` as nodes with the code points from `start` to `end` in a <mark>; an empty span marks nothing. */
export function marked(text, start, end) {
  const from = utf16Index(text, start);
  const to = utf16Index(text, end);
  if (from >= to) return [text];
  return [text.slice(0, from), h('mark', null, text.slice(from, to)), text.slice(to)];
}

/** The server counts code points; JavaScript counts UTF-16 units, two for 𠮷 or an emoji. */
function utf16Index(text, codePoints) {
  let index = 0;
  for (let left = codePoints; left > 0 && index < text.length; left -= 1) {
    index += text.codePointAt(index) > 0xffff ? 2 : 1;
  }
  return index;
}
