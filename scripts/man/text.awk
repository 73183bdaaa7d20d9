# Texts of comments as mdoc. The first of the three parts of scripts/man-pages.

function fail(text) {
    print "man-pages: " header ":" at ": " text | "cat >&2"
    failed = 1
    exit 1
}
function trim(s) {
    sub(/^[ \t\n]+/, "", s)
    sub(/[ \t\n]+$/, "", s)
    return s
}

# ---- mdoc -------------------------------------------------------------------

function put(line) { page = page line "\n" }
function escape(s) {
    gsub(/\\/, "\\e", s)
    gsub(/…/, "...", s)
    gsub(/`/, "\\(ga", s)
    gsub(/\^/, "\\(ha", s)
    gsub(/~/, "\\(ti", s)
    return s
}
# An argument of a macro, in quotes.
function quoted(s) {
    s = escape(s)
    gsub(/"/, "\\(dq", s)
    return "\"" s "\""
}
function put_line(s) {
    s = escape(s)
    put((s ~ /^[.']/ ? "\\&" : "") s)
}
function begin_code() { put(".Bd -literal") }
function end_code() { put(".Ed") }

# The macro of a word that has one, or "".
function macro_of(word) {
    if (word ~ /^`/ && (substr(word, 2, length(word) - 2) in functions)) return ".Fn " substr(word, 2, length(word) - 2)
    if (word ~ /^`/) return ".Ql " quoted(substr(word, 2, length(word) - 2))
    if (word ~ /^</) return ".In " substr(word, 2, length(word) - 2)
    if (word ~ / /) return ".Vt " quoted(word)
    if (word ~ /[0-9][)]$/) return ".Xr " substr(word, 1, length(word) - 3) " " substr(word, length(word) - 1, 1)
    if (word ~ /_$/) return ""
    if (word ~ /^S/) return ".Dv " word
    sub(/\(\)$/, "", word)
    if (word in functions) return ".Fn " word
    if (word in typedefs) return ".Vt " word
    return ".Va " word
}
# A sentence of a comment: words of the interface get their macros, which stand on lines of their own.
function put_sentence(s,    plain, word, before, after, macro, point) {
    plain = ""
    while (match(s, special)) {
        word = substr(s, RSTART, RLENGTH)
        before = plain substr(s, 1, RSTART - 1)
        after = substr(s, RSTART + RLENGTH)
        macro = before ~ /(^| )[(]?$/ && after ~ /^([.,;:)?!]*( |$)|'s )/ ? macro_of(word) : ""
        if (macro == "") {
            if (word ~ /^`/) {
                word = "\001" substr(word, 2, length(word) - 2) "\002"
            }
            plain = before word
            s = after
            continue
        }
        if (before ~ /[(]$/) {
            before = substr(before, 1, length(before) - 1)
            sub(/ /, " ( ", macro)
        }
        put_words(before)
        point = ""
        while (after ~ /^[.,;:)?!]/) {
            point = point " " substr(after, 1, 1)
            after = substr(after, 2)
        }
        if (after ~ /^'s/) {
            point = " Ns \\(aqs"
            after = substr(after, 3)
        }
        put(macro point)
        plain = ""
        s = after
    }
    put_words(plain s)
}
function put_words(s) {
    s = escape(trim(s))
    gsub(/\001/, "\\(oq", s)
    gsub(/\002/, "\\(cq", s)
    if (s != "") {
        put((s ~ /^[.']/ ? "\\&" : "") s)
    }
}
function ticks(s) { return gsub(/`/, "", s) }
# A paragraph, a sentence a line.
function put_text(s,    cut) {
    s = trim(s)
    while (match(s, /[.?!:][)]? [A-Z(`<]/)) {
        cut = RSTART + (substr(s, RSTART + 1, 1) == ")" ? 1 : 0)
        if (substr(s, RSTART, 1) == ":" && substr(s, RSTART, 3) !~ /: [A-Z]/) {
            cut = 0
        }
        if (cut == 0 || substr(s, 1, cut) ~ /[(][^)]*$/ || ticks(held substr(s, 1, cut)) % 2) {
            # Neither a colon nor the inside of brackets ends a sentence.
            held = held substr(s, 1, RSTART + 1)
            s = substr(s, RSTART + 2)
            continue
        }
        put_sentence(held substr(s, 1, cut))
        held = ""
        s = substr(s, cut + 2)
    }
    put_sentence(held s)
    held = ""
}

# ---- comments ---------------------------------------------------------------

# The lines of a comment as text: paragraphs, lists of words with their meaning, and what is indented as it is.
function put_comment(s, first,    lines, count, i, line, mode, text, next_mode) {
    count = split(s, lines, "\n")
    mode = first
    text = ""
    for (i = 1; i <= count + 1; i++) {
        line = i <= count ? lines[i] : ""
        if (line ~ /^ *$/) next_mode = "gap"
        else if (mode == "list" && line ~ /^    /) next_mode = "list"
        else if (line ~ /^  |[^|]\|[^|]/) next_mode = "code"
        else if (line ~ /^[a-z-]+   *[^ ]/) next_mode = "list"
        else next_mode = "text"
        # What is indented may go on after an empty line.
        if (next_mode == "gap" && mode == "code" && i < count && lines[i + 1] ~ /^  /) {
            put("")
            continue
        }
        if (next_mode != mode || line ~ /^[a-z-]+   *[^ ]/) {
            if (text != "") put_text(text)
            text = ""
        }
        if (next_mode != mode) {
            if (mode == "list") put(".El")
            if (mode == "code") end_code()
            if (next_mode == "list") put(".Bl -tag -width Ds")
            if (next_mode == "code") begin_code()
            # A display and a list bring an empty line along.
            if (next_mode == "text" && mode != "start") put(".Pp")
        }
        if (next_mode == "list" && line ~ /^[a-z-]+   *[^ ]/) {
            match(line, /^[a-z-]+/)
            put(".It " quoted(substr(line, 1, RLENGTH)))
            line = substr(line, RLENGTH + 1)
        }
        if (next_mode == "code") put_line(line ~ /^  / ? substr(line, 3) : line)
        else text = text " " trim(line)
        mode = next_mode == "gap" && mode == "start" ? mode : next_mode
    }
}
# A comment's own marks off its lines. C's "/* one */" too.
function comment_text(s,    lines, count, i, text) {
    sub(/^\/\* ?/, "", s)
    sub(/ *\*\/$/, "", s)
    count = split(s, lines, "\n")
    text = lines[1]
    for (i = 2; i <= count; i++) {
        sub(/^ \* ?/, "", lines[i])
        text = text "\n" lines[i]
    }
    sub(/\n+$/, "", text)
    return text
}
function first_sentence(s) {
    gsub(/\n/, " ", s)
    return match(s, /[.]( |$)/) ? substr(s, 1, RSTART - 1) : s
}

