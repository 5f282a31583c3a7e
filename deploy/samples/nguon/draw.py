"""Draws the three pictures of the che-shan sample as SVG into the folder given."""

import math
import pathlib
import sys

W, H = 960, 540
OUT = pathlib.Path(sys.argv[1])


def write(name, body):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{W}" height="{H}" viewBox="0 0 {W} {H}">{body}</svg>'
    (OUT / f"{name}.svg").write_text(svg, encoding="utf-8")


def label(x, y, text, size=30, anchor="start", fill="#1d2a1c"):
    return (
        f'<text x="{x}" y="{y}" font-family="DejaVu Sans" font-size="{size}" '
        f'text-anchor="{anchor}" fill="{fill}">{text}</text>'
    )


def mark():
    return (
        '<rect x="836" y="494" width="112" height="34" rx="17" fill="#fff" fill-opacity=".85"/>'
        + label(892, 518, "Hình mẫu", 18, "middle", "#6b4a12")
    )


def ridge(base, height, waves, phase, fill):
    points = [f"0,{H}"]
    for x in range(0, W + 1, 12):
        y = base - height * (0.6 * math.sin(x / W * waves * math.pi + phase) + 0.4 * math.sin(x / 71 + phase * 2) * 0.35)
        points.append(f"{x},{y:.0f}")
    points.append(f"{W},{H}")
    return f'<polygon points="{" ".join(points)}" fill="{fill}"/>'


def bush(x, y, r, shade):
    return (
        f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{r:.0f}" ry="{r * .62:.0f}" fill="{shade}"/>'
        f'<ellipse cx="{x - r * .2:.0f}" cy="{y - r * .22:.0f}" rx="{r * .6:.0f}" ry="{r * .28:.0f}" '
        'fill="#a7d36f" fill-opacity=".55"/>'
    )


def shade_tree(x, y, s):
    return (
        f'<rect x="{x - 4 * s:.0f}" y="{y - 70 * s:.0f}" width="{8 * s:.0f}" height="{72 * s:.0f}" fill="#6b4f34"/>'
        f'<circle cx="{x}" cy="{y - 92 * s:.0f}" r="{34 * s:.0f}" fill="#2f6b3c"/>'
        f'<circle cx="{x - 24 * s:.0f}" cy="{y - 74 * s:.0f}" r="{24 * s:.0f}" fill="#37794a"/>'
        f'<circle cx="{x + 24 * s:.0f}" cy="{y - 74 * s:.0f}" r="{24 * s:.0f}" fill="#2b6237"/>'
    )


def hillside():
    body = (
        '<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#bfe0ee"/>'
        '<stop offset="1" stop-color="#f7f3df"/></linearGradient></defs>'
        f'<rect width="{W}" height="{H}" fill="url(#s)"/><circle cx="760" cy="96" r="44" fill="#fbe3a1"/>'
    )
    body += ridge(210, 90, 2.2, 0.4, "#9dbfc4") + ridge(255, 80, 3.0, 1.9, "#7ba7a0")
    body += '<rect y="232" width="960" height="40" fill="#fff" fill-opacity=".45"/>'
    body += ridge(300, 60, 2.0, 3.4, "#5d9470")
    body += '<path d="M0 330 Q480 250 960 340 V540 H0 Z" fill="#8a6b45"/>'
    for row in range(6):
        y0, r = 326 + row * 40, 17 + row * 4.5
        step = r * 1.75
        x = -r + (row % 2) * step / 2
        while x < W + r:
            y = y0 - 40 * math.sin(max(0.0, min(1.0, x / W)) * math.pi) * (1 - row * 0.12)
            body += bush(x, y, r, ["#3f8f4a", "#378544", "#4a9a52"][int(x) % 3])
            x += step
        if row in (1, 3):
            for tx in (150 + row * 70, 560 + row * 60):
                body += shade_tree(tx, y0 - 8, 0.9 + row * 0.12)
    write("hinh-1-nuong-che", body + mark())


