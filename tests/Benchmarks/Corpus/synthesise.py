"""Sample content for the benchmarks, from seeds: pages and documents of Vietnamese-like text, marked as samples.

usage: synthesise.py everyday|pdf|office MEDIA FOLDER     writes FOLDER/1, FOLDER/2 (everyday: FOLDER/0 too)
       synthesise.py subtitles SECONDS                     an .srt to standard output
       synthesise.py stamp FILE...                         ZIP archives get one time for all entries
MEDIA holds pictures/picture-NNN.jpg and sound-N-150.ogg, made by corpus.sh.
"""

import html
import os
import random
import shutil
import struct
import sys
import zipfile

SYLLABLES = (
    "chè nương bản xã hái búp mùa nước ruộng thóc giống trâu lợn phân bón sâu bệnh thuốc trạm khuyến nông hợp tác chợ giá "
    "bán mua đường núi suối rừng cây quả mưa nắng gió đất sông cầu nhà trường lớp học chữ sách vở máy điện mạng tin báo loa "
    "đài hình ảnh tiếng nói người già trẻ em mẹ con bố anh chị họ hàng làng thôn tổ nhóm quỹ vay vốn lãi sổ giấy tờ khai "
    "sinh hộ khẩu thẻ khám tiêm chủng vắc xin sữa cháo rau thịt cá trứng gạo ngô khoai sắn đậu lạc mía ong mật nuôi trồng "
    "tưới tiêu kênh mương bờ thửa cày bừa gặt hái phơi sấy kho bao tấn tạ yến cân đo đếm ngày tháng năm tuần giờ phút"
).split()
NOTE = "Nội dung mẫu, được sinh tự động để đo kiểm; không nói về người hay nơi có thật."


