using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LaiChau.Benchmarks.Gateway;

/// <summary>One of the servers that are compared: a process of its own on loopback.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly Process process;
    private readonly HttpClient client;

    private Server(string name, string work, Uri address, Process process)
    {
        (Name, Work, Address, this.process) = (name, work, address, process);
        client = new HttpClient { BaseAddress = address };
    }

    public string Name { get; }

    public string Work { get; }

    public Uri Address { get; }

    public double CpuSeconds
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    public static async Task<Server> Nginx(string work)
    {
        var address = FreeAddress();
        var conf = Path.Combine(work, "nginx.conf");
        await File.WriteAllTextAsync(
            conf,
            $$"""
            user {{Environment.UserName}};
            daemon off; master_process off; pid {{work}}/nginx.pid; error_log stderr error;
            events { worker_connections 4096; }
            http {
                access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; default_type application/octet-stream;
                client_body_temp_path {{work}}/t1; proxy_temp_path {{work}}/t2; fastcgi_temp_path {{work}}/t3; uwsgi_temp_path {{work}}/t4; scgi_temp_path {{work}}/t5;
                server { listen {{address.Authority}}; root {{work}}; location = /content/ { return 200; } location = /media/ { return 200; } }
            }
            """
        );
        return await Start("nginx", work, address, "nginx", ["-e", "stderr", "-c", conf]);
    }

    public static Task<Server> KestrelStatic(string work)
    {
        var address = FreeAddress();
        return Start(
            "Kestrel static files",
            work,
            address,
            "dotnet",
            ["exec", typeof(Server).Assembly.Location, "gateway", "static", work, address.ToString()]
        );
    }

    /// <summary>Its object store is read by plain GETs of signed addresses: a static server that knows its buckets will do for one.</summary>
    public static Task<Server> Gateway(string work, Uri store)
    {
        var address = FreeAddress();
        var nowhere = "http://127.0.0.1:9";
        return Start(
            "**gateway**",
            work,
            address,
            "dotnet",
            ["exec", Path.Combine(AppContext.BaseDirectory, "LaiChau.Gateway.dll")],
            new()
            {
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["Auth__Issuer"] = "http://localhost",
                ["ObjectStore__Endpoint"] = store.ToString(),
                ["ObjectStore__AccessKey"] = "bench",
                ["ObjectStore__SecretKey"] = "bench-bench",
                ["Gateway__Cache__Folder"] = Path.Combine(work, "cache"),
                ["Gateway__Limits__Content"] = "2000000000",
                ["Gateway__Services__Catalog"] = nowhere,
                ["Gateway__Services__Bulletins"] = nowhere,
                ["Gateway__Services__Points"] = nowhere,
                ["Gateway__Services__Telemetry"] = nowhere,
                ["Gateway__Services__Console"] = nowhere,
            }
        );
    }

    public async Task<string> Tag(string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return answer.EnsureSuccessStatusCode().Headers.ETag!.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<Server> Start(
        string name,
        string work,
        Uri address,
        string program,
        string[] arguments,
        Dictionary<string, string>? environment = null
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = work,
        };
        // As the images have it.
        start.Environment["DOTNET_gcServer"] = "0";
        foreach (var (key, value) in environment ?? [])
        {
            start.Environment[key] = value;
        }
        var server = new Server(name, work, address, Process.Start(start)!);
        _ = server.process.StandardOutput.ReadToEndAsync();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await server.Tag("content/metadata/timestamp.json");
                return server;
            }
            catch (HttpRequestException) when (attempt < 100 && !server.process.HasExited)
            {
                await Task.Delay(200);
            }
        }
    }

    private static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }
}
