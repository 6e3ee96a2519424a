# One row of the table of ./dev bench gimp. Reads the file of the bench's own plug-in, of which the first
# line counts for nothing, then those of the watch, one a run and in their order; WHAT is the row's name.

function sorted(list, count,    i, j, value) {
    for (i = 2; i <= count; i++) {
        value = list[i]
        for (j = i - 1; j >= 1 && list[j] > value; j--) list[j + 1] = list[j]
        list[j + 1] = value
    }
}

# part(LIST, COUNT, 0.5): its median; the list is in order.
function part(list, count, share,    at) {
    at = int(count * share) + 1
    return list[at > count ? count : at]
}

function spread(list, count, form) {
    sorted(list, count)
    return sprintf(form " (" form "–" form ")", part(list, count, 0.5), list[1], list[count])
}

FNR == 1 && NR > 1 { run++; press = 0; sent = 0 }
run == 0 && FNR > 1 { alone[FNR - 1] = ($3 + $4) / 1000 }
run == 0 { next }
$1 == "key" && !sent { press = $2 }
$1 == "sent" && !sent { sent = $2; took[run] = (sent - press) / 1000; ratio[run] = took[run] / alone[run] }
$1 == "call" && $5 == "aside" { start[run] += $4 / 1000 }
$1 == "gap" {
    gap[++gaps] = $3 / 1000
    if ($4 > call) call = $4
    if ($3 - $4 > own) own = $3 - $4
    if ($5 > work) work = $5
}
END {
    for (i = 1; i <= run; i++) both[i] = took[i] / (alone[i] + start[i])
    sorted(gap, gaps)
    printf "| %s | %s | %s | %s | %s | %s | %.1f | %.0f | %.0f | %.0f | %.0f | %.0f |\n", WHAT,
        spread(alone, run, "%.0f"), spread(start, run, "%.0f"), spread(took, run, "%.0f"),
        spread(ratio, run, "%.2f"), spread(both, run, "%.2f"), part(gap, gaps, 0.5), part(gap, gaps, 0.99),
        part(gap, gaps, 1), call / 1000, own / 1000, work / 1000
}
