using LaiChau.MessagingProbe;
using LaiChau.ServiceDefaults;

// The smallest service that says and hears a message: what the messaging tests kill, restart and count.
var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("probe");
builder.AddPlatformDb<ProbeDb, ProbeSqliteDb>("Probe");
builder.AddMessaging<ProbeDb>("probe", ProbeEndpoints.Subscribe);
var app = builder.Build();
app.UseServiceDefaults();
app.MapProbe();
await app.CreateProbeTables();
return await app.RunPlatform(args);
