# Reads what ./dev bench measured, for table.awk and the plots. A line is made of fields between tabs:
#
#     SUBJECT  CASE  SIZE  UNIT  WHOSE  SAMPLE…
#
# SIZE is a number where something grows with it, and a dash elsewhere. Samples are in the order of their
# rounds; lines that differ in nothing but these belong together. Whose name begins with Sightline is
# ours, and is compared, round by round, with everybody else's of the same subject, case, size and unit.

BEGIN { FS = "\t" }
NF > 5 {
    what = $1 FS $2 FS $3 FS $4
    if (!($1 in met)) subjects[++subject_count] = $1
    if (!(what in contenders)) what_of[$1, ++met[$1]] = what
    key = what FS $5
    if (!(key in rounds)) whose[what, ++contenders[what]] = $5
    for (i = 6; i <= NF; i++) sample[key, ++rounds[key]] = $i
}

# What belongs to a subject comes together, in the order in which it was first met.
END {
    for (i = 1; i <= subject_count; i++)
        for (j = 1; j <= met[subjects[i]]; j++) whats[++what_count] = what_of[subjects[i], j]
}

function ours(name) {
    return name ~ /^Sightline/
}

# Of how things are, more is better; of what they cost, less.
function cost(unit) {
    return unit != "dB" && unit != "SSIM"
}

function sort(list, count,    i, j, value) {
    for (i = 2; i <= count; i++) {
        value = list[i]
        for (j = i - 1; j >= 1 && list[j] > value; j--) list[j + 1] = list[j]
        list[j + 1] = value
    }
}

# spread_of(LIST, COUNT): sets MIDDLE, the median, and LOW and HIGH, between which eight tenths are.
function spread_of(list, count) {
    sort(list, count)
    LOW = list[int((count - 1) * 0.1 + 0.5) + 1]
    MIDDLE = list[int((count - 1) * 0.5 + 0.5) + 1]
    HIGH = list[int((count - 1) * 0.9 + 0.5) + 1]
}

function spread_of_samples(key,    i, list) {
    for (i = 1; i <= rounds[key]; i++) list[i] = sample[key, i] + 0
    spread_of(list, rounds[key])
}

# Of one's samples as parts of another's, over the rounds that both have. False where there is nothing
# to divide by.
function spread_of_ratios(mine, other,    i, list, count) {
    for (i = 1; i <= rounds[mine] && i <= rounds[other]; i++)
        if (sample[other, i] > 0) list[++count] = sample[mine, i] / sample[other, i]
    if (count) spread_of(list, count)
    return count > 0
}

# Three digits that count.
function number(value) {
    return sprintf(value <= -100 || value >= 100 ? "%.0f" : value <= -10 || value >= 10 ? "%.1f" : \
        value <= -1 || value >= 1 ? "%.2f" : "%.3f", value)
}
