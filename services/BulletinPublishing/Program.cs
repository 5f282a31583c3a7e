using LaiChau.BulletinPublishing;
using LaiChau.ServiceDefaults;

// BulletinPublishing: bulletins in all their languages, from a draft to what the points show.
var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("bulletins");
builder.AddBulletinPublishing();

var app = builder.Build();
app.UseServiceDefaults();
app.MapBulletinPublishing();
return await app.RunPlatform(args);
