using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Testing;

namespace Convergence.Bench.Tables;

/// <summary>The same forward pass in PyTorch, run by tools/bench/torch_forward.py in a process of its own.</summary>
internal sealed record PyTorchPeer(string Version, string BestWay, double Seconds, string AllWays)
{
    /// <summary>The fastest way that PyTorch offers here; <see langword="null"/> with a reason where it cannot be had.</summary>
    public static PyTorchPeer? Measure(int threadCount, out string reason)
    {
        reason = "";
        var script = Path.Combine(RepositoryRoot.Path, "tools", "bench", "torch_forward.py");

        // Debian's interpreter first: a version manager's own seldom has Debian's PyTorch.
        foreach (var python in (string[])["/usr/bin/python3", "python3"])
        {
            try
            {
                var answer = Run(python, script, threadCount);
                if (answer["error"] is { } error)
                {
                    reason = $"{error}: install it (Debian: apt-get install python3-torch libopenblas0-openmp)";
                    continue;
                }

                return Parse(answer);
            }
            catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or System.Text.Json.JsonException)
            {
                reason = exception.Message;
            }
        }

        return null;
    }

    private static JsonObject Run(string python, string script, int threadCount)
    {
        var start = new ProcessStartInfo(python, [script, "--threads", threadCount.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["OMP_NUM_THREADS"] = threadCount.ToString(CultureInfo.InvariantCulture);

        // OpenBLAS takes some AVX-512 machines for Haswell; told the core, it is half as fast again.
        if (System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated)
        {
            start.Environment["OPENBLAS_CORETYPE"] = "SkylakeX";
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{python} did not start.");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return JsonNode.Parse(output) as JsonObject ?? throw new InvalidOperationException($"{script} printed no result.");
    }

    private static PyTorchPeer Parse(JsonObject answer)
    {
        var ways = answer["seconds"]!.AsObject()
            .Select(way => (Name: way.Key, Seconds: way.Value!.GetValue<double>()))
            .OrderBy(way => way.Seconds)
            .ToList();
        var all = string.Join(", ", ways.Select(way => $"{way.Name} {ResultTable.Number(way.Seconds * 1e3, "0")} ms"));
        return new PyTorchPeer(answer["version"]!.GetValue<string>(), ways[0].Name, ways[0].Seconds, all);
    }
}
