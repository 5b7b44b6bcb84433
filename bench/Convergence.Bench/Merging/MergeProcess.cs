using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Testing;

namespace Convergence.Bench.Merging;

/// <summary>The command <c>convergence merge</c> as a process of its own, from its start to its end.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="PeakAnonymousBytes">
/// The most memory that was resident besides mapped files: <c>RssAnon</c> of <c>/proc/PID/status</c>,
/// read every few milliseconds; 0 where there is no such file.
/// </param>
/// <param name="Output">What it wrote to its output.</param>
internal sealed record MergeProcess(double Seconds, long PeakAnonymousBytes, string Output)
{
    private const int SampleMilliseconds = 4;
    private const string FieldName = "RssAnon:";

    private static readonly Lazy<string> ProgramPath = new(Build);

    public static MergeProcess Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [ProgramPath.Value, "merge", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var clock = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(SampleMilliseconds))
        {
            peak = Math.Max(peak, AnonymousBytes(process.Id));
        }

        var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        return process.ExitCode == 0
            ? new MergeProcess(seconds, peak, output.Result)
            : throw new InvalidOperationException($"convergence merge {string.Join(' ', arguments)}: {error.Result}");
    }

    /// <summary>The seconds that <c>--plan</c> predicts.</summary>
    public static double Predict(params string[] arguments) =>
        JsonNode.Parse(Run([.. arguments, "--plan", "--json"]).Output)!["predicted_seconds"]!.GetValue<double>();

    // The program that the wrapper script runs, made by it where it is missing or old.
    private static string Build()
    {
        using var wrapper = Process.Start(
            new ProcessStartInfo(Path.Combine(RepositoryRoot.Path, "convergence"), ["--version"]) { RedirectStandardOutput = true })!;
        wrapper.WaitForExit();
        return Path.Combine(RepositoryRoot.Path, "artifacts", "command", "program", "convergence.dll");
    }

    private static long AnonymousBytes(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(line => line.StartsWith(FieldName, StringComparison.Ordinal));
            return line is null ? 0 : 1024
                * long.Parse(line[FieldName.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended, or this is no Linux.
            return 0;
        }
    }
}
