using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace LaiChau.PointAgent.Neighbours;

/// <summary>
/// Listens for points next door, on a port of its own and for near addresses alone. The portal stays up whatever becomes of this.
/// </summary>
internal sealed class ServeNeighbours(
    AgentOptions options,
    GiveFiles give,
    ILoggerFactory logs,
    ILogger<ServeNeighbours> log
) : IHostedService, IDisposable
{
    private const int LargestQuestion = 1024 * 1024;
    private KestrelServer? _server;

    /// <summary>Where it listens; null: nowhere.</summary>
    public int? Port { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Neighbours.Count == 0 || options.NeighbourPort is not { } port)
            return;
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        kestrel.Limits.MaxConcurrentConnections = 4 * GiveFiles.MostTransfers;
        kestrel.Limits.MaxRequestBodySize = LargestQuestion;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.MinResponseDataRate = new(bytesPerSecond: 32 * 1024, gracePeriod: TimeSpan.FromSeconds(10));
        kestrel.ListenAnyIP(
            port,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next =>
                    connection =>
                    {
                        if (
                            connection.RemoteEndPoint is IPEndPoint { Address: var address }
                            && options.NeighbourNetworks.Includes(address)
                        )
                            return next(connection);
                        connection.Abort();
                        return Task.CompletedTask;
                    }
                );
            }
        );
        _server = new KestrelServer(
            Options.Create(kestrel),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logs),
            logs
        );
        try
        {
            await _server.StartAsync(give, cancellationToken);
            Port = new Uri(
                _server.Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("[::]", "localhost")
            ).Port;
            log.LogInformation("Points next door are served at port {Port}", Port);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            log.LogWarning("Points next door cannot be served at port {Port}: {Reason}", port, error.Message);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Nobody is waited for: they ask the next one.
        if (_server is not null)
            await _server.StopAsync(new CancellationToken(canceled: true));
    }

    public void Dispose() => _server?.Dispose();
}
