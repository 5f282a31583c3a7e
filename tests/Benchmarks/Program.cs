using LaiChau.Benchmarks.Agent;
using LaiChau.Benchmarks.Format;
using LaiChau.Benchmarks.Gateway;
using LaiChau.Benchmarks.Idle;
using LaiChau.Benchmarks.Points;
using LaiChau.Benchmarks.Register;

// One command, one table. What begins with a dash is an option of the benchmark; the last two are run by it, in processes of their own.
return args switch
{
    [] or ["format", ..] => await FormatBenchmark.Run(args),
    [var option, ..] when option.StartsWith('-') => await FormatBenchmark.Run(args),
    ["gateway", .. var rest] => await GatewayBenchmark.Run(rest),
    ["agent"] => await AgentBenchmark.Run(),
    ["idle"] => await IdleBenchmark.Run(),
    ["points", .. var rest] => await PointsBenchmark.Run(rest),
    ["register", .. var rest] => await RegisterBenchmark.Run(rest),
    ["publisher"] => await Publisher.Run(),
    ["point", .. var rest] => await Point.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: Benchmarks [format [--corpus FOLDER] [--only PART-OF-NAME] [--fresh]] | agent | gateway | idle | points [--agents 1000] | register [--sqlite]"
    );
    return 2;
}
