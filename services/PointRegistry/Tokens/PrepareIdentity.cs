using LaiChau.PointRegistry.Accounts;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>
/// Before the first token: the keys (a fault in them ends the process, saying which), then, as soon as the database answers, the console's
/// registration and the first administrator. Not ready until then.
/// </summary>
internal sealed class PrepareIdentity(
    IServiceScopeFactory scopes,
    IOptions<OpenIddictServerOptions> server,
    IdentitySettings options,
    TimeProvider time,
    ILogger<PrepareIdentity> log
) : BackgroundService, IHealthCheck
{
    private volatile string? waitingFor = "The console and the first administrator are not registered yet.";

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _ = server.Value;
        if (options.Bootstrap is { UserName.Length: > 0 } first)
        {
            var userName = Account.Normalize(first.UserName);
            if (!Account.IsUserName(userName))
            {
                throw new InvalidOperationException("Identity:Bootstrap:UserName is not a user name.");
            }
            if (PasswordRules.Fault(first.Password ?? "", userName) is { } fault)
            {
                throw new InvalidOperationException($"Identity:Bootstrap:Password is too weak: {fault}");
            }
        }
        return base.StartAsync(cancellationToken);
    }

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(waitingFor is null ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(waitingFor));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (waitingFor is not null && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await CreateFirstAdministrator(scope.ServiceProvider, stoppingToken);
                await ConsoleApplication.Register(
                    scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>(),
                    options,
                    stoppingToken
                );
                waitingFor = null;
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // The database is not there yet, or another replica does the same at the same moment.
                log.LogWarning("Identity is not prepared yet: {Fault}", fault.Message);
                waitingFor = fault.Message;
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task CreateFirstAdministrator(IServiceProvider services, CancellationToken ct)
    {
        if (options.Bootstrap is not { UserName.Length: > 0 } first)
        {
            return;
        }
        var db = services.GetRequiredService<PointRegistryDb>();
        var userName = Account.Normalize(first.UserName);
        var accounts = await db.Accounts.AsNoTracking().ToListAsync(ct);
        if (accounts.Any(a => a.Roles.Contains(Roles.Admin) || a.UserName == userName))
        {
            return;
        }
        var account = Account.Create(userName, "Quản trị viên", [Roles.Admin], time.GetUtcNow());
        account.PasswordHash = services
            .GetRequiredService<IPasswordHasher<Account>>()
            .HashPassword(account, first.Password!);
        db.Accounts.Add(account);
        await db.SaveChangesAsync(ct);
        log.LogInformation("First administrator {AccountId} created", account.Id);
    }
}
