// Makes a screenshot small: 256 colours instead of 16 million, which a page of text hardly needs.
import { deflateSync, inflateSync } from "node:zlib";

/** A PNG of 8-bit RGB or RGBA, as Chromium writes it, as one with a palette. */
export function shrink(png) {
  const { width, height, pixels } = decode(png);
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = choose(counts);
  const nearest = new Map([...counts.keys()].map((colour) => [colour, closest(palette, colour)]));
  return encode(width, height, palette, pixels, nearest);
}

const channels = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

function decode(png) {
  const parts = [];
  let width, height, bytes;
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const name = png.toString("latin1", at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (name === "IHDR") {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      bytes = { 2: 3, 6: 4 }[data[9]];
      if (data[8] !== 8 || !bytes || data[12]) throw new Error("not an 8-bit RGB picture");
    }
    if (name === "IDAT") parts.push(data);
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const line = width * bytes;
  let above = Buffer.alloc(line);
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (line + 1)];
    const row = raw.subarray(y * (line + 1) + 1, (y + 1) * (line + 1));
    for (let x = 0; x < line; x += 1) {
      const [left, up, corner] = [x < bytes ? 0 : row[x - bytes], above[x], x < bytes ? 0 : above[x - bytes]];
      row[x] += [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
    }
    for (let x = 0; x < width; x += 1) {
      const at = x * bytes;
      pixels[y * width + x] = (row[at] << 16) | (row[at + 1] << 8) | row[at + 2];
    }
    above = row;
  }
  return { width, height, pixels };
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Median cut: the box with the widest spread is halved until there are 256. */
function choose(counts) {
  if (counts.size <= 256) return [...counts.keys()];
  const measure = (colours) => {
    let widest = { spread: -1 };
    for (const channel of [0, 1, 2]) {
      let [low, high] = [255, 0];
      for (const colour of colours) {
        const value = channels(colour)[channel];
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      if (widest.spread < high - low) widest = { spread: high - low, channel };
    }
    const weight = colours.reduce((sum, colour) => sum + counts.get(colour), 0);
    return { colours, ...widest, rank: widest.spread * Math.log2(1 + weight) };
  };
  const boxes = [measure([...counts.keys()])];
  while (boxes.length < 256) {
    const at = boxes.reduce((best, box, index) => (boxes[best].rank < box.rank ? index : best), 0);
    const { colours, channel, spread } = boxes[at];
    if (spread === 0) break;
    colours.sort((one, other) => channels(one)[channel] - channels(other)[channel]);
    const middle = colours.length >> 1;
    boxes.splice(at, 1, measure(colours.slice(0, middle)), measure(colours.slice(middle)));
  }
  // The most frequent colour stands for its box, so that grounds stay exactly what they are.
  return boxes.map(({ colours }) =>
    colours.reduce((best, colour) => (counts.get(best) < counts.get(colour) ? colour : best)));
}

function closest(palette, colour) {
  const [red, green, blue] = channels(colour);
  let best = 0;
  let least = Infinity;
  palette.forEach((known, index) => {
    const [r, g, b] = channels(known);
    const distance = 2 * (r - red) ** 2 + 4 * (g - green) ** 2 + 3 * (b - blue) ** 2;
    if (distance < least) [least, best] = [distance, index];
  });
  return best;
}

function encode(width, height, palette, pixels, nearest) {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = nearest.get(pixels[y * width + x]);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flatMap(channels))),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc(body), body.length + 4);
  return framed;
}

function crc(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}
