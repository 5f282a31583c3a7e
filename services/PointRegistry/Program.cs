using LaiChau.PointRegistry;
using LaiChau.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("points");
builder.AddPointRegistry();

var app = builder.Build();
app.UseServiceDefaults();
app.MapPointRegistry();
return await app.RunPlatform(args);
