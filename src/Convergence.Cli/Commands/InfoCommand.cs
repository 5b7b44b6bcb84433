using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Cli.Starting;
using Convergence.Optimization.Calls.Spending.Prices;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Runs.Searching;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence info</c>.</summary>
internal static class InfoCommand
{
    private const int NameWidth = 14;

    private static readonly string[] Brands = ["OpenAi", "BrowserBase", "PostgreSql"];

    private static readonly Option<bool> Json = CommonOptions.Json("Write it as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "info",
            "Show the version, what this machine computes on, and what optimizations can be made of.",
            [("What there is", "convergence info")])
        {
            Json,
        };
        command.SetAction(parsed =>
        {
            Write(context.Terminal.Out, Facts(context.Devices.List()), parsed.GetValue(Json));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Write(TextWriter output, IReadOnlyList<(string Name, JsonNode? Value)> facts, bool isJson)
    {
        if (isJson)
        {
            var members = facts.Select(fact => KeyValuePair.Create(fact.Name, fact.Value)).Prepend(new("event", "result"));
            output.WriteLine(new JsonObject(members).ToJsonString());
            return;
        }

        foreach (var (name, value) in facts.Where(fact => fact.Value is not JsonArray { Count: 0 }))
        {
            var text = value is JsonArray list
                ? string.Join(name == "gpus" ? "; " : ", ", list.Select(item => item!.GetValue<string>()))
                : value!.GetValue<string>();
            output.WriteLine($"{name.Replace('_', ' ').PadRight(NameWidth)}{text}");
        }
    }

    private static IReadOnlyList<(string Name, JsonNode? Value)> Facts(DeviceListing gpus)
    {
        using var device = new CpuDevice();
        return
        [
            ("version", ProgramVersion.Text),
            ("runtime", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}"),
            ("device", device.Description),
            ("gpus", List(gpus.Gpus)),
            .. gpus.Reason is { } reason ? [("no_gpu", (JsonNode?)reason)] : Array.Empty<(string, JsonNode?)>(),
            ("presets", List(StartingPresets.All.Select(preset => preset.Name))),
            ("algorithms", List(Samplers.Names.Order(StringComparer.Ordinal))),
            ("adapters", List(Names<AdapterKind>("Auto"))),
            ("metrics", List(Names<MetricKind>())),
            ("evaluators", List(BuiltInEvaluators.Names)),
            ("storage", List(Names<StorageBackend>())),
            ("prices", $"as of {PriceTable.ShippedAsOf}, of {PriceTable.ShippedModels.Count()} models; api.prices overrides them"),
        ];
    }

    // As files write them; brands are one word each.
    private static IEnumerable<string> Names<T>(params string[] without) where T : struct, Enum => Enum.GetNames<T>().Except(without)
        .Select(name => JsonNamingPolicy.SnakeCaseLower.ConvertName(Brands.Aggregate(name, (text, brand) =>
            text.Replace(brand, brand[0] + brand[1..].ToLowerInvariant(), StringComparison.Ordinal))));

    private static JsonArray List(IEnumerable<string> names) => new([.. names.Select(name => (JsonNode)name)]);
}
