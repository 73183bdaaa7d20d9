"use strict";
/* What all pages have in common: texts that came from files, lengths of time, elements. */

/* Control characters and those that turn the direction of writing are shown, not obeyed. */
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
function plain(text) {
  return String(text).replace(HIDDEN, (letter) => "\\u" + letter.charCodeAt(0).toString(16).padStart(4, "0"));
}

const UNITS = [["d", 86400000000000n], ["h", 3600000000000n], ["m", 60000000000n], ["s", 1000000000n],
  ["ms", 1000000n], ["us", 1000n], ["ns", 1n]];

/* A length as the command writes it: 1m30.5s. */
function durationText(ns) {
  if (ns === 0n) return "0s";
  if (ns < 0n) return "−" + durationText(-ns);
  let text = "";
  for (const [name, unit] of UNITS) {
    if (ns < unit) continue;
    const rest = ns % unit;
    text += ns / unit;
    if (unit <= 1000000000n) {
      if (rest) text += "." + String(rest).padStart(String(unit).length - 1, "0").replace(/0+$/, "");
      return text + name;
    }
    text += name;
    ns = rest;
  }
  return text;
}

const counted = (count, word) => count + " " + word + (count === 1 ? "" : "s");

const byId = (id) => document.getElementById(id);

/* An element with a class, texts and children; texts are never markup. */
function make(tag, name, ...inside) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...inside.filter((one) => one !== "" && one !== null && one !== undefined));
  return made;
}
