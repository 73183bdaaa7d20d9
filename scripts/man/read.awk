# Reads a public header: blocks of a comment and what is declared under it. What it knows of C is how these headers
# are written: declarations begin in the first column, a comment belongs to what follows it up to the next empty line,
# enums are filled from lists of X(…). What it cannot read ends it with a message, and status 1.

# ---- what is declared -------------------------------------------------------

# What belongs together: a comment, and the declarations under it. On the page a block is a section.
function begin_block(text) {
    end_block()
    block_text = text
    block_open = 1
}
function end_block() {
    if (block_open && (block_text != "" || block_count > 0)) {
        text_of[++blocks] = block_text
        first_of[blocks] = items - block_count + 1
        count_of[blocks] = block_count
    }
    block_open = block_count = 0
    block_text = ""
}
function add_item(kind, name, code) {
    items++
    kind_of[items] = kind
    name_of[items] = name
    code_of[items] = code
    block_count++
    block_open = 1
}
function alias(name) {
    if (name == "" || name == title) return
    if (name in owner && owner[name] != title) {
        fail(name " is declared here and in the header of " owner[name] "(3)")
    }
    if (!(name in owner)) {
        owner[name] = title
        alias_of[++aliases] = name
    }
}
# From its first line to the line that ends it, joined.
function gather(end,    text) {
    text = line[at]
    while (line[at] !~ end) {
        if (++at > lines) {
            fail("what begins here has no end")
        }
        text = text "\n" line[at]
    }
    return text
}
function one_line(s) {
    gsub(/[ \n]+/, " ", s)
    return trim(s)
}
function read_list(    text, name, word, n) {
    name = line[at]
    sub(/^#define /, "", name)
    sub(/\(X\).*/, "", name)
    text = gather("[^\\\\]$")
    sub(/^#define [A-Z_]+\(X\)/, "", text)
    gsub(/\\\n/, "\n", text)
    n = 0
    while (match(text, /X\([^"()]*("[^"]*"[^"()]*)*\)|\/\*([^*]|\*[^\/])*\*\//)) {
        word = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        if (word ~ /^X/) {
            entry_of[name, ++n] = substr(word, 3, length(word) - 3)
            # A second text of an entry is a sentence about it.
            said_of[name, n] = match(word, /"[^"]*"[^"]*"[^"]*"/) ? second_text(word) : ""
        } else {
            said_of[name, n] = trim(said_of[name, n] " " one_line(comment_text(word)))
        }
    }
    if (text ~ /X\(/) fail("an entry of " name " that cannot be read: " one_line(text))
    if (n == 0) fail("the list " name " has no entries")
    entries[name] = n
    list_text[name] = block_text
    list_at[name] = title
    add_item("list", name, "")
}
function read_enum(    code, name, parts, count, i, template, text, word, list, j, prefix) {
    name = line[at]
    sub(/^enum /, "", name)
    sub(/ *\{.*/, "", name)
    if (block_count > 0) begin_block("")
    code = gather("}[^{]*;$")
    add_item("enum", name, "")
    members[items] = 0
    text = code
    sub(/^enum [a-z_0-9]*( \{|\{)?/, "", text)
    sub(/\}[^}]*;$/, "", text)
    count = split(text, parts, "\n")
    text = template = ""
    for (i = 1; i <= count; i++) {
        if (parts[i] ~ /^ *#define SUP__X|^ *#define SIM__X/) {
            template = parts[i]
            sub(/^ *#define [A-Z_]+\([a-z, .]*\) */, "", template)
            # What counts the entries of lists names none of them.
            if (template !~ /##/) template = "count"
        } else if (parts[i] ~ /^ *#undef/) {
            template = template == "count" ? "count" : ""
        } else if (template == "count") {
            gsub(/S(UP|IM)_[A-Z_]+_LIST\(S(UP|IM)__X\)/, "", parts[i])
            gsub(/ = *,/, ",", parts[i])
            text = text "\n" parts[i]
        } else {
            while (match(parts[i], /S(UP|IM)_[A-Z_]+_LIST\(S(UP|IM)__X\)/)) {
                list = substr(parts[i], RSTART, RLENGTH)
                sub(/\(.*/, "", list)
                parts[i] = substr(parts[i], 1, RSTART - 1) substr(parts[i], RSTART + RLENGTH)
                read_members(items, text)
                text = ""
                # The first time, a list may stand in a header that comes later.
                if (!(list in list_at)) {
                    if (pass == 2) fail("the list " list " is not known")
                    continue
                }
                # What a list says is told with the enum that is made of it, if both are on one page.
                if (list_at[list] == title) {
                    listed[list] = 1
                    if (!(list in told) && list_text[list] != "") {
                        block_text = block_text (block_text == "" ? "" : "\n\n") list_text[list]
                    }
                    if (pass == 2) told[list] = 1
                }
                for (j = 1; j <= entries[list]; j++) {
                    word = entry_of[list, j]
                    sub(/,.*/, "", word)
                    prefix = template
                    sub(/##[a-z]+.*/, "", prefix)
                    add_member(items, prefix word, first_text(entry_of[list, j]), said_of[list, j])
                }
            }
            text = text "\n" parts[i]
        }
    }
    read_members(items, text)
}
# The first text in quotes of an entry: the word that files and traces use.
function first_text(s) {
    return match(s, /"[^"]*"/) ? substr(s, RSTART, RLENGTH) : ""
}
function second_text(s,    parts) {
    split(s, parts, "\"")
    return parts[4]
}
function add_member(item, name, word, said,    n) {
    n = ++members[item]
    member_of[item, n] = name
    word_of[item, n] = word
    member_text[item, n] = said
}
# Enumerators that are written out, and their comments, which stand before or after.
function read_members(item, text,    word, ahead) {
    ahead = ""
    while (match(text, /\/\*[^*]*(\*+[^*\/][^*]*)*\*+\/|S(UP|IM)_[A-Z0-9_]+( = [^,\n]+)?/)) {
        word = substr(text, RSTART, RLENGTH)
        if (word ~ /^\/\*/ && substr(text, 1, RSTART - 1) ~ /\n/) {
            ahead = trim(ahead " " one_line(comment_lines(word)))
        } else if (word ~ /^\/\*/) {
            member_text[item, members[item]] = trim(member_text[item, members[item]] " " one_line(comment_lines(word)))
        } else {
            add_member(item, word, "", ahead)
            ahead = ""
        }
        text = substr(text, RSTART + RLENGTH)
    }
}
# The text of a comment that is indented itself.
function comment_lines(s) {
    gsub(/\n +\*/, "\n *", s)
    return comment_text(s)
}
function read_function(    text, name, instead) {
    text = gather("[;{}]$|\\*\\/$")
    if (text ~ /\*\/$/) fail("a comment behind a function; it has to stand above")
    while (text ~ /[{]$/ && line[at] !~ /^}/) {
        if (++at > lines) fail("a function without an end")
    }
    sub(/\{.*$/, "", text)
    text = one_line(text)
    sub(/;$/, "", text)
    instead = ""
    if (match(text, /SUP_DEPRECATED\("[a-z_]+"\)/)) {
        instead = substr(text, RSTART + 16, RLENGTH - 18)
        text = substr(text, 1, RSTART - 1) substr(text, RSTART + RLENGTH)
    }
    gsub(/SUP_WARN_UNUSED|SUP_NORETURN|static inline/, "", text)
    text = one_line(text)
    if (!match(text, /s(up|im)_[a-z0-9_]+\(/)) fail("not a declaration that can be read: " text)
    name = substr(text, RSTART, RLENGTH - 1)
    if (name in declared_here) {
        if (block_count == 0) block_open = 0
        return
    }
    declared_here[name] = 1
    deprecated[name] = instead
    add_item("function", name, text)
}
# The semicolon before the comment.
function behind(s) {
    sub(/;$/, "", s)
    match(s, /\) \/\*/)
    return substr(s, 1, RSTART) ";" substr(s, RSTART + 1)
}
function read_class(    text, code, depth, i, c, kept, hidden, parts, count) {
    text = line[at] ~ /[;}]$/ ? line[at] : gather("^}")
    # Of what is between braces inside of it only the declarations are told.
    depth = 0
    code = ""
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "{") depth++
        kept = depth <= (text ~ /^(class|struct|template <[^>]*> struct)/ ? 1 : 0)
        if (c == "}" && depth-- > 1 && depth == 1) {
            sub(/[ \n]+$/, "", code)
            code = code ";"
            continue
        }
        if (kept) code = code c
    }
    sub(/[ \n]+$/, "", code)
    if (code !~ /[;}]$/) code = code ";"
    count = split(code, parts, "\n")
    code = ""
    hidden = 0
    for (i = 1; i <= count; i++) {
        if (parts[i] ~ /^ +private:/) hidden = 1
        if (parts[i] ~ /^ +public:/ || parts[i] ~ /^}/) hidden = 0
        if (hidden || parts[i] ~ /^ *;?$/) continue
        # What a constructor is made of is its own business.
        if (parts[i] ~ /\) \/\*.*\*\/;$/) parts[i] = behind(parts[i])
        if (parts[i] ~ /\) : [a-z]+\(/) sub(/\) : [a-z]+\(.*$/, ");", parts[i])
        code = code (code == "" ? "" : "\n") parts[i]
    }
    i = text
    gsub(/\n/, " ", i)
    if (i ~ /^inline / && match(i, /[a-z_]+\(/)) name = substr(i, RSTART, RLENGTH - 1) "()"
    else if (match(i, /(class|struct|using) [a-z_:]+/)) name = substr(i, RSTART, RLENGTH)
    else fail("not a declaration of C++ that can be read")
    sub(/^using /, "", name)
    add_item("class", name, code)
}
function read_other(    text, name, c) {
    c = line[at]
    if (c ~ /^#define S(UP|IM)_[A-Z_]+_LIST\(X\)/ && c !~ /_LIST\(X\) S(UP|IM)_/) read_list()
    else if (c ~ /^#define /) {
        name = c
        sub(/^#define /, "", name)
        sub(/[ (].*/, "", name)
        text = c ~ /\\$/ ? gather("[^\\\\]$") : c
        add_item("define", name, text)
    } else if (c ~ /^(struct|enum) [a-z_0-9]+;( *\/\*.*\*\/)?$/) {
        return
    } else if (plus) {
        read_class()
    } else if (c ~ /^enum [^(]*\{/) {
        read_enum()
    } else if (c ~ /^struct [a-z_0-9]+ \{$/) {
        name = c
        sub(/ \{$/, "", name)
        add_item("struct", name, gather("^};$"))
    } else if (c ~ /^typedef /) {
        text = gather(";$")
        if (!match(text, /\(\*[a-z_0-9]+\)/)) fail("a typedef of something else than a function")
        add_item("typedef", substr(text, RSTART + 2, RLENGTH - 3), one_line(text))
    } else if (c ~ /^extern /) {
        text = gather(";$")
        name = text
        sub(/(\[.*)?;$/, "", name)
        sub(/.*[ *]/, "", name)
        sub(/^extern /, "", text)
        sub(/;$/, "", text)
        add_item("object", name, one_line(text))
    } else if (c ~ /^[A-Za-z]/) {
        read_function()
    } else {
        fail("what is this? " c)
    }
}

# ---- a header ---------------------------------------------------------------

# Which of two branches is read: those of C, of what is deprecated with a warning, the guard's.
function read_condition(c) {
    if (c ~ /^#if/) {
        skipping[++nested] = c ~ /__cplusplus/
    } else if (c ~ /^#else/) {
        skipping[nested] = !skipping[nested]
    } else {
        nested--
    }
}
function read_header(    c, text, i) {
    lines = 0
    while ((getline c <header) > 0) line[++lines] = c
    close(header)
    if (lines == 0) fail("it cannot be read")
    plus = header ~ /\.hpp$/
    for (c in declared_here) delete declared_here[c]
    nested = blocks = items = block_open = block_count = includes = 0
    head = ""
    for (at = 1; at <= lines; at++) {
        c = line[at]
        skip = 0
        for (i = 1; i <= nested; i++) skip = skip || skipping[i]
        if (c ~ /^#(if|else|endif)/) read_condition(c)
        else if (skip) continue
        else if (c ~ /^#define S(UP|IM)_[A-Z_]+_HP*$/ || c ~ /^#undef|^SUP_(BEGIN|END)_DECLS|^\/\* clang-format/ ||
                 c ~ /^namespace|^\{$/) continue
        else if (c ~ /^\} \/\/ namespace/) end_block()
        else if (c ~ /^#include/) {
            if (c ~ /"/) {
                sub(/^#include "/, "", c)
                sub(/"$/, "", c)
                include_of[++includes] = c
            }
        } else if (c == "") end_block()
        else if (c ~ /^\/\*/) {
            text = comment_text(gather("\\*/( *\\\\)?$"))
            if (head == "") head = text
            else if (text ~ /^---- .* ----$/) {
                begin_block("")
                sub(/^---- /, "", text)
                sub(/ ----$/, "", text)
                add_item("divider", text, "")
                end_block()
            } else begin_block(text)
        } else {
            read_other()
        }
    }
    end_block()
    if (head == "") fail("it has no first comment")
}