def leaf(x, y, length, width, angle, fill):
    vein = f'<path d="M0 0 Q{length * .5} -6 {length * .96} 0" stroke="#e6f3d0" stroke-width="4" fill="none"/>'
    for i in range(2, 9):
        t = i / 10 * length
        side = width * math.sin(i / 10 * math.pi) * 0.72
        vein += (
            f'<path d="M{t:.0f} -3 L{t + 22:.0f} {-side:.0f} M{t:.0f} -3 L{t + 22:.0f} {side:.0f}" '
            'stroke="#e6f3d0" stroke-opacity=".6" stroke-width="2"/>'
        )
    return (
        f'<g transform="translate({x},{y}) rotate({angle})">'
        f'<path d="M0 0 C{length * .2} {-width * 1.25} {length * .75} {-width * 1.1} {length} 0 '
        f'C{length * .75} {width * 1.1} {length * .2} {width * 1.25} 0 0 Z" fill="{fill}"/>{vein}</g>'
    )


def plucking():
    body = f'<rect width="{W}" height="{H}" fill="#eef6e4"/>'
    body += '<path d="M470 540 C466 450 482 380 480 250" stroke="#6f8f3f" stroke-width="14" fill="none"/>'
    body += leaf(474, 420, 300, 62, 172, "#3f8f4a") + leaf(477, 335, 250, 52, -24, "#58a552")
    body += leaf(480, 255, 190, 26, -94, "#a9d46a")
    body += label(500, 92, "Tôm (búp nõn)")
    body += label(730, 258, "Lá thứ nhất") + label(80, 356, "Lá thứ hai")
    body += '<path d="M400 482 H550" stroke="#b42318" stroke-width="5" stroke-dasharray="14 9"/>'
    body += label(566, 492, "Chỗ hái", 30, "start", "#b42318")
    write("hinh-3-mot-tom-hai-la", body + mark())


def mulch():
    body = f'<rect width="{W}" height="350" fill="#e4f1f6"/><rect y="340" width="{W}" height="200" fill="#8a6b45"/>'
    for i in range(90):
        body += f'<circle cx="{(i * 389) % W}" cy="{362 + (i * i * 7) % 170}" r="{2 + i % 3}" fill="#75593a"/>'
    for dx in (-210, -130, -60, 60, 130, 210):
        body += (
            f'<path d="M480 340 C{480 + dx * .3:.0f} 400 {480 + dx * .7:.0f} 420 {480 + dx} {470 - abs(dx) * .1:.0f}" '
            'stroke="#d9c3a0" stroke-width="7" fill="none"/>'
        )
    body += '<path d="M480 344 V210 M480 270 L410 190 M480 260 L556 184" stroke="#6b4f34" stroke-width="18" fill="none"/>'
    for x, y, r in ((360, 170, 80), (480, 120, 96), (600, 170, 80), (420, 210, 60), (545, 210, 60)):
        body += f'<circle cx="{x}" cy="{y}" r="{r}" fill="#3f8f4a"/>'
    for i in range(34):
        turn, reach = i * 2.4, math.sqrt(i / 34)
        x, y = 480 + 165 * reach * math.cos(turn), 155 + 78 * reach * math.sin(turn)
        body += f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="16" ry="8" fill="#a7d36f" fill-opacity=".6"/>'
    for side in (-1, 1):
        for i in range(75):
            x = 480 + side * (62 + (i * 29) % 230)
            y = 322 + (i * 13) % 24
            body += (
                f'<path d="M{x - 20} {y + (i % 5) - 2} L{x + 20} {y - (i % 7) + 3}" stroke='
                f'"{["#d8b65c", "#c9a447", "#e3c878"][i % 3]}" stroke-width="5" stroke-linecap="round"/>'
            )
    body += label(92, 300, "Lớp tủ: cỏ khô") + label(700, 300, "Lớp tủ: cỏ khô", 30)
    body += '<path d="M440 352 H520" stroke="#b42318" stroke-width="6"/>'
    body += label(480, 512, "Để hở một khoảng sát thân", 30, "middle", "#fff")
    body += '<path d="M480 482 V372" stroke="#fff" stroke-width="4"/><path d="M480 358 l-9 16 h18 Z" fill="#fff"/>'
    write("hinh-2-tu-goc", body + mark())


hillside()
plucking()
mulch()
