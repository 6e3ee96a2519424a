# After samples.awk: the table of everything that was measured, in Markdown.

function spread(    text) {
    text = number(MIDDLE)
    return LOW == HIGH ? text : text " (" number(LOW) "–" number(HIGH) ")"
}

function heading(subject) {
    print "\n## " subject "\n"
    print "| | unit | ours | | theirs | | ours as a part of theirs |"
    print "|---|---|---|---|---|---|---|"
}

function row(what, mine, other,    field, size, text) {
    split(what, field, FS)
    size = field[3] == "-" ? "" : (field[2] == "" ? "" : ", ") field[3]
    text = "| " field[2] size " | " field[4] " | "
    spread_of_samples(what FS mine)
    text = text spread() " | " mine " | "
    if (other == "") return text "| | |"
    spread_of_samples(what FS other)
    text = text spread() " | " other " | "
    return text (spread_of_ratios(what FS mine, what FS other) ? spread() : "") " |"
}

END {
    print "# Measured " DATE "\n"
    print "Medians, and the range that holds the middle eight tenths of the rounds. What stands in a row was"
    print "measured in turn, round by round; the last column is made of each round's own ratio."
    for (i = 1; i <= what_count; i++) {
        what = whats[i]
        split(what, field, FS)
        if (field[1] != subject) heading(subject = field[1])
        for (a = 1; a <= contenders[what]; a++) {
            mine = whose[what, a]
            if (!ours(mine)) continue
            compared = 0
            for (b = 1; b <= contenders[what]; b++) {
                if (ours(whose[what, b])) continue
                compared = 1
                print row(what, mine, whose[what, b])
            }
            if (!compared) print row(what, mine, "")
        }
    }
}
