#!/bin/sh
# --badge: a picture of what the whole came to, which needs neither font, colour nor network.
. "$(dirname "$0")/lib.sh"

passing good >good.yaml
passing other >other.yaml
failing bad >bad.yaml
echo 'scenario: one' >invalid.yaml
endless long >long.yaml
says() { # what it is, status, words, colour, arguments of run
    what=$1 wanted=$2 words=$3 color=$4
    shift 4
    rehearse run -q --badge badge.svg "$@"
    ok "$what: status" is_status "$wanted"
    ok "$what: its words" grep -qF ">$words</text>" badge.svg
    ok "$what: said aloud" grep -qF "role=\"img\" aria-label=\"rehearse: $words\">" badge.svg
    ok "$what: its title" grep -qxF "<title>rehearse: $words</title>" badge.svg
    ok "$what: its colour" grep -qF "fill=\"$color\"" badge.svg
    ok "$what: drawn to its end" drawn badge.svg
}
# Both parts hold their words, no more is drawn than there is, nothing is fetched, and white
# can be read on every colour.
drawn() {
    ! have python3 || python3 - "$1" <<'PY'
import sys, xml.etree.ElementTree as tree
text = open(sys.argv[1], encoding="utf-8").read()
assert text.count("http") == 1 and "href" not in text and "url(" not in text and "<style" not in text
root = tree.fromstring(text)
svg = "{http://www.w3.org/2000/svg}"
number = lambda node, key: int(node.get(key, "0"))
boxes, words = root.findall(svg + "rect"), root.findall(f"{svg}g/{svg}text")
assert len(boxes) == len(words) == 2
assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
assert number(boxes[1], "x") == number(boxes[0], "width")
assert sum(number(box, "width") for box in boxes) == number(root, "width")
for box, word in zip(boxes, words):
    left, right = number(word, "x"), number(word, "x") + number(word, "textLength")
    assert left - number(box, "x") == number(box, "x") + number(box, "width") - right == 6
    # Verdana's letters are 3.0 to 10.7 pixels wide at this size.
    assert 5 * len(word.text) <= number(word, "textLength") <= 8 * len(word.text), word.text
    channel = lambda at: int(box.get("fill")[at:at + 2], 16) / 255
    linear = lambda c: c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
    light = 0.2126 * linear(channel(1)) + 0.7152 * linear(channel(3)) + 0.0722 * linear(channel(5))
    assert 1.05 / (light + 0.05) >= 4.5, box.get("fill")
PY
}
good='#1a7f37' undecided='#7d4e00' bad='#b3261e'
says "a pass" 0 '1 passed' $good good.yaml
ok "a pass: small" [ "$(wc -c <badge.svg)" -lt 1000 ]
cp badge.svg first.svg
says "two passes" 0 '2 passed' $good good.yaml other.yaml
says "a failure" 1 '1 failed of 3' $bad good.yaml bad.yaml other.yaml
says "an invalid file" 2 '1 invalid of 2' $bad good.yaml invalid.yaml
says "everything" 1 '1 failed, 1 invalid of 3' $bad good.yaml bad.yaml invalid.yaml
says "what is left out" 1 '1 failed, 1 not run of 2' $bad --fail-fast bad.yaml good.yaml
says "seeds are no scenarios" 0 '1 passed' $good --seeds 1..20 good.yaml
says "a file that is not there" 2 'error, 1 passed' $bad good.yaml nowhere.yaml
says "what cannot be told in real time" 0 '0 passed, 1 skipped' $undecided --executor threads --speed 1 long.yaml
i=0
while [ $i -lt 1234 ]; do
    i=$((i + 1))
    echo good.yaml
done >many
# shellcheck disable=SC2046 # a list of names
says "a thousand" 0 '1,234 passed' $good --once $(cat many)
rehearse run -q --badge badge.svg good.yaml
ok "an earlier badge is replaced, by the same bytes" cmp badge.svg first.svg
rehearse run -q --jobs 2 --badge two.svg good.yaml bad.yaml
rehearse run -q --badge one.svg good.yaml bad.yaml
ok "two jobs say what one says" cmp one.svg two.svg
rehearse run --badge - good.yaml
ok "- is standard output" cmp out first.svg
echo '<svg xmlns="http://www.w3.org/2000/svg" class="mine"/>' >mine.svg
rehearse run --badge mine.svg good.yaml
ok "another picture is not replaced" is_status 2
"$REHEARSE" run --once --max-events 18446744073709551615 --badge part.svg good.yaml \
    "$top/tests/cli/long.yaml.in" >out 2>err &
pid=$!
tries=0
until grep -q '^pass' out || [ $tries -eq 3000 ]; do
    tries=$((tries + 1))
    sleep 0.01
done
kill -TERM $pid
wait $pid
ok "an interrupt is said" grep -qF '>interrupted, 1 not run of 2</text>' part.svg
finish
