# Writes the page of a header, and an alias page for each function, struct, enum, callback and object in it.
#
#   out    the directory; "": only the names of the files are printed
#   date   the date of the pages, as mdoc writes one

# ---- a page -----------------------------------------------------------------

function sized(name,    base) {
    base = name
    return sub(/_sized$/, "", base) && (base in declared_here)
}
function put_synopsis(    i) {
    put(".Sh SYNOPSIS")
    put(".In " place)
    for (i = 1; i <= items; i++) {
        if (kind_of[i] == "object") put(".Vt " quoted(code_of[i]) " ;")
        if (kind_of[i] == "function" && !sized(name_of[i]) && deprecated[name_of[i]] == "") put_function(i)
    }
}
function put_function(i,    name, text, result, depth, j, c, argument) {
    name = name_of[i]
    text = code_of[i]
    result = trim(substr(text, 1, index(text, name "(") - 1))
    text = substr(text, index(text, name "(") + length(name) + 1)
    sub(/\)$/, "", text)
    put(".Ft " quoted(result))
    put(".Fo " name)
    depth = 0
    argument = ""
    for (j = 1; j <= length(text) + 1; j++) {
        c = substr(text, j, 1)
        if (c == "(") depth++
        if (c == ")") depth--
        if (c == "" || c == "," && depth == 0) {
            put(".Fa " quoted(trim(argument)))
            argument = ""
        } else {
            argument = argument c
        }
    }
    put(".Fc")
}
# Code, narrow enough for a terminal: half of the indentation, comments filled anew, and those above what they are
# about that have no room behind it.
function put_code(text,    parts, count, i, s, indent, comment) {
    begin_code()
    count = split(text, parts, "\n")
    for (i = 1; i <= count; i++) {
        match(parts[i], /^ */)
        indent = int((RLENGTH + 1) / 2)
        s = substr(parts[i], RLENGTH + 1)
        if (s ~ /^\/\*/) {
            while (s !~ /\*\/$/ && i < count) {
                sub(/^ *\* */, "", parts[++i])
                s = s " " parts[i]
            }
            put_wrapped(s, indent, "/* ", " * ")
        } else if (indent + length(s) > 78 && match(s, / *\/\*.*\*\/$/)) {
            comment = trim(substr(s, RSTART))
            s = substr(s, 1, RSTART - 1)
            put_wrapped(comment, indent, "/* ", " * ")
            put_wrapped(s, indent, "", "    ")
        } else if (s ~ /\\$/) {
            put_line(spaces(indent) s)
        } else {
            put_wrapped(s, indent, "", "    ")
        }
    }
    end_code()
}
function spaces(count) { return substr("                                        ", 1, count) }
function put_wrapped(s, indent, first, next_,    words, count, i, row, gap) {
    sub(/^\/\* /, "", s)
    if (indent + length(first s) <= 78) {
        put_line(spaces(indent) first s)
        return
    }
    # A comment is filled by words, code by arguments.
    gap = next_ == " * " ? " " : ", "
    count = split(s, words, gap)
    row = spaces(indent) first words[1]
    for (i = 2; i <= count; i++) {
        if (length(row gap words[i]) > 77) {
            put_line(row (gap == " " ? "" : ","))
            row = spaces(indent) next_ words[i]
        } else {
            row = row gap words[i]
        }
    }
    put_line(row)
}
function put_members(item,    n) {
    put(".Bl -tag -width Ds -compact")
    for (n = 1; n <= members[item]; n++) {
        put(".It " (member_of[item, n] ~ / /  ? "Li " quoted(member_of[item, n]) : "Dv " member_of[item, n]) \
            (word_of[item, n] != "" ? " Pq " quoted(word_of[item, n]) : ""))
        if (member_text[item, n] != "") put_text(member_text[item, n])
    }
    put(".El")
}
function put_list(name,    n) {
    put(".Bl -tag -width Ds -compact")
    for (n = 1; n <= entries[name]; n++) {
        put(".It Li " quoted(entry_of[name, n]))
        if (said_of[name, n] != "") put_text(said_of[name, n])
    }
    put(".El")
}
function block_title(b,    i, title_, name) {
    title_ = ""
    for (i = first_of[b]; i < first_of[b] + count_of[b]; i++) {
        name = name_of[i]
        if (kind_of[i] == "list" && (name in listed) || kind_of[i] == "function" && sized(name)) continue
        if (kind_of[i] == "function") name = name "()"
        if (kind_of[i] == "enum") name = name == "" ? "Numbers" : "enum " name
        title_ = title_ (title_ == "" ? "" : ", ") name
    }
    return title_
}
function put_block(b,    i, name, said, last) {
    said = block_title(b)
    last = first_of[b] + count_of[b] - 1
    if (count_of[b] == 1 && kind_of[last] == "divider") {
        put(".Ss \\(em " escape(name_of[last]))
        return
    }
    # The comment of a list stands with the enum that is made of it.
    if (said == "" && count_of[b] > 0) return
    # Functions without a comment stand in the synopsis.
    for (i = first_of[b]; text_of[b] == "" && i <= last; i++) {
        if (kind_of[i] != "function" || deprecated[name_of[i]] != "") break
    }
    if (text_of[b] == "" && i > last) return
    put(".Ss " (said == "" ? "Note" : escape(said)))
    said = 0
    if (text_of[b] != "") put_comment(text_of[b], "start")
    for (i = first_of[b]; i <= last; i++) {
        name = name_of[i]
        if (kind_of[i] ~ /^(struct|define|typedef|class)$/) put_code(code_of[i])
        else if (kind_of[i] == "enum") put_members(i)
        else if (kind_of[i] == "list" && !(name in listed)) put_list(name)
        else if (kind_of[i] == "function" && deprecated[name] != "") {
            if (said++ || text_of[b] != "") put(".Pp")
            put(".Fn " name)
            put("is the old name of")
            put(".Fn " deprecated[name] " .")
        }
    }
}
function put_symbols(    i, found) {
    for (i = 1; i <= items; i++) {
        if (kind_of[i] == "function" && sized(name_of[i])) {
            if (!found++) {
                put(".Ss Symbols")
                put("Calls above pass the sizes of their structs on to these symbols of the library, which bindings of")
                put("other languages call themselves; see")
                put(".Xr sup_face 3 .")
                begin_code()
            }
            put_wrapped(code_of[i] ";", 0, "", "    ")
        }
    }
    if (found) end_code()
}
# Names in the order of their bytes.
function sort(names, count,    i, j, name) {
    for (i = 2; i <= count; i++) {
        name = names[i]
        for (j = i - 1; j >= 1 && names[j] > name; j--) names[j + 1] = names[j]
        names[j + 1] = name
    }
}
function page_of(file) {
    sub(/\.h$/, "", file)
    if (file == "sup/sup") return "sup"
    gsub(/\//, "_", file)
    sub(/^sup_sup\.hpp$/, "sup.hpp", file)
    return file
}
function put_see_also(    i, seen, names, count, rest, name) {
    count = 0
    seen[title] = 1
    for (i = 1; i <= includes; i++) {
        if (!(page_of(include_of[i]) in seen)) names[++count] = page_of(include_of[i])
        seen[page_of(include_of[i])] = 1
    }
    # And what its comments speak of.
    rest = whole
    while (match(rest, /<(sup|sim)\/[a-z]+\.hp*>/)) {
        name = page_of(substr(rest, RSTART + 1, RLENGTH - 2))
        if (!(name in seen) && (name in pages)) names[++count] = name
        seen[name] = 1
        rest = substr(rest, RSTART + RLENGTH)
    }
    if (!("sup" in seen)) names[++count] = "sup"
    sort(names, count)
    put(".Sh SEE ALSO")
    put(".Xr rehearse 1 ,")
    for (i = 1; i <= count; i++) put(".Xr " names[i] " 3 ,")
    put(".Xr rehearse-scenario 5")
}
function brief(text,    s) {
    s = first_sentence(text)
    # A sentence begins with a capital, what a page is called does not; names keep theirs.
    if (s ~ /^[A-Z]([a-z]| [a-z])/) s = tolower(substr(s, 1, 1)) substr(s, 2)
    return s
}
# Every header of the library, with what its page says it is.
function put_headers(    i) {
    put(".Ss Headers")
    put(".Bl -tag -width Ds")
    for (i = 1; i < ARGC; i++) {
        if (place_of[i] == place || place_of[i] !~ /^sup\//) continue
        put(".It In " place_of[i])
        put_sentence(brief(head_of[i]) "; see")
        put(".Xr " page_of(place_of[i]) " 3 .")
    }
    put(".El")
}
function write_page(    i, name) {
    page = ""
    put(".\\\" Written by scripts/man-pages from " place ".")
    put(".Dd " date)
    put(".Dt " toupper(title) " 3")
    put(".Os")
    put(".Sh NAME")
    names = 0
    for (i = 1; i <= items; i++) {
        name = name_of[i]
        if (kind_of[i] != "function" || sized(name) || deprecated[name] != "" || name == title) continue
        name_in[++names] = name
    }
    put(".Nm " title (names > 0 ? " ," : ""))
    for (i = 1; i <= names; i++) put(".Nm " name_in[i] (i < names ? " ," : ""))
    put(".Nd " escape(brief(head)))
    put_synopsis()
    put(".Sh DESCRIPTION")
    put_comment(head, "start")
    for (i = 1; i <= blocks; i++) put_block(i)
    put_symbols()
    if (title == "sup") put_headers()
    put_see_also()
    write(title, page)
}
function write(name, text,    file) {
    if (out == "") {
        print name ".3"
        return
    }
    file = out "/" name ".3"
    printf "%s", text >file
    close(file)
}

# Twice through the headers: what is a function has to be known when the first page speaks of it.
BEGIN {
    special = "`[^`]+`|<(sup|sim)/[a-z]+[.]hp*>|(struct|enum) s(up|im)(_[a-z0-9_]+)?|s(up|im)_[a-z0-9_]+([(][)])?" \
        "|[a-z-]+[(][1-8][)]|S(UP|IM)_[A-Z0-9_]+"
    for (pass = 1; pass <= 2; pass++) {
        for (h = 1; h < ARGC; h++) {
            header = ARGV[h]
            place = header
            sub(/.*include\//, "", place)
            title = page_of(place)
            pages[title] = 1
            if (pass == 2) owner[title] = title
            read_header()
            place_of[h] = place
            head_of[h] = head
            for (i = 1; i <= items; i++) {
                if (kind_of[i] == "function") functions[name_of[i]] = 1
                if (kind_of[i] == "typedef") typedefs[name_of[i]] = 1
            }
            if (pass == 1) continue
            whole = ""
            for (i = 1; i <= lines; i++) whole = whole line[i] "\n"
            aliases = 0
            for (i = 1; i <= items; i++) {
                name = name_of[i]
                sub(/^struct /, "", name)
                # A function is looked for before an enum of its name is.
                if (name in pages || kind_of[i] != "function" && (name in functions)) continue
                if (kind_of[i] ~ /^(function|struct|enum|typedef|object)$/) alias(name)
            }
            write_page()
            for (i = 1; i <= aliases; i++) write(alias_of[i], ".so man3/" title ".3\n")
            if (title == "sup") write("libsup", ".so man3/sup.3\n")
        }
    }
    exit 0
}
END { if (failed) exit 1 }
