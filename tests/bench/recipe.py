# The recipe of the vendor's image guide: resize, quality 80, base64. recipe.py SIDE FILE [SAVED] makes
# the bytes of a request, or what is saved: a .jpg of quality 80, or a .png, which loses nothing more.
import base64
import io
import sys

from PIL import Image

side, path = int(sys.argv[1]), sys.argv[2]
image = Image.open(path)
if image.mode == "RGBA":
    white = Image.new("RGB", image.size, (255, 255, 255))
    white.paste(image, mask=image.getchannel("A"))
    image = white
if image.mode != "RGB":
    image = image.convert("RGB")
scale = side / max(image.size)
size = tuple(max(1, int(length * scale + 0.5)) for length in image.size)
image = image.resize(size, Image.LANCZOS)
if len(sys.argv) > 3:
    image.save(sys.argv[3], quality=80)
    sys.exit()
out = io.BytesIO()
image.save(out, "JPEG", quality=80)
text = base64.b64encode(out.getvalue()).decode()
url = {"url": "data:image/jpeg;base64," + text}
sys.stdout.write(str([{"role": "user", "content": [{"type": "image_url", "image_url": url}]}]))
