using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace LaiChau.PointAgent.Neighbours;

/// <summary>The group of mDNS in all near networks that this machine is in; they come and go.</summary>
internal sealed class MulticastGroup : IDisposable
{
    private const int Port = 5353;
    private static readonly IPAddress Address = IPAddress.Parse("224.0.0.251");
    private readonly AgentOptions _options;
    private readonly ILogger _log;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Lock _sending = new();
    private readonly byte[] _buffer = new byte[DnsMessage.LargestLength];
    private HashSet<IPAddress> _own = [];

    /// <exception cref="SocketException">Another program keeps the port to itself.</exception>
    public MulticastGroup(AgentOptions options, ILogger log)
    {
        (_options, _log) = (options, log);
        try
        {
            // Others on this machine speak mDNS, too.
            _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 255);
            _socket.Bind(new IPEndPoint(IPAddress.Any, Port));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>The next message from near; the bytes are good until the next call. Null: it was none.</summary>
    public async Task<(IPAddress From, ReadOnlyMemory<byte> Bytes)?> Receive(CancellationToken stop)
    {
        try
        {
            var came = await _socket.ReceiveFromAsync(_buffer, new IPEndPoint(IPAddress.Any, 0), stop);
            return
                came.RemoteEndPoint is IPEndPoint { Port: Port, Address: var from }
                && _options.NeighbourNetworks.Includes(from)
                ? (from, _buffer.AsMemory(0, came.ReceivedBytes))
                : null;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.MessageSize)
        {
            // Longer than anything of ours.
            return null;
        }
    }

    /// <summary>Into each network, with the address that this machine has there.</summary>
    public void Send(Func<IPAddress, byte[]> message)
    {
        lock (_sending)
            foreach (var own in _own)
                try
                {
                    _socket.SetSocketOption(
                        SocketOptionLevel.IP,
                        SocketOptionName.MulticastInterface,
                        own.GetAddressBytes()
                    );
                    _socket.SendTo(message(own), new IPEndPoint(Address, Port));
                }
                catch (SocketException error)
                {
                    _log.LogDebug("Nothing can be sent from {Address}: {Reason}", own, error.Message);
                }
    }

    public bool HasNewNetwork()
    {
        var networks = Networks().ToHashSet();
        if (!networks.IsSubsetOf(_own))
            return true;
        // One that goes is new when it comes back.
        _own = networks;
        return false;
    }

    /// <returns>True when there is a network that was not there before.</returns>
    public bool Join()
    {
        var networks = Networks().ToHashSet();
        var added = networks.Except(_own).ToList();
        foreach (var own in added)
            try
            {
                _socket.SetSocketOption(
                    SocketOptionLevel.IP,
                    SocketOptionName.AddMembership,
                    new MulticastOption(Address, own)
                );
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // It was there before, and its address was taken away for a while.
            }
            catch (SocketException error)
            {
                _log.LogWarning("Points next door cannot be looked for at {Address}: {Reason}", own, error.Message);
            }
        _own = networks;
        return added.Count > 0;
    }

    private IEnumerable<IPAddress> Networks() =>
        NetworkInterface
            .GetAllNetworkInterfaces()
            .Where(n =>
                n.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
                && n.SupportsMulticast
                && n.NetworkInterfaceType
                    is not (NetworkInterfaceType.Loopback or NetworkInterfaceType.Ppp or NetworkInterfaceType.Tunnel)
            )
            .SelectMany(n => n.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => a.AddressFamily == AddressFamily.InterNetwork && _options.NeighbourNetworks.Includes(a));

    public void Dispose() => _socket.Dispose();
}
