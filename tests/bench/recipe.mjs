// The same with sharp, all pictures at once. recipe.mjs FOLDER SIDE LOOPS FILE…, where FOLDER is that into
// which npm put sharp: writes the body of a request, or with LOOPS above 0 the median of the milliseconds
// for the first picture.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [folder, side, loops, ...paths] = process.argv.slice(2);
const sharp = createRequire(folder + "/")("sharp");

function open(path) {
  const size = /-(\d+)x(\d+)\.rgba$/.exec(path);
  if (!size) return sharp(path);
  return sharp(readFileSync(path), { raw: { width: +size[1], height: +size[2], channels: 4 } });
}

function prepare(path) {
  return open(path)
    .rotate()
    .resize(+side, +side, { fit: "inside", withoutEnlargement: true })
    .flatten({ background: "#fff" })
    .jpeg({ quality: 80 })
    .toBuffer();
}

async function part(path) {
  const url = "data:image/jpeg;base64," + (await prepare(path)).toString("base64");
  return { type: "image_url", image_url: { url } };
}

if (+loops > 0) {
  sharp.cache(false);
  const times = [];
  for (let i = 0; i < +loops; i++) {
    const start = performance.now();
    await prepare(paths[0]);
    times.push(performance.now() - start);
  }
  console.log(times.sort((a, b) => a - b)[times.length >> 1].toFixed(3));
} else {
  const content = await Promise.all(paths.map(part));
  content.push({ type: "text", text: "What is in these pictures?" });
  process.stdout.write(JSON.stringify({ model: "step-3.7-flash", messages: [{ role: "user", content }] }));
}
