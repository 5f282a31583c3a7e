// What the agent is compared with: the least that a web server on this platform can be.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapGet("/", () => Results.Content("<!doctype html><title>Mẫu</title><h1>Mẫu</h1>", "text/html; charset=utf-8"));
app.Run();
