namespace LaiChau.OpsConsole.SignIn;

/// <summary>Sends the console's own calls to the token service by the way from inside, whatever address the metadata names.</summary>
internal sealed class InsideAddresses(Uri authority, Uri inside) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (request.RequestUri is { } uri && uri.Authority == authority.Authority)
        {
            request.RequestUri = Move(uri, inside);
        }
        return base.SendAsync(request, cancellationToken);
    }

    public static Uri Move(Uri uri, Uri to) => new(new Uri(to.GetLeftPart(UriPartial.Authority)), uri.PathAndQuery);
}
