# The recipe of the vendor's image guide: resize, quality 80, base64. recipe.py SIDE FILE… writes the body
# of a request; recipe.py --save SAVED SIDE FILE what goes into it: a .jpg of quality 80, or a .png, which
# loses nothing more.
import base64
import io
import json
import sys

from PIL import Image


def scaled(path, side):
    image = Image.open(path)
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, (255, 255, 255))
        white.paste(image, mask=image.getchannel("A"))
        image = white
    if image.mode != "RGB":
        image = image.convert("RGB")
    scale = side / max(image.size)
    size = tuple(max(1, int(length * scale + 0.5)) for length in image.size)
    return image.resize(size, Image.LANCZOS)


def part(path, side):
    out = io.BytesIO()
    scaled(path, side).save(out, "JPEG", quality=80)
    text = base64.b64encode(out.getvalue()).decode()
    return {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64," + text}}


if sys.argv[1] == "--save":
    scaled(sys.argv[4], int(sys.argv[3])).save(sys.argv[2], quality=80)
else:
    content = [part(path, int(sys.argv[1])) for path in sys.argv[2:]]
    content.append({"type": "text", "text": "What is in these pictures?"})
    messages = [{"role": "user", "content": content}]
    json.dump({"model": "step-3.7-flash", "messages": messages}, sys.stdout)
