/** The words of the page in Chinese and English. */

import { loadLanguage, saveLanguage } from './storage.js';

const number = (n) => n.toLocaleString('en');
const fixed = (n) => (n === null ? '–' : n.toFixed(2));

const zh = {
  code: 'zh-Hans',
  otherLanguage: 'EN',
  switchLanguage: 'EN: switch to English',
  clear: '清空',
  clearHistory: '清空对话记录',
  cleared: '对话记录已清空。',
  undo: '撤销',
  introTitle: '问文档，看出处',
  introText: '提一个问题，这里会从你的文档中逐字摘出答案，并翻到原文的那一处；文档里没有的，就说没有。',
  documentList: '文档列表',
  documentCount: (n) => (n ? `${number(n)} 份文档` : '还没有文档'),
  documentFacts: (d) => `${d.encoding ?? d.format} · ${number(d.characters)} 字`,
  undecodable: (n) => `${number(n)} 处无法解码`,
  offline: '连不上服务',
  conversation: '对话',
  question: '问题',
  placeholder: '想问什么？',
  send: '提问',
  keys: 'Enter 发送 · Shift+Enter 换行 · / 回到输入框',
  searching: '正在检索文档…',
  stillSearching: '还在检索和阅读，请稍候…',
  understood: '按这个问题检索：',
  asTyped: '按原话检索',
  confidence: '把握',
  confidenceWord: { high: '很有把握', medium: '较有把握', low: '把握不大' },
  sources: '出处',
  openSource: (rank, place) => `打开出处 ${rank}：${place}`,
  page: (n) => `第 ${n} 页`,
  paragraph: (n) => `第 ${n} 段`,
  row: (n) => `第 ${n} 行`,
  line: (n) => `第 ${n} 行`,
  comma: '，',
  also: '另见',
  copy: '复制',
  copied: '已复制',
  copyFailed: '复制失败',
  more: (n) => `更多段落（${n}）`,
  terms: '命中的词',
  score: (p) => `相关度 ${fixed(p.score)}（语义 ${fixed(p.dense)}，词面 ${fixed(p.lexical)}）`,
  took: (ms) => `用时 ${number(ms)} 毫秒`,
  notFound: '这些文档里没有答案',
  nearest: '下面是最接近的段落，也许用得上。',
  nothingNear: '也没有相近的段落。换个说法再问一次？',
  unreachable: '连不上服务。请确认它还在运行，然后重试。',
  failed: (status) => `服务出错了（${status}）。`,
  retry: '重试',
  original: '原文照录，未作改动',
  close: '关闭',
  loading: '正在打开…',
  stale: '这份文档在作答之后改动过，标出的位置可能已经不准。',
};

const en = {
  code: 'en',
  otherLanguage: '中文',
  switchLanguage: '中文：切换到中文',
  clear: 'Clear',
  clearHistory: 'Clear the conversation',
  cleared: 'Conversation cleared.',
  undo: 'Undo',
  introTitle: 'Ask your documents, see the source',
  introText: 'Ask a question: the answer is quoted word for word from your documents and shown in its place in the original; what is not there is not made up.',
  documentList: 'Documents',
  documentCount: (n) => (n ? `${number(n)} document${n === 1 ? '' : 's'}` : 'No documents yet'),
  documentFacts: (d) => `${d.encoding ?? d.format} · ${number(d.characters)} characters`,
  undecodable: (n) => `${number(n)} undecodable`,
  offline: 'Server not reachable',
  conversation: 'Conversation',
  question: 'Question',
  placeholder: 'What would you like to know?',
  send: 'Ask',
  keys: 'Enter to send · Shift+Enter for a new line · / to come back here',
  searching: 'Searching the documents…',
  stillSearching: 'Still searching and reading…',
  understood: 'Searched for: ',
  asTyped: 'Search as typed',
  confidence: 'Confidence',
  confidenceWord: { high: 'High confidence', medium: 'Fair confidence', low: 'Low confidence' },
  sources: 'Sources',
  openSource: (rank, place) => `Open source ${rank}: ${place}`,
  page: (n) => `page ${n}`,
  paragraph: (n) => `paragraph ${n}`,
  row: (n) => `row ${n}`,
  line: (n) => `line ${n}`,
  comma: ', ',
  also: 'Also in',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Could not copy',
  more: (n) => `More passages (${n})`,
  terms: 'Matched terms',
  score: (p) => `Score ${fixed(p.score)} (meaning ${fixed(p.dense)}, words ${fixed(p.lexical)})`,
  took: (ms) => `Took ${number(ms)} ms`,
  notFound: 'Not in these documents',
  nearest: 'The nearest passages are below; they may still help.',
  nothingNear: 'No passage comes near, either. Try other words?',
  unreachable: 'The server cannot be reached. Check that it is running, then try again.',
  failed: (status) => `The server failed (${status}).`,
  retry: 'Try again',
  original: 'The original text, unaltered',
  close: 'Close',
  loading: 'Opening…',
  stale: 'This document has changed since it was cited; the highlight may be out of place.',
};

const preferred = loadLanguage() ?? navigator.language;

/** The words in the current language; an importer sees the change that `toggleLanguage` makes. */
export let words = preferred.startsWith('zh') ? zh : en;

export function toggleLanguage() {
  words = words === zh ? en : zh;
  saveLanguage(words.code);
  translatePage();
}

/** Fills in what index.html leaves to this module. */
export function translatePage() {
  document.documentElement.lang = words.code;
  for (const element of document.querySelectorAll('[data-text]')) {
    element.textContent = words[element.dataset.text];
  }
  for (const element of document.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', words[element.dataset.label]);
  }
  for (const element of document.querySelectorAll('[data-placeholder]')) {
    element.placeholder = words[element.dataset.placeholder];
  }
}
