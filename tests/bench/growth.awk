# After samples.awk and svg.awk: how what is measured grows, a picture for each subject, case and unit,
# both axes logarithmic. Ours is the thick line.

BEGIN {
    WIDE = 360; HIGH_BY = 230; MARGIN = 60; GAP_X = 90; GAP_Y = 110; COLUMNS = 3
    split("#1f6fb4 #c4501b #6b8e23 #7a4fa3 #888888 #b8860b", colours, " ")
}

function gather(what,    field, panel, i, name) {
    split(what, field, FS)
    if (field[3] == "-") return
    panel = field[1] FS field[2] FS field[4]
    if (!(panel in points)) panels[++panel_count] = panel
    points[panel]++
    for (i = 1; i <= contenders[what]; i++) {
        name = whose[what, i]
        spread_of_samples(what FS name)
        if (MIDDLE <= 0) continue
        if (!((panel, name) in reached)) line_of[panel, ++lines[panel]] = name
        reached[panel, name]++
        x[panel, name, reached[panel, name]] = field[3] + 0
        y[panel, name, reached[panel, name]] = MIDDLE
        widen(panel, field[3] + 0, MIDDLE)
    }
}

function widen(panel, size, value) {
    if (!(panel in least_x) || size < least_x[panel]) least_x[panel] = size
    if (size > most_x[panel]) most_x[panel] = size
    if (!(panel in least_y) || value < least_y[panel]) least_y[panel] = value
    if (value > most_y[panel]) most_y[panel] = value
}

# The power of ten that is not above, or not below.
function floor_10(value,    power) {
    power = int(log10(value))
    return power > log10(value) ? power - 1 : power
}

function ceiling_10(value) {
    return -floor_10(1 / value)
}

function at_x(value) {
    return X + WIDE * (log10(value) - X_LOW) / (X_HIGH - X_LOW)
}

function at_y(value) {
    return Y + HIGH_BY - HIGH_BY * (log10(value) - Y_LOW) / (Y_HIGH - Y_LOW)
}

function short(power) {
    return sprintf(power < 0 ? "%." (-power) "f" : "%.0f", exp(power * log(10)))
}

function frame(panel,    field, power) {
    split(panel, field, FS)
    X_LOW = floor_10(least_x[panel]); X_HIGH = ceiling_10(most_x[panel]); X_HIGH += X_HIGH == X_LOW
    Y_LOW = floor_10(least_y[panel]); Y_HIGH = ceiling_10(most_y[panel]); Y_HIGH += Y_HIGH == Y_LOW
    label(X, Y - 28, "start", field[1], "font-weight=\"bold\"")
    label(X, Y - 12, "start", field[2] (field[2] == "" ? "" : ", ") field[3])
    for (power = X_LOW; power <= X_HIGH; power++) {
        line(X + WIDE * (power - X_LOW) / (X_HIGH - X_LOW), Y, X + WIDE * (power - X_LOW) / (X_HIGH - X_LOW), \
            Y + HIGH_BY, "#ddd", 1)
        label(X + WIDE * (power - X_LOW) / (X_HIGH - X_LOW), Y + HIGH_BY + 16, "middle", short(power))
    }
    for (power = Y_LOW; power <= Y_HIGH; power++) {
        line(X, Y + HIGH_BY - HIGH_BY * (power - Y_LOW) / (Y_HIGH - Y_LOW), X + WIDE, \
            Y + HIGH_BY - HIGH_BY * (power - Y_LOW) / (Y_HIGH - Y_LOW), "#ddd", 1)
        label(X - 6, Y + HIGH_BY - HIGH_BY * (power - Y_LOW) / (Y_HIGH - Y_LOW) + 4, "end", short(power))
    }
}

function curve(panel, name, colour,    i, width) {
    width = ours(name) ? 3 : 1.5
    for (i = 1; i <= reached[panel, name]; i++) {
        if (i > 1) line(at_x(x[panel, name, i - 1]), at_y(y[panel, name, i - 1]), at_x(x[panel, name, i]), \
            at_y(y[panel, name, i]), colour, width)
        dot(at_x(x[panel, name, i]), at_y(y[panel, name, i]), colour, 2.5)
    }
}

function draw(panel,    i, name) {
    frame(panel)
    for (i = 1; i <= lines[panel]; i++) {
        name = line_of[panel, i]
        curve(panel, name, colours[i])
        label(X + (i - 1) % 2 * (WIDE + MARGIN) / 2, Y + HIGH_BY + 34 + int((i - 1) / 2) * 14, "start", "● " name, \
            "fill=\"" colours[i] "\"")
    }
}

END {
    for (i = 1; i <= what_count; i++) gather(whats[i])
    svg_begin(MARGIN + COLUMNS * (WIDE + GAP_X), MARGIN + int((panel_count + COLUMNS - 1) / COLUMNS) * (HIGH_BY + GAP_Y))
    for (i = 1; i <= panel_count; i++) {
        X = MARGIN + (i - 1) % COLUMNS * (WIDE + GAP_X)
        Y = MARGIN + int((i - 1) / COLUMNS) * (HIGH_BY + GAP_Y)
        draw(panels[i])
    }
    svg_end()
}
