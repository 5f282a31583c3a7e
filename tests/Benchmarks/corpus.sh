#!/bin/bash
# Makes the corpus of the benchmarks: pairs of releases of a package, the old one in NN-name/1, the new one in NN-name/2, and for
# some pairs a release some way further back in NN-name/0. Package versions and seeds are fixed, so two machines with the same
# tools get the same bytes: corpus.tsv lists size, number of files and a hash of each side.
# usage: corpus.sh [FOLDER]     default: laichau-benchmarks in the system's folder for temporary files
# Can be stopped at any time; the next run goes on from the last whole pair, and makes anew the pairs whose recipe has changed.
set -euo pipefail
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=1735689600
here=$(cd "$(dirname "$0")" && pwd)
root=${1:-${TMPDIR:-/tmp}/laichau-benchmarks}
mkdir -p "$root/.packages" "$root/.media"
root=$(cd "$root" && pwd)
media=$root/.media

# ---- what the machine must have ----

needed=(ffmpeg:ffmpeg npm:npm gs:ghostscript pandoc:pandoc zip:zip)
missing=()
for tool in "${needed[@]}"; do command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}"); done
for module in reportlab docx; do /usr/bin/python3 -c "import $module" 2>/dev/null || missing+=("python3-$module"); done
fc-list 2>/dev/null | grep -q DejaVuSans.ttf || missing+=(fonts-dejavu-core fontconfig)
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "corpus.sh needs: ${missing[*]} (Debian's names)" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    { apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$root/.apt.log" 2>&1 ||
        { tail -5 "$root/.apt.log" >&2; exit 1; }
fi

# ---- parts ----

# package NAME VERSION FOLDER [PATH IN THE PACKAGE]: a published package, unpacked.
package() {
    local file=$root/.packages/${1//\//+}@$2.tgz
    if [ ! -s "$file" ]; then
        local got
        got=$(cd "$root/.packages" && npm pack --silent "$1@$2" | tail -1)
        mv "$root/.packages/$got" "$file"
    fi
    local unpacked
    unpacked=$(mktemp -d "$root/.unpack.XXXX")
    tar -xzf "$file" -C "$unpacked" --strip-components=1 --no-same-owner
    mkdir -p "$(dirname "$3")"
    mv "$unpacked${4:+/$4}" "$3"
    rm -rf "$unpacked"
    chmod -R u=rwX,go=rX "$3"
}

exact=(-fflags +bitexact -flags:v +bitexact -flags:a +bitexact -map_metadata -1)
quiet=(ffmpeg -hide_banner -loglevel error -nostdin -y)

# film NUMBER SECONDS: the path of a film, 640x360, about 1.2 Mbit/s with sound; noise makes it as hard to compress as a real one.
film() {
    local path=$media/film-$1-$2.mp4
    [ -e "$path" ] || {
        "${quiet[@]}" -f lavfi -i "testsrc2=s=640x360:r=25:d=$2,hue=h=$(($1 * 37)),noise=alls=24:allf=t+u:all_seed=$1" \
            -f lavfi -i "anoisesrc=d=$2:c=pink:r=48000:a=0.3:seed=$1,tremolo=f=4:d=0.8" \
            -c:v libx264 -threads 1 -preset ultrafast -b:v 1100k -maxrate 1500k -bufsize 2000k -g 100 -pix_fmt yuv420p \
            -c:a aac -b:a 96k "${exact[@]}" -f mp4 "$path.new"
        mv "$path.new" "$path"
    }
    echo "$path"
}

# sound NUMBER SECONDS: the path of a spoken-word sized sound, Opus at 32 kbit/s.
sound() {
    local path=$media/sound-$1-$2.ogg
    [ -e "$path" ] || {
        "${quiet[@]}" -f lavfi -i "anoisesrc=d=$2:c=pink:r=48000:a=0.4:seed=$((1000 + $1)),tremolo=f=5:d=0.9,lowpass=f=3400" \
            -c:a libopus -b:a 32k -ac 1 "${exact[@]}" -f ogg "$path.new"
        mv "$path.new" "$path"
    }
    echo "$path"
}

# Photograph-like pictures: picture-001.jpg …, about 300 KB each.
pictures() {
    [ -e "$media/pictures/done" ] && return
    mkdir -p "$media/pictures"
    "${quiet[@]}" -f lavfi -i "mandelbrot=s=1280x960:r=1:start_scale=2:end_scale=0.002:end_pts=150,noise=alls=14:allf=t:all_seed=5" \
        -frames:v 150 -threads 1 -q:v 6 "${exact[@]}" -f image2 "$media/pictures/picture-%03d.jpg"
    touch "$media/pictures/done"
}

# remux INPUT OUTPUT OPTIONS…: the same streams in another container.
remux() {
    local input=$1 output=$2
    shift 2
    "${quiet[@]}" -i "$input" "$@" -c copy -fflags +bitexact "$output"
}

synthesise() { pictures && /usr/bin/python3 -B "$here/Corpus/synthesise.py" "$@"; }

# ---- the pairs; each writes into the folder it is given ----

# Most releases are like this one: a few pages corrected, a picture replaced, a sound added. 0: five releases back.
pair_01_everyday() {
    for n in $(seq 1 24); do sound "$n" 150 >/dev/null; done
    local one two
    one=$(film 1 75) two=$(film 2 75)
    synthesise everyday "$media" "$1"
    for side in 0 1 2; do
        mkdir -p "$1/$side/phim"
        cp "$one" "$1/$side/phim/gioi-thieu.mp4"
        cp "$two" "$1/$side/phim/huong-dan.mp4"
    done
}

# Manuals in HTML, in several languages, with their search data.
pair_02_manuals() {
    local side npm red names
    while read -r side npm red names; do
        package npm "$npm" "$1/$side/npm"
        package @node-red/nodes "$red" "$1/$side/node-red"
        package @typhonjs-typedoc/ts-lib-docs "$names" "$1/$side/ts-lib"
    done <<<"0 10.5.0 3.1.10 2023.7.12
1 10.8.2 4.0.2 2024.9.18
2 10.8.3 4.0.9 2024.12.25"
}

# More than ten thousand small files, about a hundred of them changed or added.
pair_03_many_files() {
    package @tabler/icons 3.20.0 "$1/0"
    package @tabler/icons 3.30.0 "$1/1"
    package @tabler/icons 3.34.0 "$1/2"
}

# One big JSON file, a month of weekly corrections apart.
pair_04_json_data() {
    package @mdn/browser-compat-data 5.5.0 "$1/0"
    package @mdn/browser-compat-data 5.6.0 "$1/1"
    package @mdn/browser-compat-data 5.6.6 "$1/2"
}

# Fonts and pictures, more of them new than old.
pair_05_fonts_added() {
    local family
    package emoji-datasource-google 15.0.1 "$1/1/emoji" img/google/64
    package emoji-datasource-google 15.1.2 "$1/2/emoji" img/google/64
    for family in be-vietnam-pro lora roboto; do
        package "@fontsource/$family" 5.1.0 "$1/1/fonts/$family"
        package "@fontsource/$family" 5.1.0 "$1/2/fonts/$family"
    done
    for family in inter noto-sans noto-sans-mono noto-serif open-sans source-sans-3; do
        package "@fontsource/$family" 5.1.0 "$1/2/fonts/$family"
    done
}

# Big scripts, some of each changed.
pair_06_script_bundle() {
    package typescript 5.6.3 "$1/0"
    package typescript 5.7.3 "$1/1"
    package typescript 5.8.2 "$1/2"
}

# Bundles and their source maps; a third of the files has another name in every release.
pair_07_source_maps() {
    package mermaid 11.2.0 "$1/0"
    package mermaid 11.4.0 "$1/1"
    package mermaid 11.4.1 "$1/2"
}

# Other major versions: hardly anything stays.
pair_08_major_versions() {
    package swagger-ui-dist 4.19.1 "$1/1/swagger-ui"
    package swagger-ui-dist 5.20.0 "$1/2/swagger-ui"
    package bootstrap 4.6.2 "$1/1/bootstrap"
    package bootstrap 5.3.3 "$1/2/bootstrap"
    package echarts 4.9.0 "$1/1/echarts"
    package echarts 5.6.0 "$1/2/echarts"
}

# The same files in other folders.
pair_09_moved() {
    local file name
    package emoji-datasource-google 15.1.2 "$1/1/anh" img/google/64
    package mathjax 3.2.2 "$1/1/es5" es5
    mkdir -p "$1/1/phim" "$1/2/thu-vien/phim/nam-2025" "$1/2/thu-vien/anh"
    for n in 3 4 5; do cp "$(film "$n" 75)" "$1/1/phim/phim-$n.mp4"; done
    cp -al "$1/1/es5" "$1/2/thu-vien/toan"
    cp -al "$1/1/phim/." "$1/2/thu-vien/phim/nam-2025"
    for file in "$1"/1/anh/*; do
        name=${file##*/}
        mkdir -p "$1/2/thu-vien/anh/${name:0:4}"
        ln "$file" "$1/2/thu-vien/anh/${name:0:4}/${name:4}"
    done
}

# Documents made anew from corrected text: by reportlab, and some of them written again by Ghostscript.
pair_10_pdf() {
    synthesise pdf "$media" "$1"
    local side file
    for side in 1 2; do
        for file in "$1/$side"/in/*.pdf; do
            gs -q -dBATCH -dNOPAUSE -dSAFER -sDEVICE=pdfwrite -sOutputFile="$file.new" "$file"
            # The only two things in it that tell one run from the next.
            sed -i -E -e 's/^\/ID \[.*$/\/ID [<00000000000000000000000000000000><00000000000000000000000000000000>]/' \
                -e "s/uuid:[0-9a-f-]{36}/uuid:00000000-0000-0000-0000-000000000000/g" "$file.new"
            mv "$file.new" "$file"
        done
    done
}

# Word files, books and archives: files within files.
pair_11_containers() {
    synthesise office "$media" "$1"
    local side folder
    for side in 1 2; do
        for folder in "$1/$side"/sach/*/; do
            pandoc --quiet --from html --to epub3 --metadata "title=Sách mẫu" --metadata "identifier=mau-$(basename "$folder")" \
                --metadata lang=vi --resource-path "$folder" --output "${folder%/}.epub" "$folder"/*.html
            rm -r "$folder"
        done
        /usr/bin/python3 -B "$here/Corpus/synthesise.py" stamp "$1/$side"/sach/*.epub
        for folder in "$1/$side"/tai-ve/*/; do
            find "$folder" -exec touch -d @$SOURCE_DATE_EPOCH {} +
            (cd "$folder" && find . -type f | sort | zip -q -X -D -@ - >"../$(basename "$folder").zip")
            rm -r "$folder"
        done
    done
}

# Films and sounds whose container was written anew around the same streams.
pair_12_remuxed() {
    local a b c n track
    a=$(film 11 270) b=$(film 12 240) c=$(film 13 240)
    mkdir -p "$1/1/phim" "$1/2/phim" "$1/1/am-thanh" "$1/2/am-thanh"
    /usr/bin/python3 -B "$here/Corpus/synthesise.py" subtitles 270 >"$1/vi.srt"
    # The index moves to the front, a subtitle track and a title come in.
    cp "$a" "$1/1/phim/trong-che.mp4"
    "${quiet[@]}" -i "$a" -i "$1/vi.srt" -map 0 -map 1 -c copy -c:s mov_text -metadata title="Phim mẫu" -movflags +faststart \
        -fflags +bitexact "$1/2/phim/trong-che.mp4"
    # From MP4 to Matroska.
    cp "$b" "$1/1/phim/nuoi-ong.mp4"
    remux "$b" "$1/2/phim/nuoi-ong.mkv"
    # A second language beside the first.
    remux "$c" "$1/1/phim/lam-ruong.mkv"
    track=$(sound 51 240)
    "${quiet[@]}" -i "$c" -i "$track" -map 0 -map 1 -c copy -fflags +bitexact "$1/2/phim/lam-ruong.mkv"
    for n in $(seq 1 12); do
        cp "$(sound "$n" 150)" "$1/1/am-thanh/bai-$n.ogg"
        remux "$1/1/am-thanh/bai-$n.ogg" "$1/2/am-thanh/bai-$n.ogg" -metadata title="Bài mẫu số $n"
    done
    rm "$1/vi.srt"
}

# A library that grows: most of the new release is new.
pair_13_media_added() {
    local n
    mkdir -p "$1/1" "$1/2"
    for n in 21 22 23; do cp "$(film $n 75)" "$1/1/phim-$n.mp4"; done
    for n in $(seq 1 4); do cp "$(sound $n 150)" "$1/1/bai-$n.ogg"; done
    cp "$1"/1/* "$1/2"
    for n in $(seq 24 30); do cp "$(film "$n" 75)" "$1/2/phim-$n.mp4"; done
    for n in $(seq 5 16); do cp "$(sound "$n" 150)" "$1/2/bai-$n.ogg"; done
    pictures
    mkdir "$1/2/anh"
    cp "$media"/pictures/picture-1[0-4]?.jpg "$1/2/anh"
}

# A few lines in 23 MB: what an update costs at the least.
pair_14_smallest() {
    package typescript 5.8.2 "$1/1"
    package typescript 5.8.3 "$1/2"
}

# ---- making them ----

side_line() { # NAME SIDE: name, side, bytes, files, hash
    local files bytes hash
    files=$(find "$root/$1/$2" -type f | wc -l)
    bytes=$(find "$root/$1/$2" -type f -printf '%s\n' | awk '{ s += $1 } END { printf "%d", s }')
    hash=$(cd "$root/$1/$2" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
    printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$bytes" "$files" "${hash%% *}"
}

parts=$(declare -f package film sound pictures remux synthesise; declare -p exact)
for recipe in $(compgen -A function pair_ | sort); do
    name=${recipe#pair_}
    name=${name//_/-}
    made=$( (echo "$parts"; declare -f "$recipe") | if declare -f "$recipe" | grep -q synthesise; then
        cat - "$here/Corpus/synthesise.py"
    else
        cat
    fi | sha256sum)
    if [ "$(cat "$root/$name/recipe" 2>/dev/null)" != "$made" ]; then
        echo "making $name" >&2
        rm -rf "${root:?}/$name" "$root/.making" "$root"/.unpack.*
        mkdir "$root/.making"
        $recipe "$root/.making"
        mv "$root/.making" "$root/$name"
        for side in 0 1 2; do [ ! -d "$root/$name/$side" ] || side_line "$name" "$side"; done >"$root/$name/sides.tsv"
        echo "$made" >"$root/$name/recipe"
    fi
    cat "$root/$name/sides.tsv"
done >"$root/corpus.tsv.new"
mv "$root/corpus.tsv.new" "$root/corpus.tsv"
printf '%-22s %4s %12s %7s  %s\n' pair side bytes files hash
awk -F'\t' '{ printf "%-22s %4s %12d %7d  %s\n", $1, $2, $3, $4, substr($5, 1, 16); if ($2 == 2) { b += $3; n++ } }
    END { printf "%d pairs, new sides %d bytes\n", n, b }' "$root/corpus.tsv"
