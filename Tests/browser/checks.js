// SPDX-License-Identifier: Apache-2.0
// What is wrong with the page that is shown, as a list of sentences, and how much was looked at. It is evaluated from
// outside: the page itself holds no script.
(() => {
  const problems = [];
  const counts = {boxes: 0, tables: 0, texts: 0, states: 0};
  const all = (selector) => [...document.querySelectorAll(selector)];
  const short = (element) => element.outerHTML.slice(0, 120);

  // Nothing that loads or runs.
  for (const element of all('script, img, iframe, object, embed, link, base, form, video, audio, image, use, foreignObject'))
    problems.push(`an element that loads or runs: ${short(element)}`);
  for (const element of all('*'))
    for (const {name, value} of element.attributes) {
      if (/^on/.test(name) || ['src', 'srcset', 'data'].includes(name)) problems.push(`attribute ${name}: ${short(element)}`);
      if (name === 'href' && !value.startsWith('#')) problems.push(`it leads outside: ${short(element)}`);
      if (/url\(/i.test(value)) problems.push(`it loads by style: ${short(element)}`);
    }
  if (window.hacked !== undefined) problems.push('a script of a name ran');

  // Nothing wider than the window.
  const root = document.scrollingElement || document.documentElement;
  const isPicture = document.documentElement.tagName === 'svg';
  if (!isPicture && root.scrollWidth > window.innerWidth)
    problems.push(`the page is ${root.scrollWidth} px wide in a window of ${window.innerWidth} px`);

  // Each box has a text for who does not see it.
  for (const box of all('[role=img], [role=group], [role=region]')) {
    counts.boxes++;
    if (!(box.getAttribute('aria-label') || '').trim()) problems.push(`a box without a text: ${short(box)}`);
  }
  for (const box of all('.node, .socket, .scroll, .bar, svg'))
    if (!isPicture && !box.getAttribute('role')) problems.push(`a box without a role: ${short(box)}`);
  for (const table of all('table')) {
    counts.tables++;
    if (!table.querySelector('th[scope=col]') || !table.querySelector('th[scope=row]'))
      problems.push(`a table without headings: ${short(table)}`);
  }
  if (!isPicture && (!document.title || !document.documentElement.lang || all('h1').length !== 1))
    problems.push('no title, no language, or not just one h1');
  if (isPicture && !document.querySelector('svg > title')) problems.push('the picture has no title');

  // Each state has a sign or a word, beside its colour.
  const signs = {
    '.verdict .sign': /^[✓✕▲] \S/, '.tag': /^[✓✕▲] \S/, 'td.enough': /^✓/, 'td.short': /^✕/, 'td.in': /^●/,
    '.cores .held': /×/, '.cores .given': /✓/, '.cores .offline': /–/, '.cores .forbidden': /⊘/,
    '.amount.short .name': /^✕/, '.node.is-short .tag.short': /short$/, '.node.is-chosen .tag.chosen': /chosen$/,
  };
  for (const [selector, pattern] of Object.entries(signs))
    for (const element of all(selector)) {
      counts.states++;
      if (!pattern.test(element.textContent)) problems.push(`a state by colour alone: ${short(element)}`);
    }
  for (const kind of ['short', 'chosen'])
    for (const node of all(`.node.is-${kind}`))
      if (!node.querySelector(`.tag.${kind}`)) problems.push(`a state by colour alone: ${short(node)}`);

  // Each text stands out from what is behind it: WCAG 2.2, 1.4.3.
  const numbers = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, place) => sum + value * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = numbers(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  let least = 99;
  if (!isPicture) {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const element = walk.currentNode.parentElement;
      if (!walk.currentNode.textContent.trim() || !element.checkVisibility()) continue;
      counts.texts++;
      const [one, other] = [light(numbers(getComputedStyle(element).color)), light(ground(element))];
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      least = Math.min(least, ratio);
      if (ratio < 4.5) problems.push(`contrast ${ratio.toFixed(2)}: ${short(element)}`);
    }
  } else {
    // Words of a drawn box stay inside it.
    for (const box of all('g')) {
      const frame = box.querySelector(':scope > rect.node');
      if (!frame) continue;
      const edge = frame.getBBox();
      for (const text of box.querySelectorAll('text')) {
        counts.texts++;
        const own = text.getBBox();
        if (own.x < edge.x || own.x + own.width > edge.x + edge.width || own.y + own.height > edge.y + edge.height)
          problems.push(`words leave their box: ${text.textContent}`);
      }
    }
  }
  return {problems: problems.slice(0, 10), counts, least: Number(least.toFixed(2)), width: root.scrollWidth};
})()
