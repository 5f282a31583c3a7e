using LaiChau.Gateway;
using LaiChau.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("gateway");
builder.AddEdge();
builder.AddGateway();

var app = builder.Build();
app.UseEdge();
app.UseServiceDefaults();
app.MapGateway();
return await app.RunPlatform(args);
