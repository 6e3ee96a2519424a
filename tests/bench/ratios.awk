# After samples.awk and svg.awk: what each thing costs as a part of what it costs without us, a dot a
# comparison, with the range of the middle eight tenths. Left of the line at 1 it is less.

BEGIN { LEFT = 620; WIDE = 560; ROW = 15; LEAST = 0.01; MOST = 100 }

function x_of(ratio) {
    ratio = ratio < LEAST ? LEAST : ratio > MOST ? MOST : ratio
    return LEFT + WIDE * (log10(ratio) - log10(LEAST)) / (log10(MOST) - log10(LEAST))
}

# Rows are gathered first, since the picture begins with its height.
function gather(text, heading) {
    text_of[++row_count] = text
    is_heading[row_count] = heading
    low[row_count] = LOW; middle[row_count] = MIDDLE; high[row_count] = HIGH
}

function gather_what(what,    field, a, b, mine, other) {
    split(what, field, FS)
    if (field[3] != "-" || !cost(field[4])) return
    for (a = 1; a <= contenders[what]; a++) {
        mine = whose[what, a]
        for (b = 1; ours(mine) && b <= contenders[what]; b++) {
            other = whose[what, b]
            if (ours(other) || !spread_of_ratios(what FS mine, what FS other) || MIDDLE <= 0) continue
            if (field[1] != subject) gather(subject = field[1], 1)
            spread_of_ratios(what FS mine, what FS other)
            gather(field[2] (field[2] == "" ? "" : ", ") field[4] (mine == "Sightline" ? "" : ", " mine) \
                " beside " other, 0)
        }
    }
}

function axis(bottom,    ratio, i, step) {
    for (ratio = LEAST; ratio < MOST * 1.01; ratio *= 10) {
        line(x_of(ratio), 30, x_of(ratio), bottom, "#ccc", 1)
        label(x_of(ratio), 24, "middle", ratio < 1 ? "1/" sprintf("%.0f", 1 / ratio) : sprintf("%.0f", ratio))
        for (i = 2; i < 10 && ratio < MOST * 0.99; i++) line(x_of(ratio * i), 30, x_of(ratio * i), bottom, "#f0f0f0", 1)
    }
    line(x_of(1), 30, x_of(1), bottom, "#555", 1.5)
}

function draw(row, y,    colour) {
    if (is_heading[row]) {
        label(10, y + 4, "start", text_of[row], "font-weight=\"bold\"")
        return
    }
    colour = high[row] < 1 ? "#2a7f3f" : low[row] > 1 ? "#b3331d" : "#7a6a10"
    label(LEFT - 12, y + 4, "end", text_of[row])
    line(x_of(low[row]), y, x_of(high[row]), y, colour, 2)
    dot(x_of(middle[row]), y, colour, 3.5)
    label(LEFT + WIDE + 10, y + 4, "start", number(middle[row]), "fill=\"" colour "\"")
}

END {
    for (i = 1; i <= what_count; i++) gather_what(whats[i])
    svg_begin(LEFT + WIDE + 70, 50 + row_count * ROW)
    axis(40 + row_count * ROW)
    for (row = 1; row <= row_count; row++) draw(row, 30 + row * ROW)
    svg_end()
}
