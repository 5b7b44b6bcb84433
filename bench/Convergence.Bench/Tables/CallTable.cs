using Convergence.Bench.Calls;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>Calls of an API as a run makes them, against the time that the latency alone takes and against a bare client.</summary>
internal static class CallTable
{
    private const int CallCount = 1000;
    private const int ManyCallCount = 5000;
    private const int WorkerCount = 50;
    private const int RoundCount = 3;
    private const double Target = .95;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(200);

    public static ResultTable Measure(int threadCount)
    {
        var table = new ResultTable(
            $"{CallCount} calls at {Latency.TotalMilliseconds} ms through {WorkerCount} workers, {threadCount} processors shared with the "
            + $"server (medians of {RoundCount})");
        MeasureAsync(table).GetAwaiter().GetResult();
        table.Note(
            $"The ideal is {CallCount} / {WorkerCount} times {Latency.TotalMilliseconds} ms. Every call is new, reserves and settles "
            + "its cost, and is written to the cassette before it is given; the client alone sends the same and parses what comes. The "
            + "two take turns, and the server runs in the same process.");
        return table;
    }

    private static async Task MeasureAsync(ResultTable table)
    {
        await using var server = await SlowServer.StartAsync(Latency);
        using var round = new CallRound(server.Address, WorkerCount);
        await round.OfClientAsync(CallCount);
        await round.OfRunAsync(CallCount);
        var heap = LiveHeap();
        var (client, run) = (new double[RoundCount], new double[RoundCount]);
        for (var index = 0; index < RoundCount; index++)
        {
            client[index] = await round.OfClientAsync(CallCount);
            run[index] = await round.OfRunAsync(CallCount);
        }

        await round.OfRunAsync(ManyCallCount - round.KeptCount);
        AddRows(table, client, run, LiveHeap() - heap, heap);
    }

    private static void AddRows(ResultTable table, double[] client, double[] run, double growth, double heap)
    {
        const double Mega = 1 << 20;
        var ideal = (double)CallCount / WorkerCount * Latency.TotalSeconds;
        var (clientMedian, runMedian) = (Search.SearchRuns.Median(client), Search.SearchRuns.Median(run));
        table.Add(
            "share of the ideal throughput",
            $"{Number(100 * ideal / runMedian, "0.0")} % ({Number(runMedian)} s)",
            $"client alone {Number(100 * ideal / clientMedian, "0.0")} % ({Number(clientMedian)} s); ideal {Number(ideal)} s",
            Number(clientMedian / runMedian), $">= {Number(100 * Target, "0")} %", ideal / runMedian >= Target);
        table.Add(
            $"live heap after {CallCount} and {ManyCallCount} calls",
            $"{Number(heap / Mega, "0.0")} and {Number((heap + growth) / Mega, "0.0")} MiB, "
            + $"{Number(growth / (ManyCallCount - CallCount), "0")} bytes per call",
            "the server's and the bench's own heap are in it", "", "flat but for where each answer lies", null);
        table.Add("load of the machine, 1 minute", LoadAverage(), $"{Environment.ProcessorCount} processors", "", "", null);
    }

    private static long LiveHeap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
