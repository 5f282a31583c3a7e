using LaiChau.PointAgent.Portal;

namespace LaiChau.PointAgent.Tests.Portal;

public sealed class PageContentTests
{
    [Theory]
    [InlineData("<p>Chào <b>bà con</b></p>", "<p>Chào <b>bà con</b></p>")]
    [InlineData("<h1>Tên</h1>", "<h2>Tên</h2>")]
    [InlineData("<p onclick=alert(1) style='x' lang=vi>a</p>", "<p lang=\"vi\">a</p>")]
    [InlineData("<script>alert(1)</script>b", "b")]
    [InlineData("<SCRIPT\n>alert('</p>')</sCript >b", "b")]
    [InlineData("<style>p{}</style><title>t</title>b", "b")]
    [InlineData("<svg><script>alert(1)</script></svg>b", "b")]
    [InlineData("<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)")]
    [InlineData("a <!-- <script> --> b", "a  b")]
    [InlineData("1 < 2 &lt; 3", "1 &lt; 2 &lt; 3")]
    [InlineData("<div><p>mở", "<div><p>mở</p></div>")]
    [InlineData("</div></article></main>x", "x")]
    [InlineData("<img src=a.png>", "<img src=\"/ok\" alt=\"\" loading=\"lazy\">")]
    [InlineData(
        "<img alt='\"><script>' src=a.png>",
        "<img alt=\"&quot;&gt;&lt;script&gt;\" src=\"/ok\" loading=\"lazy\">"
    )]
    [InlineData("<iframe srcdoc='<script>'>x</iframe>y", "y")]
    [InlineData("<audio autoplay src=a.mp3></audio>", "<audio src=\"/ok\" controls preload=\"none\"></audio>")]
    [InlineData("<p", "<p></p>")]
    [InlineData("<", "&lt;")]
    public void Keeps_what_is_known_and_nothing_else(string html, string expected) =>
        Assert.Equal(expected, PageContent.Render(html, _ => "/ok").ToString());

    [Fact]
    public void Leaves_out_addresses_that_are_not_resolved() =>
        Assert.Equal("<a>x</a>", PageContent.Render("<a href='javascript:alert(1)'>x</a>", _ => null).ToString());

    [Fact]
    public void Reads_the_words_without_markup_or_program() =>
        Assert.Equal("Chào bà con", PageContent.Text("<title>x</title><p>Chào</p><script>y</script> bà con"));
}
