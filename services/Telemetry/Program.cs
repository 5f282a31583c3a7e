using LaiChau.ServiceDefaults;
using LaiChau.Telemetry;

// Hears what happens at the points: who is there, who shows what, how many come to see it.
var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("telemetry");
builder.AddTelemetry();
var app = builder.Build();
app.UseServiceDefaults();
app.MapTelemetry();
return await app.RunPlatform(args);
