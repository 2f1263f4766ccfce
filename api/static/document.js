/** The side panel with an original document. The address says what it shows: #/doc/{id}@{sha256}?s={start}&e={end} */

import { Problem, readDocument } from './client.js';
import { h, marked } from './dom.js';
import { words } from './i18n.js';

const panel = document.getElementById('panel');
const path = document.getElementById('panel-path');
const stale = document.getElementById('panel-stale');
const text = document.getElementById('panel-text');

let opener = null; // gets the focus back
let latest = 0; // number of the latest opening, so that a slow answer to an earlier one is dropped

/** The address of a source; offsets are code points of the decoded original. */
export function linkTo({ document: id, sha256, start, end }) {
  return `#/doc/${encodeURIComponent(id)}@${sha256}?s=${start}&e=${end}`;
}

/** Keeps the panel in step with the address; `fallback` gets the focus when the opener is gone. */
export function followAddress(fallback) {
  const close = () => {
    history.replaceState(null, '', location.pathname + location.search);
    hide(fallback);
  };
  document.getElementById('panel-close').addEventListener('click', close);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing && !panel.hidden) close();
  });
  document.addEventListener('click', ({ target }) => {
    const link = target.closest('a[href^="#/doc/"]');
    if (!link) return;
    opener = link; // not every browser focuses a clicked link
    if (link.hash === location.hash) reveal(); // no hashchange will come
  });
  const follow = () => {
    const target = parse(location.hash);
    if (target) show(target);
    else hide(fallback);
  };
  window.addEventListener('hashchange', follow);
  follow();
}

function parse(hash) {
  const [, id, sha256, query] = /^#\/doc\/([^@?]+)(?:@(\w+))?(?:\?(.*))?$/.exec(hash) ?? [];
  if (!id) return null;
  const offsets = new URLSearchParams(query);
  try {
    return { id: decodeURIComponent(id), sha256, start: Number(offsets.get('s')), end: Number(offsets.get('e')) };
  } catch {
    return null; // a stray % in a hand-made link
  }
}

async function show({ id, sha256, start, end }) {
  const opening = (latest += 1);
  panel.hidden = false;
  stale.hidden = true;
  path.textContent = words.loading;
  text.replaceChildren();
  text.focus({ preventScroll: true });
  try {
    const original = await readDocument(id);
    if (opening !== latest) return;
    path.textContent = original.path;
    stale.hidden = sha256 === undefined || sha256 === original.sha256;
    text.replaceChildren(...marked(original.text, start, end));
    reveal();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (opening !== latest) return;
    path.textContent = id;
    text.replaceChildren(h('p', { class: 'error' }, problem.detail ?? words.unreachable));
  }
}

/** Brings the marked place into view; the stylesheet says how far from the top. */
function reveal() {
  const mark = text.querySelector('mark');
  if (mark) mark.scrollIntoView({ block: 'start' });
  else text.scrollTop = 0;
}

function hide(fallback) {
  if (panel.hidden) return;
  latest += 1;
  panel.hidden = true;
  (opener?.isConnected ? opener : fallback).focus({ preventScroll: true });
  opener = null;
}
