namespace LaiChau.Gateway.Content;

/// <summary>Puts <c>/content/*</c> in front of everything that only people's requests need: thousands of points poll it.</summary>
internal static class Plane
{
    public static void AddPlane(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PlaneStore>();
        builder.Services.AddSingleton<LatestTimestamp>();
        builder.Services.AddSingleton<SmallFiles>();
        builder.Services.AddSingleton<ObjectCache>();
        builder.Services.AddSingleton<ServePlane>();
    }

    public static void UsePlane(this WebApplication app)
    {
        var services = app.Services;
        var plane = services.GetRequiredService<ServePlane>();
        PlaneMetrics.Observe(
            services.GetRequiredService<LatestTimestamp>(),
            services.GetRequiredService<ObjectCache>()
        );
        app.MapWhen(
            context => context.Request.Path.StartsWithSegments("/content", StringComparison.OrdinalIgnoreCase),
            branch =>
            {
                branch.UseExceptionHandler();
                branch.UseRateLimiter();
                branch.Run(plane.Serve);
            }
        );
    }
}
