// The same with sharp: recipe.mjs FOLDER SIDE FILE [LOOPS]. FOLDER is where npm put sharp.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [folder, side, path, loops] = process.argv.slice(2);
const sharp = createRequire(folder + "/")("sharp");
const size = /-(\d+)x(\d+)\.rgba$/.exec(path);
const input = size ? readFileSync(path) : path;
const raw = size && { raw: { width: +size[1], height: +size[2], channels: 4 } };

function prepare() {
  return sharp(input, raw || {})
    .rotate()
    .resize(+side, +side, { fit: "inside", withoutEnlargement: true })
    .flatten({ background: "#fff" })
    .jpeg({ quality: 80 })
    .toBuffer();
}

if (loops) {
  sharp.cache(false);
  const times = [];
  for (let i = 0; i < +loops; i++) {
    const start = performance.now();
    await prepare();
    times.push(performance.now() - start);
  }
  console.log(times.sort((a, b) => a - b)[times.length >> 1].toFixed(3));
} else {
  const url = "data:image/jpeg;base64," + (await prepare()).toString("base64");
  process.stdout.write(JSON.stringify([{ type: "image_url", image_url: { url } }]));
}
