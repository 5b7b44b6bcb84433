using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Foundation.Files;
using Convergence.Merging;
using Convergence.Tensors.Devices;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence reproduce</c>.</summary>
internal static class ReproduceCommand
{
    private static readonly Argument<string> Lock = new("LOCK") { Description = "The recipe.lock of a merged model." };

    private static readonly Option<string?> Output = CommonOptions.Output(
        "Keep the rebuilt model in this directory; it must not exist. Without it nothing is kept.");

    private static readonly Option<string?> Root = CommonOptions.Root(" in the lock");

    private static readonly Option<int?> Threads = CommonOptions.OptionalNumber(
        "--threads", "Threads to merge with. By default one per processor.", 1, 1024);

    private static readonly Option<DeviceRequest> Device = CommonOptions.Device();

    private static readonly Option<bool> Json = CommonOptions.Json("Write what was proved as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "reproduce",
            "Merge again what a recipe.lock says, and prove that parents and result are the same by their SHA-256.",
            [
                ("Prove a merge", "convergence reproduce merged/recipe.lock"),
                ("Rebuild a model from its lock", "convergence reproduce recipe.lock -o rebuilt --root models"),
            ])
        {
            ExtraExitCodes = [(ExitCode.NotReproduced, "not reproduced: the same parents gave other bytes, which are not kept")],
        };
        command.Add(Lock);
        command.Add(Output);
        command.Add(Root);
        command.Add(Threads);
        command.Add(Device);
        command.Add(Json);
        command.SetAction(parsed => Run(parsed, context));
        return command;
    }

    private static int Run(ParseResult parsed, CliContext context)
    {
        var recipeLock = RecipeLock.Read(parsed.GetRequiredValue(Lock));
        var kept = parsed.GetValue(Output);
        if (kept is not null)
        {
            AtomicDirectory.RefuseExisting(kept);
        }

        using var parents = CommonOptions.OpenParents(parsed, Root);
        using var device = context.OpenDevice(
            parsed.GetValue(Device), new DeviceOptions { ThreadCount = parsed.GetValue(Threads) }, DeviceWork.Merging);
        context.WatchCancellation();
        var scratch = kept is null ? Directory.CreateTempSubdirectory("convergence-reproduce-") : null;
        try
        {
            var directory = kept ?? Path.Combine(scratch!.FullName, "model");
            var report = new RecipeReproducer(device, context.Time).Reproduce(recipeLock, parents, directory, context.Cancellation);
            Print(parsed.GetValue(Json), context.Terminal, recipeLock, report, kept);
        }
        finally
        {
            scratch?.Delete(recursive: true);
        }

        return ExitCode.Success;
    }

    private static void Print(bool isJson, Terminal terminal, RecipeLock recipeLock, MergeReport report, string? kept)
    {
        if (isJson)
        {
            terminal.Out.WriteLine(new JsonObject
            {
                ["event"] = "result",
                ["reproduced"] = true,
                ["parents"] = new JsonArray([.. recipeLock.Parents.Select(parent => (JsonNode)parent.Name)]),
                ["files"] = new JsonArray([.. recipeLock.Output.Select(
                    file => new JsonObject { ["name"] = file.Name, ["bytes"] = file.ByteCount, ["sha256"] = file.Sha256 })]),
                ["tensors"] = report.TensorCount,
                ["seconds"] = report.Elapsed.TotalSeconds,
                ["output_directory"] = kept is null ? null : Path.GetFullPath(kept),
            }.ToJsonString());
            return;
        }

        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"reproduced: {recipeLock.Recipe.Result.Method.Name()} "
            + $"of {string.Join(", ", recipeLock.Parents.Select(parent => parent.Name))}, {report.TensorCount} tensors"));
        foreach (var file in recipeLock.Output)
        {
            terminal.Out.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{file.Name}  {file.ByteCount:N0} bytes  sha256 {file.Sha256}"));
        }

        if (kept is not null)
        {
            terminal.Out.WriteLine($"written to {kept}");
        }
    }
}
