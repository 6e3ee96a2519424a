# Rows for samples.awk from what ./dev bench gimp left: the file of the bench's own plug-in, of which the first
# line counts for nothing, then those of the watch, one a run and in their order. SUBJECT, CASE and SIZE say
# of what.

# row(NAME, UNIT, WHOSE, LIST): a sample of each run.
function row(name, unit, whose, list,    i, text) {
    text = SUBJECT "\t" CASE ", " name "\t" SIZE "\t" unit "\t" whose
    for (i = 1; i <= run; i++) text = text "\t" list[i] + 0
    print text
}

function longer(list, value) {
    if (value > list[run]) list[run] = value
}

FNR == 1 && NR > 1 { run++; press = 0; sent = 0 }
run == 0 && FNR > 1 { alone[FNR - 1] = ($3 + $4) / 1000 }
run == 0 { next }
$1 == "key" && !sent { press = $2 }
$1 == "sent" && !sent { sent = $2; took[run] = (sent - press) / 1000 }
$1 == "call" && $5 == "aside" { start[run] += $4 / 1000 }
$1 == "gap" { longer(gap, $3 / 1000); longer(call, $4 / 1000); longer(own, ($3 - $4) / 1000) }
END {
    for (i = 1; i <= run; i++) both[i] = alone[i] + start[i]
    row("from Send to the first byte", "ms", "Sightline", took)
    row("from Send to the first byte", "ms", "GIMP alone reads it", alone)
    row("from Send to the first byte", "ms", "GIMP alone, and GEGL starts", both)
    row("the dialog's longest gap", "ms", "Sightline", gap)
    row("the dialog's longest gap", "ms", "the longest call into GIMP", call)
    row("the dialog's longest gap besides calls into GIMP", "ms", "Sightline", own)
}
