using LaiChau.Catalog;
using LaiChau.ServiceDefaults;

// Catalog: packages and releases, from a push to the signed files that points pull; the only writer of the distribution plane.
var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("catalog");
builder.AddCatalog();

var app = builder.Build();
app.UseServiceDefaults();
app.MapCatalog();
return await app.RunPlatform(args);
