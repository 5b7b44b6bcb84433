using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Cli.Hosting;
using Convergence.Foundation.Text;
using Convergence.Merging;

namespace Convergence.Cli.Commands;

/// <summary>What <c>convergence merge</c> says in the end: in words, or as an object a line.</summary>
internal static class MergeAnswer
{
    public static void WriteNotes(Terminal terminal, IEnumerable<string> notes)
    {
        foreach (var note in notes)
        {
            terminal.Error.WriteLine($"note: {note}");
        }
    }

    public static void WriteResult(Terminal terminal, string directory, MergePlan plan, StreamedMergeResult result)
    {
        var report = result.Report;
        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Recipe.Method.Name()} of {string.Join(", ", plan.Models)}: "
            + $"{report.TensorCount} tensors, {report.BytesWritten:N0} bytes in {report.Elapsed.TotalSeconds:0.00} s"));
        if (result.ReusedShardCount > 0)
        {
            terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"resumed after {result.ReusedShardCount} of {result.Shards.Length} files"));
        }

        terminal.Out.WriteLine($"written to {directory}");
    }

    public static void WritePlan(Terminal terminal, string heading, MergePlan plan, MergeForecast forecast)
    {
        var output = terminal.Out;
        output.WriteLine($"{heading}{plan.Recipe.Method.Name()} of {string.Join(", ", plan.Models)}");
        Line("tensors", $"{forecast.TensorCount}, in {forecast.RunCount} runs of at most {ByteSize.Format(forecast.WindowByteCount)}");
        Line("reads", $"{ByteSize.Format(forecast.InputByteCount)}");
        Line(
            "writes",
            $"{ByteSize.Format(forecast.OutputByteCount)} into {forecast.ShardCount} {(forecast.ShardCount == 1 ? "file" : "files")}");
        var (peak, least) = (ByteSize.Format(forecast.PeakMemoryByteCount), ByteSize.Format(forecast.MinimumMemoryByteCount));
        Line("memory", $"{peak} at most, besides the mapped files; {least} would do");
        if (forecast.DeviceByteCount is { } deviceByteCount)
        {
            Line("GPU", $"tensors take {ByteSize.Format(deviceByteCount)} of its memory at most");
        }

        Line("time", $"about {forecast.PredictedTime.TotalSeconds:0.0} s");
        void Line(string name, FormattableString text) => output.WriteLine($"  {name,-8} {text.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>What several merges take together; the models before the last are there only until the last is made.</summary>
    public static void WriteTotal(Terminal terminal, IReadOnlyList<MergeForecast> forecasts)
    {
        var between = ByteSize.Format(forecasts.SkipLast(1).Sum(forecast => forecast.OutputByteCount));
        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"in all about {forecasts.Sum(forecast => forecast.PredictedTime.TotalSeconds):0.0} s, and {between} on the disk for the "
            + $"models between"));
    }

    public static JsonObject PlanJson(string? step, MergePlan plan, MergeForecast forecast, IEnumerable<string> notes) => new()
    {
        ["event"] = "plan",
        ["step"] = step,
        ["method"] = plan.Recipe.Method.Name(),
        ["models"] = Texts(plan.Models),
        ["tensors"] = forecast.TensorCount,
        ["runs"] = forecast.RunCount,
        ["run_bytes"] = forecast.WindowByteCount,
        ["bytes_read"] = forecast.InputByteCount,
        ["bytes_written"] = forecast.OutputByteCount,
        ["files"] = forecast.ShardCount,
        ["memory_bytes"] = forecast.PeakMemoryByteCount,
        ["minimum_memory_bytes"] = forecast.MinimumMemoryByteCount,
        ["device_memory_bytes"] = forecast.DeviceByteCount,
        ["predicted_seconds"] = forecast.PredictedTime.TotalSeconds,
        ["notes"] = Texts(notes),
    };

    public static JsonObject ResultJson(string directory, MergePlan plan, StreamedMergeResult result, IEnumerable<string> notes) => new()
    {
        ["event"] = "result",
        ["output_directory"] = Path.GetFullPath(directory),
        ["method"] = plan.Recipe.Method.Name(),
        ["tensors"] = result.Report.TensorCount,
        ["bytes_read"] = result.Report.BytesRead,
        ["bytes_written"] = result.Report.BytesWritten,
        ["seconds"] = result.Report.Elapsed.TotalSeconds,
        ["files"] = new JsonArray([.. result.Shards.Select(shard => (JsonNode)new JsonObject
        {
            ["name"] = shard.Name,
            ["bytes"] = shard.ByteCount,
            ["sha256"] = shard.Sha256,
        })]),
        ["files_reused"] = result.ReusedShardCount,
        ["notes"] = Texts(notes),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
