using System.Collections.Immutable;
using LaiChau.PointRegistry.Accounts;
using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.EntityFrameworkCore.Models;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace LaiChau.PointRegistry.Tokens;

using Application = OpenIddictEntityFrameworkCoreApplication<Guid>;

/// <summary>
/// Who may ask for tokens. Points and accounts are read from their own tables, so that there is one truth about a key, a password and a state;
/// only the console is an application of its own.
/// </summary>
internal sealed class ClientApplications(
    PointRegistryDb db,
    CheckPassword passwords,
    IOpenIddictApplicationCache<Application> cache,
    ILogger<OpenIddictApplicationManager<Application>> log,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<Application> store
) : OpenIddictApplicationManager<Application>(cache, log, options, store)
{
    public const string Scope = "laichau";

    private readonly Dictionary<string, Application> found = [];

    public override async ValueTask<Application?> FindByClientIdAsync(
        string identifier,
        CancellationToken cancellationToken = default
    )
    {
        if (identifier == ConsoleApplication.ClientId)
        {
            return await base.FindByClientIdAsync(identifier, cancellationToken);
        }
        // OpenIddict asks a dozen times in one request.
        if (!found.TryGetValue(identifier, out var application))
        {
            application = await Describe(identifier, cancellationToken);
            found.Add(identifier, application);
        }
        return application;
    }

    public override async ValueTask<bool> ValidateClientSecretAsync(
        Application application,
        string secret,
        CancellationToken cancellationToken = default
    ) =>
        !Guid.TryParse(application.ClientId, out _)
        && await passwords.Verify(application.ClientId!, secret, cancellationToken) is not null;

    /// <summary>A name that nobody has gets the same answers as one with a wrong password, so it is described all the same.</summary>
    private async Task<Application> Describe(string clientId, CancellationToken ct)
    {
        var description = new OpenIddictApplicationDescriptor
        {
            ClientId = clientId,
            ClientType = ClientTypes.Confidential,
            Permissions =
            {
                Permissions.Endpoints.Token,
                Permissions.GrantTypes.ClientCredentials,
                Permissions.Prefixes.Scope + Scope,
            },
        };
        description.JsonWebKeySet = new JsonWebKeySet();
        await foreach (var key in KeysOf(clientId).AsAsyncEnumerable().WithCancellation(ct))
        {
            description.JsonWebKeySet.Keys.Add(new JsonWebKey(key));
        }
        var application = new Application();
        await PopulateAsync(application, description, ct);
        return application;
    }

    private IQueryable<string> KeysOf(string clientId)
    {
        if (Guid.TryParse(clientId, out var id))
        {
            return db.Points.Where(p => p.Id == id && p.PublicKey != null).Select(p => p.PublicKey!);
        }
        var userName = Account.Normalize(clientId);
        return from account in db.Accounts
            join key in db.AccountKeys on account.Id equals key.AccountId
            where account.UserName == userName && key.RevokedAt == null
            select key.Jwk;
    }
}
