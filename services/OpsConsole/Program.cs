using LaiChau.OpsConsole;
using LaiChau.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("console");
builder.AddOpsConsole();
var app = builder.Build();
app.UseServiceDefaults();
app.MapOpsConsole();
return await app.RunPlatform(args);
