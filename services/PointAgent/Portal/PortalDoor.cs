namespace LaiChau.PointAgent.Portal;

/// <summary>The portal as a browser on this machine finds it.</summary>
internal static class PortalDoor
{
    /// <summary>Where it is, if it listens at <paramref name="urls"/>.</summary>
    public static Uri Address(string urls)
    {
        var first = BindingAddress.Parse(urls.Split(';')[0].Trim());
        var host = first.Host is "*" or "+" or "[::]" or "0.0.0.0" ? "localhost" : first.Host;
        return new UriBuilder(first.Scheme, host, first.Port).Uri;
    }

    /// <summary>Over a connection of its own: one that stands already says nothing of the next.</summary>
    /// <returns>False when somebody else answers; null when nobody does in time.</returns>
    public static async Task<bool?> IsOpen(Uri portal, TimeSpan patience, CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = patience };
        try
        {
            return await http.GetStringAsync(new Uri(portal, "livez"), stop) == "ok";
        }
        catch (HttpRequestException answered) when (answered.StatusCode is not null)
        {
            return false;
        }
        catch (Exception error)
            when (error is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            return null;
        }
    }
}