class Writer:
    """Sentences over a few thousand phrases, the frequent ones frequent as in a language."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        words = random.Random(1)
        self.phrases = [" ".join(words.choices(SYLLABLES, k=words.randint(1, 4))) for _ in range(4000)]
        self.weights = [1 / (rank + 3) for rank in range(len(self.phrases))]

    def sentence(self):
        count = self.random.randint(4, 14)
        text = " ".join(self.random.choices(self.phrases, self.weights, k=count))
        return text[0].upper() + text[1:] + "."

    def paragraph(self):
        return " ".join(self.sentence() for _ in range(self.random.randint(2, 7)))

    def paragraphs(self, count):
        return [self.paragraph() for _ in range(count)]


def corrected(paragraphs, writer):
    """A figure set right, a sentence added, one taken out: what a correction is like."""
    changed = list(paragraphs)
    for _ in range(writer.random.randint(1, 3)):
        place = writer.random.randrange(len(changed))
        sentences = changed[place].split(". ")
        kind = writer.random.randrange(3)
        if kind == 0:
            sentences[0] = writer.sentence().rstrip(".")
        elif kind == 1:
            sentences.insert(1, writer.sentence().rstrip("."))
        elif len(sentences) > 2:
            del sentences[1]
        changed[place] = ". ".join(sentences)
    return changed


def page(title, paragraphs, picture=None):
    image = f'<figure><img src="../anh/{picture}" alt="{html.escape(title)}"></figure>\n' if picture else ""
    text = "\n".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
    return (
        '<!doctype html>\n<html lang="vi">\n<head><meta charset="utf-8">\n'
        f'<title>{html.escape(title)}</title>\n<link rel="stylesheet" href="../trang.css">\n</head>\n<body>\n'
        f"<header><nav><a href=\"index.html\">Trang đầu</a></nav></header>\n<main>\n<h1>{html.escape(title)}</h1>\n"
        f"{image}{text}\n</main>\n<footer>{NOTE}</footer>\n</body>\n</html>\n"
    )


def write(folder, path, content):
    target = os.path.join(folder, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)


def everyday(media, folder):
    writer = Writer(11)
    pages = {n: writer.paragraphs(writer.random.randint(8, 40)) for n in range(360)}
    pictures = {n: n + 1 for n in range(70)}
    sounds = list(range(1, 19))
    releases = []
    for release in range(1, 7):
        if release > 1:
            for _ in range(8):
                n = writer.random.randrange(len(pages))
                pages[n] = corrected(pages[n], writer)
            pages[len(pages)] = writer.paragraphs(20)
            pictures[writer.random.randrange(70)] = 80 + release
            sounds = sounds + [18 + release - 1]
        releases.append((dict(pages), dict(pictures), sounds))
    for side, (pages, pictures, sounds) in zip((0, 1, 2), (releases[0], releases[4], releases[5])):
        out = os.path.join(folder, str(side))
        for n, paragraphs in pages.items():
            write(out, f"trang/bai-{n:03d}.html", page(f"Bài mẫu số {n}", paragraphs, f"anh-{n:02d}.jpg" if n < 70 else None))
        index = "\n".join(f'<li><a href="bai-{n:03d}.html">Bài mẫu số {n}</a>' for n in pages)
        write(out, "trang/index.html", page("Mục lục", []).replace("</main>", f"<ol>\n{index}\n</ol>\n</main>"))
        write(out, "trang.css", "body{max-width:45rem;margin:auto;font:1.1rem/1.6 sans-serif}img{max-width:100%}\n")
        os.makedirs(os.path.join(out, "anh"))
        os.makedirs(os.path.join(out, "am-thanh"))
        for n, number in pictures.items():
            shutil.copyfile(f"{media}/pictures/picture-{number:03d}.jpg", f"{out}/anh/anh-{n:02d}.jpg")
        for n in sounds:
            shutil.copyfile(f"{media}/sound-{n}-150.ogg", f"{out}/am-thanh/bai-{n:02d}.ogg")


def pdf(media, folder):
    from reportlab import rl_config

    rl_config.invariant = 1
    # reportlab names a picture by its path as given: it must not tell one machine from another.
    folder = os.path.abspath(folder)
    os.chdir(media)
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Image, Paragraph, SimpleDocTemplate

    pdfmetrics.registerFont(TTFont("DejaVu", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"))
    body = ParagraphStyle("body", fontName="DejaVu", fontSize=11, leading=16, spaceAfter=8)
    head = ParagraphStyle("head", parent=body, fontSize=18, leading=24, spaceAfter=14)

    def document(path, title, paragraphs, pictures):
        story = [Paragraph(title, head), Paragraph(NOTE, body)]
        every = max(1, len(paragraphs) // (len(pictures) + 1))
        for i, paragraph in enumerate(paragraphs):
            story.append(Paragraph(paragraph, body))
            if i % every == every - 1 and i // every < len(pictures):
                picture = f"pictures/picture-{pictures[i // every]:03d}.jpg"
                story.append(Image(picture, width=400, height=300))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        SimpleDocTemplate(path, title=title, author="mẫu", pageCompression=1).build(story)

    writer = Writer(23)
    for n in range(44):
        # Leaflets with pictures, long texts without, and what a printing office wrote again.
        kind = "to-roi" if n < 28 else "sach" if n < 36 else "in"
        count = {"to-roi": 60, "sach": 420, "in": 90}[kind]
        old = writer.paragraphs(count)
        # Three of ten are corrected; elsewhere the same document comes out of the same text.
        new = corrected(old, writer) if n % 10 in (1, 4, 8) else old
        pictures = [1 + (n * 4 + i) % 150 for i in range({"to-roi": 4, "sach": 0, "in": 3}[kind])]
        for side, paragraphs in ((1, old), (2, new)):
            shown = [150 - n] + pictures[1:] if side == 2 and n in (4, 38) else pictures
            document(f"{folder}/{side}/{kind}/tai-lieu-{n:02d}.pdf", f"Tài liệu mẫu số {n}", paragraphs, shown)
    document(f"{folder}/2/to-roi/tai-lieu-44.pdf", "Tài liệu mẫu số 44", writer.paragraphs(60), [145, 146])


def office(media, folder):
    import docx
    from docx.shared import Cm

    def word(path, title, paragraphs, pictures):
        document = docx.Document()
        document.add_heading(title, 0)
        document.add_paragraph(NOTE)
        for i, paragraph in enumerate(paragraphs):
            document.add_paragraph(paragraph)
            if i % 12 == 11 and i // 12 < len(pictures):
                document.add_picture(f"{media}/pictures/picture-{pictures[i // 12]:03d}.jpg", width=Cm(14))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        document.save(path)
        stamp(path)

    writer = Writer(37)
    for n in range(22):
        old = writer.paragraphs(writer.random.randint(40, 200))
        new = corrected(old, writer) if n % 3 == 1 else old
        pictures = [1 + (n * 3 + i) % 150 for i in range(3)]
        for side, paragraphs in ((1, old), (2, new)):
            word(f"{folder}/{side}/van-ban/van-ban-{n:02d}.docx", f"Văn bản mẫu số {n}", paragraphs, pictures)
    # Folders here; corpus.sh makes books and archives of them.
    for shelf, count, chapters, picture_count in (("sach", 5, 30, 7), ("tai-ve", 4, 120, 9)):
        for n in range(count):
            for chapter in range(chapters):
                old = writer.paragraphs(writer.random.randint(10, 40))
                new = corrected(old, writer) if n % 2 == 0 and chapter % 15 == 4 else old
                picture = f"anh-{chapter}.jpg" if chapter < picture_count else None
                for side, paragraphs in ((1, old), (2, new)):
                    out = f"{folder}/{side}/{shelf}/{shelf}-{n}"
                    text = page(f"Chương {chapter + 1}", paragraphs, picture).replace("../anh/", "")
                    write(out, f"chuong-{chapter:03d}.html", text)
                    if picture:
                        number = 1 + (n * 11 + chapter) % 150
                        shutil.copyfile(f"{media}/pictures/picture-{number:03d}.jpg", f"{out}/{picture}")


def stamp(path):
    """The time of writing is all that tells one run's archive from the next one's; streams stay as their writer made them."""
    with zipfile.ZipFile(path) as archive:
        entries = [entry.header_offset for entry in archive.infolist()]
        place = archive.start_dir
    with open(path, "r+b") as file:
        for header in entries:
            lengths = {}
            for offset, time, name in ((header, 10, 26), (place, 12, 28)):
                file.seek(offset + time)
                file.write(struct.pack("<HH", 0, (2025 - 1980) << 9 | 1 << 5 | 1))
                file.seek(offset + name)
                lengths[offset] = struct.unpack("<HHH", file.read(6))
            place += 46 + sum(lengths[place])


def subtitles(seconds):
    def clock(at):
        return f"{at // 3600:02d}:{at // 60 % 60:02d}:{at % 60:02d},000"

    writer = Writer(41)
    for number, at in enumerate(range(0, seconds - 4, 5), 1):
        print(f"{number}\n{clock(at)} --> {clock(at + 4)}\n{writer.sentence()}\n")


if __name__ == "__main__":
    if sys.argv[1] == "subtitles":
        sys.stdout.reconfigure(encoding="utf-8")
        subtitles(int(sys.argv[2]))
    elif sys.argv[1] == "stamp":
        for archive in sys.argv[2:]:
            stamp(archive)
    else:
        {"everyday": everyday, "pdf": pdf, "office": office}[sys.argv[1]](*sys.argv[2:4])
