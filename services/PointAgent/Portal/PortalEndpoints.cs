using LaiChau.PointAgent.Desk;

namespace LaiChau.PointAgent.Portal;

internal static class PortalEndpoints
{
    public static void MapPortal(this WebApplication app)
    {
        app.MapGet("/", HomePage.Get);
        app.MapGet("/chu-de/{topic}", TopicPage.Get);
        app.MapGet("/r/{**path}", OpenRelease.Get);
        app.MapGet("/tim-kiem", SearchPage.Get);
        app.MapGet("/trang-thai", StatePage.Get);
        app.MapGet(DeskPage.Path, DeskPage.Get);
        app.MapPost(DeskPage.Path, DeskPage.Post);
        app.MapGet("/ngon-ngu/{tag}", ChooseLanguage.Get);
        app.MapGet("/portal.css", Stylesheet.Get);
        app.MapGet("/livez", () => "ok");
        app.MapGet("/readyz", () => "ok");
        app.MapFallback(NotFoundPage.Get);
    }
}
