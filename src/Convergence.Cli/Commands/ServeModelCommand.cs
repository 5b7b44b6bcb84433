using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Foundation.Text;
using Convergence.Service.Hosting;
using Convergence.Service.Serving;
using Convergence.Tensors.Cpu;

namespace Convergence.Cli.Commands;

/// <summary>
/// <c>convergence serve-model</c>. The web server is loaded when the command runs, so that no other command starts slower for it.
/// </summary>
internal static class ServeModelCommand
{
    /// <summary>
    /// Where the key may stand instead of in the option, which every user of the machine can read in the list of processes.
    /// </summary>
    public const string KeyVariable = "CONVERGENCE_API_KEY";

    private static readonly Argument<string[]> Models = new("MODEL")
    {
        Description =
            "The models: Hugging Face directories with a tokenizer.json. A model is called by its folder's name, or NAME in NAME=DIR.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Host = new("--host")
    {
        Description = "The address to listen on. By default 127.0.0.1, which only this machine can reach; 0.0.0.0 is reached by all.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int> Port = CommonOptions.Number("--port", "The port; 0 takes any that is free.", 0, 65535, 8080);
    private static readonly Option<string?> ApiKey = new("--api-key")
    {
        Description =
            $"Requests must show this key. By default the environment variable {KeyVariable}, and without it everybody is let in.",
        HelpName = "KEY",
    };

    private static readonly Option<int> MaxConcurrent = CommonOptions.Number(
        "--max-concurrent", "Texts of one model that are generated together; others wait.", 1, 1024, 8);
    private static readonly Option<int> Context = CommonOptions.Number(
        "--context", "The longest text, prompt and answer together, in tokens; a model's own limit holds as well.", 1, 1 << 24, 8192);
    private static readonly Option<ulong> Seed =
        CommonOptions.Number("--seed", "What requests without a seed follow from.", 0UL, ulong.MaxValue, 0UL);
    private static readonly Option<bool> Json = CommonOptions.Json("Write where the server listens as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "serve-model",
            "Serve models over HTTP, as OpenAI's API has it: chat, completions, streaming.",
            [
                ("Two models on this machine's port 8080", "convergence serve-model models/reasoning models/adaptive_computation"),
                ("Under a name of its own, on any free port", "convergence serve-model champion=runs/evolve-cognates/model --port 0"),
            ])
        {
            Models,
            Host,
            Port,
            ApiKey,
            MaxConcurrent,
            Context,
            Seed,
            Json,
        };
        command.SetAction(parsed => RunAsync(parsed, context).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CliContext context)
    {
        var host = ReadHost(parsed.GetRequiredValue(Host));
        var key = parsed.GetValue(ApiKey) ?? Environment.GetEnvironmentVariable(KeyVariable);
        var options = new ModelServerOptions
        {
            Host = host,
            Port = parsed.GetValue(Port),
            ApiKey = string.IsNullOrEmpty(key) ? null : key,
            MaxConcurrent = parsed.GetValue(MaxConcurrent),
            Seed = parsed.GetValue(Seed),
            OnFailure = exception => context.Terminal.Error.WriteLine(
                $"error: {(parsed.GetValue(CommonOptions.Verbose) ? exception.ToString() : exception.Message)}"),
        };
        using var device = new CpuDevice();
        List<ModelReference> references = [.. parsed.GetRequiredValue(Models).Select(ModelReference.Parse)];
        using var catalog = ModelCatalog.Load(device, references, parsed.GetValue(Context), context.Time);
        await using var server = await ModelServer.StartAsync(catalog, options, context.Time);

        // Loading is only reading; from here on, requests under way are let end.
        context.WatchCancellation();
        Announce(parsed, context.Terminal, server, catalog, options);
        await WaitForAsync(context.Cancellation);
        await server.StopAsync();
        return ExitCode.Success;
    }

    private static IPAddress ReadHost(string text) =>
        text == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(text, out var address) ? address
        : throw new ConvergenceException(
            $"--host: '{text}' is not an IP address. Write for example 127.0.0.1, or 0.0.0.0 for all of this machine's.");

    private static void Announce(
        ParseResult parsed, Terminal terminal, ModelServer server, ModelCatalog catalog, ModelServerOptions options)
    {
        var address = $"{server.Address.GetLeftPart(UriPartial.Authority)}/v1";
        if (!IPAddress.IsLoopback(options.Host) && options.ApiKey is null)
        {
            terminal.Error.WriteLine("warning: other machines can reach this server and it asks for no key. Give it one by --api-key.");
        }

        if (parsed.GetValue(Json))
        {
            terminal.Out.WriteLine(ToJson(address, catalog).ToJsonString());
        }
        else
        {
            foreach (var model in catalog.Models)
            {
                terminal.Out.WriteLine(Describe(model, options.MaxConcurrent));
            }

            terminal.Out.WriteLine($"listening on {address} (Ctrl-C stops it)");
        }

        terminal.Out.Flush();
    }

    private static string Describe(ServedModel model, int maxConcurrent) => string.Create(
        CultureInfo.InvariantCulture,
        $"{model.Name}: {model.ParameterCount:N0} parameters, context {model.ContextLength:N0} tokens, "
        + $"keys and values at most {ByteSize.Format(model.CacheBytesPerToken * model.ContextLength * maxConcurrent)}, "
        + $"chat {model.Chat.Description}");

    private static JsonObject ToJson(string address, ModelCatalog catalog) => new()
    {
        ["event"] = "listening",
        ["address"] = address,
        ["models"] = new JsonArray([.. catalog.Models.Select(model => new JsonObject
        {
            ["name"] = model.Name,
            ["parameters"] = model.ParameterCount,
            ["context"] = model.ContextLength,
            ["chat"] = model.Chat.Description,
        })]),
    };

    private static async Task WaitForAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        }
        catch (OperationCanceledException)
        {
            // What was waited for.
        }
    }
}
