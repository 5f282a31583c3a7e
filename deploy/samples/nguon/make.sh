#!/bin/sh
# Makes the pictures, the sound and the PDF of the samples from what lies beside this file.
# Needs Debian's python3, librsvg2-bin, espeak-ng, sox, lame, chromium, fonts-dejavu.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 "$here/draw.py" "$work"
for svg in "$work"/*.svg; do
    rsvg-convert "$svg" -o "$here/../che-shan/$(basename "$svg" .svg).png"
done

speak() { # speak TEXT TITLE OUT
    espeak-ng -v vi -s 145 -f "$1" -w "$work/voice.wav"
    sox -q -D "$work/voice.wav" "$work/even.wav" norm -3 pad 0.2 0.4
    lame --quiet -m m -b 24 --resample 22.05 --tt "$2" --ta "Bản đọc mẫu" --tl "Nội dung mẫu" --id3v2-only "$work/even.wav" "$3"
}
speak "$here/nghe-huong-dan.txt" "Chăm sóc nương chè Shan (mẫu)" "$here/../che-shan/nghe-huong-dan.mp3"
speak "$here/ban-tin.txt" "Giữ ấm cho trâu, bò (mẫu)" "$here/../ban-tin/giu-am-cho-trau-bo.mp3"

chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer --disable-background-networking \
    --print-to-pdf="$here/../che-shan/to-roi-cham-soc-che-shan.pdf" "file://$here/to-roi.html" 2>/dev/null
