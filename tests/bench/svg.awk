# After samples.awk, for the plots: scales with logarithms, and the little of SVG that they need.

function log10(value) {
    return log(value) / log(10)
}

function escape(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    return text
}

function svg_begin(width, height) {
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" ", \
        width, height, width, height
    print "font-family=\"sans-serif\" font-size=\"11\" fill=\"#222\">"
    print "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
}

function svg_end() {
    print "</svg>"
}

function line(x1, y1, x2, y2, colour, width) {
    printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%s\"/>\n", \
        x1, y1, x2, y2, colour, width
}

function dot(x, y, colour, radius) {
    printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" fill=\"%s\"/>\n", x, y, radius, colour
}

# ANCHOR is start, middle or end.
function label(x, y, anchor, text, more) {
    printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>\n", x, y, anchor, more, escape(text)
}
