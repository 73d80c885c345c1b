// A page as plain data, and the least change of the document that makes it so. Text only ever becomes text nodes.

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "path", "circle", "rect", "line"]);
/** What is a property of an element rather than an attribute. */
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "max"]);

/** An element to be: its tag, its attributes, and what is in it. */
export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, children: children.flat(Infinity).filter((child) => child || child === 0) };
}

/** Makes the children of an element those that are listed, keeping what is there already. */
export function patch(parent, wanted) {
  const keyed = new Map();
  for (const node of parent.childNodes) if (node.key !== undefined) keyed.set(node.key, node);
  const keys = new Set(wanted.map((child) => child.props?.key));
  let place = parent.firstChild;
  for (const child of wanted) {
    const key = child.props?.key;
    // What goes leaves first: to move the others up instead would take the focus from them.
    while (place && place.key !== undefined && !keys.has(place.key)) place = drop(place);
    let node = key === undefined ? place : keyed.get(key);
    if (node && (!fits(node, child) || (key === undefined && node.key !== undefined))) node = undefined;
    if (!node) {
      node = create(child);
      parent.insertBefore(node, place);
      if (node.nodeType === 1) {
        fill(node, child);
        child.props.mount?.(node);
      }
      continue;
    }
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
    if (node.nodeType === 1) fill(node, child);
    else if (node.data !== String(child)) node.data = String(child);
  }
  while (place) place = drop(place);
}

/** Takes a node away; what followed it. */
function drop(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function fits(node, child) {
  return child.tag ? node.localName === child.tag : node.nodeType === 3;
}

function create(child) {
  if (!child.tag) return document.createTextNode(String(child));
  const node = DRAWN.has(child.tag) ? document.createElementNS(SVG, child.tag) : document.createElement(child.tag);
  node.told = {};
  node.heard = {};
  if (child.props.key !== undefined) node.key = child.props.key;
  return node;
}

function fill(node, { props, children }) {
  // The choices of a list come first: a value that is none of them would not stay.
  patch(node, children);
  for (const name of Object.keys(node.told)) if (!(name in props)) set(node, name, undefined);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) listen(node, name.slice(2), value);
    else if (node.told[name] !== value && name !== "key" && name !== "mount") set(node, name, value);
  }
}

function set(node, name, value) {
  node.told[name] = value;
  if (PROPERTIES.has(name)) node[name] = value ?? "";
  else if (value === undefined || value === null || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : value);
}

function listen(node, name, heard) {
  if (!(name in node.heard)) node.addEventListener(name, (event) => node.heard[name]?.(event));
  node.heard[name] = heard;
}
